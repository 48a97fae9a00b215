"""One unit as it hangs on its bus and on its furnace: parameters to read and write, and what its panel sets.

Not simulated: cooling output, autotune, external set-point, events, valves, start at the measured value, the
ready function, set-point rate limits. What a write that Loc forbids brings back is our choice: what it is.
"""

from __future__ import annotations

from typing import Any

from bench.core.clock import Clock
from simulators.instruments.yudian.yudianai import memory as codes
from simulators.instruments.yudian.yudianai.controller import Controller
from simulators.instruments.yudian.yudianai.memory import NO_SUCH, Memory
from simulators.instruments.yudian.yudianai.programmer import RUN, STOP
from simulators.physics.furnace import Furnace
from simulators.wire.aibus import Reply

MODELS = {"AI-516P": 5167, "AI-518P": 5187, "AI-526P": 5267, "AI-716P": 7167, "AI-719P": 7197, "AI-518": 5180}
"""Model words (V9.3, note 7)."""
LATENCY_s = 0.003
_RELAYS_IDLE = 0x60
"""Bits 5 and 6 of the status byte: alarm relays, 0 when they act."""
_OUTPUTS_OFF = 0x3F00


class YudianAI:
    """A Unit for a Bus, and the HeaterSwitch of its furnace; reads the furnace's control thermocouple."""

    def __init__(
        self,
        clock: Clock,
        *,
        name: str,
        seed: int,
        furnace: Furnace,
        model: str = "AI-518P",
        decimals: int = 1,
        hidden_tenth: bool = False,
        step_min: float = 1.0,
    ) -> None:
        if model not in MODELS:
            raise ValueError(f"{model!r} is none of {', '.join(MODELS)}")
        self._clock = clock
        self._furnace = furnace
        self._word = MODELS[model]
        self.memory = Memory(decimals, hidden_tenth=hidden_tenth)
        furnace.advance(clock.now())
        self.controller = Controller(
            furnace.control.present,
            self.memory,
            name=name,
            seed=seed,
            step_min=step_min,
            start=clock.now(),
        )
        furnace.connect(self.controller, clock.now())

    def is_listening(self) -> bool:
        """See Unit."""
        self._sync()
        return self.controller.is_awake(self._clock.now())

    def latency_s(self) -> float:
        """See Unit: 2 to 3 ms on average, 10 at most (V9.3, introduction)."""
        return LATENCY_s

    def read(self, code: int) -> Reply:
        """See Unit."""
        self._sync()
        return self._reply(self._value(code))

    def write(self, code: int, value: int) -> Reply:
        """See Unit: what is no parameter, or not this unit's, is ignored (note 4)."""
        self._sync()
        if self.memory.may_write(code):
            self._put(code, value)
        return self._reply(self._value(code))

    def set_on_panel(self, code: int, value: int) -> None:
        """What somebody who walks by can do, without any interface noticing."""
        self._sync()
        self._put(code, value)

    def inspect(self) -> dict[str, Any]:
        """State for tests."""
        self._sync()
        it = self.controller
        return {
            "temperature_degC": it.pv_degC,
            "setpoint_degC": it.setpoint_counts / self.memory.scale,
            "output_percent": it.output,
            "manual": it.manual,
            "state": {RUN: "run", STOP: "reset"}.get(it.programmer.state, "hold"),
            "step": self.memory[codes.STEP],
            "writes": self.memory.writes,
        }

    def _put(self, code: int, value: int) -> None:
        it = self.controller
        if code == codes.SRUN:
            it.programmer.command(value)
            self.memory.writes += 1
        elif code == codes.MV:
            if it.manual:
                it.output = float(max(self.memory[codes.OPL], min(self.memory[codes.OPH], value)))
                self.memory.writes += 1
        elif code in self.memory:
            self.memory.put(code, value)

    def _value(self, code: int) -> int:
        it = self.controller
        if code in self.memory:
            return self.memory.told(code)
        live = {
            codes.MODEL: self._word,
            codes.MV: round(it.output),
            codes.SRUN: it.programmer.state,
            codes.ELAPSED: it.programmer.elapsed_tenths,
            codes.PV: self._process,
            codes.WORKING_SV: round(it.setpoint_counts),
            codes.MV_AND_ALARMS: self._status << 8 | round(it.output) & 0xFF,
            codes.WORKING_STATE: self._working_state,
            codes.COLD_JUNCTION: round(25.0 * self.memory.scale),
        }
        return live.get(code, NO_SUCH)

    @property
    def _process(self) -> int:
        return max(-codes.LARGEST, min(codes.LARGEST, round(self.controller.pv_degC * self.memory.scale)))

    @property
    def _status(self) -> int:
        flags = self.controller.flags
        return flags | (_RELAYS_IDLE & ~0x20 if flags & 1 else _RELAYS_IDLE)

    @property
    def _working_state(self) -> int:
        it = self.controller
        outputs = _OUTPUTS_OFF & ~0x100 if it.output > 0 else _OUTPUTS_OFF
        return it.programmer.state | (self.memory[codes.AT] == 1) << 2 | it.manual << 3 | outputs

    def _reply(self, value: int) -> Reply:
        it = self.controller
        return Reply(self._process, round(it.setpoint_counts), round(it.output), self._status, value)

    def _sync(self) -> None:
        self._furnace.advance(self._clock.now())
