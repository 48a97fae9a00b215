"""The register map of the simulated 2400: areas, scaling, holes, blocks, configuration, wear."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulators.instruments.eurotherm.eurotherm2400.memory import ENDURANCE


@pytest.mark.parametrize(("model", "code"), [("2408", 0x2480), ("2416", 0x2460), ("2404", 0x2440)])
def test_it_says_who_it_is(make_unit, model, code):
    unit = make_unit(model=model)
    assert unit.word(122) == code
    assert unit.word(107) == 0x0304
    assert unit.words(0x8000 + 2 * 122, 2) == (code, 0x8000), "padded"


def test_full_and_integer_resolution(unit):
    unit.set_number(24, 18.3)
    assert unit.word(24) == 183
    unit.panel.set(12550, 1)
    assert unit.word(24) == 18
    assert unit.number(24) == pytest.approx(18.3, abs=1e-6), "the IEEE area does not mind"
    unit.panel.set(12550, 0)
    unit.panel.set(525, 0)
    assert unit.word(24) == 18
    unit.panel.set(525, 2)
    assert unit.word(24) == 1830
    unit.one(24, 2500)
    assert unit.number(24) == 25.0


def test_ten_hours_do_not_fit_into_the_low_area(unit, refused):
    unit.programme(("ramp", 250.0, 5.0), ("dwell", 36_000.0))
    dwell = 8328 + 16 + 2
    assert unit.duration(dwell) == 36_000.0
    assert unit.words(0x8000 + 2 * dwell, 2) == (0x0225, 0x5100)
    assert unit.word(dwell) == 32_767
    with pytest.raises(refused, match="3"):
        unit.block(dwell, 36_000)
    assert unit.duration(dwell) == 36_000.0


def test_the_ieee_area_takes_whole_parameters_only(unit, refused):
    with pytest.raises(refused, match="2"):
        unit.words(0x8001, 1)
    with pytest.raises(refused, match="2"):
        unit.one(0x8000 + 48, 0)
    with pytest.raises(refused, match="3"):
        unit.block(0x8000 + 48, 0x4348)
    unit.block(0x8000 + 2 * 15, 1)
    assert unit.word(15) == 1, "a choice may be written as a single word"


def test_a_block_drops_what_is_for_nobody_and_stops_at_what_is_read_only(unit, refused):
    unit.block(7000, 5)  # acknowledged, and gone
    unit.block(24, 300, 111, 222)  # SP1, SP2, remote set-point
    assert [unit.number(register) for register in (24, 25, 26)] == pytest.approx([30.0, 11.1, 22.2])
    with pytest.raises(refused, match="3"):
        unit.block(4, 0, 0, 700)  # 4 and 5 are read-only, 6 comes after them
    assert unit.number(6) == 60.0
    unit.block(220, 1)
    unit.block(4, 0, 0, 700)
    assert unit.number(6) == 70.0, "with register 220 set it skips them"


def test_function_6_is_stricter(unit, refused):
    for register in (7000, 1, 5):
        with pytest.raises(refused, match="2"):
            unit.one(register, 0)
    unit.one(24, 250)
    assert unit.number(24) == 25.0


def test_what_is_not_configured_reads_as_anything(unit):
    assert unit.word(7000) != 0


@pytest.mark.parametrize("register", [516, 518, 520, 525, 536, 553, 12550])
def test_configuration_is_written_in_configuration_mode_only(unit, refused, register):
    value = unit.word(register)
    with pytest.raises(refused, match="3"):
        unit.block(register, value)
    unit.block(199, 2)
    unit.block(register, value)


def test_configuration_mode_stops_control_and_restarts_the_unit(unit):
    unit.set_number(24, 200.0)
    assert unit.sleep(60.0)["output_percent"] > 0
    unit.block(199, 2)
    assert unit.sleep(5.0)["output_percent"] == 0
    unit.block(199, 0)
    assert not unit.simulated.is_listening(), "it restarts"
    unit.clock.sleep(5.5)
    assert unit.simulated.is_listening()


def test_other_modes_spoil_the_calibration(unit):
    assert not unit.simulated.inspect()["calibration_damaged"]
    unit.block(199, 5)
    assert unit.simulated.inspect()["calibration_damaged"]


def test_every_write_of_what_it_retains_wears_its_memory(unit):
    before = unit.simulated.memory.writes
    for _ in range(10):
        unit.set_number(24, 20.0)
    unit.run()
    unit.block(26, 5)
    assert unit.simulated.memory.writes == before + 10, "commands and the remote set-point are not retained"
    unit.simulated.memory.writes = ENDURANCE + 1
    assert unit.call(7, b"") is None


def test_setpoint_limits_hold(unit, refused):
    unit.set_number(111, 300.0)
    for register in (2, 24, 8328 + 8 + 1):
        if register > 8000:
            unit.block(8328 + 8, 1)
        with pytest.raises(refused, match="3"):
            unit.set_number(register, 301.0)
        unit.set_number(register, 299.0)
        assert unit.number(register) == 299.0


def test_the_type_of_a_segment_redefines_the_others(unit):
    unit.programme(("ramp", 250.0, 5.0))
    base = 8328 + 8
    assert unit.number(base + 2) == 5.0
    unit.block(base, 3)
    assert unit.duration(base + 2) == 0.0
    unit.block(base, 1)
    assert (unit.number(base + 1), unit.number(base + 2)) == (0.0, 1.0)


def test_the_working_copy_is_written_in_hold_only_and_not_kept(unit, refused):
    unit.programme(("ramp", 250.0, 5.0), ("dwell", 600.0))
    unit.run()
    rate = 8192 + 8 + 2
    with pytest.raises(refused, match="3"):
        unit.set_number(rate, 10.0)
    unit.block(23, 4)
    wear = unit.simulated.memory.writes
    unit.set_number(rate, 10.0)
    assert unit.simulated.memory.writes == wear
    assert unit.number(rate) == 10.0
    assert unit.number(8328 + 8 + 2) == 5.0, "the stored one is as it was"


def test_program_bases_are_those_of_the_table(make_unit):
    unit = make_unit(programs=20)
    unit.block(8736 + 128, 0)
    unit.block(8736 + 128 + 3, 1)  # program 4, segment 16, end type: 8867, not 9003 as the example says
    assert unit.simulated.controller.store.program(4).segments[15].end_type == 1
    unit.block(10912 + 8, 3)
    assert unit.simulated.controller.store.program(20).segments[0].kind == 3


def test_coils_and_the_status_byte(unit):
    assert unit.call(7, b"") == b"\x00"
    unit.call(5, bytes.fromhex("0002 FF00"))
    assert unit.word(273) == 1
    assert unit.call(7, b"") == b"\x10"
    assert unit.call(1, bytes.fromhex("0002 000E")) == bytes.fromhex("02 01 00")
    assert unit.word(74) == 0x10


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([1, 2, 3, 4, 5, 6, 7, 8, 15, 16, 23, 43]),
    st.integers(0, 0xFFFF),
    st.integers(0, 130),
    st.binary(min_size=0, max_size=6),
)
def test_no_request_breaks_it(unit, refused, function, address, count, extra):
    data = address.to_bytes(2, "big") + count.to_bytes(2, "big")
    if function == 16:
        data += bytes([2 * count & 0xFF]) + bytes(2 * count & 0xFF)
    elif function == 7:
        data = b""
    try:
        unit.call(function, data)
    except refused:
        pass
    assert unit.simulated.answer(8, bytes.fromhex("0000 1234")) is not None
