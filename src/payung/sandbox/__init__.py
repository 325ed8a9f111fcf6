"""Runs what reads foreign bytes in a process of its own, under limits, so that no file can stop the program."""

from payung.sandbox.bounds import Bounds, Ended
from payung.sandbox.client import run, start

__all__ = ["Bounds", "Ended", "run", "start"]
