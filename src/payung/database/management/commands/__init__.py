"""Commands of the room `database`."""
