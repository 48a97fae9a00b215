"""A pid alone says nothing: it is used again, and a process that is stopped is not gone."""

import os
import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from bench.core import wall
from bench.runs.survival.process import ProcessIdentity, same_boot


@pytest.fixture
def child():
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield process
    process.kill()
    process.communicate()


def wait_for(condition):
    for _ in range(1000):
        if condition():
            return
        wall.sleep(0.02)
    raise AssertionError("it never came to that")


def test_the_calling_process_is_alive():
    mine = ProcessIdentity.own()
    assert mine.pid == os.getpid()
    assert mine.state() == "alive"


def test_the_same_pid_is_not_the_same_process():
    mine = ProcessIdentity.own()
    elsewhere = replace(mine, mark="")
    assert replace(elsewhere, started=mine.started - 60).state() == "gone"
    assert replace(elsewhere, started=mine.started).state() == "alive"


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's own count is read on Linux")
def test_a_clock_that_was_set_makes_nobody_dead():
    """The start as a date moves with the clock; the ticks since the boot do not."""
    mine = ProcessIdentity.own()
    assert mine.mark
    assert replace(mine, started=mine.started - 3600).state() == "alive"
    boot, _, ticks = mine.mark.partition(":")
    assert replace(mine, mark=f"{boot}:{int(ticks) - 1}").state() == "gone"
    assert replace(mine, mark=f"another-boot:{ticks}").state() == "gone"
    assert same_boot(mine.mark)
    assert not same_boot(f"another-boot:{ticks}")
    assert not same_boot("")


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_stopped_is_not_gone_and_a_zombie_is(child):
    who = ProcessIdentity.of(child.pid)
    assert who.state() == "alive"
    os.kill(child.pid, signal.SIGSTOP)
    wait_for(lambda: who.state() == "stopped")
    os.kill(child.pid, signal.SIGCONT)
    wait_for(lambda: who.state() == "alive")
    os.kill(child.pid, signal.SIGKILL)
    wait_for(lambda: who.state() == "gone")  # nobody has asked for its exit code yet
    assert child.poll() is not None
    assert ProcessIdentity.of(child.pid) is None
