"""The catalogue of findings: entries by what they are about."""
