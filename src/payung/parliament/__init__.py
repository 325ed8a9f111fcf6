"""Meetings, resolutions and their measured state, questions of constituents."""
