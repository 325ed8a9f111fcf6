"""Statistical disclosure control: how counts of people leave the office so that none of 1 to 4 can be told.

`rounding` is the one way of a count, `ladder` of the rungs of one cell together, `lines` of money that stands beside
counts. Why it is done so: docs/adr/0001-disclosure-control.md.
"""
