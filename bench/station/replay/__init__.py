"""Uses a recording: feeds its driver from it, and asks a simulated instrument the same questions."""

from bench.station.replay.against import Difference, ask_again
from bench.station.replay.feed import Fed, feed

__all__ = ["Difference", "Fed", "ask_again", "feed"]
