"""A Lake Shore Model 475, 455 or 425 gaussmeter with its probe somewhere in a field.

Commands after the manuals of the 475 (p. 6-28 ff.) and the 425 (p. 57 ff.) and other people's drivers; what
is from memory or our choice says so where it stands. Not simulated: data logging, alarms, relays, alternating
fields (RMS and peak show the magnitude of a steady one), probe temperature compensation.
"""

from __future__ import annotations

from typing import Any, Literal

from bench.core.clock import Clock
from simulators.instruments.lakeshore.field_control import FieldControl
from simulators.instruments.lakeshore.line_protocol import ExecutionError, LakeShoreDevice, Parameter
from simulators.instruments.lakeshore.probes import ACCURACY, OVERRANGE, PROBES, UNITS, shown
from simulators.noise import between, gaussian
from simulators.physics.analog_cable import AnalogCable
from simulators.physics.surroundings import Surroundings
from simulators.physics.terminals import FieldSeen

UPDATE_s = 0.1
"""Between updates the same reading is sent again: our choice."""
NOISE = 3e-6
"""Standard deviation of a reading, of full scale: our choice."""
RESOLUTION = {1: 3, 2: 4, 3: 5}
ZERO_s = 5.0
"""How long the zeroing of the probe takes: our choice."""
NO_PROBE, OVERLOAD, NEW_READING = 1, 2, 4
"""Bits of OPST?."""
LARGEST = 1e9
_FIELD = Parameter(-LARGEST, LARGEST, "+.4E")
Model = Literal["475", "455", "425"]


