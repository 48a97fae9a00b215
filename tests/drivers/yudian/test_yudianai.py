"""The Yudian driver as exact frames: those of the description, who is refused, what each method sends."""

import struct

import pytest

from bench.core.errors import (
    CommunicationError,
    ConfigError,
    GarbledReplyError,
    IdentityError,
    InstrumentError,
    ReadBackError,
    SafeStateError,
)
from bench.core.roles import TemperatureProgrammer, Thermometer
from drivers import aibus
from drivers.replies import ReplyShapeError
from drivers.yudian.parameters import Parameter
from simulators.instruments.yudian.yudianai import OldGeneration


def request(code, value=None, unit=1):
    """Written out from chapter 2, not by the driver's codec."""
    command, value = (0x52, 0) if value is None else (0x43, value & 0xFFFF)
    total = code * 256 + command + unit + value & 0xFFFF
    return (bytes([0x80 + unit] * 2 + [command, code]) + struct.pack("<HH", value, total)).hex()


def reply(value, pv=250, sv=0, mv=0, status=0x60, unit=1):
    words = [pv & 0xFFFF, sv & 0xFFFF, status << 8 | mv & 0xFF, value & 0xFFFF]
    return struct.pack("<5H", *words, sum(words) + unit & 0xFFFF).hex()


def exchange(code, value, **carried):
    return request(code), reply(value, **carried)


def test_the_frames_of_the_description():
    assert aibus.read(1, 0x01).encode("latin-1").hex(" ") == "81 81 52 01 00 00 53 01"
    assert aibus.write(1, 0x00, 1000).encode("latin-1").hex(" ") == "81 81 43 00 e8 03 2c 04"
    told = aibus.answer(1)(bytes.fromhex("E8 03 00 00 00 60 00 00 E9 63").decode("latin-1"))
    assert (told.process, told.setpoint, told.output_percent, told.flags, told.value) == (1000, 0, 0, 0x60, 0)


@pytest.mark.parametrize(
    ("frame", "told"),
    [
        ("E8 03 00 00 00 60 00 00 EA 63", "checksum of unit 1"),  # that of unit 2
        ("E8 03 00 00 00 60 00 00 E9", "9 bytes"),
        ("E9 03 00 00 00 60 00 00 E9 63", "checksum"),
    ],
)
def test_what_is_no_reply(frame, told):
    with pytest.raises(ReplyShapeError, match=told):
        aibus.answer(1)(bytes.fromhex(frame).decode("latin-1"))


def test_numbers_are_signed():
    told = aibus.answer(3)(bytes.fromhex(reply(-121, pv=-50, sv=-10, mv=-110, unit=3)).decode("latin-1"))
    assert (told.value, told.process, told.setpoint, told.output_percent) == (-121, -50, -10, -110)


def test_it_plays_both_roles(on_wire):
    assert isinstance(on_wire(), TemperatureProgrammer)
    assert isinstance(on_wire(), Thermometer)


@pytest.mark.parametrize(
    ("word", "model"), [(5187, "AI-518P"), (5167, "AI-516P"), (7167, "AI-716P"), (7197, "AI-719P")]
)
def test_identity(on_wire, word, model):
    identity = on_wire(exchange(0x15, word)).identity()
    assert (identity.maker, identity.model) == ("Yudian", model)


@pytest.mark.parametrize(
    ("word", "told"),
    [
        (0, "old generation"),
        (4, "old generation"),
        (12, "old generation"),
        (0xFC, "old generation"),
        (32767, "does not say its model"),
        (5180, "AI-518 which has no programmer"),
        (0x5187, "not in the table"),
        (-1, "not in the table"),
    ],
)
def test_any_other_is_refused_with_the_reason(on_wire, word, told):
    driver = on_wire(exchange(0x15, word))
    with pytest.raises(IdentityError, match=told):
        driver.connect()
    driver.close()


def test_an_old_unit_is_not_written_to_whatever_is_asked_of_it(make_bench, short):
    """0x1B is run or stop here and the first segment's time there: a 'stop' would ramp in a minute."""
    bench = make_bench(units=(), others={5: OldGeneration()})
    with pytest.raises(IdentityError, match="old generation"):
        bench.driver.connect()
    with pytest.raises(SafeStateError, match="nothing can be stopped there") as caught:
        bench.driver.make_safe()
    assert "LIVE" in str(caught.value)
    with pytest.raises(IdentityError, match="old generation"):
        bench.driver.reset_programme()
    for attempt in (
        lambda: bench.driver.load_programme(short),
        lambda: bench.driver.run_programme("x"),
        bench.driver.hold_programme,
        bench.driver.resume_programme,
        lambda: bench.driver._parameters.send(Parameter("run", 0x1B), 1),
    ):
        with pytest.raises(InstrumentError):
            attempt()
    assert bench.simulated.inspect() == {"control_word": 0, "writes": []}


