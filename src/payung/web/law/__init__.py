"""Pages of the law and its calculators."""
