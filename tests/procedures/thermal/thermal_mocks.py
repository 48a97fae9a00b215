"""A furnace, a flow controller and a gauge that follow a script in virtual time, and a run to put them in."""

import math

from bench.core.clock import VirtualClock
from bench.core.errors import CommunicationError
from bench.core.programme import Ramp
from bench.core.readings import Reading
from bench.core.roles import FlowStatus, GuardReport, ProgrammerStatus
from bench.runs.context import Restored
from bench.runs.record import RunRecord

ROOM_degC, COOLS_s = 23.0, 1500.0


def always(value):
    return lambda time: value


class MockFurnace:
    """Follows its programme exactly, and cools by itself after it."""

    name = "furnace"

    def __init__(self, clock):
        self.clock, self.programme, self.resets = clock, None, 0
        self.begun = self.ended = None

    def load_programme(self, programme):
        self.programme = programme
        return programme.fingerprint

    def read_programme(self):
        return self.programme

    def run_programme(self, fingerprint):
        self.begun = self.clock.now()

    def reset_programme(self):
        self.resets += 1
        self.ended = self.clock.now(), self._at(self.clock.now())[0]

    def acknowledge_alarms(self):
        pass

    def guard_report(self):
        return GuardReport(self.name, True, {})

    def _at(self, time):
        """Set-point, segment and seconds left of it; segment 0 when the programme is over."""
        at, left = ROOM_degC, time - self.begun
        for number, one in enumerate(self.programme.segments, 1):
            ramp = isinstance(one, Ramp)
            lasts = 60 * abs(one.target_degC - at) / one.rate_K_per_min if ramp else one.duration_s
            if left < lasts:
                return (at + (one.target_degC - at) * left / lasts if ramp else at), number, lasts - left
            at, left = (one.target_degC if ramp else at), left - lasts
        return at, 0, -left

    def programmer_status(self):
        now = self.clock.now()
        setpoint, segment, left = (ROOM_degC, 0, 0.0) if self.begun is None else self._at(now)
        if self.begun is not None and segment == 0 and self.ended is None:
            self.ended = now + left, setpoint
        control = setpoint
        if self.ended is not None:
            since, hot = self.ended
            segment, setpoint = 0, 0.0
            control = ROOM_degC + (hot - ROOM_degC) * math.exp(-(now - since) / COOLS_s)
        whole = 0.0 if self.begun is None else self.programme.duration_s(ROOM_degC)
        return ProgrammerStatus(
            time=now,
            state="run" if segment else "reset",
            temperature_degC=control,
            setpoint_degC=setpoint,
            output_percent=5.0 if segment else 0.0,
            segment=segment,
            segment_left_s=left if segment else 0.0,
            programme_left_s=max(0.0, whole - (now - (self.begun or 0.0))) if segment else 0.0,
            manual=False,
            sensor_break=False,
            loop_break=False,
            power_failed=False,
            alarms=(),
        )


class MockFlow:
    """Measures what is set, times what `supply` says at that time; silent while `answers` says no."""

    name = "flow"

    def __init__(self, clock, *, gas="Ar", held=False, supply=None, answers=None):
        self.clock, self.gas, self.held = clock, gas, held
        self.supply, self.answers = supply or always(1.0), answers or always(True)
        self.setpoint, self.sent = 0.0, []

    def flow_status(self):
        now = self.clock.now()
        if not self.answers(now):
            raise CommunicationError("no reply", instrument=self.name)
        value = self.supply(now)
        flow = Reading(None if value is None else self.setpoint * value, "sccm", now, overload=value is None)
        return FlowStatus(flow, self.setpoint, self.gas, self.held)

    def set_flow(self, sccm):
        self.sent.append(sccm)
        self.setpoint = sccm


class MockGauge:
    name = "gauge"

    def __init__(self, clock, pascal):
        self.clock, self.pascal = clock, pascal

    def pressure(self):
        value = self.pascal(self.clock.now())
        return Reading(value, "Pa", self.clock.now(), overload=value is None)


class MockThermometer:
    """On the vessel's wall, which is as hot as the furnace."""

    name = "vessel"

    def __init__(self, furnace):
        self.furnace = furnace

    def temperature(self):
        degC = self.furnace.programmer_status().temperature_degC
        return Reading(degC + 273.15, "K", self.furnace.clock.now())


class MockRun:
    """The context of one run with these instruments; see RunContext."""

    simulated, sample = True, None

    def __init__(self, clock, **instruments):
        self.clock, self.instruments = clock, instruments
        self.warned = []
        self.rows, self.facts, self.notes, self.asked = [], {}, [], []
        self.restored = None

    def instrument(self, role):
        return self.instruments.get(role)

    def fixture(self, name):
        return name

    def sleep(self, seconds):
        self.clock.sleep(seconds)

    def measure(self, row):
        self.rows.append({"Time": self.clock.now(), **row})

    def checkpoint(self, label, **state):
        self.kept = state

    def operator(self, instruction, *, action, details=None, confirms=()):
        self.asked.append((action, instruction, tuple(confirms)))
        return {}

    def progress(self, fraction, text=""):
        pass

    def fact(self, name, value):
        self.facts[name] = value

    def note(self, text, **facts):
        self.notes.append(text)

    def warn(self, text):
        self.notes.append(text)
        self.warned.append((self.clock.now(), text))

    @property
    def actions(self):
        return [action for action, *_ in self.asked]

    @property
    def reset_at(self):
        """The clock second of the first row in reset."""
        return next(row["Time"] for row in self.rows if row["State"] == "reset")


class Mocks:
    """One procedure with a scripted gas or vacuum, on a virtual clock."""

    def __init__(self):
        self.clock = VirtualClock()
        self.furnace = MockFurnace(self.clock)

    def flow(self, **script):
        return MockFlow(self.clock, **script)

    def gauge(self, pascal):
        return MockGauge(self.clock, pascal)

    def begin(self, procedure, **instruments):
        run = MockRun(self.clock, furnace=self.furnace, vessel=MockThermometer(self.furnace), **instruments)
        procedure.attach(run)
        return run

    def go_on(self, procedure, run, gap_s):
        """As after a crash of the bench: another attempt of the same run, `gap_s` later."""
        self.clock.sleep(gap_s)
        run.restored = Restored("", run.kept, len(run.rows), gap_s, attached=True)
        procedure.execute()

    def record(self, procedure, run):
        return RunRecord(procedure.columns, run.rows, run.facts, simulated=True)

    def analysis(self, procedure, run):
        return procedure.analyse(self.record(procedure, run))
