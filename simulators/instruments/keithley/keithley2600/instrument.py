"""A Keithley 2602B, 2635B or 2636B as its bus sees it: TSP on a real Lua, one or two source-measure units.

Sources: Series 2600B reference manual 2600BS-901-01 Rev. F / August 2021 (and Rev. B, C), SPEC-2602B Rev. B /
February 2014; the figures of the 2635B and 2636B (but for 1 to 100 nA, as others quote their sheet), and
whatever else says so where it stands, are from memory.
Not simulated: the trigger model (smuX.trigger, trigger.timer, digio), sweeps of the factory scripts, contact
check, TSP-Link, power limits, overlapped measurements. Those are nil, as on a model that lacks them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from bench.core.clock import Clock
from simulators.instruments.keithley.keithley2600 import system_commands as system
from simulators.instruments.keithley.keithley2600.channel import Channel
from simulators.instruments.keithley.keithley2600.ranges import VARIANTS
from simulators.physics.electrical import Circuit
from simulators.wire.tsp import Node, TspInstrument
from simulators.wire.tsp.errors import TspError
from simulators.wire.tsp.printing import number, whole

FIRMWARE = "3.2.2"


class Keithley2600B(TspInstrument):
    """One unit: `name` and `seed` decide its errors, `circuits` are what its channels' terminals see.

    `two_wire` are the channels without sense wires. `interlock_closed` says whether the interlock line of a
    2635B or 2636B is connected.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        model: str,
        name: str,
        seed: int,
        circuits: Mapping[str, Circuit],
        two_wire: Collection[str] = (),
        mains_Hz: float = 50.0,
        serial: str = "4012345",
        interlock_closed: bool = False,
    ) -> None:
        self.model, self.serial, self.firmware, self.mains_Hz = model, serial, FIRMWARE, mains_Hz
        identity = f"Keithley Instruments Inc., Model {model}, {serial}, {FIRMWARE}"
        super().__init__(clock, name=name, identity=identity)
        variant = VARIANTS[model]
        self.has_interlock = variant.interlock_V < variant.boxes[1][0]
        self.interlock_closed = interlock_closed
        self.channels = {
            letter: Channel(
                self,
                variant,
                name=f"{name}/{letter}",
                seed=seed,
                circuit=circuits[letter],
                sense_wired=letter not in two_wire,
                mains_Hz=mains_Hz,
                interlock_closed=lambda: self.interlock_closed,
            )
            for letter in variant.channels
        }
        self._install()

    def _install(self) -> None:
        self.install("localnode", system.localnode(self))
        self.install("status", system.status(self, self.channels))
        self.install("timer", system.timer(self))
        self.install("display", system.display(self.channels))
        self.install("beeper", system.beeper())
        for name, call in {
            "reset": self.reset,
            "waitcomplete": _nothing,
            "opc": self.reports.operation_complete,
        }.items():
            self.interpreter.set_function(name, self._reporting(call))
        for letter, channel in self.channels.items():
            table = self.install(f"smu{letter}", channel.node())
            host = Node(functions={"measure": self._reporting(channel.measure)})
            self.interpreter.run_file(
                "smu", self.interpreter.table(host), table, folder=Path(__file__).parent
            )

    def reset(self) -> None:
        """Both channels and the formats to their defaults; the error queue and the scripts stay."""
        super().reset()
        for channel in self.channels.values():
            channel.reset()

    def set_mains(self, value: object) -> None:
        """localnode.linefreq."""
        frequency_Hz = number(value)
        if frequency_Hz not in (50.0, 60.0):
            raise TspError(-224)
        self.mains_Hz = frequency_Hz
        for channel in self.channels.values():
            channel.converter.line_frequency_Hz = frequency_Hz

    def set_prompts(self, value: object) -> None:
        """localnode.prompts."""
        self.prompts = bool(whole(value, 0, 1))

    def inspect(self) -> dict[str, Any]:
        """State for tests: that of channel a, and both by letter."""
        self.resume()
        both = {letter: channel.inspect() for letter, channel in self.channels.items()}
        return {**both["a"], "channels": both, "script": self.is_busy}


def _nothing() -> None:
    return None
