"""Who answers where, asked over pyvisa with pyvisa-sim's devices behind it."""

import pytest

from bench.core.errors import BenchError
from bench.station.scan import ScanResult, _lines, matching, scan

DEVICES = """\
spec: "1.1"
devices:
  meter:
    eom:
      GPIB INSTR: {q: "\\n", r: "\\n"}
      TCPIP SOCKET: {q: "\\n", r: "\\n"}
    dialogues:
      - {q: "*IDN?", r: "FAKE,METER,1,1.0"}
  stranger:
    eom:
      GPIB INSTR: {q: "\\n", r: "\\n"}
    dialogues:
      - {q: "*IDN?", r: "ACME,THING,1,1.0"}
  silent:
    eom:
      GPIB INSTR: {q: "\\n", r: "\\n"}
    dialogues:
      - {q: "HELLO", r: "hello"}
resources:
  GPIB0::24::INSTR: {device: meter}
  GPIB0::5::INSTR: {device: stranger}
  GPIB0::6::INSTR: {device: silent}
  TCPIP0::10.0.0.1::5025::SOCKET: {device: meter}
"""


@pytest.fixture
def library(tmp_path):
    path = tmp_path / "devices.yaml"
    path.write_text(DEVICES)
    return f"{path}@sim"


def test_every_resource_is_asked_and_matched_with_drivers(fakelab, library):
    assert scan(library, timeout_s=0.05) == [
        ScanResult("GPIB0::24::INSTR", "FAKE,METER,1,1.0", drivers=("fake-meter",)),
        ScanResult("GPIB0::5::INSTR", "ACME,THING,1,1.0"),
        ScanResult("GPIB0::6::INSTR", None, "no answer to *IDN?"),
        ScanResult("TCPIP0::10.0.0.1::5025::SOCKET", "FAKE,METER,1,1.0", drivers=("fake-meter",)),
    ]


def test_a_missing_visa_library_is_an_error_with_a_remedy(tmp_path):
    with pytest.raises(BenchError, match="VISA does not work") as caught:
        scan(f"{tmp_path / 'nothing.yaml'}@sim")
    assert "pyvisa-py" in caught.value.remedy


def test_patterns_match_from_the_start_and_ignore_case(fakelab):
    drivers = {"meter": fakelab.Meter, "thermometer": fakelab.FakeThermometer}
    assert matching("fake,meter,1,1", drivers) == ("meter",)
    assert matching("A FAKE,METER,1,1", drivers) == ()


class Connection:
    def __init__(self, **settings):
        vars(self).update(settings)


class Answer:
    """A serial line as pyvisa opens it: garbled unless opened as the instrument speaks."""

    def __init__(self, settings):
        self.settings = settings

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def query(self, message):
        assert message == "*IDN?"
        return "LSCI,MODEL211,1,1\r" if self.settings["data_bits"] == 7 else "\xcc\xd3\xc3\xc9"


class Manager:
    def __init__(self):
        self.opened = []

    def list_resources(self, query):
        return ("ASRL3::INSTR", "GPIB0::INTFC")

    def open_resource(self, resource, **settings):
        self.opened.append((resource, settings))
        return Answer(settings)


def test_serial_ports_are_asked_in_the_settings_of_each_driver(monkeypatch, fakelab):
    plain = type("Plain", (fakelab.Meter,), {"connection": Connection()})
    again = type("Again", (fakelab.Meter,), {"connection": Connection(baud_rate=9600)})
    odd = type(
        "Odd",
        (fakelab.Meter,),
        {"connection": Connection(data_bits=7, parity="odd"), "identity_pattern": r"LSCI\s*,\s*MODEL211"},
    )
    manager = Manager()
    drivers = {"plain": plain, "again": again, "odd": odd}
    monkeypatch.setattr("pyvisa.ResourceManager", lambda library: manager)
    monkeypatch.setattr("bench.station.scan._loadable_drivers", lambda: drivers)
    assert scan(timeout_s=0.5) == [ScanResult("ASRL3::INSTR", "LSCI,MODEL211,1,1", drivers=("odd",))]
    assert [settings["data_bits"] for _, settings in manager.opened] == [8, 7]
    assert all(settings["timeout"] == settings["open_timeout"] == 500 for _, settings in manager.opened)
    assert len(list(_lines("ASRL3::INSTR", {}))) == 1
    assert list(_lines("GPIB0::24::INSTR", drivers)) == [{"write_termination": "\n"}]


def test_what_is_no_text_is_said_so(monkeypatch, fakelab):
    monkeypatch.setattr("pyvisa.ResourceManager", lambda library: Manager())
    monkeypatch.setattr("bench.station.scan._loadable_drivers", dict)
    (result,) = scan(timeout_s=0.5)
    assert result.identity is None
    assert "which is no text" in result.why_not
