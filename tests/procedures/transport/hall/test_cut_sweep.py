"""A field sweep that was cut off: goes on where it was, on the branch it was on, or says why not."""

import dataclasses

import numpy as np
import pytest
from cut_bench import Laboratory
from hall_bench import ANGLES, R_H, Rack, Specimen, THICKNESS_m
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.core.errors import MeasurementError
from procedures.transport.hall import flags
from procedures.transport.hall.coefficient import ELEMENTARY_CHARGE_C
from procedures.transport.hall.gaps import TABLE
from procedures.transport.hall.path import way_back
from procedures.transport.van_der_pauw.columns import HALL, RECHECK, SEAM

CONTACT_ROWS = 4 * (1 + 14)
RIM_ROWS = CONTACT_ROWS + 16 + 11 + 8 * 4 * 2
"""The contacts, probing, settling and the rim, where it settles at once."""
FIELD_ROWS = 16


class Magnetic(Specimen):
    """A film that remembers: play operators (Prandtl, Ishlinskii) of several widths."""

    def __init__(self):
        super().__init__()
        self.widths = np.array([0.05, 0.15, 0.3])
        self.plays = np.zeros(3)
        self.rho_xy = lambda field_T: R_H * field_T + 2e-4 * float(self.plays.mean())

    def feel(self, field_T):
        self.plays = np.clip(self.plays, field_T - self.widths, field_T + self.widths)


def play(fields_T, plays):
    film = Magnetic()
    film.plays = plays
    for field_T in fields_T:
        film.feel(field_T)
    return film.plays


def points_of(record):
    return {row["Step"]: row["Set field"] for row in record.rows if row["Phase"] == HALL}


def hall_ohm(lab, record):
    (table,) = [lab.procedure.analyse(record).tables["hall"]]
    return np.array([row[4] for row in table.rows])


def up_and_down(done):
    up = [2 * k / 10 - 1 for k in range(11)]
    return [*up, *reversed(up)][:done]


def some_fields(largest):
    return st.lists(st.floats(-largest, largest), max_size=4)


@given(st.integers(1, 22), some_fields(3.0))
@settings(max_examples=40)
def test_the_way_back_is_the_same_state_whatever_was_before_the_sweep(done, before):
    """The sweep begins at zero, and being cut off is one more zero."""
    start = play([*before, 0.0], np.zeros(3))
    found = play([*up_and_down(done), 0.0, *way_back(up_and_down(done))], start)
    assert found == pytest.approx(play(up_and_down(done), start), abs=1e-12)
    assert len(way_back(up_and_down(done))) <= 3


@given(st.integers(1, 22), some_fields(1.0), some_fields(1.0))
@settings(max_examples=40)
def test_the_way_back_wipes_out_other_fields_meanwhile_that_are_not_beyond_the_sweep(done, before, meanwhile):
    start = play(before, np.zeros(3))
    found = play([*up_and_down(done), *meanwhile, 0.0, *way_back(up_and_down(done))], start)
    assert found == pytest.approx(play(up_and_down(done), start), abs=1e-12)


