"""Pages for donors, and the desk for their promises."""
