"""A dead-man script: the instrument switches its outputs off when the PC has been quiet for too long.

A running script keeps the command interpreter busy, and that is what is used. While a channel is armed, each
message to either channel ends with a call of a script that waits and then switches off what is armed, and is
preceded by `abort`, which ends that script. So the instrument counts from the moment it has done what it was
told: whatever kills the PC, the program or the cable then, the output goes off `seconds` later. Not guarded
is the moment between an `abort` and the message that follows it at once.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from bench.core.traffic import Recording
from drivers.keithley.tsp import ABORT, Attribute, flag
from drivers.replay import ReplayAdapter
from drivers.typed_pymeasure import Adapter

LEAST_S = 1.0
STEP_S = 0.1
"""The script waits in steps of this, so that `abort` never finds it in one long wait."""
CHANNELS = ("a", "b")
NAME = "qms_dead_man"


class DeadMan:
    """An adapter in front of the instrument's own, which its channels share; idle until one is armed."""

    def __init__(self, adapter: Adapter) -> None:
        self.adapter = adapter
        self._steps = dict.fromkeys(CHANNELS, 0)
        self._may_run = False
        self._owes_a_call = False

    def arm(self, channel: str, seconds: float) -> None:
        """Guard this channel from the next message on."""
        self._steps[channel] = round(seconds / STEP_S)

    def stand_down(self, channel: str) -> None:
        """Its output is off; once no channel is armed, other programs may talk to the instrument again."""
        self._steps[channel] = 0
        if self._may_run:
            self._may_run = False
            self.adapter.write(ABORT)
            self._call_again()

    @property
    def _is_armed(self) -> bool:
        return any(self._steps.values())

    @property
    def _call(self) -> str:
        return f"{NAME}({', '.join(str(self._steps[channel]) for channel in CHANNELS)})"

    def _call_again(self) -> None:
        if self._is_armed:
            self._owes_a_call, self._may_run = False, True
            self.adapter.write(self._call)

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
            self._call_again()
        return reply

    def flush_read_buffer(self) -> None:
        """Discard what has arrived."""
        self.adapter.flush_read_buffer()

    def device_clear(self) -> None:
        """Discard what is on its way in either direction; where that ends the script, it is called anew."""
        clear = getattr(self.adapter, "device_clear", self.adapter.flush_read_buffer)
        clear()
        if self._is_armed:  # on a socket nothing has ended it, and a second call would wait behind it
            self.adapter.write(ABORT)
            self._call_again()

    def patience(self, seconds: float) -> AbstractContextManager[None]:
        """Wait up to `seconds` for replies inside the block."""
        patience = getattr(self.adapter, "patience", None)
        found: AbstractContextManager[None] = nullcontext() if patience is None else patience(seconds)
        return found

    def reopen(self) -> None:
        """Open a lost connection anew; a script that was called goes on counting meanwhile."""
        self.adapter.reopen()  # type: ignore[attr-defined]  # the line's own adapter can
        self._may_run, self._owes_a_call = self._is_armed, False

    def close(self) -> None:
        """Close the connection; a script that runs goes on counting."""
        self.adapter.close()


@dataclass(frozen=True, slots=True)
class Guard:
    """One channel's part in it: `seconds` of silence until its output is switched off."""

    dead_man: DeadMan
    channel: str
    seconds: float

    @property
    def script(self) -> str:
        """The definition, the same for either channel, as one chunk; off modes are verified before."""
        offs = " ".join(
            f"if step == {one} then smu{one}.source.output = smu{one}.OUTPUT_OFF "
            f"{NAME}_acted_{one} = true end"
            for one in CHANNELS
        )
        return (
            f"{NAME}_acted_{self.channel} = false function {NAME}({', '.join(CHANNELS)}) "
            f"for step = 1, math.max({', '.join(CHANNELS)}) do delay({STEP_S!r}) {offs} end end"
        )

    @property
    def loaded(self) -> Attribute[bool]:
        """Whether the instrument has the script; read only."""
        return _fact("dead_man_loaded", f"type({NAME}) == 'function'")

    @property
    def acted(self) -> Attribute[bool]:
        """Whether it has switched this channel's output off; read only."""
        return _fact("dead_man_acted", f"{NAME}_acted_{self.channel} == true")

    def arm(self) -> None:
        """From the next message on."""
        self.dead_man.arm(self.channel, self.seconds)

    def stand_down(self) -> None:
        """The output is off."""
        self.dead_man.stand_down(self.channel)


class Replay(ReplayAdapter):
    """A recording of one channel has nothing of the script but its loading: the line below sends the rest."""

    def __init__(self, recording: Recording) -> None:
        super().__init__(recording)
        self.line = DeadMan(_Nowhere())


class _Nowhere:
    def write(self, command: str) -> None:
        pass

    def read(self) -> str:
        raise TimeoutError("nothing is there")

    def flush_read_buffer(self) -> None:
        pass

    def close(self) -> None:
        pass


def _fact(name: str, expression: str) -> Attribute[bool]:
    return Attribute(name, expression, flag, str, lambda asked, held, _: asked == held)
