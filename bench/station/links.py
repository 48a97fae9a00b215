"""Passes on what the drivers of a station tell of their connections, to whoever watches at the moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bench.core.link_events import LinkEvent, LinkWatcher


class Links:
    """A LinkWatcher for every driver of a station. Without watchers nobody is impatient."""

    def __init__(self) -> None:
        self._watchers: tuple[LinkWatcher, ...] = ()

    @contextmanager
    def watched_by(self, watcher: LinkWatcher) -> Iterator[None]:
        """Have `watcher` told inside the block."""
        self._watchers = (*self._watchers, watcher)
        try:
            yield
        finally:
            self._watchers = tuple(other for other in self._watchers if other is not watcher)

    def told(self, event: LinkEvent) -> None:
        """See LinkWatcher."""
        for watcher in self._watchers:
            watcher.told(event)

    def patient(self, instrument: str) -> bool:
        """See LinkWatcher."""
        return all(watcher.patient(instrument) for watcher in self._watchers)
