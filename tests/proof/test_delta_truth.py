"""Delta mode against the resistance that the world holds: twenty laboratories, U as good as it says."""

import pytest
from proof_bench import EXAMPLES, measure
from scipy.stats import binom

from bench.core.uncertainty import COVERAGE
from procedures.transport.resistance import columns as flags

QUEUE = EXAMPLES / "queues/delta-resistance.toml"
RARE = 1e-3


def held_ohm(station, world, level_A=1e-5):
    """Between the sense points, from inside the world: both polarities, no instrument's error."""
    source = station.instrument("delta")
    source.source_current(range_A=level_A, compliance_V=5.0)
    source.set_output(True)
    seen = []
    for sign in (1, -1):
        source.set_level(sign * level_A)
        station.clock.sleep(1.0)
        seen.append(world.inspect()["fixtures"]["press"])
    source.set_output(False)
    plus, minus = seen
    return (plus["voltage_V"] - minus["voltage_V"]) / (plus["current_A"] - minus["current_A"])


@pytest.mark.timeout(300)
@pytest.mark.parametrize("run", ["delta-bare-si", "delta-qms-0p7"])
def test_twenty_laboratories_agree_with_what_the_press_holds(tmp_path, run):
    errors = []
    for seed in range(1, 21):
        outcomes, world = measure(QUEUE, seed, tmp_path / str(seed), "press", run, held_ohm)
        (outcome,) = outcomes
        assert outcome.status == "done", outcome.reason
        assert outcome.safe == "verified"
        assert world.after["instruments"]["delta"]["output"] is False
        result = outcome.results["resistance"]
        assert result.flags == (flags.CONTACTS,)
        errors.append((result.value - world.seen) / result.U)
    low, high = binom.ppf([RARE / 2, 1 - RARE / 2], 20, COVERAGE)
    inside = sum(abs(error) <= 1 for error in errors)
    assert low <= inside <= high, errors
    # neither: errors much smaller than U would say that U claims too much
    assert max(map(abs, errors)) > 0.5
