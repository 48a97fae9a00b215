"""The station of a lost bench comes back from its record, and leaving it changes nothing."""

from pathlib import Path

import pytest
from lost_fakes import FakeSource

from bench.core.clock import RealClock
from bench.core.errors import CommunicationError, ConfigError
from bench.runs.survival.record import OwnerRecord
from bench.runs.survival.reopening import reopened

EXAMPLE = Path(__file__).resolve().parents[4] / "examples" / "qms" / "station.toml"


def record(station=EXAMPLE, target="hardware", world=None):
    return OwnerRecord.own(station=station, target=target, world=world, command="bench run")


def test_hardware_by_its_file_in_real_time_and_nothing_opened():
    with reopened(record()) as station:
        assert isinstance(station.clock, RealClock)
        assert station.station.path == EXAMPLE
        assert not station.simulated
        assert station.opened == {}


def test_leaving_it_closes_and_switches_nothing_off(lab, monkeypatch):
    monkeypatch.setattr("bench.station.connect", lambda station, clock: lab.connected)
    with reopened(record()) as station:
        assert isinstance(station.instrument("meter"), FakeSource)
        assert len(lab.devices["meter"].opened) == 1
    assert lab.devices["meter"].opened == []
    assert lab.devices["meter"].on


def test_a_simulated_one_is_gone_with_its_process():
    with reopened(record(target="simulated")) as station:
        assert station is None


def test_what_cannot_come_back_says_why(tmp_path):
    with pytest.raises(ConfigError), reopened(record(tmp_path / "moved.toml")):
        pass
    with (
        pytest.raises(CommunicationError, match=r"127\.0\.0\.1:9"),
        reopened(record(target="served", world="bench-world://127.0.0.1:9/token")),
    ):
        pass
