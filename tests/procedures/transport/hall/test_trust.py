"""Contacts that are not ohmic, a current that nobody measures, one that went elsewhere: on role players."""

from dataclasses import dataclass

import numpy as np
import pytest
from hall_bench import R_H, RHO, AmmeterPlayer, Rack, Specimen, THICKNESS_m, bench_of

from bench.core.errors import MeasurementError
from bench.core.readings import Reading
from bench.core.roles import Accuracy
from procedures.transport.hall import flags
from procedures.transport.hall.procedure import Hall
from procedures.transport.van_der_pauw.procedure import VanDerPauw
from simulators.physics.junction import Barrier, Junctions

SHEET_ohm = RHO / THICKNESS_m


@dataclass
class Rectifying(Specimen):
    """A barrier at some contacts, which a voltage between current contacts and others shows."""

    barriers: tuple = (None, None, None, None)

    def voltage(self, current_A, i, j, k, l, field_T):  # noqa: E741
        into = np.zeros(4)
        into[i], into[j] = current_A, -current_A
        over_V, _ = Junctions(self.barriers, 296.0).voltage_and_slope(into)
        return super().voltage(current_A, i, j, k, l, field_T) + over_V[k] - over_V[l]


class Losing(AmmeterPlayer):
    """Sees less where the current enters contact 2."""

    def current(self):
        seen = super().current()
        return Reading(seen.value * (0.9 if self.rack.contacts()[0] == 1 else 1.0), "A", 0.0, seen.range)


def with_barrier(saturation_A, *contacts):
    barrier = Barrier(saturation_A, 1e8, 1.2)
    return Rack(Rectifying(barriers=tuple(barrier if k in contacts else None for k in (1, 2, 3, 4))))


def analysed(kind, rack, **more):
    procedure, record = bench_of(kind, rack, **more)
    procedure.execute()
    procedure.shutdown()
    found = record()
    return found, procedure.analyse(found)


def starting(analysis, name, flag):
    return [one for one in analysis.results[name].flags if one.startswith(flag)]


def test_an_ohmic_film_keeps_its_current_and_has_four_straight_curves():
    record, analysis = analysed(VanDerPauw, Rack())
    table = analysis.tables["contacts"]
    assert [row[0] for row in table.rows] == ["1", "2", "3", "4"]
    assert {row[-1] for row in table.rows} == {"ohmic"}
    assert not starting(analysis, "sheet_resistance", "contact")
    assert not starting(analysis, "sheet_resistance", flags.LOWERED)
    assert max(record.column("Set current")) == 1e-6


def test_a_contact_that_bends_at_every_current_is_named_and_the_resistance_is_still_right():
    _, analysis = analysed(VanDerPauw, with_barrier(1e-9, 3))
    assert starting(analysis, "sheet_resistance", flags.NOT_OHMIC) == [f"{flags.NOT_OHMIC}: 3"]
    assert analysis.results["sheet_resistance"].value == pytest.approx(SHEET_ohm, rel=1e-6)
    assert len(analysis.tables["contacts"].rows) == 12, "all three currents were tried"


def test_the_current_is_lowered_to_where_the_contacts_are_ohmic():
    record, analysis = analysed(Hall, with_barrier(3e-7, 1, 4), cycles=3, groups=1)
    for name in ("sheet_resistance", "hall_coefficient"):
        assert starting(analysis, name, flags.LOWERED) == [
            f"{flags.LOWERED} from 1 uA to 100 nA ({flags.NOT_OHMIC}: 1, 4)"
        ]
        assert not starting(analysis, name, flags.NOT_OHMIC)
    in_field = np.asarray(record.column("Phase")) == "hall"
    assert set(np.abs(record.column("Set current"))[in_field]) == {1e-7}
    assert analysis.results["sheet_resistance"].value == pytest.approx(SHEET_ohm, rel=1e-5)


def test_a_compliance_in_all_currents_ends_the_run_cold_and_names_the_contact():
    rack = Rack(Specimen(lifted=4))
    procedure, _ = bench_of(VanDerPauw, rack)
    with pytest.raises(MeasurementError, match="through contact 4, not even at 100 nA"):
        procedure.execute()
    assert not rack.on
    assert rack.closed == frozenset()


def without_ammeter(found):
    found["ammeter"] = None
    found["source"].current_accuracy = lambda: Accuracy(5e-4, 1e-9, "source's sheet")


def test_without_an_ammeter_the_source_s_setting_counts_and_the_budget_says_so():
    _, plain = analysed(Hall, Rack(), cycles=3, groups=1)
    _, analysis = analysed(Hall, Rack(), cycles=3, groups=1, change=without_ammeter)
    for name, value in (("sheet_resistance", SHEET_ohm), ("hall_coefficient", R_H)):
        result = analysis.results[name]
        assert result.value == pytest.approx(value, rel=1e-4)
        assert flags.CURRENT_AS_SET in result.flags
        (current,) = [part for part in result.budget if part.name.startswith("current")]
        assert current.name == "current as set, range 2e-06 A"
        assert current.contribution == pytest.approx(abs(value) * 5e-4 / 3**0.5, rel=1e-3)
        assert flags.CURRENT_AS_SET not in plain.results[name].flags
        assert any(part.name == "current gain, range 2e-06 A" for part in plain.results[name].budget)


@pytest.mark.parametrize("kind", [VanDerPauw, Hall])
def test_a_current_that_went_elsewhere_is_flagged_and_nothing_is_answered(kind):
    def losing(found):
        found["ammeter"] = Losing(found["ammeter"].rack, "ammeter")

    few = {"cycles": 3, "groups": 1} if kind is Hall else {}
    _, analysis = analysed(kind, Rack(), change=losing, **few)
    for result in analysis.results.values():
        assert result.value is None
        assert f"{flags.ELSEWHERE}: 10 % at 21,34" in result.flags
