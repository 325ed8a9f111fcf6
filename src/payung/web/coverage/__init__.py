"""Pages of decrees, the branch, bills and covers."""
