"""The error codes that are the Model 2400's own (user's manual, table B-1), all execution errors."""

from __future__ import annotations

from simulators.wire.scpi.errors import EXECUTION_ERROR, ScpiError

TEXTS = {
    802: "OUTPUT blocked by output enable",
    803: "Not permitted with OUTPUT off",
    822: "Too small for sense range",
    823: "Invalid with source read-back on",
    824: "Cannot exceed compliance range",
    825: "Invalid with auto-ohms on",
    826: "Attempt to exceed power limit",
    830: "Invalid with INF ARM:COUNT",
}


def refused(code: int) -> ScpiError:
    """The exception that queues one of the codes above."""
    return ScpiError(code, TEXTS[code], EXECUTION_ERROR)
