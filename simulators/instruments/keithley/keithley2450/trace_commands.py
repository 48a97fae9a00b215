"""TRACe: reading buffers (reference manual 2450-901-01 Rev. B, p. 6-107 to 6-121)."""

from __future__ import annotations

from simulators.instruments.keithley.keithley2450.buffers import LARGEST, SMALLEST
from simulators.instruments.keithley.keithley2450.elements import ELEMENTS
from simulators.instruments.keithley.keithley2450.event_log import BUFFER_EMPTY, INFORMATION
from simulators.instruments.keithley.keithley2450.groups import Group
from simulators.instruments.keithley.keithley2450.read_commands import BUFFER, FIRST, check
from simulators.wire.scpi import Boolean, Choice, Integer, Text, command
from simulators.wire.scpi.grammar import Header, Mnemonic, parse_header
from simulators.wire.scpi.tree import Declaration, Handler

NAME = Text(31)
STYLE = Choice("COMPact", "STANdard", "FULL", optional=True)
INDEX = Integer(1, LARGEST)


class PeakToPeak:
    """`:TRACe:STATistics:PK2Pk?`: the header notation has no way to write a digit inside a word."""

    def scpi_handlers(self, owner: TraceCommands) -> list[Handler]:
        """The query, bound to one owner."""
        nodes = parse_header(":TRACe:STATistics").nodes
        word = Mnemonic("PK2P", "PK2PK", optional=False, numbered=False, accepts_one=False)
        declaration = Declaration(Header((*nodes, word), is_query=True), (BUFFER,), ())
        return [Handler(owner, owner.peak_to_peak, declaration)]


class TraceCommands(Group):
    """Without a name, defbuffer1 is meant. Readings count from 1, the oldest that is still there."""

    peak_to_peak_query = PeakToPeak()

    @command(":TRACe:MAKE", NAME, Integer(SMALLEST, LARGEST), STYLE)
    def make(self, name: str, size: int, style: str = "STAN") -> None:
        """A buffer of the user. Styles for data from outside are not simulated (-141)."""
        self.unit.buffers.make(name, size)

    @command(":TRACe:DELete", NAME)
    def delete(self, name: str) -> None:
        """Forget a buffer of the user."""
        self.unit.buffers.delete(name)

    @command(":TRACe:CLEar", BUFFER)
    def clear(self, name: str = FIRST) -> None:
        """Forget readings and statistics."""
        buffer = self.unit.buffers[name]
        if buffer.readings and buffer.logs:
            self.unit.note(BUFFER_EMPTY, "Reading buffer is 0% filled", INFORMATION)
        buffer.clear()

    @command(":TRACe:POINts", Integer(SMALLEST, LARGEST), BUFFER)
    def resize(self, size: int, name: str = FIRST) -> None:
        """Another size; the readings are lost."""
        buffer = self.unit.buffers[name]
        self.unit.buffers.check_memory(size, name)
        buffer.resize(size)

    @command(":TRACe:POINts?", BUFFER)
    def size(self, name: str = FIRST) -> int:
        """How many readings it can hold."""
        return self.unit.buffers[name].capacity

    @command(":TRACe:ACTual?", BUFFER)
    @command(":TRACe:ACTual:END?", BUFFER)
    def count(self, name: str = FIRST) -> int:
        """How many readings it holds; the index of the last."""
        return len(self.unit.buffers[name].readings)

    @command(":TRACe:ACTual:STARt?", BUFFER)
    def start(self, name: str = FIRST) -> int:
        """The index of the first reading, 0 if there is none."""
        return 1 if self.unit.buffers[name].readings else 0

    @command(":TRACe:DATA?", INDEX, INDEX, BUFFER, ELEMENTS)
    def data(self, start: int, end: int, name: str = FIRST, elements: tuple[str, ...] = ()) -> str:
        """Elements of some readings; -222 where there are not so many."""
        check(elements)
        buffer = self.unit.buffers[name]
        readings = buffer.between(start, end)
        return self.unit.writer.write(readings, buffer.readings[0].time, elements)

    @command(":TRACe:FILL:MODE", Choice("CONTinuous", "ONCE"), BUFFER)
    def set_fill(self, mode: str, name: str = FIRST) -> None:
        """Overwrite the oldest when full, or stop; clears the buffer."""
        buffer = self.unit.buffers[name]
        buffer.clear()
        buffer.fill = mode

    @command(":TRACe:FILL:MODE?", BUFFER)
    def fill(self, name: str = FIRST) -> str:
        """CONT or ONCE."""
        return self.unit.buffers[name].fill

    @command(":TRACe:LOG:STATe", Boolean(), BUFFER)
    def set_logging(self, on: bool, name: str = FIRST) -> None:
        """Whether it tells the event log when it is empty or full."""
        self.unit.buffers[name].logs = on

    @command(":TRACe:LOG:STATe?", BUFFER)
    def logging(self, name: str = FIRST) -> bool:
        """Whether it tells the event log when it is empty or full."""
        return self.unit.buffers[name].logs

    @command(":TRACe:STATistics:CLEar", BUFFER)
    def clear_statistics(self, name: str = FIRST) -> None:
        """Start the statistics anew."""
        self.unit.buffers[name].clear_statistics()

    @command(":TRACe:STATistics:AVERage?", BUFFER)
    def average(self, name: str = FIRST) -> str:
        """Mean; -230 without readings."""
        return self._statistic(name, "AVER")

    @command(":TRACe:STATistics:MAXimum?", BUFFER)
    def maximum(self, name: str = FIRST) -> str:
        """Largest; -230 without readings."""
        return self._statistic(name, "MAX")

    @command(":TRACe:STATistics:MINimum?", BUFFER)
    def minimum(self, name: str = FIRST) -> str:
        """Smallest; -230 without readings."""
        return self._statistic(name, "MIN")

    def peak_to_peak(self, name: str = FIRST) -> str:
        """Largest less smallest; -230 without readings."""
        return self._statistic(name, "PK2P")

    @command(":TRACe:STATistics:STDDev?", BUFFER)
    def deviation(self, name: str = FIRST) -> str:
        """Standard deviation; -230 without readings."""
        return self._statistic(name, "STDD")

    def _statistic(self, name: str, which: str) -> str:
        return self.unit.writer.number(self.unit.buffers[name].statistic(which))
