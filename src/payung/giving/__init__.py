"""Donors' promises, certificates and the public ledger."""
