"""What holds for every test."""

import sys

import pytest

from bench.cli.threads import one_thread_for_small_matrices

one_thread_for_small_matrices()


@pytest.fixture(scope="module", autouse=True)
def no_world_outlives_its_module():
    """A world opened by `STATION.toml@bench` runs until its process ends: the next module finds none."""
    yield
    stations = sys.modules.get("simulators.backends.stations")
    if stations is not None:
        for station in stations.running():
            stations.stop(station)


@pytest.fixture(scope="session", autouse=True)
def locks_of_this_worker(tmp_path_factory):
    """The locks on ports are the user's: neither other test processes nor a bench at work is to be met."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield
