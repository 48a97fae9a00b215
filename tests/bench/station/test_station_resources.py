"""VISA resource names: what is one, which are the same instrument, which share a port."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.station.resources import ResourceNameError, canonical, port


@pytest.mark.parametrize(
    "same",
    [
        ["GPIB0::24::INSTR", "GPIB::24", "GPIB0::24", "gpib0::24::INSTR"],
        ["ASRL3::INSTR", "ASRL3", "ASRLCOM3::INSTR", "asrlcom3::INSTR"],
        ["TCPIP0::192.168.0.5::INSTR", "TCPIP::192.168.0.5", "TCPIP0::192.168.0.5::inst0::INSTR"],
        ["TCPIP::Meter.lab::5025::SOCKET", "TCPIP0::meter.lab::5025::SOCKET"],
        ["USB0::0x05E6::0x2450::0123::INSTR", "USB::0x05e6::0x2450::0123::0::INSTR"],
    ],
)
def test_ways_to_write_one_instrument(same):
    assert len({canonical(resource) for resource in same}) == 1


def test_different_instruments_differ():
    names = [
        "GPIB0::24::INSTR",
        "GPIB1::24::INSTR",
        "GPIB0::24::3::INSTR",
        "ASRL/dev/ttyUSB0::INSTR",
        "ASRL/dev/ttyusb0::INSTR",
        "TCPIP::10.0.0.1::5025::SOCKET",
        "TCPIP::10.0.0.1::5026::SOCKET",
    ]
    assert len({canonical(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("wrong", "remedy"),
    [
        ("COM3", "write ASRL3::INSTR"),
        ("/dev/ttyUSB0", "write ASRL/dev/ttyUSB0::INSTR"),
        ("24", "write GPIB0::24::INSTR"),
        ("GPIB0::x::INSTR", "0 to 30"),
        ("GPIB0::24::instr", "0 to 30"),
        ("GPIB0::24::INSTR ", "write it like"),
        ("TCPIP::h::SOCKET", "write it like"),
        ("", "bench scan"),
        ("FOO::1", "bench scan"),
    ],
)
def test_what_is_none_says_how_to_write_it(wrong, remedy):
    with pytest.raises(ResourceNameError) as caught:
        canonical(wrong)
    assert remedy in caught.value.remedy


@given(st.text(max_size=40) | st.text(alphabet="GPIBASRLTCUSO0123:,. x", max_size=40))
def test_any_text_is_a_resource_or_an_error(text):
    try:
        name = canonical(text)
    except ResourceNameError:
        with pytest.raises(ResourceNameError):
            port(text)
        return
    assert name
    assert port(text)
    assert canonical(text) == name


def test_instruments_on_one_bus_share_its_port():
    assert port("GPIB0::24::INSTR") == port("GPIB0::25") != port("GPIB1::24::INSTR")
    assert port("TCPIP::gate::gpib0,5::INSTR") == port("TCPIP0::gate::gpib0,7::INSTR")
    assert port("TCPIP::gate::gpib0,5::INSTR") != port("TCPIP::gate::gpib1,5::INSTR")
    assert port("TCPIP::10.0.0.1::INSTR") != port("TCPIP::10.0.0.2::INSTR")
    assert port("ASRL3::INSTR") == port("ASRLCOM3::INSTR") != port("ASRL4::INSTR")
