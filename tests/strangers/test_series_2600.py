"""Other people's programs for the Series 2600B on our simulated ones, and our driver on theirs.

They know nothing of our Lua interpreter, and some walk the whole command tree or upload scripts.
"""

import contextlib
import logging
import math
import re
import socket

import pytest
from pymeasure.instruments.keithley import Keithley2600 as Pymeasure2600
from strangers_lab import Lab, in_process, stranger

from bench.core.clock import RealClock
from bench.core.errors import CommandRejectedError
from drivers.keithley.keithley2602b import Keithley2602B

pytestmark = pytest.mark.filterwarnings("default")  # theirs are not ours to mend


@pytest.fixture(params=["2602b", "2635b", "2636b"])
def model(request):
    return request.param


@pytest.fixture
def lab(model):
    """A simulated meter with a resistor at channel a, on a TCP port."""
    with Lab(f"keithley{model}") as served:
        yield served


only_2602b = pytest.mark.parametrize("model", ["2602b"], indirect=True)
only_2636b = pytest.mark.parametrize("model", ["2636b"], indirect=True)


@only_2602b
def test_over_a_socket_a_late_reply_comes_and_abort_cuts_a_script_short(lab):
    """No stranger: what all of them rely on."""
    with socket.create_connection(lab.address, timeout=30) as line:
        heard = line.makefile("rb")
        line.sendall(b"delay(20) print('late')\nprint('next')\n")
        assert (heard.readline(), heard.readline()) == (b"late\n", b"next\n")
        line.sendall(b"delay(1e6) print('never')\n")
        line.sendall(b"abort\nprint('alive')\n")
        assert heard.readline() == b"alive\n"


# ---- labmcp-keithley-smu 0.1.2, client


@pytest.fixture
def smu(labmcp, lab):
    from labmcp import open_transport
    from labmcp_keithley_smu.driver import open_smu

    transport = open_transport("tcp://{}:{}".format(*lab.address))
    yield open_smu(transport)
    transport.close()


def test_labmcp_finds_out_what_it_talks_to(smu, model):
    identity = smu.identify()
    assert (smu.dialect, identity["model"]) == ("2600", model.upper())
    assert (identity["serial"], identity["channel"]) == ("4012345", "smua")


@pytest.mark.parametrize(
    ("source", "level", "compliance"),
    [
        ("current", 1e-3, 2.0),
        ("current", -1.234567e-4, 2.0),
        ("voltage", 1.5, 10e-3),
        ("voltage", -0.1, 1e-3),
    ],
)
def test_labmcp_sources_and_measures(smu, lab, source, level, compliance, resistance_ohm):
    smu.configure(source, level, compliance)
    assert not lab.inspect()["output"], "configuring energises nothing"
    smu.set_output(True)
    status, reading = smu.measure()
    assert (status.output_on, status.source, status.compliance) == (True, source, compliance)
    assert status.level == pytest.approx(level, rel=1e-5), "at the default six digits"
    assert not reading.in_compliance
    assert reading.voltage_v / reading.current_a == pytest.approx(resistance_ohm, rel=0.02)
    assert smu.error_list() == []


@pytest.mark.parametrize(
    ("source", "level", "compliance"),
    [("current", 5e-3, 2.0), ("voltage", -5.0, 1e-3), ("voltage", 1.0, 1e-7)],
)
def test_labmcp_sees_compliance(smu, lab, source, level, compliance):
    smu.configure(source, level, compliance)
    assert lab.inspect()["compliance"] == compliance
    smu.set_output(True)
    status, reading = smu.measure()
    assert status.in_compliance
    assert reading.in_compliance
    limited = reading.voltage_v if source == "current" else reading.current_a
    assert limited == pytest.approx(math.copysign(compliance, level), rel=0.01)


