"""Safe for a furnace: programme reset, a set-point that cannot heat, output 0 % by the controller's word.

In reset the controller goes on controlling to its own set-point (2408/2416 handbook, programmer states), so
that comes first. The controller cannot open the contactor, and does not notice a relay that is welded.
"""

from __future__ import annotations

from drivers.eurotherm import eurotherm2400_registers as known
from drivers.eurotherm.eurotherm2400_guard import COLD_degC
from drivers.eurotherm.registers import Registers
from drivers.link import Link
from drivers.safe_state import Step

PATIENCE_S = 4.0
"""How long the output may take to come to zero by itself."""
POLL_S = 0.5
SETTLE_S = 1.0
"""Working set-point and output are those of the last control cycle: wait for one that knows better."""
REMEDY = "switch the furnace off at its mains, leave a hot or sealed vessel where it is, keep the gas on"


def steps(link: Link, registers: Registers) -> list[Step]:
    """What takes the heat away, most urgent first; writes only what differs."""
    return [
        ("set-point 1 to cold", lambda: registers.put(known.SETPOINT_1, cold(registers))),
        ("select set-point 1", lambda: registers.put(known.SELECTED_SETPOINT, 0)),
        ("local set-point", lambda: registers.put(known.REMOTE, 0)),
        ("no set-point rate limit", lambda: registers.put(known.SETPOINT_RATE_LIMIT, 0)),
        ("reset the programme", lambda: registers.put(known.PROGRAM_STATUS, known.RESET)),
        ("sensor-break output to 0", lambda: registers.put(known.SENSOR_BREAK_OUTPUT, 0)),
        ("output to 0", lambda: _output_off(link, registers)),
    ]


def cold(registers: Registers) -> float:
    """The lowest set-point it takes, 0 degC if that is one, but never more than it has now."""
    lowest = max(0.0, registers.get(known.SETPOINT_1_LOW))
    return min(lowest, registers.get(known.SETPOINT_1))


def _output_off(link: Link, registers: Registers) -> None:
    """By itself if it comes soon, else by hand.

    A held output after a sensor break, or a derivative that still works off a sudden fall, would keep it up.
    """
    link.clock.sleep(SETTLE_S)
    until = link.clock.now() + PATIENCE_S
    while registers.get(known.WORKING_OUTPUT) > 0:
        if registers.get(known.MANUAL) or link.clock.now() >= until:
            registers.put(known.MANUAL, 1)
            registers.put(known.OUTPUT, 0)
            link.clock.sleep(SETTLE_S)
            return
        link.clock.sleep(POLL_S)


def verify(registers: Registers) -> tuple[bool, str]:
    """Whether it cannot heat any more, and what it says."""
    output = registers.get(known.WORKING_OUTPUT)
    status = int(registers.get(known.PROGRAM_STATUS))
    setpoint = registers.get(known.WORKING_SETPOINT)
    value = registers.get(known.PROCESS_VALUE)
    broken = registers.fast_status() & 0x20
    reads = (
        "its thermocouple is broken, and how hot it is nobody knows" if broken else f"it reads {value:g} degC"
    )
    mode = "in manual, " if registers.get(known.MANUAL) else ""
    state = (
        f"programme {known.STATES.get(status, f'in state {status}')}, set-point {setpoint:g} degC, "
        f"{mode}output {output:g} %; {reads}. It cools only by itself. "
        "The controller cannot open the contactor, and a welded relay shows only as a temperature that "
        "does not fall"
    )
    return status == known.RESET and output <= 0 and setpoint <= COLD_degC, state
