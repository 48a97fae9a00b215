"""The base: construction, identity, typing mistakes, safe state, pymeasure's names."""

import logging
from typing import ClassVar

import pytest
from pymeasure.adapters import ProtocolAdapter
from pymeasure.instruments import Instrument as StockInstrument

from bench.core.errors import (
    BenchError,
    CommandRejectedError,
    GarbledReplyError,
    IdentityError,
    LimitError,
    SafeStateError,
)
from bench.core.limits import Limit, Limits
from bench.core.roles import SafeReport
from drivers.base import Driver
from drivers.error_queue import ErrorQueue
from drivers.link import Link
from drivers.safe_state import LOCK_PATIENCE_S, bring_to_safe, urgent
from drivers.settings import number

IDENTITY = "ACME,THING,42,1.0"


class Thing(Driver):
    """A made-up instrument with one setting."""

    identity_pattern = r"ACME,THING"
    model_limits: ClassVar = {"current": Limit(-1.0, 1.0, "A", "model thing")}
    readable = (number("level", "LEV", tolerance=0.0),)
    error_queue = ErrorQueue()

    stock = StockInstrument.control("X?", "X %g", "Control x.", check_set_errors=True)

    @property
    def level(self) -> float:
        """The level."""
        return self._get(self.readable[0])

    @level.setter
    def level(self, value: float) -> None:
        self._check_limit("current", value)
        self._put(self.readable[0], value)

    @property
    def fixed(self) -> int:
        """A constant."""
        return 1

    def set_speed(self, speed):
        """A method."""


def test_constructing_sends_nothing_and_takes_the_contract_arguments(clock):
    adapter = ProtocolAdapter([])
    lock = clock.lock("bus")
    thing = Thing(adapter, name="a", clock=clock, lock=lock, limits=Limits(), load="cell")
    assert isinstance(thing, StockInstrument)
    assert (thing.name, thing.load, thing.adapter) == ("a", "cell", adapter)
    assert thing._link.lock is lock


def test_unknown_options_are_named_with_those_that_exist(clock):
    with pytest.raises(TypeError, match=r"no option terminal;.*baud_rate"):
        Thing(ProtocolAdapter([]), name="a", clock=clock, terminal="rear")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("levle", "did you mean 'level'"),
        ("set_speed", "is a method: call set_speed"),
        ("fixed", "fixed once the driver is built"),
        ("load", "fixed once the driver is built"),
        ("adapter", "fixed once the driver is built"),
        ("name", "fixed once the driver is built"),
        ("connection", "fixed once the driver is built"),
        ("zzz", "no attribute 'zzz'"),
    ],
)
def test_a_wrong_assignment_raises_and_sends_nothing(talk, name, hint):
    with talk(Thing, []) as thing, pytest.raises(AttributeError, match=hint):
        setattr(thing, name, 1)


def test_properties_can_be_assigned_and_are_checked(talk):
    pairs = [("LEV 0.5", None), (":SYST:ERR?", '0,"No error"'), ("LEV?", "0.5")]
    with talk(Thing, pairs) as thing:
        thing.level = 0.5


def test_both_layers_of_limits_refuse_before_a_byte_leaves(talk):
    station = Limits(({"current": Limit(-0.1, 0.1, "A", "station file")},))
    with talk(Thing, [], limits=station) as thing, pytest.raises(LimitError, match="station file"):
        thing.level = 0.5
    with talk(Thing, []) as thing:
        with pytest.raises(LimitError, match="model thing"):
            thing.level = 1.5
        with pytest.raises(LimitError):
            thing.level = float("nan")


def test_connect_matches_the_identity_and_reads_the_settings_back(talk):
    with talk(Thing, [("*IDN?", IDENTITY), (":SYST:ERR?", '0,"No error"'), ("LEV?", "0.25")]) as thing:
        identity = thing.connect()
    assert (identity.maker, identity.model, identity.serial, identity.firmware) == (
        "ACME",
        "THING",
        "42",
        "1.0",
    )
    assert identity.raw == IDENTITY


def test_connect_names_who_answered_instead(talk):
    pairs = [("*IDN?", "OTHER,MODEL 9,1,2")]
    with talk(Thing, pairs) as thing, pytest.raises(IdentityError, match=r"OTHER,MODEL 9.*Thing"):
        thing.connect()


def test_connect_begins_with_an_empty_input(faulty, clock):
    adapter = faulty({"*IDN?": IDENTITY, ":SYST:ERR?": '0,"No error"', "LEV?": "0"})
    adapter.inbox.append("OTHER,MODEL 9,1,2")
    assert Thing(adapter, name="a", clock=clock).connect().maker == "ACME"
    assert adapter.sent.count("*IDN?") == 1