def test_labmcp_sweeps_and_aborts(smu, lab, resistance_ohm):
    smu.configure("voltage", 0.0, 10e-3)
    data = smu.sweep("voltage", [0.5, 1.0, 1.5, -1.5])
    for level, reading in zip(data.levels, data.readings, strict=True):
        assert reading.current_a == pytest.approx(level / resistance_ohm, rel=0.02)
    assert not lab.inspect()["output"]
    smu.set_output(True)
    smu.request_abort()
    assert not lab.inspect()["output"]


def test_labmcp_hears_what_the_meter_refuses(smu):
    from labmcp import InstrumentProtocolError

    with pytest.raises(InstrumentProtocolError, match="1101"):
        smu.configure("current", 5.0, 2.0)


@only_2636b
def test_labmcp_on_channel_b(labmcp, lab):
    from labmcp import open_transport
    from labmcp_keithley_smu.driver import open_smu

    transport = open_transport("tcp://{}:{}".format(*lab.address))
    smu = open_smu(transport, channel="b")
    smu.configure("voltage", 1.0, 1e-3)
    smu.set_output(True)
    assert abs(smu.measure()[1].current_a) < 1e-6, "nothing is wired to it"
    assert [one["output"] for one in lab.inspect()["channels"].values()] == [False, True]
    transport.close()


# ---- labmcp-keithley-smu 0.1.2, its reference simulator under our driver

UNKNOWN = {
    "abort",  # a message of its own that ends a script; there it is no Lua
    "format.data",
    "format.asciiprecision",
    "localnode.linefreq",
    "smua.source.offmode",
    "smua.source.offfunc",
    "smua.source.highc",
    "smua.source.delay",
    "smua.measure.delay",
    "smua.measure.autozero",
    "smua.measure.count",
    "smua.measure.filter.enable",
    "smua.measure.rel.enablei",
    "smua.measure.rel.enablev",
    "smua.measure.rangei",
    "smua.measure.rangev",
}
"""What the reference does not know, and the manual (2600BS-901-01 Rev. F, section 9) does."""
WRITE_ONLY = {
    f"smua.{name}" for name in ("source.rangei", "source.rangev", "source.autorangei", "source.autorangev")
} | {"smua.measure.autorangei", "smua.measure.autorangev"}
"""What it takes and cannot be asked for."""
HELD = {"localnode.linefreq": "50", "smua.measure.nplc": "1"}
READING = re.compile(r"local i, v = (smu[ab])\.measure\.iv\(\) print\(")


class Supplement:
    """Called with each line of our driver; source, limits, output and physics stay the reference's."""

    def __init__(self, reference):
        self.reference = reference
        self.unknown = set()
        self._held = dict(HELD)

    def __call__(self, line):
        reading = READING.match(line)
        if reading:
            ask = self.reference.handle
            smu = reading[1]
            pair, limited = ask(f"print({smu}.measure.iv())"), ask(f"print({smu}.source.compliance)")
            on, remote = (float(ask(f"print({smu}.{name})")) == 1 for name in ("source.output", "sense"))
            return "\t".join([pair, "0", limited, str(on).lower(), str(remote).lower()])
        reply = self.reference.handle(line)
        name, _, value = line.partition(" = ")
        asked = re.fullmatch(r"print\((.*)\)", line)
        errors = self.reference.errors
        if errors and errors[-1][0] in (-285, -286):
            errors.pop()
            self.unknown.add(asked[1] if asked else name)
            reply = self._held.get(asked[1], "0") if asked else None
        if value:
            self._held[name] = value
        return reply


@pytest.fixture
def reference(labmcp, resistance_ohm):
    from labmcp_keithley_smu.simulator import make_simulator

    return make_simulator("2600", dut="resistor", resistance_ohm=resistance_ohm)


@pytest.fixture
def supplement(reference):
    return Supplement(reference)


@pytest.fixture
def ours(serve):
    """`ours(handle)`: our driver on a server of `handle`."""
    with contextlib.ExitStack() as stack:

        def connect(handle):
            resource = "TCPIP::{}::{}::SOCKET".format(*serve(handle))
            meter = Keithley2602B.open(
                resource, name="meter", clock=RealClock(), visa_library="@py", timeout_s=0.5
            )
            stack.callback(meter.close)
            return meter

        yield connect


