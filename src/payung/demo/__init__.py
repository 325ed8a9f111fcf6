"""A synthetic province for demos, tests and benches."""
