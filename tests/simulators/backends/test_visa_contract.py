"""What pyvisa may rely on, for each kind of resource."""

import random

import pytest
import pyvisa
from pyvisa.constants import BufferOperation, SerialTermination, StatusCode, StopBits
from pyvisa.errors import VisaIOError

from simulators.backends.serial_line import SerialLine
from simulators.backends.visa import BenchVisaLibrary
from simulators.wire.faults import Fault, delay, disconnect, drop, truncate
from simulators.wire.port import Port

GPIB = "GPIB0::24::INSTR"
SERIAL = "ASRL3::INSTR"
SOCKET = "TCPIP0::192.168.0.7::5025::SOCKET"
LAN = "TCPIP0::192.168.0.7::inst0::INSTR"
USB = "USB0::1510::9296::04001234::0::INSTR"
USB_RAW = "USB0::1510::9296::04001234::0::RAW"
BUSES = [GPIB, LAN, USB]
LINES = [SERIAL, SOCKET, USB_RAW]


def status_of(act):
    with pytest.raises(VisaIOError) as caught:
        act()
    return caught.value.error_code


@pytest.mark.parametrize("resource", BUSES + LINES)
class TestEveryResource:
    def test_dialogue(self, connect, resource):
        meter = connect(resource)
        assert meter.query("*IDN?") == "QMS,METER,0,1"
        meter.write("LAB 'abc'")
        assert meter.query("LAB?;*OPC?") == '"abc";1'
        assert meter.query_ascii_values("READ?") == [1.25]

    def test_crlf_is_taken(self, connect, resource):
        assert connect(resource, write_termination="\r\n").query("*IDN?") == "QMS,METER,0,1"

    def test_a_reply_of_several_chunks(self, connect, resource):
        meter = connect(resource)
        values = meter.query_ascii_values("TRAC?")
        assert len(values) == 3000
        assert set(values) == {1.25}
        meter.chunk_size = 7
        assert meter.query("*IDN?") == "QMS,METER,0,1"

    def test_reading_a_number_of_bytes(self, connect, resource):
        meter = connect(resource)
        meter.write("*IDN?")
        assert meter.read_bytes(4) == b"QMS,"
        assert meter.read() == "METER,0,1"

    def test_a_timeout_costs_clock_time_and_keeps_the_session(self, connect, clock, resource):
        meter = connect(resource, timeout=1500)
        assert status_of(meter.read) == StatusCode.error_timeout
        assert clock.now() == pytest.approx(1.5)
        assert meter.query("*OPC?") == "1"

    def test_a_reply_in_time_and_too_late(self, connect, clock, port, resource):
        meter = connect(resource, timeout=2000)
        port.faults.add(Fault("READ", delay(1.5)))
        assert meter.query("READ?") == "+1.250000E+00"
        assert clock.now() == pytest.approx(1.6)
        port.faults.add(Fault("READ", delay(3.0)))
        assert status_of(lambda: meter.query("READ?")) == StatusCode.error_timeout
        assert clock.now() == pytest.approx(3.6)
        assert meter.read() == "+1.250000E+00"  # it arrives after all
        assert clock.now() == pytest.approx(4.7)

    def test_timeout_zero_and_none(self, connect, clock, port, resource):
        meter = connect(resource, timeout=0)
        meter.write("READ?")
        assert status_of(meter.read) == StatusCode.error_timeout
        assert clock.now() == 0.0
        meter.timeout = None
        assert meter.read() == "+1.250000E+00"

        def talk():
            clock.sleep(1e6)
            port.feed(b"*OPC?\n")

        clock.spawn(talk, name="somebody")
        assert meter.read() == "1"
        assert clock.now() > 1e6

    def test_a_lost_reply_is_a_timeout(self, connect, port, resource):
        meter = connect(resource)
        port.faults.add(Fault("IDN", drop))
        assert status_of(lambda: meter.query("*IDN?")) == StatusCode.error_timeout
        assert meter.query("*IDN?") == "QMS,METER,0,1"

    def test_a_lost_connection(self, connect, port, clock, resource):
        meter = connect(resource)
        port.faults.add(Fault("READ", disconnect))
        meter.write("READ?")
        assert status_of(meter.read) == StatusCode.error_connection_lost
        assert status_of(lambda: meter.write("*OPC?")) == StatusCode.error_connection_lost
        assert clock.now() == 0.0
        port.reconnect()
        assert meter.query("*OPC?") == "1"

    def test_a_connection_lost_while_reading(self, connect, port, clock, resource):
        meter = connect(resource, timeout=60_000)

        def pull():
            clock.sleep(2)
            port.disconnect()

        clock.spawn(pull, name="somebody")
        assert status_of(meter.read) == StatusCode.error_connection_lost
        assert clock.now() == pytest.approx(2.0)

    def test_without_its_plug_it_is_not_found(self, connect, port, library, resource):
        meter = connect(resource)
        manager = pyvisa.ResourceManager(library)
        meter.close()
        port.disconnect()
        assert status_of(lambda: manager.open_resource(resource)) == StatusCode.error_resource_not_found
        assert manager.list_resources("?*") == ()
        port.reconnect()
        assert manager.list_resources("?*") == (resource,)

    def test_attributes_of_the_session(self, connect, resource):
        meter = connect(resource)
        assert meter.resource_name == resource
        assert meter.timeout == 2000
        meter.timeout = 77
        assert meter.timeout == 77