def test_temperature_and_its_decimal_point_come_in_one_exchange(on_wire):
    driver = on_wire(exchange(0x0C, 1, pv=2500))
    reading = driver.temperature()
    assert (reading.value, reading.unit, reading.usable, reading.raw) == (523.15, "K", True, "2500")
    driver.close()


@pytest.mark.parametrize(
    ("point", "pv", "celsius"),
    [(0, 250, 250.0), (1, -50, -5.0), (2, 2512, 25.12), (128, 2500, 250.0), (129, 2512, 25.12)],
)
def test_decimal_points(on_wire, point, pv, celsius):
    """128 and more: a decimal more than the display shows."""
    assert on_wire(exchange(0x0C, point, pv=pv)).temperature().value == pytest.approx(celsius + 273.15)


def test_a_broken_thermocouple_is_no_number(on_wire):
    reading = on_wire(exchange(0x0C, 1, pv=13720, status=0x70)).temperature()
    assert reading.value is None
    assert reading.overload


def test_a_read_is_repeated_and_then_given_up(on_wire):
    ask = request(0x0C)
    driver = on_wire((ask, None), (ask, reply(1, unit=2)), (ask, reply(1, pv=2500)))
    assert driver.temperature().value == 523.15
    driver.close()
    with pytest.raises(CommunicationError, match="no complete reply"):
        on_wire(*[(ask, None)] * 3).temperature()
    with pytest.raises(GarbledReplyError, match="no decimal point"):
        on_wire(*[(ask, reply(77))] * 3).temperature()


def test_what_is_held_already_is_not_written(on_wire):
    driver = on_wire(exchange(0x1B, 1))
    assert not driver._parameters.put(Parameter("run", 0x1B), 1)
    driver.close()


def test_what_differs_is_written_once_and_read_back(on_wire):
    driver = on_wire(exchange(0x51, 45), (request(0x51, -121), reply(-121)), exchange(0x51, -121))
    assert driver._parameters.put(Parameter("t1", 0x51), -121)
    driver.close()


def test_a_lost_reply_to_a_write_is_settled_by_reading_back(on_wire):
    lost = (request(0x51, 30), None)
    driver = on_wire(exchange(0x51, 45), lost, exchange(0x51, 30))
    assert driver._parameters.put(Parameter("t1", 0x51), 30)
    driver.close()
    driver = on_wire(exchange(0x51, 45), lost, exchange(0x51, 45))
    with pytest.raises(ReadBackError, match="reads back as 45"):
        driver._parameters.put(Parameter("t1", 0x51), 30)
    driver.close()  # and it was sent once only


def test_a_clamped_value_and_a_missing_parameter_are_told(on_wire):
    driver = on_wire(exchange(0x1F, 3000), (request(0x1F, 9000), reply(8000)), exchange(0x1F, 8000))
    with pytest.raises(ReadBackError, match="reads back as 8000"):
        driver._parameters.put(Parameter("SPH", 0x1F), 9000)
    driver = on_wire(exchange(0x37, 32767), (request(0x37, 1), reply(32767)), exchange(0x37, 32767))
    with pytest.raises(ReadBackError, match="does not exist"):
        driver._parameters.put(Parameter("nonc", 0x37), 1)


@pytest.mark.parametrize(
    "options",
    [{"unit": -1}, {"unit": 81}, {"unit": True}, {"program_time_step": "1 h"}, {"program_time_step": 1}],
)
def test_options_that_cannot_be(on_wire, options):
    with pytest.raises(ConfigError, match=next(iter(options))):
        on_wire(**options)


def test_without_the_time_step_nothing_is_ramped(make_bench, short):
    bench = make_bench(program_time_step=None).ready()
    driver = bench.driver
    for attempt in (lambda: driver.load_programme(short), driver.read_programme, driver.programmer_status):
        with pytest.raises(InstrumentError, match="program time"):
            attempt()
    assert driver.temperature().usable
    assert driver.make_safe().verified
    assert bench.wear == 0
