"""The temperature of the room, in the journal of every run: at the start, at the end, and in between."""

from __future__ import annotations

from collections.abc import Callable

from bench.core.clock.interface import Actor, Clock
from bench.core.readings import Reading
from bench.station import ConnectedStation

Note = Callable[..., object]
"""Journal.append."""
Publish = Callable[[Reading], None]

_LONGEST_READING_S = 30.0


class AmbientLog:
    """Reads in an actor of its own, so that a slow thermometer never delays a measurement."""

    def __init__(
        self, clock: Clock, station: ConnectedStation, note: Note, publish: Publish, interval_s: float
    ) -> None:
        self._clock = clock
        self._station = station
        self._note = note
        self._publish = publish
        self._interval_s = interval_s
        self._over = clock.event("the end of the ambient log")
        self._actor: Actor | None = None

    def take(self, when: str) -> Reading:
        """One reading, journalled and published. Raises what the thermometer raises."""
        reading = self._station.ambient()
        self._note(
            "ambient",
            when=when,
            temperature_K=reading.value,
            u_K=self._station.ambient_u_K,
            overload=reading.overload,
        )
        self._publish(reading)
        return reading

    def start(self, name: str) -> None:
        """Log now and from now on. The analysis finds the thermometer's uncertainty as `ambient_u_K`."""
        self._note("fact", name="ambient_u_K", value=self._station.ambient_u_K)
        self._take_if_possible("start")
        self._actor = self._clock.spawn(self._run, name=f"ambient of {name}", background=True)

    def stop(self) -> None:
        """Log once more and end."""
        if self._actor is None:
            return
        self._over.set()
        self._actor.join(_LONGEST_READING_S)
        self._actor = None
        self._take_if_possible("end")

    def _run(self) -> None:
        while not self._over.wait(self._interval_s):
            self._take_if_possible("running")

    def _take_if_possible(self, when: str) -> None:
        try:
            self.take(when)
        except (
            Exception
        ) as error:  # the room is worth a line, not a run: the procedure's own reading may fail it
            try:
                self._note("ambient", when=when, temperature_K=None, error=str(error))
            except Exception:  # a journal that cannot be written fails the run where it matters
                return
