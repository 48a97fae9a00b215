"""A dead-man script: the instrument switches its output off when the PC has been quiet for too long.

A running script keeps the command interpreter busy, and that is what is used. While it is armed, each
message ends with a call of a script that waits and then switches the output off, and is preceded by `abort`,
which ends that script. So the instrument counts from the moment it has done what it was told: whatever kills
the PC, the program or the cable then, the output goes off `seconds` later. Not guarded is the moment between
an `abort` and the message that follows it at once.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from drivers.keithley.tsp import ABORT, Attribute, flag
from drivers.typed_pymeasure import Adapter

LEAST_S = 1.0
STEP_S = 0.1
"""The script waits in steps of this, so that `abort` never finds it in one long wait."""


class DeadMan:
    """An adapter in front of the instrument's own; does nothing to what is sent until it is armed."""

    def __init__(self, adapter: Adapter, smu: str, seconds: float) -> None:
        self.adapter = adapter
        self._name = f"qms_dead_man_{smu}"
        self._smu = smu
        self._call = f"{self._name}({round(seconds / STEP_S)})"
        self._is_armed = False
        self._may_run = False
        self._owes_a_call = False

    @property
    def script(self) -> str:
        """The definition, as one chunk; the off mode is the driver's affair, verified before."""
        return (
            f"{self._name}_acted = false "
            f"function {self._name}(steps) for step = 1, steps do delay({STEP_S!r}) end "
            f"{self._smu}.source.output = {self._smu}.OUTPUT_OFF {self._name}_acted = true end"
        )

    @property
    def loaded(self) -> Attribute[bool]:
        """Whether the instrument has the script; read only."""
        return _fact("dead_man_loaded", f"type({self._name}) == 'function'")

    @property
    def acted(self) -> Attribute[bool]:
        """Whether it has switched the output off; read only."""
        return _fact("dead_man_acted", f"{self._name}_acted == true")

    def arm(self) -> None:
        """From the next message on."""
        self._is_armed = True

    def stand_down(self) -> None:
        """End the script: the output is off, and other programs may talk to the instrument again."""
        self._is_armed = False
        if self._may_run:
            self._may_run = False
            self.adapter.write(ABORT)

    # ---- as an adapter

    def write(self, command: str) -> None:
        """Send one message, with the script behind it while armed."""
        if self._may_run and command != ABORT:
            self.adapter.write(ABORT)
        is_lua = not command.startswith("*") and command != ABORT
        self._may_run = self._is_armed and is_lua
        self._owes_a_call = self._is_armed and command.startswith("*")  # a call now would lose the reply
        self.adapter.write(f"{command} {self._call}" if self._may_run else command)

    def read(self) -> str:
        """One reply, without its terminator."""
        reply = self.adapter.read()
        if self._owes_a_call:
            self._owes_a_call, self._may_run = False, True
            self.adapter.write(self._call)
        return reply

    def flush_read_buffer(self) -> None:
        """Discard what has arrived."""
        self.adapter.flush_read_buffer()

    def device_clear(self) -> None:
        """Discard what is on its way in either direction; where that ends the script, it is called anew."""
        clear = getattr(self.adapter, "device_clear", self.adapter.flush_read_buffer)
        clear()
        if self._is_armed:
            self._owes_a_call, self._may_run = False, True
            self.adapter.write(
                ABORT
            )  # on a socket nothing has ended it, and a second call would wait behind it
            self.adapter.write(self._call)

    def patience(self, seconds: float) -> AbstractContextManager[None]:
        """Wait up to `seconds` for replies inside the block."""
        patience = getattr(self.adapter, "patience", None)
        found: AbstractContextManager[None] = nullcontext() if patience is None else patience(seconds)
        return found

    def close(self) -> None:
        """Close the connection; a script that runs goes on counting."""
        self.adapter.close()


def _fact(name: str, expression: str) -> Attribute[bool]:
    return Attribute(name, expression, flag, str, lambda asked, held, _: asked == held)
