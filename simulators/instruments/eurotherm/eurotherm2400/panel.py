"""The front panel: what somebody who walks by can do to the controller, without any interface noticing."""

from __future__ import annotations

from collections.abc import Callable

from simulators.instruments.eurotherm.eurotherm2400.controller import Controller
from simulators.instruments.eurotherm.eurotherm2400.memory import Memory
from simulators.instruments.eurotherm.eurotherm2400.settings import CONFIGURATION
from simulators.instruments.eurotherm.eurotherm2400.values import Parameter


class FrontPanel:
    """Buttons, and the scroll lists. Each acts at the present instant."""

    def __init__(
        self,
        controller: Controller,
        parameters: dict[int, Parameter],
        memory: Memory,
        sync: Callable[[], None],
    ) -> None:
        self._controller = controller
        self._parameters = parameters
        self._memory = memory
        self._sync = sync

    def press_run_hold(self) -> None:
        """RUN/HOLD once: run, hold, run on (2416 handbook, 5-6)."""
        self._sync()
        self._controller.command(4 if self._controller.programmer.state == "run" else 2)

    def keep_run_hold_pressed(self) -> None:
        """RUN/HOLD for two seconds: reset."""
        self._sync()
        self._controller.command(1)

    def press_auto_manual(self) -> None:
        """A/MAN: toggle."""
        self._sync()
        loop = self._controller.loop
        loop.set_manual(not loop.manual)

    def set(self, register: int, value: float) -> None:
        """Change a parameter in its list; for one of configuration mode the passwords are taken as known.

        Raises ValueError if it is not there or cannot be changed.
        """
        self._sync()
        found = self._parameters.get(register) or self._controller.store.find(register)
        if found is None or found.write is None or not found.low <= value <= found.high:
            raise ValueError(f"the front panel cannot set register {register} to {value!r}")
        mode = self._controller.mode
        if found.configuration:
            self._controller.mode = CONFIGURATION
        try:
            found.accept(value)
        finally:
            self._controller.mode = mode
        self._memory.note()
