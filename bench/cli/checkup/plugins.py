"""Drivers, procedures and worlds: every entry point, loaded."""

from __future__ import annotations

from collections.abc import Iterator

from bench.cli.checkup.finding import Finding
from bench.core.errors import BenchError


def entry_points() -> Iterator[Finding]:
    """Each installed driver, procedure and world builder."""
    from bench.station import registry

    for kind, entries in (
        ("driver", registry.drivers()),
        ("procedure", registry.procedures()),
        ("world", registry.worlds()),
    ):
        if not entries:
            yield Finding(f"{kind}s", "fail", "none is installed", "install qms-bench: pip install .")
        for name, entry in entries.items():
            try:
                entry.load()
            except BenchError as error:
                yield Finding(f"{kind} {name}", "fail", error.what, error.remedy or "")
            else:
                yield Finding(f"{kind} {name}", "ok", f"{entry.target} from {entry.source}")
