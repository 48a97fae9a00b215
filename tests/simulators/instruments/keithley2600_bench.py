"""A simulated 2600B with a resistor at each channel, without ports: messages go straight to it."""

from bench.core.clock import VirtualClock
from simulators.instruments.keithley.keithley2600 import Keithley2600B
from simulators.physics.electrical import Load, node, settled


class Specimen:
    """A resistor, or a cell with an EMF, behind leads; remembers what was put on it."""

    def __init__(self, ohm=1000.0, emf_V=0.0, lead_ohm=1e-9):
        self.ohm, self.emf_V, self.lead_ohm = ohm, emf_V, lead_ohm
        self.history = [None]

    def drive(self, drive, time):
        self.history.append(drive)

    def operating_point(self, time):
        at = node(Load(self.ohm, self.emf_V, 0.0), leakage_ohm=1e18, lead_ohm=self.lead_ohm)
        return settled(self.history[-1], at)


class Bench:
    """One unit; `a` and `b` are what hangs on its channels."""

    def __init__(self, model="2636B", *, seed=1, a=None, b=None, **options):
        self.clock = VirtualClock()
        self.a, self.b = a or Specimen(), b or Specimen()
        circuits = {"a": self.a, "b": self.b}
        self.meter = Keithley2600B(
            self.clock, model=model, name="smu", seed=seed, circuits=circuits, **options
        )
        self("format.asciiprecision = 16")

    def __call__(self, message):
        """Execute; the reply. The clock follows."""
        reply = self.meter.execute(message)
        self.clock.sleep(max(self.meter.busy_until - self.clock.now(), 0.0))
        return reply

    def send(self, *messages):
        """Execute chunks that must all be accepted."""
        for message in messages:
            assert self(message) is None
            assert self.errors() == [], message

    def errors(self):
        """The codes in the error queue; empty afterwards."""
        codes = []
        while len(self.meter.errors):
            codes.append(self.meter.errors.next().code)
        return codes

    def number(self, expression):
        return float(self(f"print({expression})"))

    def numbers(self, expression):
        return [float(field) for field in self(f"print({expression})").split("\t")]

    def source_current(self, level, *, range_A=1e-3, limit_V=10, smu="smua"):
        self.send(
            f"{smu}.reset()",
            f"{smu}.source.func = 0",
            f"{smu}.source.limitv = {limit_V}",
            f"{smu}.source.rangei = {range_A}",
            f"{smu}.measure.rangev = {limit_V}",
            f"{smu}.source.leveli = {level}",
            f"{smu}.source.output = 1",
        )
        return self

    def source_voltage(self, level, *, range_V=2, limit_A=1e-2, smu="smua"):
        self.send(
            f"{smu}.reset()",
            f"{smu}.source.limiti = {limit_A}",
            f"{smu}.source.rangev = {range_V}",
            f"{smu}.measure.rangei = {limit_A}",
            f"{smu}.source.levelv = {level}",
            f"{smu}.source.output = 1",
        )
        return self
