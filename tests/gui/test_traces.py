"""The recent past of readings: bounded, one run at a time, and measured values before what was set; no Qt."""

from types import SimpleNamespace

from bench.service.models.station import LastReading
from gui.logic.traces import Traces, telling


def instrument(*readings):
    return SimpleNamespace(name="meter", readings=list(readings))


def reading(quantity="Voltage", value=1.0, run_id="a", age_s=0.0):
    return LastReading(quantity=quantity, value=value, unit="V", run_id=run_id, age_s=age_s)


def test_a_reading_that_is_asked_for_again_is_no_new_point():
    traces = Traces()
    traces.feed([instrument(reading(age_s=0.0))], 10.0)
    traces.feed([instrument(reading(age_s=1.0))], 11.0)
    traces.feed([instrument(reading(value=2.0, age_s=0.2))], 12.0)
    assert traces.of("meter", "Voltage").tolist() == [[10.0, 1.0], [11.8, 2.0]]
    assert len(traces.of("meter", "Current")) == 0


def test_it_is_bounded_and_another_run_is_another_trace():
    traces = Traces(kept=50)
    for second in range(200):
        traces.feed([instrument(reading(value=float(second)))], float(second))
        kept = traces.of("meter", "Voltage")[:, 1].tolist()
        assert kept == [float(one) for one in range(max(0, second - 49), second + 1)]
    traces.feed([instrument(reading(run_id="b"))], 300.0)
    assert traces.of("meter", "Voltage").tolist() == [[300.0, 1.0]]


def test_what_was_measured_is_shown_before_what_was_set():
    readings = [reading("Time"), reading("Set current"), reading("Voltage range"), reading("Note", "text")]
    assert [one.quantity for one in telling(instrument(*readings))] == ["Set current", "Voltage range"]
    readings += [reading("Resistance"), reading("Compliance", True), reading("Voltage", None)]
    assert [one.quantity for one in telling(instrument(*readings))] == ["Resistance"]
