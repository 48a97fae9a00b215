"""What a TSP instrument has to report: the error queue, the standard events, the status byte."""

from __future__ import annotations

from simulators.wire.scpi.errors import COMMAND_ERROR, EXECUTION_ERROR, OPERATION_COMPLETE, QUERY_ERROR
from simulators.wire.scpi.status import MASTER_SUMMARY, MESSAGE_AVAILABLE, ServiceRequest, StatusModel
from simulators.wire.tsp.errors import SYNTAX, ErrorQueue, TspError
from simulators.wire.tsp.node import Node


class Reports:
    """The status model is that of IEEE 488.2; bit 2 of the byte says that there are errors."""

    def __init__(self) -> None:
        self.errors = ErrorQueue()
        self.status = StatusModel()
        self._service = ServiceRequest()

    def add(self, error: TspError) -> None:
        """Put an error in the queue and note its event."""
        self.errors.push(error)
        if -500 < error.code <= -400:
            self.status.latch_standard(QUERY_ERROR)
        elif error.code == SYNTAX or -200 < error.code <= -100:
            self.status.latch_standard(COMMAND_ERROR)
        else:
            self.status.latch_standard(EXECUTION_ERROR)
        self._note()

    def clear(self) -> None:
        """*CLS."""
        self.status.clear()
        self.forget()

    def forget(self) -> None:
        """Empty the error queue."""
        self.errors.clear()
        self._note()

    def operation_complete(self) -> None:
        """*OPC: nothing overlaps."""
        self.status.latch_standard(OPERATION_COMPLETE)

    def byte(self, message_available: bool) -> int:
        """The status byte with the master summary in bit 6."""
        byte = self.status.summary() | (MESSAGE_AVAILABLE if message_available else 0)
        return byte | MASTER_SUMMARY if byte & self.status.service_enable else byte

    def poll(self, message_available: bool) -> int:
        """The status byte with the request for service in bit 6."""
        byte = self.status.summary() | (MESSAGE_AVAILABLE if message_available else 0)
        self._service.forget(~byte)
        return self._service.poll(byte, self.status.service_enable)

    def node(self) -> Node:
        """The `errorqueue` commands."""
        node = Node(functions={"next": self._next, "clear": self.forget})
        node.attribute("count", lambda: float(len(self.errors)))
        return node

    def _next(self) -> tuple[object, ...]:
        entry = self.errors.next()
        self._note()
        return tuple(entry)

    def _note(self) -> None:
        self.status.error_available = len(self.errors) > 0
        self.status.changed = True
