"""The Eurotherm driver as exact frames: those of the handbook, and what each method sends."""

import pytest

from bench.core.errors import (
    CommandRejectedError,
    CommunicationError,
    ConfigError,
    GarbledReplyError,
    IdentityError,
    ReadBackError,
)
from bench.core.roles import TemperatureProgrammer, Thermometer
from drivers import modbus_rtu
from drivers.eurotherm import eurotherm2400_registers as known
from drivers.eurotherm.registers import Register, as_held, value_of, words_of

PV = "01 03 80 02 00 02 4D CB"
STATUS = "01 07 41 E2"


def sealed(text, unit=1):
    raw = bytes.fromhex(text)
    return modbus_rtu.sealed(unit, raw[0], raw[1:]).encode("latin-1").hex()


def read(address, count, *words):
    """The pair of a read."""
    data = "".join(f"{word:04X}" for word in words)
    return sealed(f"03 {address:04X} {count:04X}"), sealed(f"03 {2 * count:02X} {data}")


def write(address, *words):
    """The pair of a write."""
    data = "".join(f"{word:04X}" for word in words)
    return (
        sealed(f"10 {address:04X} {len(words):04X} {2 * len(words):02X} {data}"),
        sealed(f"10 {address:04X} {len(words):04X}"),
    )


def test_it_plays_both_roles(on_wire):
    driver = on_wire()
    assert isinstance(driver, TemperatureProgrammer)
    assert isinstance(driver, Thermometer)


@pytest.mark.parametrize(("code", "model"), [(0x2480, "2408"), (0x2460, "2416"), (0x2440, "2404")])
def test_identity(on_wire, code, model):
    driver = on_wire(read(122, 1, code), read(107, 1, 0x0305))
    identity = driver.identity()
    assert (identity.maker, identity.model, identity.firmware) == ("Eurotherm", model, "3.05")
    driver.close()


@pytest.mark.parametrize(
    ("code", "told"), [(0x2280, "identifier 2280"), (0x3216, "identifier 3216"), (0, "0000")]
)
def test_another_series_is_refused(on_wire, code, told):
    """A 3200 has other numbers for the same registers: 1 starts there what it resets here."""
    driver = on_wire(read(122, 1, code), read(107, 1, 0x0100))
    with pytest.raises(IdentityError, match=told):
        driver.connect()
    driver.close()


def test_temperature_in_kelvin(on_wire, clock):
    driver = on_wire((STATUS, sealed("07 00")), read(0x8002, 2, 0x437A, 0))
    reading = driver.temperature()
    assert (reading.value, reading.unit, reading.usable, reading.raw) == (523.15, "K", True, "250.0")
    driver.close()


def test_a_broken_thermocouple_is_no_number(on_wire):
    driver = on_wire((STATUS, sealed("07 20")), read(0x8002, 2, *words_of("number", 1372.0)))
    reading = driver.temperature()
    assert reading.value is None
    assert reading.overload
    driver.close()


def test_a_read_is_repeated_and_then_given_up(on_wire):
    driver = on_wire(
        (STATUS, None), (STATUS, "01 07 00 00 00"), (STATUS, sealed("07 00")), read(0x8002, 2, 0x437A, 0)
    )
    assert driver.temperature().value == 523.15
    driver.close()
    driver = on_wire(*[(STATUS, None)] * 3)
    with pytest.raises(CommunicationError, match="no complete reply"):
        driver.temperature()
    driver = on_wire(*[(STATUS, sealed("07 00", unit=2))] * 3)
    with pytest.raises(GarbledReplyError, match="unit 2 answered"):
        driver.temperature()


def test_what_is_held_already_is_not_written(on_wire):
    driver = on_wire(read(24, 1, 7))
    assert not driver._registers.put(Register("word", 24, "word"), 7)
    driver.close()


