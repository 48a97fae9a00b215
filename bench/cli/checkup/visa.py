"""VISA: which backends there are, whether each opens, and the simulated one."""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

from bench.cli.checkup.finding import Finding
from bench.cli.examples import examples_folder


def backends() -> Iterator[Finding]:
    """The vendor's library, pyvisa-py and our simulated instruments."""
    yield _vendor()
    yield _opened("@py", "@py", "pip install pyvisa-py")
    reinstall = "reinstall qms-bench: pip install --force-reinstall --no-deps . in the source folder"
    yield _opened("@bench", f"{examples_folder() / 'station.toml'}@bench", reinstall)


def _vendor() -> Finding:
    from pyvisa.ctwrapper.highlevel import IVIVisaLibrary

    paths = [str(path) for path in IVIVisaLibrary.get_library_paths()]
    if paths:
        return Finding("VISA vendor library", "ok", ", ".join(paths))
    return Finding(
        "VISA vendor library",
        "warn",
        "none found; pyvisa-py is used, which reaches serial, TCP/IP and, with more packages, USB and GPIB",
        "for GPIB through an NI or Keysight adapter install NI-VISA or Keysight IO Libraries",
    )


def _opened(name: str, library: str, remedy: str) -> Finding:
    import pyvisa

    try:
        with warnings.catch_warnings(record=True) as hints:
            warnings.simplefilter("ignore")
            warnings.simplefilter("always", UserWarning)
            with contextlib.closing(pyvisa.ResourceManager(library)) as manager:
                resources = manager.list_resources()
    except Exception as error:  # every backend fails in its own way
        return Finding(f"VISA backend {name}", "fail", f"{type(error).__name__}: {error}", remedy)
    found = f"works; resources: {', '.join(resources) or 'none'}"
    if hints:
        told = "; ".join(dict.fromkeys(str(hint.message) for hint in hints))
        return Finding(f"VISA backend {name}", "warn", f"{found}; it says: {told}", "only if you need that")
    return Finding(f"VISA backend {name}", "ok", found)


def serial_ports() -> Iterator[Finding]:
    """Serial ports that are there but may not be opened by this user."""
    from serial.tools.list_ports import comports

    ports = [port.device for port in comports()]
    closed = [port for port in ports if sys.platform != "win32" and not _usable(Path(port))]
    if closed:
        yield Finding(
            "serial ports",
            "warn",
            f"this user may not open {', '.join(closed)}",
            "add the user to the group that owns them (Debian: sudo adduser USER dialout) and log in again",
        )
    else:
        yield Finding("serial ports", "ok", ", ".join(ports) or "none connected")


def _usable(port: Path) -> bool:
    return os.access(port, os.R_OK | os.W_OK)
