"""One exchange with an instrument, and what heads a recording of them; both as they stand in JSON lines."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, get_args

from bench.core.roles import Load

Operation = Literal["write", "read", "clear"]
Fault = Literal["timeout", "lost", "garbled", "other"]
FORMAT = 1
"""Version of the layout; a later one must still read this."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One step, without terminators: `data` is what was sent or came; None for a clear or a failed read.

    `time_s` is the bench's clock, `utc` its date and time (ISO 8601). `fault` is what kind of failure it
    was, `error` its words.
    """

    time_s: float
    utc: str
    operation: Operation
    data: str | None = None
    fault: Fault | None = None
    error: str | None = None

    def as_json(self, instrument: str) -> dict[str, Any]:
        """One line of a recording. Anything but printable ASCII is kept as base64 (of latin-1 bytes)."""
        line: dict[str, Any] = {
            "t": self.time_s,
            "utc": self.utc,
            "instrument": instrument,
            "op": self.operation,
        }
        if self.data is not None:
            if self.data.isascii() and self.data.isprintable():
                line["text"] = self.data
            else:
                line["base64"] = base64.b64encode(self.data.encode("latin-1", "replace")).decode("ascii")
        if self.fault is not None:
            line["error"] = {"kind": self.fault, "text": self.error or ""}
        return line

    @classmethod
    def from_json(cls, line: Mapping[str, Any]) -> Exchange:
        """The exchange of one line. Raises ValueError or KeyError for what is none."""
        if line["op"] not in get_args(Operation):
            raise ValueError(f"op {line['op']!r} is none of {', '.join(get_args(Operation))}")
        data = line.get("text")
        if "base64" in line:
            data = base64.b64decode(line["base64"], validate=True).decode("latin-1")
        error = line.get("error")
        if error is not None and error["kind"] not in get_args(Fault):
            raise ValueError(f"error kind {error['kind']!r} is none of {', '.join(get_args(Fault))}")
        if data is not None and not isinstance(data, str):
            raise ValueError(f"text {data!r} is not text")
        if data is None and (line["op"] == "write" or (line["op"] == "read" and error is None)):
            raise ValueError(f"a {line['op']} without text")
        return cls(
            float(line["t"]),
            str(line["utc"]),
            line["op"],
            data,
            None if error is None else error["kind"],
            None if error is None else str(error["text"]),
        )


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a recording: whose traffic. `identity` is the reply to *IDN?, None if none came.

    `load` and `options` are those of the station file: what a driver sends at connect depends on them.
    """

    instrument: str
    resource: str
    driver: str
    load: Load
    simulated: bool
    identity: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The first line of a recording."""
        return {
            "recording": FORMAT,
            "instrument": self.instrument,
            "resource": self.resource,
            "driver": self.driver,
            "load": self.load,
            "simulated": self.simulated,
            "identity": self.identity,
            "options": dict(self.options),
            "versions": dict(self.versions),
        }

    @classmethod
    def from_json(cls, line: Mapping[str, Any]) -> Header:
        """The header in the first line. Raises ValueError or KeyError for what is none."""
        if line["recording"] != FORMAT:
            raise ValueError(f"the layout is {line['recording']!r}, this program reads {FORMAT}")
        if line["load"] not in ("passive", "cell"):
            raise ValueError(f"load {line['load']!r} is neither passive nor cell")
        if not isinstance(line["simulated"], bool):
            raise ValueError("simulated has to be true or false")
        return cls(
            instrument=str(line["instrument"]),
            resource=str(line["resource"]),
            driver=str(line["driver"]),
            load=line["load"],
            simulated=line["simulated"],
            identity=line.get("identity"),
            options=dict(line.get("options", {})),
            versions=dict(line.get("versions", {})),
        )


class Sink(Protocol):
    """Takes exchanges as they happen. Must neither raise nor wait."""

    def __call__(self, exchange: Exchange, /) -> None:
        """Keep it."""
        ...
