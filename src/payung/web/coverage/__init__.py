"""The month's pages: this month, decrees, changes, the branch, bills, differences, outlook."""
