"""Pages of plans: proposing, comparing, deciding, asking why."""
