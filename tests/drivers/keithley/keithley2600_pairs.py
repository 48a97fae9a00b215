"""Message pairs of a Series 2600B, written out from the manual (2600BS-901-01), not from the driver."""

EMPTY = "0.000000000000000e+00\tQueue Is Empty\t0.000000000000000e+00\t1.000000000000000e+00"
OK = ("print(errorqueue.next())", EMPTY)
IDENTITIES = {
    "2602B": "Keithley Instruments Inc., Model 2602B, 4012345, 3.2.2",
    "2635B": "Keithley Instruments Inc., Model 2635B, 4012346, 3.2.2",
    "2636B": "Keithley Instruments, Model 2636B, 4012347, 3.4.0",
}


def number(value):
    """As the instrument prints at format.asciiprecision = 16."""
    return f"{value:.15e}"


def put(attribute, value, reply):
    """Set, check, read back; the reply as a number or as sent."""
    sent = reply if isinstance(reply, str) else number(reply)
    return [(f"{attribute} = {value}", None), OK, (f"print({attribute})", sent)]


READ_BACK = {
    "source.output": 0,
    "source.offmode": 0,
    "source.offfunc": 1,
    "source.func": 1,
    "sense": 0,
    "source.leveli": 0,
    "source.rangei": 1e-9,
    "source.autorangei": 1,
    "source.limiti": 0.1,
    "measure.rangei": 1e-10,
    "measure.autorangei": 1,
    "source.levelv": 0,
    "source.rangev": 0.2,
    "source.autorangev": 1,
    "source.limitv": 20,
    "measure.rangev": 0.2,
    "measure.autorangev": 1,
    "measure.nplc": 1,
    "measure.autozero": 2,
    "measure.count": 1,
    "measure.filter.enable": 0,
    "source.highc": 0,
    "source.delay": 0,
    "measure.delay": -1,
}


def read_back(smu="smua", load="passive", **different):
    """What connect asks for at its end."""
    held = READ_BACK | {"source.offmode": {"passive": 0, "cell": 2}[load]} | different
    return [
        *((f"print({smu}.{name})", number(value)) for name, value in held.items()),
        ("print(localnode.linefreq)", number(50)),
    ]


def connecting(smu="smua", load="passive", model="2636B", before_reading=(), **different):
    """What connect sends and hears."""
    mode = {"passive": 0, "cell": 2}[load]
    return [
        ("abort", None),
        ("*IDN?", IDENTITIES[model]),
        OK,
        ("format.data = 1", None),
        OK,
        ("print(format.data)", "1.00000e+00"),
        ("format.asciiprecision = 16", None),
        OK,
        ("print(format.asciiprecision)", number(16)),
        *put(f"{smu}.source.offfunc", "1", 1),
        *put(f"{smu}.source.offmode", str(mode), mode),
        *before_reading,
        *read_back(smu, load, **different),
    ]


def configuring(smu, function, source, measured, *, low, source_range, full, sense):
    """A configuration: letters of the quantities, and (as sent, as read back) of each number."""
    name = f"{smu}.source"
    return [
        *put(f"{name}.output", "0", 0),
        *put(f"{name}.func", function, int(function)),
        *put(f"{name}.highc", "0", 0),
        *put(f"{name}.level{source}", "0.0", 0),
        *put(f"{name}.limit{measured}", *low),
        *put(f"{name}.range{source}", *source_range),
        *put(f"{name}.autorange{source}", "0", 0),
        *(put(f"{name}.limit{measured}", *full) if full != low else []),
        *put(f"{smu}.measure.range{measured}", *sense),
        *put(f"{smu}.measure.autorange{measured}", "0", 0),
        *put(f"{smu}.measure.count", "1", 1),
        *put(f"{smu}.measure.filter.enable", "0", 0),
        *put(f"{smu}.measure.rel.enablei", "0", 0),
        *put(f"{smu}.measure.rel.enablev", "0", 0),
        *put(f"{smu}.measure.autozero", "2", 2),
    ]


def configuring_current(smu="smua", limit=("2.0", 2), source_range=("0.001", 1e-3), sense=("2.0", 2)):
    """source_current as messages."""
    return configuring(smu, "0", "i", "v", low=limit, full=limit, source_range=source_range, sense=sense)


def configuring_voltage(smu="smua", limit=("0.001", 1e-3), source_range=("2.0", 2), sense=("0.001", 1e-3)):
    """source_voltage as messages."""
    return configuring(smu, "1", "v", "i", low=limit, full=limit, source_range=source_range, sense=sense)


def asking(smu="smua"):
    """One reading: current and voltage, then what the instrument says about it."""
    return (
        f"local i, v = {smu}.measure.iv() print(i, v, status.measurement.instrument.{smu}.condition, "
        f"{smu}.source.compliance, {smu}.source.output == 1, {smu}.sense == 1)"
    )


def answer(current, voltage, condition=0, compliance="false", output="true", remote="false"):
    """Its reply."""
    return "\t".join([number(current), number(voltage), number(condition), compliance, output, remote])
