"""Several procedures and threads on one library, in virtual and in real time."""

import hashlib
import threading

import pytest
import pyvisa

from bench.core.clock import PacedClock, RealClock, VirtualClock
from simulators.backends.visa import BenchVisaLibrary
from simulators.noise import gaussian
from simulators.wire.port import Port
from simulators.wire.scpi import Number, ScpiInstrument, Setting, command


class Meter(ScpiInstrument):
    level = Setting("LEVel", Number(None, None, reply=".17G"), 0.0)
    inside = 0

    @command("READ?")
    def read(self):
        self.spend(0.02)
        return gaussian(1, self.name, self.time) * 1e-9

    @command("SLOW?")
    def slow(self):
        Meter.inside += 1
        assert Meter.inside == 1, "two threads are in the world at once"
        for _ in range(200):
            pass
        Meter.inside -= 1
        return self.level


def world(clock, count):
    library = BenchVisaLibrary.create()
    lock = threading.RLock()
    for number in range(count):
        meter = Meter(clock, name=f"meter {number}", identity=f"QMS,METER,{number},1")
        port = Port(meter, clock, name=meter.name, latency_s=0.005, lock=lock)
        library.attach(f"GPIB0::{number + 1}::INSTR", port)
    return library


def opened(library, number):
    return pyvisa.ResourceManager(library).open_resource(
        f"GPIB0::{number + 1}::INSTR", read_termination="\n", write_termination="\n"
    )


def history(steps, observe=False):
    """What four procedures see that measure every 10 s, with or without somebody who looks all the time."""
    clock = VirtualClock()
    library = world(clock, 5)
    digests = {}

    def procedure(number):
        meter = opened(library, number)
        digest = hashlib.sha256()
        clock.sleep(number % 2)
        for _ in range(steps):
            digest.update(f"{clock.now()!r} {meter.query('READ?')}".encode())
            clock.sleep(10)
        digests[number] = digest.hexdigest()

    def observer():
        meter = opened(library, 4)
        while True:
            meter.query("READ?")
            clock.sleep(0.7)

    actors = [clock.spawn(procedure, number, name=f"procedure {number}") for number in range(4)]
    if observe:
        clock.spawn(observer, name="observer", background=True)
    for actor in actors:
        actor.join()
    clock.close()
    return digests


def test_virtual_time_repeats_to_the_byte_and_an_observer_changes_nothing():
    first = history(50)
    assert history(50) == first
    assert history(50, observe=True) == first
    assert len(set(first.values())) == 4


def test_two_procedures_on_one_instrument_interrupt_each_other_as_on_hardware():
    clock = VirtualClock()
    library = world(clock, 1)
    troubles = []

    def procedure(number):
        meter = opened(library, 0)
        for _ in range(20):
            try:
                meter.query(f"LEV {number};LEV?")
            except pyvisa.VisaIOError as error:
                troubles.append(error.error_code)

    actors = [clock.spawn(procedure, number, name=f"procedure {number}") for number in range(2)]
    for actor in actors:
        actor.join()
    assert troubles
    assert "-410" in opened(library, 0).query("SYST:ERR:CODE:ALL?")


@pytest.mark.parametrize("make_clock", [RealClock, lambda: PacedClock(1000.0)])
def test_threads_in_real_time_each_get_their_own_answers(make_clock):
    clock = make_clock()
    library = world(clock, 4)
    wrong = []

    def work(number):
        meter = opened(library, number)
        for step in range(60):
            value = number * 1000 + step
            meter.write(f"LEV {value}")
            if float(meter.query("SLOW?")) != value or meter.query("*IDN?") != f"QMS,METER,{number},1":
                wrong.append((number, step))

    actors = [clock.spawn(work, number, name=f"thread {number}") for number in range(4)]
    for actor in actors:
        assert actor.join()
    assert wrong == []


def test_a_thread_that_is_no_actor_may_use_a_real_clock():
    library = world(RealClock(), 1)
    answers = []
    thread = threading.Thread(target=lambda: answers.append(opened(library, 0).query("*IDN?")))
    thread.start()
    thread.join()
    assert answers == ["QMS,METER,0,1"]


def test_real_time_waits_for_a_reply_fed_by_another_thread():
    clock = RealClock()
    library = world(clock, 1)
    meter = opened(library, 0)
    feeder = opened(library, 0)
    timer = threading.Timer(0.05, lambda: feeder.write("*IDN?"))
    timer.start()
    meter.timeout = None
    assert meter.read() == "QMS,METER,0,1"
    timer.join()
