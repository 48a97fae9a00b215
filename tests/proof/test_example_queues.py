"""Every queue of the example is one that the bench accepts, with the roles and fixtures of its station."""

import pytest
from proof_bench import EXAMPLES

from bench.runs.planning.queue import load_queue

QUEUES = sorted((EXAMPLES / "queues").rglob("*.toml"))


@pytest.mark.parametrize("path", QUEUES, ids=lambda path: path.stem)
def test_it_is_accepted(path):
    assert load_queue(path).runs


def test_every_transport_measurement_has_an_example():
    used = {run.procedure.name for path in QUEUES for run in load_queue(path).runs}
    assert used >= {
        "pellet-conductivity", "van-der-pauw", "hall", "hall-field-sweep", "particle-iv", "delta-resistance",
        "four-point",
    }  # fmt: skip
