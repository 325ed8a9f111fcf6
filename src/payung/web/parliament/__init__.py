"""Pages of meetings, resolutions and questions of members."""
