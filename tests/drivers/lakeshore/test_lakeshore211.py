"""Lake Shore 211 as exact messages."""

import pytest

from bench.core.errors import CommunicationError, GarbledReplyError, IdentityError
from bench.core.roles import Thermometer
from drivers.lakeshore.lakeshore211 import LakeShore211


def test_it_plays_the_role_of_a_thermometer_and_has_no_output(talk):
    with talk(LakeShore211, []) as monitor:
        assert isinstance(monitor, Thermometer)
        assert monitor.make_safe().verified


def test_connect_and_settings(talk):
    pairs = [("*IDN?", "LSCI,MODEL211,21A1234,011805")] * 2
    with talk(LakeShore211, pairs) as monitor:
        assert monitor.connect().serial == "21A1234"
        assert monitor.settings()["identity"]["model"] == "MODEL211"


def test_a_model_218_is_refused(talk):
    pairs = [("*IDN?", "LSCI,MODEL218E,21EA4F,042109")]
    with talk(LakeShore211, pairs) as monitor, pytest.raises(IdentityError, match="MODEL218E"):
        monitor.connect()


def test_a_temperature_in_kelvin(talk, clock):
    with talk(LakeShore211, [("KRDG?", "+296.15")]) as monitor:
        reading = monitor.temperature()
    assert (reading.value, reading.unit, reading.raw) == (296.15, "K", "+296.15")
    assert reading.time == clock.now()
    assert reading.usable


@pytest.mark.parametrize("reply", ["+000.00", "OL", "-OL"])
def test_no_sensor_is_no_number(talk, reply):
    with talk(LakeShore211, [("KRDG?", reply)]) as monitor:
        reading = monitor.temperature()
    assert reading.value is None
    assert reading.overload
    assert not reading.usable


def test_faults(faulty, clock, faults):
    adapter = faulty({"KRDG?": "+296.15"})
    monitor = LakeShore211(adapter, name="ambient", clock=clock)
    adapter.faults["KRDG?"] = [faults["timeout"], "+29\x00.15"]
    assert monitor.temperature().value == 296.15
    adapter.faults["KRDG?"] = ["garbage"] * 3
    with pytest.raises(GarbledReplyError, match="'ambient'"):
        monitor.temperature()
    adapter.faults["KRDG?"] = [faults["timeout"]] * 3
    with pytest.raises(CommunicationError):
        monitor.temperature()
    assert not [line for line in adapter.sent if "SYST" in line], "it has no error queue"


def test_messages_keep_50_ms_apart(faulty, clock):
    monitor = LakeShore211(faulty({"KRDG?": "+296.15"}), name="ambient", clock=clock)
    start = clock.now()
    for _ in range(5):
        monitor.temperature()
    assert clock.now() - start == pytest.approx(4 * 0.05)
