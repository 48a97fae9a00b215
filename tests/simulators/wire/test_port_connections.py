"""Several connections to one instrument: own buffers, one plug, common faults."""

import pytest

from bench.core.clock import VirtualClock
from simulators.wire import faults
from simulators.wire.faults import Fault
from simulators.wire.port import DisconnectedError, Port
from simulators.wire.scpi import ScpiInstrument, Setting, Text


class Meter(ScpiInstrument):
    label = Setting("LABel", Text(200), "none")


@pytest.fixture
def port():
    clock = VirtualClock()
    meter = Meter(clock, name="meter", identity="QMS,METER,0,1")
    return Port(meter, clock, name="meter", output_terminator=b"\r\n", latency_s=0.5, input_terminator=b"!")


def read(port):
    port.clock.sleep(1.0)
    return port.take(4096)[0]


def test_settings_are_common_and_buffers_are_not(port):
    one, two = port.another(), port.another()
    one.feed(b"LAB 'x'!LAB?!*ID")
    two.feed(b"*IDN?!")
    assert two.available_at == 0.5
    assert read(two) == b"QMS,METER,0,1\r\n"
    assert read(one) == b'"x"\r\n'
    one.feed(b"N?!")
    assert read(one) == b"QMS,METER,0,1\r\n"
    assert port.available_at is None


def test_replies_queue_up_as_on_a_socket(port):
    one = port.another()
    one.feed(b"*IDN?!*IDN?!SYST:ERR?!")
    assert [read(one), read(one)] == [b"QMS,METER,0,1\r\n"] * 2
    assert read(one).startswith(b"0,")


@pytest.mark.parametrize("who", [0, 1, 2])
def test_there_is_one_plug(port, who):
    family = [port, port.another(), port.another()]
    for one in family:
        one.feed(b"*IDN?!")
    family[who].disconnect()
    for one in (*family, port.another()):
        assert one.available_at is None
        with pytest.raises(DisconnectedError):
            one.feed(b"*IDN?!")
    family[who].reconnect()
    for one in family:
        one.feed(b"*IDN?!")
        assert read(one) == b"QMS,METER,0,1\r\n"


def test_a_rule_counts_over_all_connections_and_may_pull_the_plug(port):
    one, two = port.another(), port.another()
    rule = port.faults.add(Fault("IDN", faults.drop, after=1))
    one.feed(b"*IDN?!")
    two.feed(b"*IDN?!")
    assert (rule.seen, rule.hits) == (2, 1)
    assert (read(one), read(two)) == (b"QMS,METER,0,1\r\n", b"")
    two.faults.add(Fault("OPC", faults.disconnect))
    one.feed(b"*OPC?!")
    assert [one.connected, two.connected, port.connected] == [False] * 3


def test_one_that_has_left_is_forgotten(port):
    one, two = port.another(), port.another()
    one.feed(b"*IDN?!")
    one.leave()
    assert one.available_at is None
    port.disconnect()
    assert one.connected
    assert not two.connected
