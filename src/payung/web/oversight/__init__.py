"""Pages of figures, maps, meetings and questions."""
