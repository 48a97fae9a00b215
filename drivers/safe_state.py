"""make_safe, the part every driver shares: try every step whatever happens, then believe only a read-back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from bench.core.errors import BenchError, LinkLostError, SafeStateError
from bench.core.roles import SafeReport
from drivers.link import Link

LOCK_PATIENCE_S = 5.0
"""How long make_safe waits for the port before it goes ahead without it."""

LINK_PATIENCE_S = 5.0
"""How long make_safe tries to get a lost connection back; others wait for their turn."""

Step = tuple[str, Callable[[], object]]
"""What a step does, for people, and the step."""


@contextmanager
def urgent(link: Link) -> Iterator[Link]:
    """The link, with its port if that comes free in time, else without: a stuck reader must not keep an
    output on. Without the port, the holder's exchange is cut short by the device clear.
    """
    if link.lock.acquire(timeout=LOCK_PATIENCE_S):
        try:
            yield link.urgent(LINK_PATIENCE_S)
        finally:
            link.lock.release()
    else:
        lock = link.clock.lock(f"{link.name}, made safe past its holder")
        yield link.urgent(LINK_PATIENCE_S, lock=lock)


def bring_to_safe(
    name: str,
    steps: Sequence[Step],
    verify: Callable[[], tuple[bool, str]],
    *,
    remedy: str = "switch the instrument off by hand, then disconnect the specimen",
) -> SafeReport:
    """Run every step even if earlier ones fail, then `verify`, which reads back (is it safe, what is it).

    Steps switch off, so where a lost link came back for `verify` they are all done once more. Returns a
    verified report or raises SafeStateError with everything that went wrong.
    """
    failures: list[str] = []
    for _ in range(2):
        lost = _do(steps, failures)
        try:
            safe, state = verify()
        except BenchError as error:
            safe, state, lost = False, f"could not be read back ({error.what})", False
        if safe:
            return SafeReport(instrument=name, verified=True, state=state)
        if not lost:
            break
    raise SafeStateError(
        "the safe state could not be verified" + (f" ({'; '.join(failures)})" if failures else ""),
        instrument=name,
        step="make_safe",
        state=f"TREAT THE OUTPUT AS LIVE; {state}",
        remedy=remedy,
    )


def _do(steps: Sequence[Step], failures: list[str]) -> bool:
    """Whether the link was lost over one of them; `failures` is what went wrong."""
    lost = False
    for label, step in steps:
        try:
            step()
        except BenchError as error:
            lost = lost or isinstance(error, LinkLostError)
            failures.append(f"{label}: {error.what}")
    return lost
