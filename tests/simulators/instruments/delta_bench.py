"""A simulated 6221 with a 2182A on its serial port and a resistor: messages go straight to the source."""

from bench.core.clock import VirtualClock
from simulators.instruments.keithley.keithley622x import Keithley622x, NanovoltmeterCable
from simulators.instruments.keithley.keithley2182a import Keithley2182A
from simulators.physics.electrical import Load, node, settled
from simulators.physics.sense_leads import SenseLeads, SensePoints
from simulators.physics.surroundings import Surroundings

ROOM_K = 296.15
OK = '0,"No error"'


class Resistor:
    """What hangs on the source; remembers what was put on it, and when."""

    def __init__(self, ohm):
        self.ohm = ohm
        self.history = [(0.0, None)]

    def drive(self, drive, time):
        self.history.append((time, drive))

    def operating_point(self, time):
        return settled(self.history[-1][1], node(Load(self.ohm, 0.0, 0.0), leakage_ohm=1e18, lead_ohm=1e-9))


class DeltaBench:
    """One source, its nanovoltmeter, a clock."""

    def __init__(self, ohm=1.0, *, seed=1, emf_V=0.0, swing_V=0.0, cabled=True, mains_Hz=50.0, **source):
        self.clock = VirtualClock()
        self.resistor = Resistor(ohm)
        self.leads = SenseLeads(SensePoints(self.resistor), emf_V, swing_V)
        self.meter = Keithley2182A(
            self.clock,
            name="nanovoltmeter",
            seed=seed,
            channel_1=self.leads,
            room=Surroundings(ROOM_K),
            mains_Hz=mains_Hz,
            pickup_V=0.0,
            interface="RS-232",
        )
        self.cable = NanovoltmeterCable(self.meter) if cabled else None
        self.source = Keithley622x(
            self.clock, name="source", seed=seed, output=self.resistor, cable=self.cable, **source
        )

    def __call__(self, message):
        """Execute when the source has done with what came before; the reply."""
        self.clock.sleep(max(0.0, self.source.busy_until - self.clock.now()))
        return self.source.execute(message)

    def send(self, *messages):
        for message in messages:
            assert self(message) is None
            assert self("SYST:ERR?") == OK, message

    def error(self, message):
        """The code that a message queues."""
        assert self(message) is None
        return int(self("SYST:ERR?").partition(",")[0])

    def relay(self, *messages):
        for message in messages:
            self.send(f'SYST:COMM:SER:SEND "{message}"')

    def answer(self, message):
        """Ask the nanovoltmeter and wait for its line."""
        self.relay(message)
        for _ in range(200):
            line = self("SYST:COMM:SER:ENT?")
            if line:
                return line
            self.clock.sleep(0.05)
        return ""

    def cabled(self):
        self.send("SYST:COMM:SER:BAUD 19200;TERM CR;PACE XON")
        return self

    def armed(
        self, *, high_A=1e-3, count=10, delay_s=2e-3, range_V=0.01, nplc=1, compliance_V=5.0, abort="ON"
    ):
        self.cabled()
        self.relay("*RST", f"VOLT:RANG {range_V}", f"VOLT:NPLC {nplc}", "VOLT:DFIL OFF")
        self.send(
            f"SOUR:CURR:COMP {compliance_V}",
            f"SOUR:DELT:HIGH {high_A}",
            f"SOUR:DELT:DEL {delay_s}",
            f"SOUR:DELT:COUN {count}",
            f"SOUR:DELT:CAB {abort}",
            f"TRAC:POIN {count if count != 'INF' else 1}",
            "FORM:ELEM READ,TST,RNUM,SOUR,COMP",
            "SOUR:DELT:ARM",
        )
        self.clock.sleep(1.0)
        return self

    def run(self, seconds=60.0, **options):
        """Arm, start and let it go on for so long; all readings in the buffer as tuples."""
        self.armed(**options).send("INIT")
        self.clock.sleep(seconds)
        return self.readings()

    def readings(self):
        fields = self("TRAC:DATA?").split(",")
        return [
            (float(a), float(b), int(c), float(d), e)
            for a, b, c, d, e in zip(*[iter(fields)] * 5, strict=True)
        ]
