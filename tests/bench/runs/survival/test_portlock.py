"""One program a port: benches with different data folders are kept off each other's instruments."""

import os
import sys
import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from bench.runs.survival.ownership import OwnerRecord, Ownership
from bench.runs.survival.portlock import Port, PortBusyError, PortLocks, folder, ports_of

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX only")
PORTS = (Port("ASRL3::INSTR", "ASRL3::INSTR"), Port("GPIB0", "GPIB0"))


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv(
        "XDG_STATE_HOME" if sys.platform != "win32" else "LOCALAPPDATA", str(tmp_path / "state")
    )


def own(data, ports=PORTS, command="bench run queue.toml", **more):
    return Ownership.take(
        data, station=Path("station.toml"), target="hardware", command=command, ports=ports, **more
    )


def lose(data, ports=PORTS[1:]):
    """What a bench on `data` leaves that was killed: locks that nobody holds, and no end in its record."""
    mine = OwnerRecord.own(
        station=Path("station.toml"), target="hardware", world=None, command="bench run lost.toml"
    )
    dead = replace(mine, started=1.0, mark="boot:1")
    data.mkdir()
    dead.write(data)
    PortLocks.take(ports, dead, data).release(clean=False)
    return dead


def test_the_second_is_refused_and_told_of_the_first_and_its_data_folder(tmp_path):
    with own(tmp_path / "a") as first:
        with pytest.raises(PortBusyError) as caught:
            own(tmp_path / "b", PORTS[1:], wait_s=30)  # a bench at work is not waited for
        for told in ("GPIB0", f"pid {os.getpid()}", first.record.user, str(tmp_path / "a"), "queue.toml"):
            assert told in str(caught.value)
        with own(tmp_path / "c", (Port("GPIB1", "GPIB1"),)):
            pass  # other instruments are other instruments
        with pytest.raises(PortBusyError):
            own(tmp_path / "b")
    with own(tmp_path / "b"):
        pass


def test_what_is_refused_holds_nothing(tmp_path):
    with own(tmp_path / "a", PORTS[1:]):
        with pytest.raises(PortBusyError):
            own(tmp_path / "b")
        with own(tmp_path / "b", PORTS[:1]):  # neither its port nor its data folder
            pass


def test_an_end_in_order_leaves_no_file(tmp_path):
    with own(tmp_path / "a"):
        assert len(list(folder().iterdir())) == 2
    assert list(folder().iterdir()) == []


def test_a_port_of_a_lost_bench_is_not_touched_before_its_guard_was_there(tmp_path):
    lose(tmp_path / "a")
    with pytest.raises(PortBusyError) as caught:
        own(tmp_path / "b", wait_s=0.6)
    assert f"bench guard --once --data {tmp_path / 'a'}" in str(caught.value)
    assert "lost.toml" in caught.value.what
    with own(tmp_path / "a"):  # its own folder: whoever starts there settles what was left
        pass
    with own(tmp_path / "b"):
        pass


def test_the_guard_is_waited_for(tmp_path):
    dead = lose(tmp_path / "a")
    settle = threading.Timer(0.7, lambda: dead.concluded(clean=True).write(tmp_path / "a"))
    settle.start()
    with own(tmp_path / "b", wait_s=60):
        settle.join()


def test_a_guard_at_work_is_waited_for(tmp_path):
    guard = own(tmp_path / "a", command="bench guard")
    later = threading.Timer(0.7, guard.release)
    later.start()
    with own(tmp_path / "b", wait_s=60):
        later.join()


def test_who_makes_safe_is_not_kept_off_by_what_it_is_to_make_safe(tmp_path):
    lose(tmp_path / "a")
    with own(tmp_path / "b", command="bench safe", making_safe=True):
        pass


@pytest.mark.parametrize("left", ["no folder", "no record"])
def test_a_person_can_clear_what_will_never_be_settled(tmp_path, left):
    lose(tmp_path / "a")
    (tmp_path / "a" / "owner.json").unlink()
    if left == "no folder":
        for one in (tmp_path / "a").iterdir():
            one.unlink()
        (tmp_path / "a").rmdir()
    with own(tmp_path / "b"):
        pass


def test_an_end_that_was_not_safe_keeps_others_off(tmp_path):
    own(tmp_path / "a").release(clean=False)
    with pytest.raises(PortBusyError, match="was lost"):
        own(tmp_path / "b", wait_s=0.6)


@posix
def test_nobody_else_may_read_who_it_is(tmp_path):
    with own(tmp_path / "a"):
        for path in (folder(), *folder().iterdir()):
            assert path.stat().st_mode & 0o077 == 0


@posix
def test_a_forked_child_does_not_keep_them(tmp_path):
    first = own(tmp_path / "a")
    told, tell = os.pipe()
    child = os.fork()
    if not child:
        os.close(tell)
        os.read(told, 1)
        os._exit(0)
    first.release()
    try:
        with own(tmp_path / "b"):
            pass
    finally:
        os.close(tell)
        os.waitpid(child, 0)
        os.close(told)


def test_what_counts_as_a_port():
    resources = {"a": "GPIB0::24::INSTR", "b": "gpib0::7::INSTR", "c": "ASRL3::INSTR"}
    bus = SimpleNamespace(
        instruments={name: SimpleNamespace(resource=text) for name, text in resources.items()}
    )
    assert [one.key for one in ports_of(bus, "hardware", None)] == ["ASRL3::INSTR", "GPIB0"]
    assert ports_of(bus, "simulated", None) == ()
    (world,) = ports_of(bus, "served", "bench-world://127.0.0.1:4711/secret")
    assert world.key.endswith("/secret")
    assert "secret" not in world.name
