"""A voltage that one instrument programs another with: the control output of a gaussmeter, say."""

from __future__ import annotations

from collections.abc import Callable


def _nobody(*_: float) -> None:
    """Nothing is plugged in at this end."""


class AnalogCable:
    """One cable. Whoever puts a voltage on it works in steps; `catch_up` has it do those up to a time.

    So that looking never changes anything, what hangs on the cable is brought up to a time before it is
    looked at, by whoever looks first.
    """

    def __init__(self) -> None:
        self.volts = 0.0
        self.listener: Callable[[float, float], None] = _nobody
        """Called with voltage and time whenever the voltage changes."""
        self.stepper: Callable[[float], None] = _nobody
        """Does all steps up to a time."""
        self._busy = False

    def put(self, volts: float, time: float) -> None:
        """From `time` on this voltage is there."""
        if volts != self.volts:
            self.volts = volts
            self.listener(volts, time)

    def catch_up(self, time: float) -> None:
        """Everything up to `time` has been done then; of no effect while it is being done."""
        if self._busy:
            return
        self._busy = True
        try:
            self.stepper(time)
        finally:
            self._busy = False
