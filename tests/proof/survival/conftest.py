"""The laboratory, the nursery and a world for the tests of what survives."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import survival_lab


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab")
    survival_lab.write_lab(folder)
    return folder


@pytest.fixture(scope="module")
def nursery():
    with survival_lab.nursery() as (nursery, _):
        yield nursery


@pytest.fixture(scope="module")
def place(lab):
    """Endpoint of a served world, and a client."""
    with survival_lab.served(lab) as place:
        yield place


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    yield folder
    survival_lab.end_guards(folder)
