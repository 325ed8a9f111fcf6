"""The kept counts of the outlook are those that counting anew gives, after whatever changed."""