@pytest.mark.parametrize(
    ("fields", "done", "way"),
    [
        # on the way up, just begun, at the turning point, on the way down, at the very end
        (2, (-0.5, -0.25), [-0.5, -0.25]),
        (0, (), []),
        (6, (-0.5, -0.25, 0.0, 0.25, 0.5, 0.5), [-0.5, 0.0, 0.5]),
        (8, (-0.5, -0.25, 0.0, 0.25, 0.5, 0.5, 0.25, 0.0), [-0.5, 0.0, 0.5, 0.0]),
    ],
)
def test_it_goes_on_with_the_first_field_that_is_not_complete(fields, done, way):
    lab = Laboratory()
    assert lab.attempt(cut_after=RIM_ROWS + 8 + fields * FIELD_ROWS + (5 if fields else -3)) is None
    assert lab.kept[1]["next"] == fields
    record = lab.attempt()
    assert len(lab.asked) == 1, "the film stays where it is: nobody is asked again"
    up = [-0.5, -0.25, 0.0, 0.25, 0.5]
    assert points_of(record) == dict(enumerate([*up, *reversed(up)]))
    assert [row["Phase"] for row in record.rows].count(HALL) == 10 * FIELD_ROWS
    assert [row["Step"] for row in record.rows if row["Phase"] == SEAM] == [fields - 1] * FIELD_ROWS * bool(
        done
    )
    assert [row["Phase"] for row in record.rows].count(RECHECK) == 16
    groups = [row["Group"] for row in record.rows if row["Phase"] in (HALL, SEAM, RECHECK)]
    assert all(groups.count(one) == 4 for one in groups)
    assert lab.way()[: len(way) + 1] == [0.0, *way]
    analysis = lab.procedure.analyse(record)
    result = analysis.results["hall_coefficient"]
    assert result.value == pytest.approx(R_H, rel=1e-6)
    assert f"{flags.GAPS}: 1" in result.flags
    assert not {flags.GAP_FIELD, flags.GAP_HALL, flags.GAP_FILM, flags.HALVES} & set(result.flags)
    (row,) = analysis.tables["gaps"].rows
    gap = dict(zip((column.name for column in TABLE), row, strict=True))
    assert gap["First field after it"] == fields
    assert 600.0 < gap["Duration"] < 1200.0
    assert gap["Film changed by, relative"] == pytest.approx(0.0, abs=1e-9)
    assert not lab.rack.on


@pytest.mark.parametrize("fields", [3, 7])
def test_a_film_that_remembers_is_on_its_branch_again(fields):
    whole, cut = Laboratory(Rack(Magnetic())), Laboratory(Rack(Magnetic()))
    expected = hall_ohm(whole, whole.attempt())
    cut.attempt(cut_after=RIM_ROWS + 8 + fields * FIELD_ROWS + 5)
    record = cut.attempt()
    assert hall_ohm(cut, record) == pytest.approx(expected, abs=1e-4 * np.ptp(expected))
    assert flags.GAP_HALL not in cut.procedure.analyse(record).results["hall_coefficient"].flags
    assert np.ptp(expected[[2, 7]]) > 1e-2 * np.ptp(expected), "the branches are apart at all"


def test_cut_off_again_and_again_nothing_counts_twice():
    lab = Laboratory()
    for cut_after in (RIM_ROWS + 8 + 20, 20, 10, 50, 16 + 16 + 40, 3):
        assert lab.attempt(cut_after=cut_after) is None
    record = lab.attempt()
    assert sorted(points_of(record)) == list(range(10))
    assert [row["Phase"] for row in record.rows].count(HALL) == 10 * FIELD_ROWS
    gaps = lab.facts["gaps"]
    assert [gap["next"] for gap in gaps] == sorted({gap["next"] for gap in gaps})
    assert gaps[0]["seconds"] > 1800.0, "three cuts before the next field was complete are one gap"
    assert lab.procedure.analyse(record).results["hall_coefficient"].value == pytest.approx(R_H, rel=1e-6)


def test_cut_off_after_its_last_field_only_the_end_is_left():
    lab = Laboratory()
    lab.attempt()
    rows = len(lab.rows)
    lab.guard()
    record = lab.attempt()
    assert len(record.rows) == rows
    assert lab.way() == [0.0]
    assert "gaps" not in lab.procedure.analyse(record).tables


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ({"angles": (0.0, 60.0, 181.0, 271.0)}, r"21,34 .* another film"),
        ({"lifted": 2}, "no usable reading"),
    ],
)
def test_another_film_is_to_be_put_back_or_refused_before_the_magnet_is_on(what, message):
    lab = Laboratory()
    lab.attempt(cut_after=RIM_ROWS + 8 + 40)
    mounted = lab.rack.specimen
    lab.rack.specimen = dataclasses.replace(mounted, **what)
    with pytest.raises(MeasurementError, match=message):
        lab.attempt()
    assert lab.way() == [0.0]
    assert not lab.rack.on
    assert lab.rack.closed == frozenset()
    assert len(lab.asked) == 2
    assert "not the film of before" in lab.asked[-1]

    lab.mounting = lambda: setattr(lab.rack, "specimen", mounted)
    record = lab.attempt()
    assert sorted(points_of(record)) == list(range(10))
    assert flags.GAP_MOUNTED in lab.procedure.analyse(record).results["hall_coefficient"].flags


