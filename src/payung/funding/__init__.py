"""Payers, funds, the ledger, and plans of who is paid by whom."""
