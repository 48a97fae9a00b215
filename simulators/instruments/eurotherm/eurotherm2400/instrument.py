"""One unit as it hangs on its bus and on its furnace: controller, registers, front panel.

Not simulated: several zones, cooling, valve positioning, remote analogue input, cascaded programmes ("call"),
autotune, gain scheduling, cutback, alarm blocking and rate-of-change alarms, segment outputs.
"""

from __future__ import annotations

from typing import Any

from bench.core.clock import Clock
from simulators.instruments.eurotherm.eurotherm2400.controller import Controller
from simulators.instruments.eurotherm.eurotherm2400.memory import Memory
from simulators.instruments.eurotherm.eurotherm2400.panel import FrontPanel
from simulators.instruments.eurotherm.eurotherm2400.parameters import table
from simulators.instruments.eurotherm.eurotherm2400.registers import EurothermRegisters
from simulators.physics.furnace import Furnace
from simulators.wire.modbus_rtu import RegisterUnit

IDENTITIES = {"2416": 0x2460, "2408": 0x2480, "2404": 0x2440}
"""Register 122: series, size and type (HA026230, 5.4); PID control, not valve positioning."""
COMMS_DELAY_s = 0.010


class Eurotherm2400:
    """A Unit for a Bus, and the HeaterSwitch of its furnace; reads the furnace's control thermocouple."""

    def __init__(
        self,
        clock: Clock,
        *,
        name: str,
        seed: int,
        furnace: Furnace,
        model: str = "2408",
        programs: int = 4,
        segments: int = 16,
        version: int = 0x0304,
    ) -> None:
        if model not in IDENTITIES:
            raise ValueError(f"{model!r} is none of {', '.join(IDENTITIES)}")
        self.name = name
        self._clock = clock
        self._furnace = furnace
        furnace.advance(clock.now())
        self.controller = Controller(
            furnace.control.present,
            name=name,
            seed=seed,
            programs=programs,
            segments=segments,
            start=clock.now(),
        )
        self.memory = Memory()
        parameters = table(self.controller, identity=IDENTITIES[model], version=version, now=clock.now)
        self._unit = RegisterUnit(EurothermRegisters(self.controller, parameters, self.memory, self._sync))
        self.panel = FrontPanel(self.controller, parameters, self.memory, self._sync)
        furnace.connect(self.controller, clock.now())

    def is_listening(self) -> bool:
        """See Unit: with mains, started, and its memory not worn out."""
        self._sync()
        return self.controller.is_awake(self._clock.now()) and not self.memory.worn_out

    def latency_s(self, function: int) -> float:
        """See Unit; register 523 adds 10 ms."""
        extra_s = COMMS_DELAY_s if self.controller.settings.comms_delay else 0.0
        return self._unit.latency_s(function) + extra_s

    def answer(self, function: int, data: bytes) -> bytes | None:
        """See Unit."""
        return self._unit.answer(function, data)

    def inspect(self) -> dict[str, Any]:
        """State for tests."""
        self._sync()
        it = self.controller
        return {
            "temperature_degC": it.pv,
            "setpoint_degC": it.working_setpoint,
            "output_percent": it.loop.output,
            "manual": it.loop.manual,
            "sensor_break": it.loop.sensor_break,
            "loop_break": it.loop.loop_break,
            "state": "holdback" if it.programmer.in_holdback else it.programmer.state,
            "segment": it.programmer.segment,
            "mode": it.mode,
            "power_failed": it.power_failed,
            "eeprom_writes": self.memory.writes,
            "calibration_damaged": it.calibration_damaged,
        }

    def _sync(self) -> None:
        self._furnace.advance(self._clock.now())
