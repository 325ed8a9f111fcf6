"""Pages of lists and people."""
