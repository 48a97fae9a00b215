"""Rectifying contacts, leaks to ground, a rack without ammeter: against the truth through the whole stack."""

from __future__ import annotations

import pytest
from proof_bench import EXAMPLES, measure
from scipy.stats import binom

from bench.core.uncertainty import COVERAGE
from procedures.transport.hall import flags

RARE = 1e-3
pytestmark = pytest.mark.xdist_group("film contacts")
ASKED = {"current": "500 nA", "voltage_max": "20 V", "rim_groups": 2, "contact_points": 7}
BARRIER = """
[samples.si-c.film.rectifying]
contacts = [2]
saturation_current = { value = "2 nA", u = "10 %" }
leak_resistance = { value = "5 Mohm", u = "10 %" }
ideality = 1.3
pickup_current = "50 pA"
noise = "1 uV"
"""
SOFT = BARRIER.replace("2 nA", "200 nA")
LEAK = """
[fixtures.holder.leaks]
contact_3 = "30 Mohm"
"""


def one_run(folder, seed, *, more="", procedure="van-der-pauw", ammeter=True, **parameters):
    """One film in a world with something more in it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "world.toml").write_text((EXAMPLES / "world.toml").read_text("utf-8") + more, "utf-8")
    station = (EXAMPLES / "hall.toml").read_text("utf-8")
    if not ammeter:
        station = station.replace('"ammeter.high"', '"source.force_low"')
        station = station.replace('return = "source.force_low"\n', "")
    (folder / "hall.toml").write_text(station, "utf-8")
    asked = ", ".join(f"{name} = {value!r}" for name, value in (ASKED | parameters).items())
    magnet = 'roles = { magnet = "supply" }\n' if procedure != "van-der-pauw" else ""
    queue = folder / "queue.toml"
    queue.write_text(
        f'station = "hall.toml"\nsamples = "{(EXAMPLES / "samples.toml").as_posix()}"\n'
        f'[[runs]]\nid = "film"\nprocedure = "{procedure}"\nsample = "si-c"\n{magnet}'
        f"parameters = {{ {asked} }}\n".replace("'", '"')
    )
    (outcome,), world = measure(queue, seed, folder / "data", None)
    assert outcome.safe == "verified"
    assert world.after["fixtures"]["holder"]["hot_switches"] == 0
    return outcome, world.truth["si-c"]


def said(outcome, flag, name="sheet_resistance"):
    return [one for one in outcome.results[name].flags if one.startswith(flag)]


def require_claimed(errors):
    """As many within U as U claims; `errors` are in units of U."""
    low, high = binom.ppf([RARE / 2, 1 - RARE / 2], len(errors), COVERAGE)
    assert low <= sum(abs(error) <= 1 for error in errors) <= high, errors


def error_of(outcome, truth, name):
    result = outcome.results[name]
    return (result.value - truth[name]["value"]) / result.U


def errors_beside_a_bent_contact(folder, seeds):
    """U must hold although contact 2 rectifies, and contact 2 must be named."""
    for seed in seeds:
        outcome, truth = one_run(folder / str(seed), seed, more=BARRIER)
        assert outcome.status == "done", outcome.reason
        assert said(outcome, flags.NOT_OHMIC) == [f"{flags.NOT_OHMIC}: 2"]
        assert not said(outcome, flags.ELSEWHERE)
        yield error_of(outcome, truth, "sheet_resistance")


@pytest.mark.timeout(120)
def test_a_rectifying_contact_is_named_and_the_resistance_keeps_its_uncertainty(tmp_path):
    require_claimed(list(errors_beside_a_bent_contact(tmp_path, range(1, 7))))


@pytest.mark.long
@pytest.mark.timeout(600)
def test_forty_laboratories_with_a_rectifying_contact(tmp_path):
    require_claimed(list(errors_beside_a_bent_contact(tmp_path, range(1, 41))))


@pytest.mark.long
@pytest.mark.timeout(600)
def test_twenty_hall_runs_at_a_lowered_current(tmp_path):
    errors = {name: [] for name in ("sheet_resistance", "hall_coefficient", "mobility")}
    for seed in range(1, 21):
        outcome, truth = one_run(tmp_path / str(seed), seed, more=SOFT, procedure="hall", cycles=3, groups=1)
        assert outcome.status == "done", outcome.reason
        assert said(outcome, flags.LOWERED)
        for name, found in errors.items():
            if outcome.results[name].value is not None:
                found.append(error_of(outcome, truth, name))
    for found in errors.values():
        assert len(found) > 10
        require_claimed(found)


@pytest.mark.timeout(60)
def test_a_softer_contact_lowers_the_current_of_a_hall_run_and_the_type_is_right(tmp_path):
    outcome, truth = one_run(tmp_path, 3, more=SOFT, procedure="hall", cycles=3, groups=1)
    assert outcome.status == "done", outcome.reason
    for name in ("sheet_resistance", "hall_coefficient"):
        (lowered,) = said(outcome, flags.LOWERED, name)
        assert lowered.startswith(f"{flags.LOWERED} from 500 nA to ")
        assert lowered.endswith(f"({flags.NOT_OHMIC}: 2)")
        assert not said(outcome, flags.NOT_OHMIC, name)
        assert abs(error_of(outcome, truth, name)) < 1.5


@pytest.mark.timeout(60)
def test_a_contact_that_blocks_the_current_is_refused_by_its_number(tmp_path):
    blocking = BARRIER.replace("5 Mohm", "10 Gohm")
    outcome, _ = one_run(tmp_path, 3, more=blocking)
    assert outcome.status == "failed"
    assert "through contact 2, not even at 50 nA" in outcome.reason


@pytest.mark.timeout(60)
def test_a_leak_to_ground_is_seen_by_the_ammeter_and_nothing_is_answered(tmp_path):
    outcome, _ = one_run(tmp_path, 2, more=LEAK)
    assert outcome.status == "done", outcome.reason
    assert all(result.value is None for result in outcome.results.values())
    (flag,) = said(outcome, flags.ELSEWHERE)
    assert flag.endswith((" at 32,41", " at 34,12")), "where contact 3 is at the source"


@pytest.mark.timeout(60)
def test_without_an_ammeter_the_same_leak_gives_a_number_that_is_wrong_and_says_why_it_may_be(tmp_path):
    sound, truth = one_run(tmp_path / "sound", 2, ammeter=False)
    leaking, _ = one_run(tmp_path / "leaking", 2, more=LEAK, ammeter=False)
    errors = []
    for outcome in (sound, leaking):
        result = outcome.results["sheet_resistance"]
        assert flags.CURRENT_AS_SET in result.flags
        assert any(part.name.startswith("current as set, range") for part in result.budget)
        errors.append(abs(error_of(outcome, truth, "sheet_resistance")))
    assert errors[0] < 1.5
    assert errors[1] > 1.5
