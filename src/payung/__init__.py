"""Payung: no vulnerable worker is left without protection."""
