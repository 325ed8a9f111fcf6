"""Plans: their input, solving, comparing, explaining and approving."""
