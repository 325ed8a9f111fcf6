"""Pages to sign in and out."""
