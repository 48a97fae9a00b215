"""Lake Shore 211 temperature monitor: one sensor, read in kelvin.

Commands after pymeasure 0.16's driver (KRDG?, 7 data bits, odd parity); timing rules after the Model 218
manual, p. 6-10, whose interface is of the same family: 50 ms between messages, 20 messages a second.
No manual of the 211 itself was at hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bench.core.readings import Reading
from bench.core.roles import Accuracy, Thermometer
from drivers import replies
from drivers.base import Driver
from drivers.connection import ConnectionDefaults

ACCURACY: Accuracy | None = None
"""No published figure was found, and the sensor's calibration counts besides: the station states one."""


class LakeShore211(Driver):
    """One Lake Shore 211. Plays the role Thermometer; has no output and no error queue.

    Its relays and analog output are alarms and chart signals, which this driver leaves alone.
    """

    connection: ClassVar = ConnectionDefaults(
        read_termination="\r\n",
        write_termination="\r\n",
        spacing_s=0.05,
        baud_rate=9600,
        data_bits=7,
        parity="odd",
    )
    identity_pattern: ClassVar = r"LSCI\s*,\s*MODEL211"

    def temperature(self) -> Reading:
        """The present temperature in kelvin; value None and `overload` without a valid sensor signal.

        Raises GarbledReplyError or CommunicationError.
        """
        raw, value = self._link.ask("KRDG?", _kelvin)
        return Reading(value=value, unit="K", time=self._link.clock.now(), overload=value is None, raw=raw)


def _kelvin(reply: str) -> tuple[str, float | None]:
    # Out of range the family shows OL, or holds 0 K, which no sensor reports (from memory).
    if reply.strip().lstrip("+-").upper() == "OL":
        return reply, None
    value = replies.number(reply)
    return reply, value if value > 0 else None


if TYPE_CHECKING:

    def _plays_its_role(monitor: LakeShore211) -> Thermometer:
        return monitor
