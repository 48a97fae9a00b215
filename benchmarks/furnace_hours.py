"""Ten hours at 250 degC in virtual time: the furnace alone, and logged every second through the whole stack.

Prints CPU seconds. Run it with: python benchmarks/furnace_hours.py
"""

import time
from collections.abc import Callable

from bench.core.clock import VirtualClock
from bench.core.programme import Dwell, Holdback, Ramp, TemperatureProgramme
from drivers.eurotherm.eurotherm2400 import Eurotherm2400
from simulators.backends.serial_line import SerialLine
from simulators.backends.visa import BenchVisaLibrary
from simulators.instruments.eurotherm.eurotherm2400 import Eurotherm2400 as Simulated
from simulators.physics.furnace import Charge, Furnace, FurnaceBuild
from simulators.physics.surroundings import Surroundings
from simulators.wire.modbus_rtu import Bus, RtuFraming
from simulators.wire.port import Port

HOURS_s = 36_000
RESOURCE = "ASRL1::INSTR"
PROGRAMME = TemperatureProgramme((Ramp(250.0, 5.0), Dwell(36_000.0)), Holdback("band", 10.0))


def running() -> tuple[VirtualClock, Simulated, Eurotherm2400]:
    """A furnace whose programme has just been started."""
    clock = VirtualClock()
    furnace = Furnace(FurnaceBuild(), Surroundings(293.15), start=0.0)
    furnace.load(Charge(7.0), 0.0)
    unit = Simulated(clock, name="furnace", seed=1, furnace=furnace)
    line = SerialLine(9600)
    byte_s = line.seconds_per_byte
    framing = RtuFraming(3.5 * byte_s)
    port = Port(Bus(clock, {1: unit}), clock, name="line", framing=framing, seconds_per_byte=byte_s)
    library = BenchVisaLibrary.create()
    library.attach(RESOURCE, port, line)
    driver = Eurotherm2400.open(RESOURCE, name="furnace", clock=clock, visa_library=library)
    driver.connect()
    driver.run_programme(driver.load_programme(PROGRAMME))
    return clock, unit, driver


def cpu_s(look: Callable[[Simulated, Eurotherm2400], object], every_s: float) -> float:
    """CPU seconds of ten hours looked at so often."""
    clock, unit, driver = running()
    begin, end = time.process_time(), clock.now() + HOURS_s
    due = clock.now()
    while due < end:
        due += every_s
        clock.sleep(due - clock.now())
        look(unit, driver)
    driver.close()
    return time.process_time() - begin


def main() -> None:
    """Three ways to spend ten hours."""
    print(f"furnace and controller alone:       {cpu_s(lambda unit, _: unit.inspect(), HOURS_s):5.1f} s")
    print(f"temperature every second, by Modbus: {cpu_s(lambda _, one: one.temperature(), 1.0):5.1f} s")
    print(f"whole status every second:           {cpu_s(lambda _, one: one.programmer_status(), 1.0):5.1f} s")


if __name__ == "__main__":
    main()
