"""Where commands find the queue: at the service that works on the data folder, else in the journal itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bench.cli.complete import data_folder

if TYPE_CHECKING:
    from bench.runs.queue.queue import RunQueue
    from bench.service.client import Client
    from bench.service.desk import QueueDesk

T = TypeVar("T")


def desk(data: Path | None) -> AbstractContextManager[QueueDesk]:
    """The desk of the data folder's queue."""

    def local(folder: Path, queue: RunQueue) -> QueueDesk:
        from bench.service.desk import LocalDesk

        return LocalDesk(queue, person=person())

    return asked(data, local)


@contextmanager
def asked(data: Path | None, local: Callable[[Path, RunQueue], T]) -> Iterator[Client | T]:
    """The service of the data folder; where none works, what `local` makes of the folder and its queue."""
    folder = data_folder(data)
    client = service_of(folder)
    if client is not None:
        with client:
            yield client
        return
    from bench.runs.queue.queue import RunQueue

    queue = RunQueue(folder)
    try:
        yield local(folder, queue)
    finally:
        queue.close()


def service_of(folder: Path) -> Client | None:
    """A client of the service that owns the folder; None where none does."""
    from bench.service.models.files import ENDPOINT

    if not (folder / ENDPOINT).exists():
        return None
    from bench.runs.survival.ownership import is_owned, owner_of
    from bench.service.client import Client, find_service

    found = find_service(folder)
    owner = owner_of(folder) if found is not None and is_owned(folder) else None
    if found is None or owner is None or owner.pid != found.pid:
        return None  # one that was killed left its address behind
    return Client(folder)


def person() -> str:
    """Who acts, for the journal."""
    from bench.runs.storage.request import person as named

    return named()
