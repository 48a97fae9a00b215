"""Alarms on what runs publish: the same judge as for interlocks, told to a person instead."""

import pytest

from bench.core import wall
from bench.core.errors import ConfigError
from bench.core.readings import Reading
from bench.runs.engine.events import AmbientRead, Notice, RunFinished, RunStarted, StatusChanged
from bench.safety.watch import SETTLE_S
from bench.service.alarms.load import AlarmSettings, load_alarms
from bench.service.alarms.quantities import Quantities
from bench.service.feed.hub import GoingRun, Hub
from bench.service.feed.log import EventLog
from bench.station import load_station


@pytest.fixture
def now(monkeypatch):
    at = [1000.0]
    monkeypatch.setattr(wall, "now", lambda: at[0])
    return at


def rules(lab, text):
    lab.data.mkdir(exist_ok=True)
    (lab.data / "alarms.toml").write_text(text, "utf-8")
    return load_alarms(lab.data, load_station(lab.station)).rules


def test_a_quantity_has_to_be_beyond_for_as_long_as_the_rule_says(lab, now):
    watched = Quantities(rules(lab, '[rules.low]\nquantity = "V of meter"\nbelow = "1 mV"\nfor = "10 s"'))
    run = GoingRun(7, "f", "p", {"V": "V"}, ("meter",))
    watched.began(run)
    watched.row(run, {"V": 0.5e-3})
    now[0] += 9.0
    assert watched.look()[0] == []
    watched.row(run, {"V": 0.2e-3})
    now[0] += 1.0
    ((found,), _) = watched.look()
    assert (found.run, found.text[:42]) == (7, "V of run #7 is below 1 mV (0.0002 V) since")
    watched.row(run, {"V": 2.0})
    assert watched.look() == ([], [])  # not over before it has settled
    now[0] += SETTLE_S
    assert watched.look() == ([], [found.key])


def test_a_short_excursion_counts_where_the_rule_acts_at_once(lab, now):
    watched = Quantities(rules(lab, '[rules.high]\nquantity = "V"\nabove = 1.0'))
    run = GoingRun(7, "f", "p", {"V": "V"})
    watched.began(run)
    for value in (0.5, 1.5, 1.2, 0.5, None, True, float("nan")):
        watched.row(run, {"V": value})
    ((found,), over) = watched.look()
    assert (found.text[:39], over) == ("V of run #7 is above 1 V (1.5 V) since ", [])
    watched.ended(run)
    assert watched.look() == ([], [found.key])
    assert watched.look() == ([], [])


def test_an_excursion_of_a_run_that_is_over_when_somebody_looks_is_raised_and_over(lab):
    watched = Quantities(rules(lab, '[rules.high]\nquantity = "V"\nabove = 1.0'))
    run = GoingRun(7, "f", "p", {"V": "V"})
    watched.began(run)
    watched.row(run, {"V": 1.5})
    watched.ended(run)
    ((found,), over) = watched.look()
    assert over == [found.key]


def test_a_limit_of_another_dimension_is_told_when_the_run_begins(lab):
    watched = Quantities(rules(lab, '[rules.high]\nquantity = "V"\nabove = "3 K"'))
    watched.began(GoingRun(7, "f", "p", {"V": "V"}))
    ((found,), _) = watched.look()
    assert "cannot watch 'V' in V" in found.text


def test_runs_on_other_instruments_do_not_concern_a_rule(lab):
    watched = Quantities(rules(lab, '[rules.high]\nquantity = "V of meter"\nabove = "1 V"'))
    run = GoingRun(7, "f", "p", {"V": "V"}, ("ambient",))
    watched.began(run)
    watched.row(run, {"V": 5.0})
    assert watched.look() == ([], [])


def test_an_excursion_that_lasted_counts_though_nobody_looked_meanwhile(lab, now):
    watched = Quantities(rules(lab, '[rules.high]\nquantity = "V"\nabove = 1.0\nfor = "5 s"'))
    run = GoingRun(7, "f", "p", {"V": "V"})
    watched.began(run)
    for seconds, volts in ((0.0, 1.5), (3.0, 7.0), (3.0, 0.5), (SETTLE_S, 0.5)):
        now[0] += seconds
        watched.row(run, {"V": volts})
    ((found,), over) = watched.look()
    assert found.text.startswith("V of run #7 is above 1 V (7 V) since ")
    assert over == [found.key]
    assert watched.look() == ([], [found.key])