def test_our_driver_sources_and_measures_on_the_reference(ours, supplement, reference, resistance_ohm):
    meter = ours(supplement)
    meter.connect()
    meter.source_current(range_A=1e-3, compliance_V=2.0)
    meter.set_level(-3.3e-4)
    core = reference.cores["smua"]
    assert not core.output
    meter.set_output(True)
    assert (core.func, core.level["CURR"], core.limit["VOLT"]) == ("CURR", -3.3e-4, 2.0)
    reading = meter.measure()
    assert reading.current.value == pytest.approx(-3.3e-4, rel=1e-3)
    assert reading.voltage.value == pytest.approx(-3.3e-4 * resistance_ohm, rel=1e-3)
    assert not reading.in_compliance
    meter.source_voltage(range_V=6.0, compliance_A=1e-3)
    meter.set_level(5.0)
    meter.set_output(True)
    assert meter.measure().in_compliance
    assert meter.make_safe().verified
    assert not core.output
    assert core.level == {"VOLT": 0.0, "CURR": 0.0}


def test_what_the_reference_lacks(ours, supplement):
    meter = ours(supplement)
    meter.connect()
    meter.source_current(range_A=1e-3, compliance_V=2.0)
    meter.source_voltage(range_V=1.0, compliance_A=1e-3)
    assert supplement.unknown == UNKNOWN | WRITE_ONLY


def test_our_simulated_meter_has_what_the_reference_lacks():
    device, _ = in_process("keithley2602b", "GPIB0::1::INSTR")
    for name in (UNKNOWN | WRITE_ONLY) - {"abort"}:
        assert float(device.execute(f"print({name})")) >= -1, name
    assert device.execute("abort") is None
    assert device.execute("print(errorqueue.count)") == "0.00000e+00"


def test_without_the_supplement_connecting_stops_at_the_first_setting(ours, reference):
    with pytest.raises(CommandRejectedError, match=r"format\.data"):
        ours(reference.handle).connect()


# ---- keithley2600 2.1 (OE-FET), which finds its commands by walking the instrument's tables


@pytest.fixture
def walker(lab):
    package = stranger("keithley2600")
    meter = package.Keithley2600(lab.visa, visa_library="@py", raise_keithley_errors=True, timeout=30_000)
    meter.connection.read_termination = meter.connection.write_termination = "\n"
    yield meter
    meter.disconnect()


@only_2602b
def test_the_walker_finds_the_commands_and_uses_them(walker, lab, resistance_ohm):
    smu = walker.smua
    smu.reset()
    smu.source.func = smu.OUTPUT_DCVOLTS
    smu.source.levelv = 1.0
    smu.source.limiti = 0.01
    smu.source.output = smu.OUTPUT_ON
    assert lab.inspect()["output"]
    assert smu.measure.v() == pytest.approx(1.0, rel=2e-2)
    assert smu.measure.i() == pytest.approx(1 / resistance_ohm, rel=2e-2)
    assert smu.source.compliance is False
    assert walker.localnode.model == "2602B"
    smu.source.output = smu.OUTPUT_OFF
    assert not lab.inspect()["output"]


@only_2602b
def test_the_walker_raises_what_the_meter_refuses(walker):
    with pytest.raises(Exception, match="too big"):
        walker.smua.source.levelv = 300


# ---- qcodes 0.58


@pytest.fixture
def qcodes(model, lab):
    drivers = stranger("qcodes.instrument_drivers.Keithley")
    driver = getattr(drivers, f"Keithley{model.upper()}")
    with contextlib.closing(driver("meter", lab.visa, visalib="@py", timeout=30)) as one:
        yield one


def codes(meter):
    found = []
    while code := int(float(meter.ask("errorqueue.next()").split("\t")[0])):
        found.append(code)
    return found


