"""What holds for every test."""

import sys

import pytest


@pytest.fixture(scope="module", autouse=True)
def no_world_outlives_its_module():
    """A world opened by `STATION.toml@bench` runs until its process ends: the next module finds none."""
    yield
    stations = sys.modules.get("simulators.backends.stations")
    if stations is not None:
        for station in stations.running():
            stations.stop(station)