def test_an_identity_of_the_wrong_shape_is_garbled(faulty, clock):
    thing = Thing(faulty({"*IDN?": "1.5"}), name="a", clock=clock)
    with pytest.raises(GarbledReplyError):
        thing.connect()


def test_old_errors_are_said_and_do_not_belong_to_the_next_command(talk, caplog):
    pairs = [
        ("*IDN?", IDENTITY),
        (":SYST:ERR?", '-113,"Undefined header"'),
        (":SYST:ERR?", '0,"No error"'),
        ("LEV?", "0"),
    ]
    with talk(Thing, pairs) as thing, caplog.at_level(logging.WARNING):
        thing.connect()
    assert "-113 Undefined header" in caplog.text


def test_settings_hold_the_identity_and_everything_readable(talk):
    with talk(Thing, [("*IDN?", IDENTITY), ("LEV?", "0.25")]) as thing:
        assert thing.settings() == {
            "identity": {"maker": "ACME", "model": "THING", "serial": "42", "firmware": "1.0"},
            "level": 0.25,
        }


def test_without_an_output_the_safe_state_is_a_fact(talk):
    with talk(Thing, []) as thing:
        assert thing.make_safe() == SafeReport("meter", True, "has no output")


def test_a_driver_with_an_output_cannot_be_written_without_make_safe():
    with pytest.raises(TypeError, match="must define make_safe"):

        class Careless(Driver):
            has_output = True


def test_leaving_a_with_block_makes_safe(clock):
    calls = []

    class Live(Driver):
        has_output = True

        def make_safe(self):
            calls.append("safe")
            return SafeReport(self.name, True, "off")

    with Live(ProtocolAdapter([]), name="a", clock=clock) as live:
        assert calls == []
    assert calls == ["safe"]
    assert live.isShutdown


# ---- pymeasure's names


def test_pymeasure_properties_raise_what_pymeasure_only_logs(talk):
    pairs = [("X 2", None), (":SYST:ERR?", '-222,"Out of range"'), (":SYST:ERR?", '0,"No error"')]
    with talk(Thing, pairs) as thing, pytest.raises(CommandRejectedError):
        thing.stock = 2


def test_pymeasure_values_are_numbers_or_an_error(talk):
    with talk(Thing, [("X?", "1.5"), ("Y?", "1,2"), ("Z?", '-222,"garbage')]) as thing:
        assert thing.stock == 1.5
        assert thing.values("Y?") == [1.0, 2.0]
        with pytest.raises(GarbledReplyError, match="garbage"):
            thing.values("Z?")


def test_pymeasure_delays_pass_on_the_clock(talk, clock):
    with talk(Thing, [("Q?", "yes"), ("W", None), (None, "late")]) as thing:
        start = clock.now()
        assert thing.ask("Q?", query_delay=3.0) == "yes"
        thing.wait_for(2.0)
        assert clock.now() - start == 5.0
        thing.write("W")
        assert thing.read() == "late"


# ---- the safe state


def broken():
    raise BenchError("broken step")


def test_every_step_is_tried_even_if_one_fails():
    done = []
    steps = [
        ("one", broken),
        ("two", lambda: done.append(2)),
        ("three", broken),
        ("four", lambda: done.append(4)),
    ]
    report = bring_to_safe("meter", steps, lambda: (True, "output off"))
    assert done == [2, 4]
    assert report == SafeReport("meter", True, "output off")


@pytest.mark.parametrize("verify", [broken, lambda: (False, "output ON")])
def test_an_unverified_safe_state_is_loud(verify):
    with pytest.raises(SafeStateError) as caught:
        bring_to_safe("meter", [("off", broken)], verify)
    message = str(caught.value)
    for part in ("TREAT THE OUTPUT AS LIVE", "off: broken step", "'meter'", "by hand"):
        assert part in message


def test_a_stuck_reader_does_not_keep_make_safe_waiting_for_ever(clock, faulty):
    link = Link(faulty({}), name="meter", clock=clock, lock=clock.lock("port"))

    def stuck():
        with link.lock:
            clock.sleep(3600.0)

    actor = clock.spawn(stuck, name="stuck reader")
    clock.sleep(1.0)
    with urgent(link) as port:
        assert clock.now() == 1.0 + LOCK_PATIENCE_S
        port.write("OUTP OFF")
    assert link.adapter.sent == ["OUTP OFF"]
    assert actor.join()
