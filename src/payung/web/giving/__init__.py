"""Pages of donors: what protection costs, promises, certificates, the public ledger."""
