"""What a driver says of a connection that was lost, for whoever keeps the record of a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class LinkEvent:
    """`kind`: the link is lost, back (the same instrument answers, unchanged), or was given up.

    `command` is what was being sent when it was lost, `what` says more. `duration_s` counts clock seconds
    since it was noticed, `attempts` how often the connection was opened anew.
    """

    instrument: str
    kind: Literal["link lost", "link back", "link given up"]
    command: str
    what: str
    duration_s: float = 0.0
    attempts: int = 0


class LinkWatcher(Protocol):
    """Whoever a driver tells. Called in the actor of whoever uses the driver; neither may wait or raise."""

    def told(self, event: LinkEvent) -> None:
        """Take note."""
        ...

    def patient(self, instrument: str) -> bool:
        """Whether to go on trying to get the link back; asked before each further attempt."""
        ...