def test_qcodes_sources_and_measures(qcodes, lab, model, resistance_ohm):
    assert qcodes.get_idn()["model"] == model.upper()
    smu = qcodes.smua
    smu.mode("voltage")
    smu.limiti(0.01)
    smu.volt(1.0)
    assert not lab.inspect()["output"]
    smu.output("on")
    assert smu.volt() == pytest.approx(1.0, rel=2e-2)
    assert smu.curr() == pytest.approx(1 / resistance_ohm, rel=2e-2)
    assert smu.res() == pytest.approx(resistance_ohm, rel=3e-2)
    smu.limiti(1e-4)
    assert smu.curr() == pytest.approx(1e-4, rel=1e-2)
    smu.output("off")
    assert codes(qcodes) == []
    assert not lab.inspect()["output"]


@only_2636b
def test_qcodes_keeps_a_nanoampere_and_loses_the_rest(qcodes, lab):
    """It writes `{:.12f}`: 5E-8 arrives; of 123.4567 pA what is below a picoampere does not."""
    qcodes.smua.mode("current")
    qcodes.smua.curr(5e-8)
    assert codes(qcodes) == []
    assert lab.inspect()["level"] == 5e-8
    qcodes.smua.curr(123.4567e-12)
    assert codes(qcodes) == []
    assert lab.inspect()["level"] == 123e-12


@only_2602b
def test_qcodes_uploads_a_sweep_and_reads_its_bytes(qcodes, resistance_ohm):
    from qcodes.dataset import LinSweep

    smu = qcodes.smua
    smu.limiti(0.01)
    smu.nplc(0.1)
    smu.setup_fastsweep(LinSweep(smu.volt, -1, 1, 11, 0.0))
    amps = smu.fastsweep()
    assert len(amps) == 11
    for index, current in enumerate(amps):
        assert current == pytest.approx((-1 + 0.2 * index) / resistance_ohm, rel=2e-2, abs=20e-6)
    assert codes(qcodes) == []


# ---- pymeasure 0.16


@pytest.fixture
def stock(caplog):
    caplog.set_level(logging.CRITICAL)
    device, library = in_process("keithley2636b", "GPIB0::26::INSTR")
    return device, Pymeasure2600("GPIB0::26::INSTR", visa_library=library, timeout=3000)


def test_pymeasure_sources_and_measures(stock, resistance_ohm):
    device, meter = stock
    channel = meter.ChA
    channel.source_mode = "voltage"
    channel.source_voltage = 1.0
    channel.compliance_current = 0.01
    channel.source_output = "ON"
    assert device.inspect()["output"]
    assert channel.voltage == pytest.approx(1.0, rel=2e-2)
    assert channel.current == pytest.approx(1 / resistance_ohm, rel=2e-2)
    assert channel.resistance == pytest.approx(resistance_ohm, rel=3e-2)
    channel.source_output = "OFF"
    assert not device.inspect()["output"]
    assert meter.next_error[0] == 0


@pytest.mark.parametrize(("attribute", "held"), [("source_current", 0.0), ("compliance_current", 0.1)])
def test_pymeasure_sends_small_numbers_as_zero(stock, attribute, held):
    """pymeasure is wrong: it writes `%f`. 50 nA goes out as zero; as a limit zero is refused and the old,
    larger one stays, which nothing in pymeasure looks at (pymeasure#1280)."""
    device, meter = stock
    meter.ChA.source_mode = "current" if attribute == "source_current" else "voltage"
    setattr(meter.ChA, attribute, 50e-9)
    state = device.inspect()
    assert state["level" if attribute == "source_current" else "compliance"] == held
    assert meter.next_error[0] == (0 if attribute == "source_current" else 1102)


def test_pymeasure_cannot_set_the_integration_time(stock):
    """pymeasure is wrong: nplc is mapped like a list of words (the manual: a number, 0.001 to 25)."""
    _, meter = stock
    with pytest.raises(ValueError, match="not"):
        meter.ChA.measure_nplc = 1
    assert meter.ChA.measure_nplc == 25, "the meter says 1"
