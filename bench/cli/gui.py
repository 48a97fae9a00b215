"""`bench gui`: the operator's window; without Qt it says what is missing, and everything else still works."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bench.cli import console, options
from bench.cli.complete import data_folder, toml_files
from bench.core.errors import BenchError

if TYPE_CHECKING:
    from bench.cli.starting import SimulatedService

WINDOW = "operator"
OFFSCREEN_LIBRARIES = "libglib2.0-0 libgl1 libegl1 libxkbcommon0 libdbus-1-3 libfontconfig1"
SCREEN_LIBRARIES = "libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxkbcommon-x11-0"


def gui(
    simulate: Annotated[
        Path | None,
        typer.Option(
            "--simulate",
            metavar="STATION.toml",
            help="Start a simulated service for this station where none works on the data folder.",
            autocompletion=toml_files,
        ),
    ] = None,
    speed: Annotated[
        float, typer.Option("--speed", metavar="X", help="Simulated seconds in a second of yours.")
    ] = 1.0,
    data: options.Data = None,
) -> None:
    """Open the window on the service of the data folder. It waits for one that is not there yet.

    Closing the window ends no run: they belong to the service.
    """
    if not speed > 0 or (speed != 1.0 and simulate is None):
        raise typer.BadParameter("a number above zero, with --simulate", param_hint="--speed")
    show = window()
    folder = data_folder(data)
    service = None if simulate is None else _service(folder, simulate, speed)
    goes_on = show(folder, None if service is None else service.start)
    if service is not None and service.started:
        if goes_on:
            text = "Runs go on or wait: the service works without the window."
            console.err().print(f"{text} Open it again with the same command.", soft_wrap=True)
        else:
            service.stop()


def window() -> Any:
    """What shows the window. Raises BenchError saying what of Qt is missing, and how to get it."""
    why = why_no_window()
    if why is not None:
        raise why
    from bench.station.registry import find, windows

    return find(windows(), "window", WINDOW).load()


def why_no_window() -> BenchError | None:
    """What stands in the way of a window on this computer; None if nothing does."""
    for module in ("PySide6.QtWidgets", "PySide6.QtSvg", "pyqtgraph"):
        try:
            import_module(module)
        except ImportError as error:
            if ".so" in str(error):
                remedy = f"sudo apt-get install {OFFSCREEN_LIBRARIES}"
            else:
                remedy = "pip install 'qms-bench[gui]'"
            return BenchError(
                f"the window needs {module}, which cannot be imported: {error}",
                state="everything else of the bench works without it",
                remedy=remedy,
            )
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return None
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        return BenchError(
            "there is no screen to open a window on: neither DISPLAY nor WAYLAND_DISPLAY is set",
            state="everything else of the bench works without it",
            remedy="log in at a desktop, or use ssh -X; 'bench watch' and 'bench queue' need no screen",
        )
    from ctypes.util import find_library

    if not os.environ.get("WAYLAND_DISPLAY") and find_library("xcb-cursor") is None:
        return BenchError(
            "the window needs the library xcb-cursor, without which Qt ends the process",
            state="everything else of the bench works without it",
            remedy=f"sudo apt-get install {SCREEN_LIBRARIES}",
        )
    return None


def _service(folder: Path, station: Path, speed: float) -> SimulatedService:
    from bench.cli.desk import service_of
    from bench.cli.starting import SimulatedService
    from bench.station import load_station

    load_station(station)  # what is wrong with it is said here, not in the window
    client = service_of(folder)
    if client is not None:
        with client:
            works = client.station()
        if not works.simulated or Path(works.file) != station.resolve():
            raise BenchError(
                f"another service works on {folder}: {works.file}, {works.target}",
                state="no window was opened",
                remedy="choose another folder with --data, or leave --simulate out to see that one",
            )
    return SimulatedService(folder, station, speed)
