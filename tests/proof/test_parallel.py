"""Sixteen runs on sixteen meters last as long as one, in virtual time, which no busy computer changes."""

import importlib.util
import sys
from pathlib import Path

import pytest

_PATH = Path(__file__).resolve().parents[2] / "benchmarks" / "parallel.py"
_spec = importlib.util.spec_from_file_location("parallel", _PATH)
parallel = importlib.util.module_from_spec(_spec)
sys.modules.setdefault("parallel", parallel)  # dataclasses look their module up
_spec.loader.exec_module(parallel)

OPENING_S = 0.15
"""Virtual seconds to reach a meter and read its settings: all that the meters do one after another."""


@pytest.mark.parametrize(("meters", "turns"), [(16, 1), (4, 3)])
def test_no_meter_waits_for_another(tmp_path, meters, turns):
    for name in ("alone", "together"):
        (tmp_path / name).mkdir()
    alone = parallel.measure(tmp_path / "alone", 1, turns)
    together = parallel.measure(tmp_path / "together", meters, turns)
    assert alone.statuses == ("done",) * turns
    assert together.statuses == ("done",) * (meters * turns)
    assert together.efficiency > 0.999  # the next run of a meter begins where the one before ends
    assert together.queue_s - alone.queue_s < meters * OPENING_S
    if turns == 1:
        assert together.queue_s == pytest.approx(together.longest_s, rel=1e-3)


def test_on_a_shared_bus_a_meter_waits_for_a_message_and_not_for_a_run(tmp_path):
    found = parallel.measure(tmp_path, 4, 1, gpib=True)
    assert found.statuses == ("done",) * 4
    assert found.queue_s == pytest.approx(found.longest_s, rel=1e-3)
    assert found.longest_s < 1.03 * 602.6
