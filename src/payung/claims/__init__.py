"""Deaths and accidents: cases, papers, deadlines and benefits."""