def test_what_differs_is_written_once_and_read_back(on_wire):
    at = 0x8000 + 2 * 24
    driver = on_wire(read(at, 2, 0, 0), write(at, 0x41C8, 0), read(at, 2, 0x41C8, 0))
    assert driver._registers.put(known.SETPOINT_1, 25.0)
    driver.close()


def test_a_lost_acknowledgement_is_settled_by_reading_back(on_wire):
    at = 0x8000 + 2 * 24
    request = write(at, 0x41C8, 0)[0]
    driver = on_wire(read(at, 2, 0, 0), (request, None), read(at, 2, 0x41C8, 0))
    assert driver._registers.put(known.SETPOINT_1, 25.0)
    driver.close()
    driver = on_wire(read(at, 2, 0, 0), (request, None), read(at, 2, 0, 0))
    with pytest.raises(ReadBackError, match="reads back as 0"):
        driver._registers.put(known.SETPOINT_1, 25.0)
    driver.close()  # and the write was sent once only


def test_a_refused_write_says_why(on_wire):
    at = 0x8000 + 2 * 24
    driver = on_wire(read(at, 2, 0, 0), (write(at, 0x41C8, 0)[0], sealed("90 03")), read(at, 2, 0, 0))
    with pytest.raises(CommandRejectedError, match="illegal data value") as caught:
        driver._registers.put(known.SETPOINT_1, 25.0)
    assert caught.value.codes == ((3, "illegal data value"),)
    driver.close()


def test_a_refused_read_is_not_repeated(on_wire):
    driver = on_wire((read(24, 1, 0)[0], sealed("83 02")))
    with pytest.raises(CommandRejectedError, match="illegal data address"):
        driver._registers.get(Register("word", 24, "word"))
    driver.close()


def test_numbers_and_times_of_the_handbook():
    assert words_of("number", 1.001) == (0x3F80, 0x20C5)
    assert words_of("duration", 120.0) == (0x0001, 0xD4C0)
    assert value_of("duration", (0x0225, 0x5100)) == 36_000.0
    assert as_held("number", 0.1) != 0.1
    with pytest.raises(GarbledReplyError):
        value_of("number", (0x7FC0, 0))


def test_the_worked_upload_frame_by_frame(bench):
    """Program 1 = 5 K/min to 250, ten hours, end with reset: the frames worked out from HA026230."""
    from bench.core.programme import Dwell, Holdback, Ramp, TemperatureProgramme

    sent = []
    write = bench.driver.adapter._bus.adapter.write
    bench.driver.adapter._bus.adapter.write = lambda frame: (
        sent.append(frame.encode("latin-1")),
        write(frame),
    )
    bench.driver.load_programme(
        TemperatureProgramme((Ramp(250.0, 5.0), Dwell(36_000.0)), Holdback("band", 10.0))
    )
    for frame in (
        "01 10 20 88 00 01 02 00 03 D9 1B",  # holdback type
        "01 10 20 90 00 01 02 00 01 5B 02",  # segment 1: ramp by rate
        "01 10 C1 22 00 02 04 43 7A 00 00 19 A6",  # to 250.0
        "01 10 C1 24 00 02 04 40 A0 00 00 B8 33",  # at 5.0
        "01 10 C1 34 00 02 04 02 25 51 00 81 3E",  # dwell 36 000 000 ms
    ):
        assert sent.count(bytes.fromhex(frame)) == 1, frame


@pytest.mark.parametrize(
    "options", [{"unit": 0}, {"unit": 255}, {"program": 0}, {"program": 21}, {"after_power_cut": "continue"}]
)
def test_options_that_cannot_be(on_wire, options):
    with pytest.raises(ConfigError, match=next(iter(options))):
        on_wire(**options)


def test_register_199_is_never_written(bench, qms, short):
    bench.driver.load_programme(qms)
    bench.driver.make_safe()
    bench.driver.run_programme(bench.driver.load_programme(short))
    bench.driver.make_safe()
    assert bench.inspect()["mode"] == 0
    assert not bench.inspect()["calibration_damaged"]