@pytest.mark.parametrize("resource", BUSES)
class TestABus:
    def test_no_termination_is_needed_because_end_is_sent(self, connect, resource):
        meter = connect(resource, read_termination=None, write_termination="")
        assert meter.query("*IDN?") == "QMS,METER,0,1\n"

    def test_without_end_the_message_is_not_over(self, connect, meter, resource):
        session = connect(resource, write_termination="")
        session.send_end = False
        session.write("LAB 'a'")
        assert meter.label == "none"
        session.send_end = True
        session.write(";*OPC?")
        assert session.read() == "1"
        assert meter.label == "a"

    def test_binary_content(self, connect, resource):
        meter = connect(resource, read_termination=None)
        assert meter.query_binary_values("BIN?", datatype="B") == [0, 10, 13, 255, 65]

    def test_the_status_byte(self, connect, resource):
        meter = connect(resource)
        meter.write("*SRE 4;FOO")
        assert meter.read_stb() == 0x44
        assert meter.stb == 0x04

    def test_the_status_byte_while_a_reply_is_on_its_way(self, connect, clock, resource):
        meter = connect(resource)
        meter.write("*SRE 16;READ?")
        assert meter.read_stb() == 0
        clock.sleep(0.1)
        assert meter.read_stb() == 0x50

    def test_interrupted(self, connect, resource):
        meter = connect(resource)
        meter.write("*IDN?")
        assert meter.query("*OPC?") == "1"
        assert meter.query("SYST:ERR?") == '-410,"Query INTERRUPTED"'

    def test_unterminated(self, connect, resource):
        meter = connect(resource)
        assert status_of(meter.read) == StatusCode.error_timeout
        assert meter.query("SYST:ERR?") == '-420,"Query UNTERMINATED"'

    def test_a_query_that_fails_leaves_two_errors(self, connect, resource):
        meter = connect(resource)
        assert status_of(lambda: meter.query("FOO?")) == StatusCode.error_timeout
        assert meter.query("SYST:ERR:ALL?") == '-113,"Undefined header",-420,"Query UNTERMINATED"'

    def test_clear(self, connect, meter, clock, resource):
        session = connect(resource)
        session.write("READ?;READ?;READ?")
        session.clear()
        assert meter.busy_until == clock.now()
        assert session.query("*OPC?;:SYST:ERR?") == '1;0,"No error"'

    def test_trigger(self, connect, meter, resource):
        connect(resource).assert_trigger()
        assert meter.label == "triggered"

    def test_flushing_leaves_an_unread_reply_in_the_instrument(self, connect, resource):
        meter = connect(resource)
        meter.write("*IDN?")
        meter.flush(BufferOperation.discard_read_buffer)
        meter.flush(BufferOperation.discard_receive_buffer)
        assert meter.read_bytes(3) == b"QMS"
        meter.flush(BufferOperation.discard_read_buffer)
        assert meter.query("*OPC?") == "1"

    def test_a_lost_connection_for_everything_else(self, connect, port, resource):
        meter = connect(resource)
        port.disconnect()
        for act in (meter.clear, meter.read_stb, meter.assert_trigger):
            assert status_of(act) == StatusCode.error_connection_lost

    def test_a_truncated_reply_ends_early(self, connect, port, resource):
        meter = connect(resource, read_termination=None)
        port.faults.add(Fault("IDN", truncate))
        assert meter.query("*IDN?") == "QMS,ME"


