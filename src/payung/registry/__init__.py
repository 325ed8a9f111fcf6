"""Regions, lists and their rows, people, match decisions, eligibility."""