def test_silence_is_an_alarm_only_where_the_rule_says_how_long(lab, now):
    text = '[rules.a]\nquantity = "V"\nabove = 9\n[rules.b]\nquantity = "V"\nabove = 9\nstale = "5 min"'
    watched = Quantities(rules(lab, text))
    run, other = GoingRun(7, "f", "p", {"V": "V"}), GoingRun(8, "g", "p", {"V": "V"})
    watched.began(run)
    watched.began(other)
    now[0] += 200.0
    watched.row(run, {"V": None})
    watched.winding_up(other)
    now[0] += 200.0
    ((found,), _) = watched.look()
    assert (found.rule, found.run) == ("b", 7)
    assert "no value of V of run #7 since" in found.text
    assert found.text.endswith("(the longest allowed: 5 min 00 s)")
    watched.row(run, {"V": 1.0})
    now[0] += SETTLE_S
    assert found.key in watched.look()[1]


def hub_of(watched):
    hub = Hub(EventLog())
    hub.listener = watched
    return hub


def started(key=7):
    return RunStarted("r", "p", None, 1, 1, 0.0, 0, key, "f", {"V": "V"}, ("meter",))


def test_trouble_is_told_while_the_run_goes_on_without_any_file_and_where_a_rule_asks_for_it(lab):
    only_ends = rules(lab, '[rules.end]\nruns = ["failed"]')
    asks = rules(lab, '[rules.trouble]\nruns = ["failed", "warned"]\nguidance = "Call Ana."')
    for of_a_file, expected in ((AlarmSettings().rules, 1), (asks, 1), (only_ends, 0)):
        watched = Quantities(of_a_file)
        hub = hub_of(watched)
        for event in (started(), Notice("r", "info", "half-way"), Notice("r", "warning", "argon is lost")):
            hub(event)
        told, over = watched.look()
        assert ([one.text for one in told], over) == (expected * ["run #7: argon is lost"], [])
        assert not any(one.lasting for one in told)
        assert watched.look() == ([], [])
    assert rules(lab, '[rules.a]\nruns = ["warned"]')[0].runs == ("warned",)


def read(kelvin):
    return AmbientRead("r", Reading(kelvin, "K", 0.0, overload=kelvin is None))


def test_the_room_is_judged_whoever_read_it_and_belongs_to_no_run(lab, now):
    hub = hub_of(
        watched := Quantities(
            rules(lab.add_thermometer(), '[rules.hot]\nquantity = "ambient"\nabove = "30 degC"')
        )
    )
    for kelvin in (303.15, None, 305.15):
        hub(read(kelvin))
    ((found,), _) = watched.look()
    assert (found.key, found.run) == ("quantity:hot:room", None)
    assert found.text.startswith("ambient is above 30 degC (305.15 K, 32.00 degC) since ")
    hub(started())
    hub(RunFinished("r", "done", "verified", ""))
    assert watched.look() == ([], []), "the end of a run cools no room"
    hub(read(300.0))
    now[0] += SETTLE_S
    assert watched.look() == ([], [found.key])


def test_a_room_that_nobody_could_read_is_an_alarm_where_the_rule_says_how_long(lab, now):
    text = '[rules.hot]\nquantity = "ambient"\nabove = "30 degC"\nstale = "20 min"'
    hub = hub_of(watched := Quantities(rules(lab.add_thermometer(), text)))
    hub(read(295.0))
    now[0] += 600.0
    hub(read(None))
    now[0] += 599.0
    assert watched.look()[0] == []
    now[0] += 1.0
    ((found,), _) = watched.look()
    assert "no value of ambient since" in found.text


def test_the_silence_of_a_shutdown_is_none(lab, now):
    hub = hub_of(watched := Quantities(rules(lab, '[rules.v]\nquantity = "V"\nabove = 9\nstale = "9 s"')))
    hub(started())
    hub(StatusChanged("r", "shutdown"))
    now[0] += 5000.0
    assert watched.look()[0] == []


def test_a_limit_on_the_room_that_is_no_temperature_is_refused_at_once(lab):
    with pytest.raises(ConfigError, match=r"rules.hot.*V"):
        rules(lab.add_thermometer(), '[rules.hot]\nquantity = "ambient"\nabove = "30 V"')


def test_an_idle_service_looks_at_the_room_where_a_rule_needs_it(lab, until):
    """On a simulated bench whose thermometer is really asked; no run ever goes on."""
    lab.add_thermometer()
    lab.data.mkdir(exist_ok=True)
    text = '[rules.warm]\nquantity = "ambient"\nabove = "-100 degC"\n'
    (lab.data / "alarms.toml").write_text(text, "utf-8")
    lab.start()
    with lab.client() as client:
        (alarm,) = until(client.alarms)
        assert (alarm.rule, alarm.run, alarm.active) == ("warm", None, True)
        assert alarm.text.startswith("ambient is above -100 degC (29")
        reading = client.health().ambient
        assert (reading.quantity, reading.unit, reading.run_id) == ("ambient", "K", "")
        assert client.instrument("ambient").readings[0].value == reading.value