@pytest.mark.parametrize("resource", LINES)
class TestALine:
    def test_replies_queue_up_and_no_errors_are_noticed(self, connect, resource):
        meter = connect(resource)
        meter.write("*IDN?")
        meter.write("*OPC?")
        assert (meter.read(), meter.read()) == ("QMS,METER,0,1", "1")
        assert status_of(meter.read) == StatusCode.error_timeout
        assert meter.query("SYST:ERR?") == '0,"No error"'

    def test_a_message_needs_its_terminator(self, connect, meter, resource):
        session = connect(resource, write_termination="")
        session.write("LAB 'a'")
        assert meter.label == "none"
        session.write("\n")
        assert meter.label == "a"

    def test_clear_empties_the_buffers(self, connect, resource):
        meter = connect(resource)
        meter.write("*IDN?")
        meter.write_raw(b"FO")
        meter.clear()
        assert meter.query("SYST:ERR?") == '0,"No error"'

    def test_flush(self, connect, resource):
        meter = connect(resource)
        meter.write("*IDN?")
        meter.flush(BufferOperation.flush_write_buffer)
        meter.flush(BufferOperation.discard_receive_buffer)
        assert meter.query("*OPC?") == "1"

    def test_there_is_no_status_byte_and_no_trigger(self, connect, resource):
        meter = connect(resource)
        assert status_of(meter.read_stb) == StatusCode.error_nonsupported_operation
        assert status_of(meter.assert_trigger) == StatusCode.error_nonsupported_operation


class TestSerial:
    def test_bytes_in_buffer(self, connect, clock):
        meter = connect(SERIAL)
        meter.write("READ?")
        assert meter.bytes_in_buffer == 0
        clock.sleep(0.1)
        assert meter.bytes_in_buffer == 14
        meter.read_bytes(4)
        assert meter.bytes_in_buffer == 10

    def test_a_reply_without_its_terminator_is_a_timeout(self, connect, port):
        meter = connect(SERIAL)
        port.faults.add(Fault("IDN", truncate))
        assert status_of(lambda: meter.query("*IDN?")) == StatusCode.error_timeout

    def test_without_end_in_it_reads_what_it_was_asked_for(self, connect):
        meter = connect(SERIAL, read_termination=None)
        meter.end_input = SerialTermination.none
        meter.write("*IDN?")
        assert meter.read_bytes(14) == b"QMS,METER,0,1\n"

    def test_the_last_bit_as_end(self, connect):
        meter = connect(SERIAL, read_termination=None, data_bits=7)
        meter.end_input = SerialTermination.last_bit
        meter.write("*IDN?")
        pieces = [meter.visalib.read(meter.session, 100) for _ in range(4)]
        assert pieces == [(piece, StatusCode.success) for piece in (b"Q", b"M", b"S", b",M")]  # "," is 0x2C

    @pytest.mark.parametrize(
        "settings",
        [
            {},
            {"baud_rate": 19200},
            {"data_bits": 8},
            {"parity": pyvisa.constants.Parity.even},
            {"stop_bits": StopBits.two},
        ],
    )
    def test_only_the_right_settings_get_anything_across(self, connect, meter, settings):
        session = connect(
            SERIAL,
            SerialLine(9600, 7, "odd", 1.0),
            **({"data_bits": 7, "parity": pyvisa.constants.Parity.odd} | settings),
        )
        if settings:
            session.write("LAB 'a'")
            assert status_of(lambda: session.query("*IDN?")) == StatusCode.error_timeout
            assert meter.label == "none"
        else:
            assert session.query("*IDN?") == "QMS,METER,0,1"

    def test_seven_data_bits_lose_the_eighth(self, connect, meter):
        session = connect(SERIAL, data_bits=7)
        session.write_raw(b"LAB '\xc1\xc2'\n")
        assert meter.label == "AB"

    def test_the_time_of_a_byte(self):
        assert SerialLine(9600, 7, "odd", 1.0).seconds_per_byte == pytest.approx(10 / 9600)
        assert SerialLine(1200, 8, "none", 2.0).seconds_per_byte == pytest.approx(11 / 1200)
        with pytest.raises(ValueError, match="stop bits"):
            SerialLine(stop_bits=3)


