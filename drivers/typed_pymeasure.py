"""The parts of pymeasure that are used here, with types; as Any they would hide misspellings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol


class Adapter(Protocol):
    """What is used of a pymeasure adapter; `device_clear` and `patience` of ours are used where present."""

    def write(self, command: str) -> None:
        """Send one message."""
        ...

    def read(self) -> str:
        """One reply, without its terminator."""
        ...

    def flush_read_buffer(self) -> None:
        """Discard what has arrived."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


if TYPE_CHECKING:

    class VISAAdapter:
        """pymeasure.adapters.VISAAdapter."""

        connection: Any
        manager: Any

        def __init__(self, resource_name: str, visa_library: object = "", **settings: object) -> None: ...

        def write(self, command: str) -> None:
            """Send one message."""

        def read(self) -> str:
            """One reply, without its terminator."""
            ...

        def flush_read_buffer(self) -> None:
            """Discard what has arrived."""

    class Instrument:
        """pymeasure.instruments.Instrument."""

        adapter: Adapter
        name: str

        def __init__(self, adapter: Adapter, name: str, includeSCPI: bool) -> None: ...

        def shutdown(self) -> None:
            """Set isShutdown."""

else:
    from pymeasure.adapters import VISAAdapter
    from pymeasure.instruments import Instrument

__all__ = ["Adapter", "Instrument", "VISAAdapter"]
