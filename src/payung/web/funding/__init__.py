"""Pages of funds and plans."""
