"""One clock for procedures, drivers and simulators: real, virtual or paced."""

from bench.core.clock.interface import Actor, ActorEnded, Clock, ClockEvent, ClockLock, ClockQueue, Deadlock
from bench.core.clock.threaded import PacedClock, RealClock
from bench.core.clock.virtual import VirtualClock

__all__ = [
    "Actor",
    "ActorEnded",
    "Clock",
    "ClockEvent",
    "ClockLock",
    "ClockQueue",
    "Deadlock",
    "PacedClock",
    "RealClock",
    "VirtualClock",
]
