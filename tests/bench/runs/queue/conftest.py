"""A queue in a folder of its own."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from bench.runs.queue.memory import MemoryStore
from bench.runs.queue.queue import RunQueue


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def open_queue(folder):
    opened = []

    def begin(*, in_memory=False):
        opened.append(RunQueue(folder, store=MemoryStore() if in_memory else None))
        return opened[-1]

    yield begin
    for queue in opened:
        queue.close()


@pytest.fixture
def queue(open_queue):
    return open_queue()
