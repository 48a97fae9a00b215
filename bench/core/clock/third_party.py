"""Third-party code that calls time.sleep (pymeasure does) follows the bench clock, thread by thread.

Only actors of the clock are affected; every other thread keeps real time. Code of ours never needs this: it
takes a clock.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bench.core import wall  # noqa: F401 - it keeps the real functions, so it has to come before us
from bench.core.clock.interface import Clock
from bench.core.clock.threaded import PacedClock, RealClock

_FOLLOWING: list[Clock] = []
_REAL: dict[str, Callable[..., float | None]] = {
    name: getattr(time, name) for name in ("sleep", "time", "monotonic", "perf_counter")
}
_PACKAGES = ("pymeasure", "pyvisa", "pyvisa_py", "pyvisa_sim", "serial")
"""Packages whose modules may have copied the functions by `from time import sleep` before we came."""


def _clock_of_this_thread() -> Clock | None:
    for clock in _FOLLOWING:
        if clock.owns_current_thread():
            return clock
    return None


def _sleep(seconds: float) -> None:
    clock = _clock_of_this_thread()
    if clock is None:
        _REAL["sleep"](seconds)
    else:
        clock.sleep(seconds)


def _reader(name: str, virtual: Callable[[Clock], float]) -> Callable[[], float | None]:
    real = _REAL[name]

    def read() -> float | None:
        clock = _clock_of_this_thread()
        # paced time is left alone here: libraries compare these with real socket timeouts
        return real() if clock is None or isinstance(clock, PacedClock) else virtual(clock)

    return read


_OURS: dict[str, Callable[..., float | None]] = {
    "sleep": _sleep,
    "time": _reader("time", lambda clock: clock.utc().timestamp()),
    "monotonic": _reader("monotonic", lambda clock: clock.now()),
    "perf_counter": _reader("perf_counter", lambda clock: clock.now()),
}


@contextmanager
def third_party_time(clock: Clock) -> Iterator[None]:
    """While this is open, time.sleep and the time readers follow `clock` in its actors.

    A no-op for the real clock. On a paced clock only `sleep` is scaled. May be nested and used from several
    threads; the functions are put back when the last one leaves.
    """
    if isinstance(clock, RealClock):
        yield
        return
    _FOLLOWING.append(clock)
    if len(_FOLLOWING) == 1:
        _replace(_REAL, _OURS)
    try:
        yield
    finally:
        _FOLLOWING.remove(clock)
        if not _FOLLOWING:
            _replace(_OURS, _REAL)


def _replace(
    before: dict[str, Callable[..., float | None]], after: dict[str, Callable[..., float | None]]
) -> None:
    modules = [time, *(m for n, m in tuple(sys.modules.items()) if n.partition(".")[0] in _PACKAGES)]
    for module in modules:
        for name, function in before.items():
            if getattr(module, name, None) is function:
                setattr(module, name, after[name])
