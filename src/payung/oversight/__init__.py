"""Indicators, figures kept per month and village, meetings."""
