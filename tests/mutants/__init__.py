"""Faults made on purpose, each of which some test must notice."""
