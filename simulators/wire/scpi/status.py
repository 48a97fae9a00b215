"""The status model of IEEE 488.2 chapter 11 and SCPI-99 volume 1 chapter 9: registers and the status byte.

Bits of the status byte as the Keithley 2400 lays them out (manual 2400S-900-01, figure 15-1): 0 measurement
summary, 2 error available, 3 questionable summary, 4 message available, 5 event summary, 6 master summary or
request for service, 7 operation summary.
"""

from __future__ import annotations

from simulators.wire.scpi.errors import POWER_ON

MEASUREMENT_SUMMARY = 0x01
ERROR_AVAILABLE = 0x04
QUESTIONABLE_SUMMARY = 0x08
MESSAGE_AVAILABLE = 0x10
EVENT_SUMMARY = 0x20
MASTER_SUMMARY = 0x40
OPERATION_SUMMARY = 0x80

SUMMARY_BITS = {
    "measurement": MEASUREMENT_SUMMARY,
    "questionable": QUESTIONABLE_SUMMARY,
    "operation": OPERATION_SUMMARY,
}


class EventRegister:
    """A condition register, the event register that latches its rising bits, and the enable register."""

    def __init__(self, model: StatusModel) -> None:
        self._model = model
        self.condition = 0
        self.event = 0
        self.enable = 0

    def set_condition(self, bits: int) -> None:
        """The state is this now; a bit that was 0 and is 1 is latched."""
        rising = bits & ~self.condition
        self.condition = bits
        if rising:
            self.latch(rising)

    def latch(self, bits: int) -> None:
        """An event without a lasting condition happened."""
        self.event |= bits
        self._model.changed = True

    def set_enable(self, bits: int) -> None:
        """Which events reach the status byte."""
        self.enable = bits
        self._model.changed = True

    def take_event(self) -> int:
        """The event register, cleared by reading."""
        event, self.event = self.event, 0
        self._model.changed = True
        return event


class StatusModel:
    """All registers of an instrument. `changed`: the status byte may differ from the last `summary`."""

    def __init__(self) -> None:
        self.changed = True
        self.standard_event = POWER_ON
        self.standard_enable = 0
        self.service_enable = 0
        self.error_available = False
        self.measurement = EventRegister(self)
        self.questionable = EventRegister(self)
        self.operation = EventRegister(self)

    def latch_standard(self, bits: int) -> None:
        """Set bits of the standard event register."""
        self.standard_event |= bits
        self.changed = True

    def take_standard_event(self) -> int:
        """*ESR?: the standard event register, cleared by reading."""
        event, self.standard_event = self.standard_event, 0
        self.changed = True
        return event

    def summary(self) -> int:
        """The status byte without bits 4 and 6, which depend on the output queue."""
        byte = ERROR_AVAILABLE if self.error_available else 0
        if self.standard_event & self.standard_enable:
            byte |= EVENT_SUMMARY
        for name, bit in SUMMARY_BITS.items():
            register: EventRegister = getattr(self, name)
            if register.event & register.enable:
                byte |= bit
        return byte

    def clear(self) -> None:
        """*CLS: all event registers (the error queue is the instrument's)."""
        self.standard_event = 0
        self.measurement.event = self.questionable.event = self.operation.event = 0
        self.changed = True

    def preset(self) -> None:
        """STATus:PRESet: the enable registers of the three SCPI groups."""
        self.measurement.enable = self.questionable.enable = self.operation.enable = 0
        self.changed = True


class ServiceRequest:
    """Bit 6 as a serial poll sees it: up once for each new reason, down when polled (IEEE 488.2, 11.3.3)."""

    def __init__(self) -> None:
        self._answered = 0

    def forget(self, bits: int) -> None:
        """These reasons went away: they count as new when they come back."""
        self._answered &= ~bits

    def poll(self, byte: int, enable: int) -> int:
        """The polled status byte from one without bit 6."""
        reasons = byte & enable & ~MASTER_SUMMARY
        fresh = reasons & ~self._answered
        self._answered = reasons
        return byte | MASTER_SUMMARY if fresh else byte
