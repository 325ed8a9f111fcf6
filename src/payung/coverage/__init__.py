"""Decrees, covers, the branch, bills, payments, monthly changes."""
