"""Settings, keys, and the embedded database."""
