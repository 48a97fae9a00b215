"""The figures: which there are, that they can be saved, and that nothing is left behind in pyplot."""

import io
import sys

import pytest
from pellet_model import SWEEP, Truth, record_of, rows_of, with_

from procedures.transport.pellet.analysis import analyse
from procedures.transport.pellet.figures import MARKERS, OKABE_ITO, draw

DECLARED = Truth(u_height_m=20e-6, u_area=0.005, noise_V=2e-5, alpha_per_K=0.01)


def figures(truth, rows=None, **changes):
    record = record_of(truth, rows)
    for name, value in changes.items():
        object.__setattr__(record, name, value)
    return draw(record, analyse(record))


def texts(figure):
    found = [text.get_text() for text in figure.texts]
    for axes in figure.axes:
        found += [text.get_text() for text in axes.texts]
        found += [axes.get_xlabel(), axes.get_ylabel(), axes.get_title(loc="left")]
        if axes.get_legend() is not None:
            found += [text.get_text() for text in axes.get_legend().get_texts()]
    return "\n".join(found)


def saved(figure):
    target = io.BytesIO()
    figure.savefig(target, format="png")
    return target.getvalue()


def test_a_series_has_three_figures_and_pyplot_none():
    found = figures(DECLARED)
    assert set(found) == {"iv", "height", "budget"}
    assert "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()
    for figure in found.values():
        assert saved(figure).startswith(b"\x89PNG")


def test_labels_carry_units_and_the_result_its_uncertainty():
    found = figures(DECLARED)
    assert "Voltage / V" in texts(found["iv"])
    assert "Current / µA" in texts(found["iv"])
    assert "Height / mm" in texts(found["height"])
    assert "Resistance / kΩ" in texts(found["height"])
    assert "±" in texts(found["height"])
    assert "not resolved from zero" in texts(found["height"])
    assert "Contribution to u(conductivity)" in texts(found["budget"])


def test_simulated_is_written_on_every_figure_of_a_simulation_only():
    assert all("SIMULATED" in texts(figure) for figure in figures(DECLARED).values())
    assert not any("SIMULATED" in texts(figure) for figure in figures(DECLARED, simulated=False).values())


def test_pellets_differ_in_colour_and_in_marker():
    (upper, _) = figures(DECLARED)["iv"].axes
    points = [line for line in upper.lines if line.get_marker() in MARKERS]
    assert len({line.get_color() for line in points}) == 5
    assert len({line.get_marker() for line in points}) == 5
    assert {line.get_color() for line in points} <= set(OKABE_ITO)


@pytest.mark.parametrize("heights", [(1e-3,), (1e-3, 2e-3)], ids=str)
def test_without_a_series_there_is_no_line(heights):
    found = figures(with_(DECLARED, heights_m=heights))
    (axes,) = found["height"].axes
    assert "contact resistance not separated" in texts(found["height"])
    assert not [line for line in axes.lines if len(line.get_xdata()) == 100]
    assert all(saved(figure) for figure in found.values())


def test_readings_at_a_limit_are_shown_apart():
    rows = rows_of(DECLARED)
    for row in [row for row in rows if row["Phase"] == SWEEP and row["Pellet"] == "b"][:4]:
        row["Compliance"] = True
    found = figures(DECLARED, rows)
    assert "b: at the limit, not fitted" in texts(found["iv"])


def test_a_run_without_a_usable_pellet_still_shows_its_readings():
    rows = rows_of(DECLARED)
    for row in rows:
        row["Compliance"] = True
    found = figures(DECLARED, rows)
    assert set(found) >= {"iv"}
    assert "height" not in found
    assert all(saved(figure) for figure in found.values())


def test_a_run_without_rows_has_no_figure():
    assert set(figures(DECLARED, rows_of(DECLARED)[:24])) <= {"budget"}
