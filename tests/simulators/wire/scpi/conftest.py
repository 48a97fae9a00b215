"""The instrument that the engine's tests talk to: one command of each kind."""

import pytest

from bench.core.clock import VirtualClock
from simulators.wire.scpi import (
    Boolean,
    Choice,
    Integer,
    NameList,
    Number,
    Repeated,
    ScpiError,
    ScpiInstrument,
    Setting,
    Text,
    command,
)


class Source:
    """A group, mounted beside the instrument's own commands."""

    function = Setting(":SOURce[1]:FUNCtion[:MODE]", Choice("VOLTage", "CURRent", "MEMory"), "VOLT")
    nplc = Setting(
        (":SENSe[1]:VOLTage[:DC]:NPLCycles", "[:SENSe[1]]:CURRent[:DC]:NPLCycles"),
        Number(0.01, 10.0, 1.0, reply=".2f"),
        1.0,
    )
    delay = Setting(":SOURce[1]:DELay", Number(0.0, 999.9999, 0.0, unit="S", reply=".5f"), 0.0)
    count = Setting(":TRIGger:COUNt", Integer(1, 2500, 1), 1)
    autozero = Setting(":SYSTem:AZERo[:STATe]", Boolean(), True)
    elements = Setting(
        ":FORMat:ELEMents", NameList("VOLTage", "CURRent", "RESistance", "TIME", "STATus"), ("VOLT", "CURR")
    )
    sensed = Setting(
        "[:SENSe[1]]:FUNCtion[:ON]",
        NameList("VOLTage[:DC]", "CURRent[:DC]", "RESistance", quoted=True),
        ("CURR:DC",),
    )
    text = Setting(":DISPlay:TEXT[:DATA]", Text(12), "")
    guarded = Setting(":SYSTem:RSENse", Boolean(), False, changed="refuse_at_high_level")
    points = Setting(":SOURce[1]:LIST:CURRent", Repeated(Number(-1.0, 1.0), 3), (0.0,))
    tone = Setting(":SYSTem:BEEPer", Boolean(), False, readable=False)

    def __init__(self, instrument):
        self.instrument = instrument
        self.level = 0.0
        self.range = 1.0

    @command(
        ":SOURce[1]:CURRent[:LEVel][:IMMediate][:AMPLitude]",
        Number(lambda self: -1.05 * self.range, "highest", 0.0, unit="A", infinity=False),
    )
    def set_level(self, level):
        self.level = level

    @command(":SOURce[1]:CURRent[:LEVel][:IMMediate][:AMPLitude]?")
    def get_level(self):
        return self.level

    @property
    def highest(self):
        return 1.05 * self.range

    def refuse_at_high_level(self, old):
        assert old is not self.guarded
        if self.level > 1.0:
            raise ScpiError(-221)


class Meter(ScpiInstrument):
    def __init__(self, clock):
        super().__init__(clock, name="meter", identity="QMS,METER,0,1")
        self.source = Source(self)
        self.mount(self.source)
        self.triggers = 0
        self.log = []

    @command("READ?")
    def read(self):
        self.spend(0.1)
        return 1.25

    @command("INITiate[:IMMediate]")
    def initiate(self):
        self.operations_end = self.time + 2.0

    @command("SILent?")
    def silent(self):
        self.queue_error(+802, "OUTPUT blocked by output off")

    @command("TRACe#:DATA?", suffixes=(range(1, 4),))
    def trace(self, number):
        return number

    @command("ROUTe#:CHANnel#", Integer(0, 9), Integer(0, 9, optional=True))
    def route(self, row, column, first, second=-1):
        self.log.append((row, column, first, second))

    @command("ROUTe#:CHANnel#?", Choice("A", "Blue", optional=True))
    def routed(self, row, column, which="none"):
        return f"{row},{column},{which}"

    @command("LIMit", Number(None, None, infinity=True))
    def limit(self, value):
        self.log.append(value)

    @command("LIMit?")
    def limit_query(self):
        return -0.5

    @command("FLAG?")
    def flag(self):
        return True

    @command("ODD?")
    def odd(self):
        raise ScpiError(+900, "Odd failure")

    @command("SETTings?")
    def settings(self):
        raise ScpiError(-221)

    def trigger(self):
        self.triggers += 1


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
def meter(clock):
    return Meter(clock)


@pytest.fixture
def error(meter):
    """Sends a message and gives the first error it left, as `SYST:ERR?` replies it; empties the queue."""

    def send(message):
        meter.execute("*CLS")
        meter.execute(message)
        reply = meter.execute(":SYST:ERR?")
        meter.execute(":SYST:CLE")
        return reply

    return send
