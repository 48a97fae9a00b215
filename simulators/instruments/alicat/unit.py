"""A simulated Alicat MC mass flow controller: its frame, its commands, its valve, its keys.

Commands after the Alicat Serial Communications Primer and the MC series manual: poll, S, HP, HC, C, G, VE,
register 122. Not simulated: streaming, pressure control, totals, ramps, tares, mixtures.
"""

from __future__ import annotations

import re
from typing import Any

from bench.core.clock import Clock
from simulators.noise import between, gaussian
from simulators.physics.gases import VISCOSITY_uPa_s
from simulators.physics.terminals import GasSeen

GASES = ("Air", "Ar", "CH4", "CO", "CO2", "C2H6", "H2", "He", "N2", "N2O", "Ne", "O2")
"""By number (gas select)."""
LOOP_VARIABLE, MASS_FLOW = 122, 37
ACCURACY = 0.008
"""Of the reading, uniform within this: MC series specification."""
NOISE = 2e-4
"""Standard deviation as a part of full scale: our choice."""
SUPPLY_psia, NO_SUPPLY_psia = 24.7, 14.7
_MOST = 1.024
"""Of full scale that it measures and takes as a set-point: 102.4 %, MC series manual."""
_WIDE_OPEN = 1.2
"""Of full scale, that comes through an open valve: our choice."""


class Unit:
    """One controller on a gas line. `full_scale` in displayed units; `sccm` of them at 0 degC."""

    def __init__(
        self,
        clock: Clock,
        *,
        name: str,
        seed: int,
        line: GasSeen,
        full_scale: float = 500.0,
        decimals: int = 2,
        standard_degC: float = 25.0,
        controls: int = MASS_FLOW,
    ) -> None:
        self._clock = clock
        self._line = line
        self._seed, self._channel = seed, f"{name}/flow"
        self._gain = 1.0 + between(seed, f"{name}/calibration", -ACCURACY, ACCURACY)
        self._sccm = 273.15 / (273.15 + standard_degC)
        self._full_scale = full_scale
        self._decimals = decimals
        self.controls = controls
        self.setpoint = 0.0
        self.gas = "Ar"
        self.held = self.held_closed = self.display_locked = False
        line.connect(self)

    # -- what people do to it

    def hold(self, closed: bool, time: float) -> None:
        """HC or HP on its display: the valve closed, or where it is."""
        self.held, self.held_closed = True, closed
        if closed:
            self._line.set_valve(0.0, time)

    def hold_open(self, time: float) -> None:
        """HP with the valve wide open: it only measures."""
        self.held, self.held_closed = True, False
        self._line.set_valve(_WIDE_OPEN * self._full_scale * self._sccm, time)

    def dial(self, sccm: float, time: float) -> None:
        """See GasPanel; more than it takes is cut to that."""
        shown = min(sccm / self._sccm, _MOST * self._full_scale)
        self.setpoint = round(shown, self._decimals)
        self._control(time)

    def select(self, gas: str, time: float) -> None:
        """Calibrate for another gas, whatever is in the bottle."""
        self.gas = gas
        self._control(time)

    # -- what it does

    def flow(self, time: float) -> float:
        """As displayed."""
        true = self._line.flow_sccm(time) / self._sccm
        shown = true * self._gain * VISCOSITY_uPa_s[self._line.gas] / VISCOSITY_uPa_s[self.gas]
        return shown + NOISE * self._full_scale * gaussian(self._seed, self._channel, time)

    def _control(self, time: float) -> None:
        """The valve that makes it show the set-point."""
        if not self.held:
            factor = VISCOSITY_uPa_s[self.gas] / VISCOSITY_uPa_s[self._line.gas]
            self._line.set_valve(self.setpoint * self._sccm * factor / self._gain, time)

    def frame(self, letter: str, time: float) -> str:
        """The data frame."""
        flow = self.flow(time)
        over = abs(flow) > _MOST * self._full_scale
        flow = min(flow, _MOST * self._full_scale)
        pressure = SUPPLY_psia if self._line.supplied(time) else NO_SUPPLY_psia
        words = [letter, f"{pressure:+07.2f}", "+025.00"]
        words += [
            self._shown(flow * 14.696 / pressure),
            self._shown(flow),
            f"{self.setpoint:0{self._decimals + 5}.{self._decimals}f}",
        ]
        words += [f"{self.gas:>5}".strip()]
        words += [
            word for word, on in (("MOV", over), ("HLD", self.held), ("LCK", self.display_locked)) if on
        ]
        return " ".join(words)

    def _shown(self, value: float) -> str:
        return f"{value:+0{self._decimals + 5}.{self._decimals}f}"

    def command(self, letter: str, text: str, time: float) -> str:
        """What follows the letter; "?" for what it does not understand or take."""
        if text == "":
            return self.frame(letter, time)
        if text == "VE":
            return f"{letter}   10v05.0-R24 Nov 27 2022,12:00:00"
        if text in (f"R{LOOP_VARIABLE}", f"$$R{LOOP_VARIABLE}"):
            return f"{letter}   {LOOP_VARIABLE} = {self.controls}"
        if text.lstrip("$") in ("HC", "HP", "H", "C"):
            self._hold_command(text.lstrip("$"), time)
            return self.frame(letter, time)
        number = re.fullmatch(r"([SG])\s*([+-]?[0-9.]+(?:E[+-]?[0-9]+)?)", text)
        if number is None or not self._set(number[1], number[2], time):
            return "?"
        return self.frame(letter, time)

    def _hold_command(self, word: str, time: float) -> None:
        if word == "C":
            self.held = self.held_closed = False
            self._control(time)
        else:
            self.hold(word == "HC", time)

    def inspect(self) -> dict[str, Any]:
        """State for tests."""
        now = self._clock.now()
        return {"setpoint": self.setpoint, "gas": self.gas, "held": self.held, "flow": self.flow(now)}

    def _set(self, what: str, text: str, time: float) -> bool:
        try:
            value = float(text)
        except ValueError:
            return False
        if what == "G":
            if value not in range(len(GASES)):
                return False
            self.select(GASES[int(value)], time)
        else:
            if not 0 <= value <= _MOST * self._full_scale:
                return False
            self.setpoint = round(value, self._decimals)
            self._control(time)
        return True
