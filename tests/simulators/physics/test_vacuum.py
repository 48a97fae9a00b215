"""The chamber: pumped down, leaking, closed off, vented; each a closed form."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.physics.vacuum import Chamber, ROOM_Pa

LITRES_2 = 2e-3


def test_pumped_down_to_the_base_pressure():
    chamber = Chamber(base_Pa=2.0, pump_s=30.0)
    assert chamber.pressure_Pa(1e6) == ROOM_Pa
    chamber.pump(True, 100.0)
    for time in (100.0, 130.0, 400.0):
        assert chamber.pressure_Pa(time) == pytest.approx(2 + (ROOM_Pa - 2) * math.exp(-(time - 100) / 30))
    assert chamber.pressure_Pa(2000.0) == pytest.approx(2.0)
    chamber.pump(False, 2000.0)
    assert chamber.pressure_Pa(1e5) == pytest.approx(2.0), "nothing leaks"
    chamber.vent(1e5)
    assert chamber.pressure_Pa(1e5) == ROOM_Pa


def test_a_leak_spoils_the_vacuum_and_fills_what_is_closed():
    """1 sccm into 2 litres is 0.84 Pa/s; against a pump with 30 s that is 25 Pa more."""
    rise_Pa_per_s = ROOM_Pa * 1e-6 / 60 / LITRES_2
    chamber = Chamber(base_Pa=2.0, pump_s=30.0, leak_sccm=1.0, volume_m3=LITRES_2)
    chamber.pump(True, 0.0)
    assert chamber.pressure_Pa(3600.0) == pytest.approx(2 + 30 * rise_Pa_per_s, rel=1e-3)
    chamber.pump(False, 3600.0)
    before = chamber.pressure_Pa(3600.0)
    assert chamber.pressure_Pa(3700.0) - before == pytest.approx(100 * rise_Pa_per_s, rel=2e-3)
    assert chamber.pressure_Pa(1e8) == pytest.approx(ROOM_Pa)
    with pytest.raises(ValueError, match="leak"):
        chamber.set_leak(-1.0, 1e8)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(0.5, 100.0),
            st.one_of(
                st.tuples(st.just("pump"), st.booleans()), st.tuples(st.just("leak"), st.floats(0.0, 100.0))
            ),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_the_pressure_is_the_solution_of_its_equation(changes):
    """Against the midpoint rule in steps of a tenth of a second."""
    chamber = Chamber(base_Pa=2.0, pump_s=30.0)
    time, pressure, pumped = 0.0, ROOM_Pa, False
    for what, value in [("pump", True), *(change for _, change in changes)]:
        pumped = value if what == "pump" else pumped
        (chamber.pump if what == "pump" else chamber.set_leak)(value, time)
        leak_per_s = chamber.leak_sccm * 1e-6 / 60 / LITRES_2
        for _ in range(200):

            def slope(at, pumped=pumped, leak_per_s=leak_per_s):
                return (2.0 - at) / 30.0 * pumped + leak_per_s * (ROOM_Pa - at)

            pressure += 0.1 * slope(pressure + 0.05 * slope(pressure))
            time += 0.1
        assert chamber.pressure_Pa(time) == pytest.approx(pressure, rel=1e-4)