class Gaussmeter(LakeShoreDevice):
    """One unit: its errors are drawn from `seed` and `name` within the limits of its model."""

    def __init__(
        self,
        clock: Clock,
        *,
        name: str,
        seed: int,
        probe: FieldSeen,
        room: Surroundings,
        model: Model = "475",
        probe_type: str = "HSE",
        control: AnalogCable | None = None,
        serial: str = "4750001",
    ) -> None:
        super().__init__(clock, name=name, identity=f"LSCI,MODEL{model},{serial},021305")
        self.model = model
        self.plugged = True
        self.probe = PROBES[probe_type]
        self._field, self._room, self._seed = probe, room, seed
        relative, part = ACCURACY[model]
        self._gain = between(seed, f"{name}/gain", -relative, relative)
        self._offset = tuple(
            part * full * between(seed, f"{name}/{full:g}/offset", -1.0, 1.0) for full in self.probe.ranges_T
        )
        self._zero_T = 0.0
        self._range = len(self.probe.ranges_T)
        self._largest_T, self._smallest_T = 0.0, 0.0
        self._declare()
        self.control: FieldControl | None = None
        if model == "475":
            self.control = FieldControl(self, control or AnalogCable(), self._field.field_T)

    def _declare(self) -> None:
        full = Parameter(1, len(self.probe.ranges_T))
        self.stored("UNIT", (Parameter(1, 4),), (1,))
        self.stored("TUNIT", (Parameter(1, 2),), (1,))
        self.stored("AUTO", (Parameter(0, 1),), (1,))
        self.command("RANGE", (full,), self._set_range)
        self.query("RANGE", lambda: str(self._range))
        if self.model == "425":
            self.stored("RDGMODE", (Parameter(1, 2), Parameter(0, 1), Parameter(1, 2)), (1, 1, 1))
            self.stored("REL", (Parameter(0, 1),), (0,))
        else:
            mode = (Parameter(1, 3), Parameter(1, 3), Parameter(1, 3), Parameter(1, 2), Parameter(1, 3))
            self.stored("RDGMODE", mode, (1, 3, 1, 1, 1))
            self.stored("REL", (Parameter(0, 1), Parameter(1, 2)), (0, 1))
            self.query("RDGPEAK", lambda: f"{self._shown(self._smallest_T)},{self._shown(self._largest_T)}")
        self.stored("RELSP", (_FIELD,), (0.0,))
        self.command("ZPROBE", (), self._zero)
        self.command("ZCLEAR", (), self._clear_zero)
        self.query("TYPE", lambda: str(self.probe.number))
        self.query("PRBSNUM", lambda: "H00000")
        self.query("PRBSENS", lambda: "+1.0000E+00")
        self.query("RDGFIELD", self._reading)
        self.query("RDGREL", lambda: shown(self._in_unit() - self.values["RELSP"][0]))
        self.query("RDGMNMX", lambda: f"{self._shown(self._smallest_T)},{self._shown(self._largest_T)}")
        self.query("RDGTEMP", self._temperature)
        self.query("OPST", lambda: f"{self._state():03d}")

    # -- the reading ----------------------------------------------------------------------------------------

    def update(self) -> None:
        """See LakeShoreDevice: control, ranging, minimum and maximum."""
        if self.control is not None:
            self.control.catch_up(self.time)
        if self.values["AUTO"][0]:
            true_T = abs(self._field.field_T(self._updated()))
            self._range = next(
                (k for k, full in enumerate(self.probe.ranges_T, 1) if true_T <= full),
                len(self.probe.ranges_T),
            )
        now_T = self.field_T()
        self._largest_T, self._smallest_T = max(self._largest_T, now_T), min(self._smallest_T, now_T)

    def field_T(self) -> float:
        """What it takes the field for, at its last update: with its errors, noise and resolution."""
        at = self._updated()
        full_T = self.probe.ranges_T[self._range - 1]
        value_T = self._field.field_T(at) * (1 + self._gain) + self._offset[self._range - 1] - self._zero_T
        value_T += NOISE * full_T * gaussian(self._seed, f"{self.name}/noise", at)
        digits = 4 if self.model == "425" else RESOLUTION[int(self.values["RDGMODE"][1])]
        step_T = full_T / 3.5 * 10.0 ** (1 - digits)
        value_T = round(value_T / step_T) * step_T
        return value_T if self.values["RDGMODE"][0] == 1 else abs(value_T)

    def _reading(self) -> str:
        state = self._state()
        if state & NO_PROBE:
            return "NO PROBE"
        return "OL" if state & OVERLOAD else shown(self._in_unit())

    def _state(self) -> int:
        if not self.plugged:
            return NO_PROBE
        beyond = abs(self.field_T()) > OVERRANGE * self.probe.ranges_T[self._range - 1]
        return NEW_READING | (OVERLOAD if beyond else 0)

    def _in_unit(self) -> float:
        return self.field_T() * UNITS[int(self.values["UNIT"][0])]

    def _shown(self, field_T: float) -> str:
        return shown(field_T * UNITS[int(self.values["UNIT"][0])])

    def _updated(self) -> float:
        return self.time // UPDATE_s * UPDATE_s

    def _temperature(self) -> str:
        kelvin = self._room.temperature_K(self.time)
        return shown(kelvin if self.values["TUNIT"][0] == 2 else kelvin - 273.15)

    # -- commands -------------------------------------------------------------------------------------------

    def _set_range(self, number: float) -> None:
        if self.values["AUTO"][0]:
            self.values["AUTO"] = (0,)  # from memory: choosing a range ends auto range
        self._range = int(number)

    def _zero(self) -> None:
        """Whatever the probe feels becomes zero, also where that is no zero-gauss chamber."""
        if not self.plugged:
            raise ExecutionError
        self._zero_T += self.field_T()
        self.spend(ZERO_s)

    def _clear_zero(self) -> None:
        self._zero_T = 0.0

    def reset(self) -> None:
        """*RST."""
        super().reset()
        self._range = len(self.probe.ranges_T)

    # -- the front panel, for tests -------------------------------------------------------------------------

    def press_unit(self, number: int) -> None:
        """Somebody presses UNITS until this one is there (1 G, 2 T, 3 Oe, 4 A/m)."""
        self.values["UNIT"] = (number,)

    def press_range(self, number: int) -> None:
        """Somebody chooses a range by hand."""
        self._set_range(number)

    def press_mode(self, mode: int) -> None:
        """Somebody chooses DC (1), RMS (2) or peak (3)."""
        self.values["RDGMODE"] = (mode, *self.values["RDGMODE"][1:])

    def unplug(self) -> None:
        """Somebody pulls the probe."""
        self.plugged = False

    def inspect(self) -> dict[str, Any]:
        """Field, unit and range as they are, for tests."""
        self.look()
        return {
            "field_T": self.field_T(),
            "unit": int(self.values["UNIT"][0]),
            "range_T": self.probe.ranges_T[self._range - 1],
            "mode": int(self.values["RDGMODE"][0]),
            "controls": self.control is not None and self.control.on,
        }
