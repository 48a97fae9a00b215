"""A simulated Proterial ROD-4 operator with four mass flow controllers, each on a gas line of its own.

Commands after pymeasure's driver; formats, what a wrong command brings ("NG") and the noise are our choice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bench.core.clock import Clock
from simulators.noise import between, gaussian
from simulators.physics.terminals import GasSeen
from simulators.wire.device import TimedDevice

FLOW, CLOSE, OPEN = 0, 1, 2
CHANNELS = (1, 2, 3, 4)
ACCURACY = 0.01
"""Of the reading, uniform within this."""
NOISE_percent = 0.02
LATENCY_s = 0.01
_WIDE_OPEN = 1.2
"""Of full scale, that comes through an open valve."""
_COMMAND = re.compile(r"\x020([1-4])(RFX|RFD|RFK|RRT|RVM|RVN|SFD|SFK|SRT|SVM|SFU|SKO)([0-9.]*)")


class Channel:
    """One controller; flows in per cent of `range_sccm`."""

    def __init__(
        self, clock: Clock, *, name: str, seed: int, line: GasSeen, range_sccm: float = 500.0
    ) -> None:
        self._clock = clock
        self.line = line
        self.range_sccm = range_sccm
        self.setpoint = 0.0
        self.ramp_s = 0.0
        self.mode = FLOW
        self._seed, self._name = seed, f"{name}/flow"
        self._error = between(seed, f"{name}/calibration", -ACCURACY, ACCURACY)
        line.connect(self)

    def dial(self, sccm: float, time: float) -> None:
        """See GasPanel; more than it takes is cut to that."""
        self.set("SFD", min(100.0, 100 * sccm / self.range_sccm), time)

    def flow(self, time: float) -> float:
        """As measured."""
        true = 100 * self.line.flow_sccm(time) / self.range_sccm
        return true * (1 + self._error) + NOISE_percent * gaussian(self._seed, self._name, time)

    def set(self, what: str, value: float, time: float) -> bool:
        """SFD, SFK, SRT or SVM; False for what it does not take."""
        if what == "SFD" and value <= 100:
            self.setpoint = round(value, 1)
        elif what == "SFK" and 0 < value <= 200_000:
            self.range_sccm = value
        elif what == "SRT":
            self.ramp_s = value
        elif what == "SVM" and value in (FLOW, CLOSE, OPEN):
            self.mode = int(value)
        else:
            return what in ("SFU", "SKO")
        percent = {FLOW: self.setpoint, CLOSE: 0.0, OPEN: 100 * _WIDE_OPEN}[self.mode]
        self.line.set_valve(percent / (1 + self._error) / 100 * self.range_sccm, time)
        return True

    def inspect(self) -> dict[str, Any]:
        """State for tests."""
        return {"setpoint": self.setpoint, "mode": self.mode, "flow": self.flow(self._clock.now())}


class ProterialROD4(TimedDevice):
    """The box as one device behind one port; messages end with CR."""

    def __init__(
        self, clock: Clock, channels: Mapping[int, Channel] | None = None, *, serial: str = "R4-0042"
    ) -> None:
        super().__init__(clock)
        self.channels: dict[int, Channel] = {}
        self._serial = serial
        for number, channel in (channels or {}).items():
            self.add(number, channel)

    def add(self, number: int, channel: Channel) -> None:
        """Plug a further controller into the box. Raises ValueError for a place that is none, or taken."""
        if number not in CHANNELS:
            raise ValueError(f"channel {number}: the box has {CHANNELS[0]} to {CHANNELS[-1]}")
        if number in self.channels:
            raise ValueError(f"channel {number}: another controller is plugged in there")
        self.channels[number] = channel

    def execute(self, message: str) -> str | None:
        """See MessageDevice."""
        self.begin()
        found = _COMMAND.fullmatch(message)
        channel = None if found is None else self.channels.get(int(found[1]))
        reply = "NG" if found is None or channel is None else self._run(channel, found[2], found[3])
        self.spend(LATENCY_s)
        self.finish()
        return reply

    def _run(self, channel: Channel, command: str, text: str) -> str:
        if command[0] == "R":
            return {
                "RFX": f"{channel.flow(self.time):.1f}",
                "RFD": f"{channel.setpoint:.1f}",
                "RFK": f"{channel.range_sccm:g}",
                "RRT": f"{channel.ramp_s:.1f}",
                "RVM": str(channel.mode),
                "RVN": f"1.02\t{self._serial}",
            }[command]
        try:
            return "OK" if channel.set(command, float(text), self.time) else "NG"
        except ValueError:
            return "NG"

    def inspect(self) -> dict[str, Any]:
        """State for tests."""
        return {str(number): channel.inspect() for number, channel in self.channels.items()}
