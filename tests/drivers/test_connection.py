"""Opening a resource, and the adapter's own traps, on pyvisa-sim (stock, not the bench's)."""

import pytest
from pyvisa.constants import Parity, StopBits

from bench.core.errors import CommunicationError, ConfigError, GarbledReplyError, LinkLostError
from drivers.base import Driver
from drivers.connection import CONNECTION_OPTIONS, ConnectionDefaults, open_adapter
from drivers.faults import TruncatedReplyError

YAML = r"""
spec: "1.1"
devices:
  box:
    eom:
      GPIB INSTR: {q: "\n", r: "\n"}
      ASRL INSTR: {q: "\r\n", r: "\r\n"}
      TCPIP SOCKET: {q: "\n", r: "\n"}
    error: ERROR
    dialogues:
      - {q: "*IDN?", r: "ACME,BOX,1,2"}
      - {q: "V?", r: "1.5"}
resources:
  GPIB0::1::INSTR: {device: box}
  GPIB0::2::INSTR: {device: box}
  ASRL1::INSTR: {device: box}
  TCPIP0::localhost::5025::SOCKET: {device: box}
"""


class Box(Driver):
    """A made-up instrument on pyvisa-sim."""

    identity_pattern = "ACME,BOX"
    connection = ConnectionDefaults(timeout_s=0.2)


@pytest.fixture
def library(tmp_path):
    path = tmp_path / "devices.yaml"
    path.write_text(YAML)
    return f"{path}@sim"


@pytest.fixture
def opened(library, clock):
    boxes = []

    def open_box(resource, **options):
        boxes.append(Box.open(resource, name="box", clock=clock, visa_library=library, **options))
        return boxes[-1]

    yield open_box
    for box in boxes:
        box.close()


@pytest.mark.parametrize("resource", ["GPIB0::1::INSTR", "TCPIP0::localhost::5025::SOCKET"])
def test_open_connects_to_a_resource(opened, resource):
    box = opened(resource)
    assert box.connect().model == "BOX"
    assert box.ask("V?") == "1.5"


def test_serial_settings_reach_the_port(library):
    line = ConnectionDefaults("\r\n", "\r\n", baud_rate=1200, data_bits=7, parity="odd", stop_bits=2)
    adapter = open_adapter("ASRL1::INSTR", line, visa_library=library)
    port = adapter.connection
    assert (port.baud_rate, port.data_bits, port.parity, port.stop_bits) == (
        1200,
        7,
        Parity.odd,
        StopBits.two,
    )
    adapter.write("V?")
    assert adapter.read() == "1.5"
    adapter.close()


def test_the_station_overrides_what_the_front_panel_decides(opened):
    box = opened("ASRL1::INSTR", read_termination="\r\n", write_termination="\r\n", baud_rate=57600)
    assert box.adapter.connection.baud_rate == 57600
    assert box.connect().maker == "ACME"


def test_every_wrong_connection_option_is_listed():
    wrong = {"baud_rate": "fast", "parity": "mark", "data_bits": 9, "stop_bits": 3, "timeout_s": 0}
    with pytest.raises(ConfigError) as caught:
        ConnectionDefaults().overridden(wrong | {"read_termination": ""}, instrument="meter")
    places = {problem.place.rpartition(".")[2] for problem in caught.value.problems}
    assert places == {*wrong, "read_termination"}
    assert all(problem.place.startswith("instruments.meter.options.") for problem in caught.value.problems)


def test_every_connection_option_is_a_field_of_the_defaults():
    assert set(ConnectionDefaults.__slots__) >= CONNECTION_OPTIONS


def test_a_reply_without_its_terminator_is_no_reply(library, clock):
    """pyvisa only warns; half of 1.5E-03 is a number too."""
    adapter = open_adapter("GPIB0::1::INSTR", ConnectionDefaults("\r\n", "\n"), visa_library=library)
    adapter.write("V?")
    with pytest.raises(TruncatedReplyError):
        adapter.read()
    box = Box(adapter, name="box", clock=clock)
    with pytest.raises(GarbledReplyError):
        box.ask("V?")
    box.close()


def test_patience_is_longer_inside_the_block_and_never_shorter(library):
    adapter = open_adapter("GPIB0::1::INSTR", ConnectionDefaults(timeout_s=2.0), visa_library=library)
    with adapter.patience(30.0):
        assert adapter.connection.timeout == 30_000
    assert adapter.connection.timeout == 2_000
    with adapter.patience(0.1):
        assert adapter.connection.timeout == 2_000
    with pytest.raises(RuntimeError), adapter.patience(9.0):
        raise RuntimeError
    assert adapter.connection.timeout == 2_000
    adapter.close()


def test_closing_one_instrument_leaves_the_others(opened):
    first, second = opened("GPIB0::1::INSTR"), opened("GPIB0::2::INSTR")
    first.close()
    first.close()
    assert second.ask("V?") == "1.5"
    with pytest.raises(LinkLostError):
        first.ask("V?")


def test_a_resource_that_is_not_there_is_explained(library, clock):
    with pytest.raises(CommunicationError) as caught:
        Box.open("GPIB0::9::INSTR", name="box", clock=clock, visa_library=library)
    assert "GPIB0::9::INSTR" in str(caught.value)
    assert caught.value.instrument == "box"
    with pytest.raises(CommunicationError, match="nonsense"):
        Box.open("nonsense", name="box", clock=clock, visa_library=library)


def test_the_shared_library_of_pyvisa_sim_is_refused():
    with pytest.raises(ValueError, match="name the file"):
        open_adapter("GPIB0::1::INSTR", ConnectionDefaults(), visa_library="@sim")


class Interface:
    """Stands for pyvisa's resource where a device clear is wanted."""

    def __init__(self):
        self.done = []

    def clear(self):
        self.done.append("clear")

    def write_raw(self, data):
        self.done.append(data)

    def flush(self, _what):
        self.done.append("flush")

    def close(self):
        pass


@pytest.mark.parametrize(
    ("resource", "expected"),
    [("GPIB0::1::INSTR", "clear"), ("ASRL1::INSTR", b"\x18"), ("TCPIP0::localhost::5025::SOCKET", "flush")],
)
def test_a_device_clear_is_what_the_interface_has(library, resource, expected):
    adapter = open_adapter(resource, ConnectionDefaults(serial_clear=b"\x18"), visa_library=library)
    adapter.connection.close()
    adapter.connection = interface = Interface()
    adapter.device_clear()
    assert interface.done[0] == expected
    assert interface.done[-1] == "flush"


def test_threads_that_share_an_instrument_get_their_own_replies(library):
    """Stock pymeasure mixes four replies in ten here."""
    from bench.core.clock import RealClock

    clock = RealClock()
    box = Box.open("GPIB0::1::INSTR", name="box", clock=clock, visa_library=library)
    wrong = []

    def ask(query, answer):
        wrong.extend(reply for _ in range(200) if (reply := box.ask(query)) != answer)

    actors = [
        clock.spawn(ask, query, answer, name=query)
        for query, answer in (("V?", "1.5"), ("*IDN?", "ACME,BOX,1,2"))
    ]
    assert all(actor.join(60.0) for actor in actors)
    assert wrong == []
    box.close()
