"""Indicators with their definitions, snapshots, meetings and resolutions."""
