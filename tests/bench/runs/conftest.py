"""Fixtures for the tests of runs: a bench of fakes."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from run_fakes import Bench, Sweep


@pytest.fixture
def make_bench(tmp_path):
    made = []

    def make(**more):
        made.append(Bench(tmp_path / "data", **more))
        return made[-1]

    yield make
    for bench in made:
        close = getattr(bench.clock, "close", None)
        if close is not None:
            close()


@pytest.fixture
def bench(make_bench):
    return make_bench()


@pytest.fixture
def hooks(monkeypatch):
    """What Sweep does in addition in each phase."""
    hooks = {}
    monkeypatch.setattr(Sweep, "hooks", hooks)
    return hooks
