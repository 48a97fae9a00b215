"""Keeps what travels between drivers and instruments: one file an instrument, in one folder at a time."""

from __future__ import annotations

import logging
import platform
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from bench.core.traffic import Exchange, Header, RecordingWriter, Sink
from bench.station.model import InstrumentEntry, Station

_log = logging.getLogger(__name__)
_DISTRIBUTIONS = ("qms-bench", "PyMeasure", "PyVISA", "PyVISA-py")


def header_of(entry: InstrumentEntry, *, simulated: bool) -> Header:
    """What heads a recording of this instrument."""
    return Header(
        instrument=entry.name,
        resource=entry.resource,
        driver=entry.driver,
        load=entry.load,
        simulated=simulated,
        options=dict(entry.options),
        versions=software(),
    )


def software() -> dict[str, str]:
    """Python, the platform and what of our own and of VISA is installed."""
    found = {"python": platform.python_version(), "platform": platform.platform()}
    for name in _DISTRIBUTIONS:
        try:
            found[name.lower()] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


class Recorder:
    """Records the instruments of a station between `begin` and `end`; in between them nothing is kept.

    A recording is no measurement: one that cannot be written ends with a warning, and the run goes on.
    """

    def __init__(self, station: Station, *, simulated: bool) -> None:
        self._station = station
        self._simulated = simulated
        self._writers: dict[str, RecordingWriter] = {}

    def sink(self, name: str) -> Sink:
        """Where the driver of this instrument tells its exchanges."""

        def tell(exchange: Exchange) -> None:
            writer = self._writers.get(name)
            if writer is not None:
                try:
                    writer.write(exchange)
                except (OSError, ValueError) as error:  # ValueError: closed in this very moment
                    self._writers.pop(name, None)
                    _log.warning("%s is no longer recorded: %s", name, error)

        return tell

    def begin(self, names: Iterable[str], folder: Path) -> None:
        """From now on keep what these say in `folder`/NAME.jsonl."""
        for name in names:
            header = header_of(self._station.instrument(name), simulated=self._simulated)
            try:
                folder.mkdir(parents=True, exist_ok=True)
                self._writers[name] = RecordingWriter(folder / f"{name}.jsonl", header)
            except OSError as error:
                _log.warning("%s is not recorded: %s", name, error)

    def end(self, names: Iterable[str]) -> None:
        """Close the files of these."""
        for name in names:
            writer = self._writers.pop(name, None)
            if writer is not None:
                try:
                    writer.close()
                except OSError as error:
                    _log.warning("the recording of %s may be incomplete: %s", name, error)
