"""AIBUS as Yudian's units speak it: requests of eight bytes, replies of ten, several units on one line.

After Yudian's protocol description V9.3, chapter 2. Written for the simulators alone: drivers have a codec of
their own.
"""

from simulators.wire.aibus.bus import Bus, Reply, Unit
from simulators.wire.aibus.framing import AibusFraming

__all__ = ["AibusFraming", "Bus", "Reply", "Unit"]
