"""READ?, MEASure? and FETCh? (reference manual 2450-901-01 Rev. B, p. 6-1 to 6-8).

They measure whether the output is on or off; what is measured with it off is the output-off state. None of
them touches a setting, except that MEASure with a function selects it.
"""

from __future__ import annotations

from simulators.instruments.keithley.keithley2450 import ohms
from simulators.instruments.keithley.keithley2450.elements import ELEMENTS, MOST
from simulators.instruments.keithley.keithley2450.groups import Group
from simulators.wire.scpi import ScpiError, Text, command

BUFFER = Text(31, optional=True)
FIRST = "defbuffer1"


class ReadCommands(Group):
    """Measure `COUNt` times into a buffer; the last reading is the answer."""

    @command(":READ?", BUFFER, ELEMENTS)
    def read(self, name: str = FIRST, elements: tuple[str, ...] = ()) -> str:
        """Measure."""
        return self._measure(name, elements)

    @command(":MEASure?", BUFFER, ELEMENTS)
    def measure(self, name: str = FIRST, elements: tuple[str, ...] = ()) -> str:
        """Measure with the function that is selected."""
        return self._measure(name, elements)

    @command(":MEASure:VOLTage[:DC]?", BUFFER, ELEMENTS)
    def measure_voltage(self, name: str = FIRST, elements: tuple[str, ...] = ()) -> str:
        """Select and measure voltage."""
        return self._measure(name, elements, "VOLT")

    @command(":MEASure:CURRent[:DC]?", BUFFER, ELEMENTS)
    def measure_current(self, name: str = FIRST, elements: tuple[str, ...] = ()) -> str:
        """Select and measure current."""
        return self._measure(name, elements, "CURR")

    @command(":MEASure:RESistance?", BUFFER, ELEMENTS)
    def measure_resistance(self, name: str = FIRST, elements: tuple[str, ...] = ()) -> str:
        """Select and measure resistance."""
        return self._measure(name, elements, "RES")

    @command(":FETCh?", BUFFER, ELEMENTS)
    def fetch(self, name: str = FIRST, elements: tuple[str, ...] = ()) -> str:
        """The newest reading of a buffer; -230 if it is empty."""
        check(elements)
        buffer = self.unit.buffers[name]
        return self.unit.writer.write([buffer.latest], buffer.readings[0].time, elements)

    @command(":TRACe:TRIGger", BUFFER)
    def fill(self, name: str = FIRST) -> None:
        """Measure and say nothing."""
        self.unit.acquisition.measure(self.settings.count, self.unit.buffers[name])

    def _measure(self, name: str, elements: tuple[str, ...], function: str = "") -> str:
        check(elements)
        buffer = self.unit.buffers[name]
        if function and function != self.settings.measured:
            self.settings.measured = function
            if self.settings.measures_ohms:
                ohms.configure_source(self.settings)
            self.unit.forget_filter()
            self.changed()
        self.unit.acquisition.measure(self.settings.count, buffer)
        return self.unit.writer.write([buffer.latest], buffer.readings[0].time, elements)


def check(elements: tuple[str, ...]) -> None:
    """At most 14 elements; beyond that -223."""
    if len(elements) > MOST:
        raise ScpiError(-223)
