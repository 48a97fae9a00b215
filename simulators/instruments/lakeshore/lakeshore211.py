"""A Lake Shore Model 211 temperature monitor with a platinum sensor, in the room air or where it is wired to.

Not SCPI: RS-232 with 9600 baud, 7-O-1, CR LF; commands of a few letters, chained with `;`, one query at most
in a message. There is no error queue: what it does not understand it ignores, and a query of that kind is
never answered. Commands after pymeasure's driver and the Model 218 manual (section 6), which shares the
family's interface; formats from the 218, the rest from memory.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, ClassVar

from bench.core.clock import Clock
from simulators.noise import between, gaussian
from simulators.physics.terminals import TemperatureSeen
from simulators.wire.device import TimedDevice

LONGEST_MESSAGE = 64
UPDATE_s = 1 / 7
"""Seven readings a second: between updates the same reading is sent again."""
NOISE_K = 0.005
"""Standard deviation of a reading: our choice."""
ZERO_CELSIUS_K = 273.15
ANALOG_SPAN_K = (20.0, 100.0, 200.0, 325.0, 475.0, 1000.0)


class LakeShore211(TimedDevice):
    """One unit: its calibration error is drawn from `seed` and `name`, uniform within +-`accuracy_K`."""

    def __init__(
        self,
        clock: Clock,
        *,
        name: str,
        seed: int,
        surroundings: TemperatureSeen,
        accuracy_K: float = 0.35,
        serial: str = "21A0001",
    ) -> None:
        super().__init__(clock)
        self.name = name
        self._surroundings = surroundings
        self._seed = seed
        self._channel = f"{name}/noise"
        self._error_K = between(seed, f"{name}/calibration", -accuracy_K, accuracy_K)
        self._identity = f"LSCI,MODEL211,{serial},020507"
        self._event_enable = self._service_enable = 0
        self._standard_event = 128
        self._set: dict[str, tuple[float, ...]] = {}
        self._reset()
        self._queries: dict[str, Callable[[], str]] = {
            "*IDN": lambda: self._identity,
            "*TST": lambda: "0",
            "*OPC": lambda: "1",
            "*ESE": lambda: str(self._event_enable),
            "*SRE": lambda: str(self._service_enable),
            "*ESR": self._take_standard_event,
            "*STB": lambda: str(32 if self._standard_event & self._event_enable else 0),
            "KRDG": lambda: _five_digits(self.temperature_K()),
            "CRDG": lambda: _five_digits(self.temperature_K() - ZERO_CELSIUS_K),
            "FRDG": lambda: _five_digits((self.temperature_K() - ZERO_CELSIUS_K) * 1.8 + 32),
            "SRDG": lambda: _five_digits(_platinum_ohm(self.temperature_K() - ZERO_CELSIUS_K)),
            "RDGST": lambda: "000",
            "AOUT": self._analog_percent,
            "ALARMST": self._alarm_state,
            **{name: self._setting_query(name) for name in self._FORMATS},
        }

    _FORMATS: ClassVar[dict[str, tuple[str, ...]]] = {
        "DISPFLD": ("d",),
        "ANALOG": ("d", "d"),
        "ALARM": ("d", "k", "k", "k", "d"),
        "LOCK": ("d", "03d"),
        "BRIGT": ("d",),
    }
    _LIMITS: ClassVar[dict[str, tuple[tuple[float, float], ...]]] = {
        "DISPFLD": ((0, 3),),
        "ANALOG": ((0, 1), (0, 5)),
        "ALARM": ((0, 1), (0, 1000), (0, 1000), (0, 1000), (0, 1)),
        "LOCK": ((0, 1), (0, 999)),
        "BRIGT": ((0, 3),),
        "RELAY": ((1, 2), (0, 2)),
        "*ESE": ((0, 255),),
        "*SRE": ((0, 255),),
    }

    def execute(self, message: str) -> str | None:
        """See MessageDevice."""
        self.begin()
        reply = None
        if len(message) <= LONGEST_MESSAGE:
            for part in message.split(";"):
                answer = self._run(part.strip())
                reply = answer if reply is None else reply  # one query in a message: a second is ignored
        self.finish()
        return reply

    def temperature_K(self) -> float:
        """What it shows: where it is, its calibration error, noise; changes with each update only.

        Not a number without a sensor.
        """
        at = (self.time // UPDATE_s) * UPDATE_s
        noise_K = NOISE_K * gaussian(self._seed, self._channel, at)
        return self._surroundings.temperature_K(at) + self._error_K + noise_K

    def inspect(self) -> dict[str, Any]:
        """What it shows now, for tests."""
        self.begin()
        return {"temperature_K": self.temperature_K()}

    def _run(self, text: str) -> str | None:
        head, _, rest = text.partition(" ")
        word = head.upper()
        if word.endswith("?"):
            return self._answer(word[:-1], rest.strip())
        try:
            values = tuple(float(one) for one in rest.split(",")) if rest.strip() else ()
        except ValueError:
            return None
        self._command(word, values)
        return None

    def _answer(self, word: str, rest: str) -> str | None:
        if word in ("RELAY", "RELAYST") and rest in ("1", "2"):
            mode = self._set["RELAY"][int(rest) - 1]
            return f"{mode:.0f}" if word == "RELAY" else str(int(mode == 1))
        query = self._queries.get(word)
        return query() if query and not rest else None

    def _command(self, word: str, values: tuple[float, ...]) -> None:
        if word in ("*CLS", "ALMRST", "*RST", "*OPC", "*WAI") and not values:
            if word == "*RST":
                self._reset()
            elif word == "*CLS":
                self._standard_event = 0
            elif word == "*OPC":
                self._standard_event |= 1
            return
        limits = self._LIMITS.get(word, ())
        if not limits or len(values) != len(limits):
            return
        if not all(low <= value <= high for value, (low, high) in zip(values, limits, strict=True)):
            return
        if word == "*ESE":
            self._event_enable = int(values[0])
        elif word == "*SRE":
            self._service_enable = int(values[0])
        elif word == "RELAY":
            modes = list(self._set["RELAY"])
            modes[int(values[0]) - 1] = values[1]
            self._set["RELAY"] = tuple(modes)
        else:
            self._set[word] = values

    def _reset(self) -> None:
        self._set = {
            "DISPFLD": (0,),
            "ANALOG": (0, 4),
            "ALARM": (0, 1000.0, 0.0, 0.0, 0),
            "LOCK": (0, 123),
            "BRIGT": (3,),
            "RELAY": (0, 0),
        }

    def _setting_query(self, name: str) -> Callable[[], str]:
        formats = self._FORMATS[name]

        def answer() -> str:
            pairs = zip(formats, self._set[name], strict=True)
            return ",".join(
                _five_digits(value) if one == "k" else format(int(value), one) for one, value in pairs
            )

        return answer

    def _take_standard_event(self) -> str:
        event, self._standard_event = self._standard_event, 0
        return str(event)

    def _analog_percent(self) -> str:
        span_K = ANALOG_SPAN_K[int(self._set["ANALOG"][1])]
        return _five_digits(min(100.0, 100.0 * self.temperature_K() / span_K))

    def _alarm_state(self) -> str:
        on, high, low, *_ = self._set["ALARM"]
        now_K = self.temperature_K()
        return f"{int(bool(on) and now_K > high)},{int(bool(on) and now_K < low)}"


def _five_digits(value: float) -> str:
    """+296.15, +23.000, +01.000; OL without a sensor (as the family shows it, from memory)."""
    if math.isnan(value):
        return "OL"
    return f"{value:+.2f}" if abs(value) >= 99.9995 else f"{value:+07.3f}"


def _platinum_ohm(celsius: float) -> float:
    """Pt-100 above 0 degC, IEC 60751."""
    return 100.0 * (1 + 3.9083e-3 * celsius - 5.775e-7 * celsius**2)
