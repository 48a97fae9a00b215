"""Temperature programmes as data: what is refused, and what a fingerprint tells."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.core.programme import Dwell, Holdback, ProgrammeError, Ramp, TemperatureProgramme

QMS = TemperatureProgramme((Ramp(180.0, 5.0), Ramp(250.0, 2.0), Dwell(36_000.0)), Holdback("band", 10.0))


def test_peak_and_duration():
    assert QMS.peak_degC == 250.0
    assert QMS.duration_s(20.0) == pytest.approx(160 / 5 * 60 + 70 / 2 * 60 + 36_000)
    cooling = TemperatureProgramme((Ramp(100.0, 10.0), Ramp(40.0, 1.0)))
    assert cooling.duration_s(100.0) == pytest.approx(3600.0)


def test_all_that_is_wrong_is_listed():
    with pytest.raises(ProgrammeError) as caught:
        TemperatureProgramme((Ramp(math.nan, 5.0), Ramp(100.0, 0.0), Dwell(-1.0)), Holdback("band", 0.0))
    text = str(caught.value)
    for part in (
        "segment 1 leads to nan",
        "segment 2 ramps at 0.0",
        "segment 3 dwells for -1.0",
        "holdback of 0.0",
    ):
        assert part in text


def test_a_programme_without_a_ramp_is_none():
    with pytest.raises(ProgrammeError, match="no ramp"):
        TemperatureProgramme((Dwell(10.0),))


def test_the_fingerprint_is_that_of_the_content():
    same = TemperatureProgramme(QMS.segments, QMS.holdback, "reset")
    assert same.fingerprint == QMS.fingerprint
    assert len(QMS.fingerprint) == 64


temperatures = st.floats(0.0, 1200.0)
rates = st.floats(0.01, 900.0)
programmes = st.builds(
    TemperatureProgramme,
    st.lists(st.builds(Ramp, temperatures, rates), min_size=1, max_size=6).map(tuple),
    st.builds(Holdback, st.sampled_from(["low", "high", "band"]), st.floats(0.1, 99.0)),
    st.sampled_from(["reset", "dwell"]),
)


@given(programmes, programmes)
def test_equal_fingerprints_mean_equal_programmes(one, other):
    assert (one.fingerprint == other.fingerprint) == (one == other)
