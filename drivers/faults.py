"""What went wrong below a driver (silence, a lost link, damaged bytes, something else), and how to say it."""

from __future__ import annotations

from typing import Literal

from pyvisa.constants import StatusCode
from pyvisa.errors import InvalidSession, VisaIOError

from bench.core.errors import CommunicationError, GarbledReplyError, LinkLostError
from drivers.replies import ReplyShapeError

Fault = Literal["timeout", "lost", "garbled", "other"]

_LOST = frozenset(
    {
        StatusCode.error_connection_lost,
        StatusCode.error_resource_not_found,
        StatusCode.error_no_listeners,
        StatusCode.error_invalid_object,
        StatusCode.error_io,
        StatusCode.error_system_error,
    }
)
_GARBLED = frozenset(
    {
        StatusCode.error_serial_framing,
        StatusCode.error_serial_overrun,
        StatusCode.error_serial_parity,
        StatusCode.error_raw_read_protocol_violation,
    }
)


class TruncatedReplyError(Exception):
    """A reply ended before its terminator: what arrived may be half a number, so none of it is used."""


TRANSPORT_ERRORS = (VisaIOError, InvalidSession, OSError, UnicodeDecodeError, TruncatedReplyError)
"""What pyvisa, pyserial and sockets raise; anything else is a mistake in a program and passes through."""


def classify(error: BaseException) -> Fault:
    """The kind of a transport error or of a wrong reply (pyvisa's status codes are those of VPP-4.3)."""
    if isinstance(error, UnicodeDecodeError | TruncatedReplyError | ReplyShapeError):
        return "garbled"
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, InvalidSession | OSError):
        return "lost"
    code = getattr(error, "error_code", None)
    if code == StatusCode.error_timeout:
        return "timeout"
    if code in _LOST:
        return "lost"
    return "garbled" if code in _GARBLED else "other"


def report(error: BaseException, *, instrument: str, command: str, state: str) -> CommunicationError:
    """The fault as an error for the person at the bench; `state` is what is known after it."""
    kind = classify(error)
    if kind == "lost":
        return LinkLostError(
            f"the connection was lost at {command!r}: {error}",
            instrument=instrument,
            state="the instrument keeps doing what it did; an output may be live",
            remedy="check cable and power, then open the connection again",
        )
    if kind == "garbled":
        return GarbledReplyError(
            f"the reply to {command!r} makes no sense: {error}",
            instrument=instrument,
            state=state,
            remedy="check cable, grounding, baud rate, parity and terminators, and that nothing else talks",
        )
    what = "no complete reply in time" if kind == "timeout" else str(error)
    return CommunicationError(
        f"{command!r}: {what}",
        instrument=instrument,
        state=state,
        remedy="check that the instrument is on and in remote, and that no other program talks to it",
    )
