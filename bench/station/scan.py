"""Who answers where: asks every VISA resource `*IDN?`, changes nothing, and says which driver would fit."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bench.core.errors import BenchError
from bench.station import registry
from bench.station.driver import DriverClass

TIMEOUT_S = 2.0
"""Patience for opening one resource, and again for each attempt to have its answer."""


@dataclass(frozen=True, slots=True)
class ScanResult:
    """One resource: the `identity` it answered, or `why_not`; `drivers` are the ones that fit it."""

    resource: str
    identity: str | None
    why_not: str | None = None
    drivers: tuple[str, ...] = ()


def scan(visa_library: object = "", *, timeout_s: float = TIMEOUT_S) -> list[ScanResult]:
    """Ask every resource that the VISA library lists; bounded in time for each.

    `visa_library` is a pyvisa library or its name. A serial instrument answers only to its own settings, so
    the settings of every installed driver that states some are tried there, one after another. Raises
    BenchError if VISA itself does not work.
    """
    import pyvisa

    try:
        manager = pyvisa.ResourceManager(visa_library)  # type: ignore[arg-type]
        listed = manager.list_resources("?*")
    except Exception as error:  # a missing VISA library shows in many ways
        raise BenchError(
            f"VISA does not work ({visa_library or 'default library'!s}): {error}",
            remedy="install NI-VISA or pyvisa-py; 'bench doctor' tells what was found",
        ) from error
    drivers = _loadable_drivers()
    asked = sorted(name for name in listed if name.upper().endswith(("::INSTR", "::SOCKET")))
    return [_result(manager, resource, drivers, round(timeout_s * 1000)) for resource in asked]


def matching(identity: str, drivers: Mapping[str, DriverClass]) -> tuple[str, ...]:
    """Names of the drivers whose identity pattern matches the reply to *IDN?."""
    return tuple(
        name for name, driver in drivers.items() if re.match(driver.identity_pattern, identity, re.IGNORECASE)
    )


def _loadable_drivers() -> dict[str, DriverClass]:
    """All that can be imported; `bench doctor` reports the others."""
    found = {}
    installed = registry.drivers()
    for name in installed:
        with contextlib.suppress(BenchError):
            found[name] = registry.load_driver(name, installed)
    return found


def _result(manager: Any, resource: str, drivers: Mapping[str, DriverClass], timeout_ms: int) -> ScanResult:
    answered: ScanResult | None = None
    why_not = "no way to ask it"
    for line in _lines(resource, drivers):
        try:
            identity = _ask(manager, resource, timeout_ms, line)
        except Exception as error:  # VISA, the operating system and text decoding all have their say
            why_not = _why_not(error)
            continue
        fitting = matching(identity, drivers)
        if fitting:
            return ScanResult(resource, identity, drivers=fitting)
        answered = answered or ScanResult(resource, identity)
    return answered or ScanResult(resource, None, why_not)


def _ask(manager: Any, resource: str, timeout_ms: int, line: Mapping[str, Any]) -> str:
    """The reply to *IDN? (IEEE 488.2, 10.14). Raises ValueError for what is not a line of text."""
    with manager.open_resource(resource, open_timeout=timeout_ms, timeout=timeout_ms, **line) as link:
        if not hasattr(link, "query"):
            raise ValueError("it takes no messages")
        reply: str = link.query("*IDN?").strip()
    if not reply or not reply.isascii() or not reply.isprintable():
        raise ValueError(f"it answered {reply!r}, which is no text")
    return reply


def _why_not(error: Exception) -> str:
    import pyvisa

    if isinstance(error, pyvisa.VisaIOError):
        if error.error_code == pyvisa.constants.StatusCode.error_timeout:
            return "no answer to *IDN?"
        return f"{error.abbreviation}: {error.description}"
    return str(error) or type(error).__name__


_PARITIES = {"none": 0, "odd": 1, "even": 2}
"""VI_ASRL_PAR_* (VPP-4.3)."""


def _lines(resource: str, drivers: Mapping[str, DriverClass]) -> Iterator[dict[str, Any]]:
    """The ways to open a resource: one, or for a serial port those of each driver, no two alike."""
    if not resource.upper().startswith("ASRL"):
        socket = resource.upper().endswith("::SOCKET")
        yield {"write_termination": "\n", **({"read_termination": "\n"} if socket else {})}
        return
    tried = []
    for driver in drivers.values():
        line = _serial_line(getattr(driver, "connection", None))
        if line not in tried:
            tried.append(line)
            yield line
    if not tried:
        yield _serial_line(None)


def _serial_line(connection: object) -> dict[str, Any]:
    """Pyvisa's names for a driver's `connection`; 9600 baud, 8N1, newline for what it does not state."""
    from pyvisa.constants import Parity, StopBits

    return {
        "write_termination": getattr(connection, "write_termination", "\n"),
        "read_termination": getattr(connection, "read_termination", "\n"),
        "baud_rate": getattr(connection, "baud_rate", 9600),
        "data_bits": getattr(connection, "data_bits", 8),
        "parity": Parity(_PARITIES[getattr(connection, "parity", "none")]),
        "stop_bits": StopBits(round(10 * getattr(connection, "stop_bits", 1))),
    }