# -- the library --------------------------------------------------------------------------------------------


def test_listing(library, meter, clock):
    for resource in (GPIB, SERIAL, SOCKET):
        library.attach(resource, Port(meter, clock, name=resource))
    manager = pyvisa.ResourceManager(library)
    assert set(manager.list_resources()) == {GPIB, SERIAL}
    assert set(manager.list_resources("?*")) == {GPIB, SERIAL, SOCKET}
    assert manager.list_resources("ASRL?*") == (SERIAL,)


@pytest.mark.parametrize("alias", ["GPIB::24", "GPIB0::24", "GPIB::24::INSTR"])
def test_short_names(connect, library, alias):
    connect(GPIB)
    meter = pyvisa.ResourceManager(library).open_resource(
        alias, read_termination="\n", write_termination="\n"
    )
    assert meter.query("*OPC?") == "1"


def test_a_name_is_given_once(connect, library, port):
    connect(GPIB)
    with pytest.raises(ValueError, match="GPIB0::24::INSTR is taken"):
        library.attach("GPIB::24", port)
    with pytest.raises(ValueError, match="nonsense"):
        library.attach("nonsense", port)


def test_what_is_not_there_is_not_found(library):
    manager = pyvisa.ResourceManager(library)
    assert status_of(lambda: manager.open_resource("GPIB0::1::INSTR")) == StatusCode.error_resource_not_found


def test_the_library_is_found_by_its_path(connect, library):
    connect(GPIB)
    assert pyvisa.ResourceManager(f"{library.library_path}@bench").visalib is library


def test_libraries_share_nothing():
    one, two = BenchVisaLibrary.create(), BenchVisaLibrary.create()
    assert one is not two
    assert one.library_path != two.library_path


@pytest.mark.parametrize("path", ["bench-none", "nothing.txt", "unknown/bench-1"])
def test_an_unknown_path_says_what_would_be_known(path):
    with pytest.raises(OSError, match=r"neither a station file \(.toml\), nor a pyvisa-sim file \(.yaml\)"):
        pyvisa.ResourceManager(f"{path}@bench")


def test_opening_leaves_the_random_stream_of_the_experiment_alone(connect):
    random.seed(1)
    before = random.getstate()
    connect(GPIB).query("*IDN?")
    assert random.getstate() == before


def test_a_closed_session_is_closed(connect):
    meter = connect(GPIB)
    meter.close()
    with pytest.raises(pyvisa.errors.InvalidSession):
        meter.query("*IDN?")


def test_two_sessions_reach_one_instrument(connect, library):
    one = connect(GPIB)
    two = pyvisa.ResourceManager(library).open_resource(GPIB, read_termination="\n", write_termination="\n")
    one.write("LAB 'shared'")
    assert two.query("LAB?") == '"shared"'
