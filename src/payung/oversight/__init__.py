"""Figures kept per month and village, indicators with their definitions, published months."""
