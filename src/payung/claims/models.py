"""Deaths, accidents, and the cases that follow from them."""