def test_another_instrument_is_refused_before_anything_is_switched_on():
    lab = Laboratory()
    lab.attempt(cut_after=RIM_ROWS + 8 + 40)

    def other(found):
        found["gaussmeter"].name = "another one"

    with pytest.raises(MeasurementError, match="another one 1, before Nobody gaussmeter 1"):
        lab.attempt(change=other)
    assert lab.way() == []


def test_what_changed_meanwhile_is_flagged_and_widens_the_uncertainty():
    """After the interruption the Hall resistance is 2 % of its largest value off, and the probe by 2 mT."""
    lab = Laboratory(Rack(noise_V=1e-9))
    plain = lab.attempt()
    usual = lab.procedure.analyse(plain).results["sheet_carrier_density"]
    lab = Laboratory(Rack(noise_V=1e-9))
    lab.attempt(cut_after=RIM_ROWS + 8 + 5 * FIELD_ROWS + 5)
    lab.rack.specimen = dataclasses.replace(lab.rack.specimen, rho_xy=lambda b: R_H * (b + 0.01))
    lab.rack.remanence_T += 0.002
    changed = lab.procedure.analyse(lab.attempt())
    result = changed.results["hall_coefficient"]
    assert {flags.GAP_HALL, flags.GAP_FIELD} <= set(result.flags)
    (part,) = [one for one in result.budget if one.name == "change across interruptions"]
    # 10 mT of 510 as limits of the slope, less the noise
    assert part.contribution == pytest.approx(abs(R_H) * 0.010 / 0.51 / 3**0.5, rel=0.05)
    assert abs(result.value - R_H) < result.U
    density = changed.results["sheet_carrier_density"]
    assert density.U / density.value > 2 * usual.U / usual.value


def test_slopes_that_differ_are_seen_although_the_seam_lies_at_no_field():
    """After an interruption at zero R_H is 4 % larger: the seam cannot tell, the line can."""
    lab = Laboratory(Rack(noise_V=1e-9, remanence_T=0.0), points=9)
    lab.attempt(cut_after=RIM_ROWS + 8 + 5 * FIELD_ROWS + 5)
    lab.rack.specimen = dataclasses.replace(lab.rack.specimen, rho_xy=lambda b: 1.04 * R_H * b)
    analysis = lab.procedure.analyse(lab.attempt())
    said = set(analysis.results["hall_coefficient"].flags)
    assert flags.HALVES in said
    assert flags.GAP_HALL not in said
    found = analysis.results["sheet_carrier_density"]
    true = THICKNESS_m / (ELEMENTARY_CHARGE_C * abs(R_H))
    assert abs(found.value - true) < found.U
    assert abs(found.value - true / 1.04) < found.U
    assert found.U / true < 0.1


def test_a_contact_that_slipped_by_three_degrees_is_flagged():
    assert ANGLES[1] == 88.0
    lab = Laboratory()
    lab.attempt(cut_after=RIM_ROWS + 8 + 40)
    lab.rack.specimen = dataclasses.replace(lab.rack.specimen, angles=(0.0, 91.0, 181.0, 271.0))
    result = lab.procedure.analyse(lab.attempt()).results["hall_coefficient"]
    assert flags.GAP_FILM in result.flags


def test_it_goes_on_with_the_current_that_the_contacts_allowed():
    lab = Laboratory()
    lab.attempt(cut_after=RIM_ROWS + 8 + 2 * FIELD_ROWS + 5)
    asked_A = lab.kept[1]["level_A"]
    lab.kept[1]["level_A"] = 0.3 * asked_A  # as the check of the contacts would have left it
    taken = {}
    for row in lab.attempt().rows:
        if row["Phase"] == HALL:
            taken.setdefault(row["Step"] < 2, set()).add(abs(row["Set current"]))
    assert taken == {True: {asked_A}, False: {0.3 * asked_A}}
