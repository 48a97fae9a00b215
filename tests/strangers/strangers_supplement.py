"""What the reference simulators of labmcp-keithley-smu lack of a 2400 or 2450 for our drivers, answered here.

They were written for what their own client sends. Source, levels, limits, output, physics and readings stay
theirs; a setting that they do not know is remembered here and read back as it was sent.
"""

RESET = {
    # What a 2400 holds after *RST (2400S-900-01, tables 18-4 to 18-9), as far as it is asked before set.
    "2400": {
        "*ESR": "0",  # IEEE 488.2, 11.5.1: nothing has happened, nobody has switched it on
        "SOUR:CURR:RANG": "1.05e-4",
        "SOUR:VOLT:RANG": "21",
        "SENS:CURR:RANG": "1.05e-4",
        "SENS:VOLT:RANG": "21",
        "SENS:CURR:RANG:AUTO": "1",
        "SENS:VOLT:RANG:AUTO": "1",
        "SENS:VOLT:NPLC": "1",
        "SYST:AZER": "1",
        "SENS:AVER": "0",
        "SOUR:DEL": "0",
        "SOUR:DEL:AUTO": "1",
        "TRIG:DEL": "0",
        "SYST:LFR": "50",
    },
    # And a 2450 (2450-901-01, default values of each command in section 6).
    "2450": {
        "*ESR": "0",
        "OUTP:INT:TRIP": "0",
        "SENS:COUN": "1",
        "SYST:LFR": "50",
        **{
            template.format(word): value
            for word in ("CURR", "VOLT")
            for template, value in {
                "SENS:{}:RANG:AUTO": "1",
                "SOUR:{}:READ:BACK": "1",
                "SENS:{}:NPLC": "1",
                "SENS:{}:AZER": "1",
                "SENS:{}:AVER": "0",
                "SOUR:{}:DEL": "0",
                "SOUR:{}:DEL:AUTO": "1",
            }.items()
        },
        "SOUR:CURR:RANG": "1e-8",
        "SOUR:VOLT:RANG": "0.02",
        "SENS:CURR:RANG": "1e-8",
        "SENS:VOLT:RANG": "0.02",
    },
}
NOT_MEASURED = "+9.910000E+37"
LIMIT, FOUR_WIRE, OUTPUT_ON = 1 << 5, 1 << 6, 1 << 7  # source status, 2450-901-01 p. 8-29


class Supplement:
    """Called with each line of a driver.

    `unknown` are the headers the reference answers with -113, `write_only` those it sets and cannot be asked
    for, `wrong` those it answers otherwise than the manual says.
    """

    def __init__(self, reference, model):
        self.reference = reference
        self.wrong = set()
        self._refused_here, self._accepted = set(), set()
        self._held = dict(RESET[model])
        self._read = {"2400": self._read_2400, "2450": self._read_2450}[model]

    def __call__(self, line):
        head, _, value = line.partition(" ")
        header, query = head.lstrip(":").upper().rstrip("?"), head.endswith("?")
        if header == "READ":
            return self._read(value)
        reply = self.reference.handle(line)
        if self._refused():
            self._refused_here.add(header)
            if query:
                return self._held[header]
        elif not query:
            self._accepted.add(header)
            self._keep_range(header, value)
        if not query:
            self._held[header] = value
        return reply

    @property
    def unknown(self):
        return self._refused_here - self._accepted

    @property
    def write_only(self):
        return self._refused_here & self._accepted

    def _refused(self):
        """Whether the reference has just said -113; it is forgotten then."""
        queue = self.reference.error_queue
        return bool(queue) and queue[-1].startswith("-113") and bool(queue.pop())

    def _keep_range(self, header, value):
        """Without autorange the source stays on its range (2400S-900-01 p. 18-76, 2450-901-01 p. 6-76)."""
        if header not in ("SOUR:CURR:RANG:AUTO", "SOUR:VOLT:RANG:AUTO") or value != "OFF":
            return
        if self.reference.handle(f":{header}?") == "1":
            self.wrong.add(header)
            name = header.removesuffix(":AUTO")
            self.reference.handle(f":{name} {self._held[name]}")

    def _read_2400(self, _):
        """As many elements as FORMat:ELEMents asks for, in the order of the manual (p. 18-48 ff.)."""
        reply = self.reference.handle(":READ?")
        if reply is None:
            return None
        self.wrong.add("READ")  # always VOLT, CURR, STAT
        volts, amps, status = reply.split(",")
        held = {"VOLT": volts, "CURR": amps, "RES": NOT_MEASURED, "TIME": "+1.000000E+00", "STAT": status}
        return ",".join(held[name] for name in self._held["FORM:ELEM"].split(","))

    def _read_2450(self, arguments):
        """All buffer elements of READ? (p. 6-10)."""
        ask = self.reference.handle
        buffer, *elements = arguments.split(",")
        source, reading = ask(f":READ? {buffer},SOUR,READ").split(",")
        word, limit, other = (
            ("CURR", "VLIM", "VOLT") if ask(":SOUR:FUNC?") == "CURR" else ("VOLT", "ILIM", "CURR")
        )
        tripped, on = ask(f":SOUR:{word}:{limit}:TRIP?"), ask(":OUTP?")
        sensed = ask(f":SENS:{other}:RSEN?")
        status = LIMIT * (tripped == "1") + FOUR_WIRE * (sensed == "1") + OUTPUT_ON * (on == "1")
        held = {"SOUR": source, "READ": reading, "REL": "0.1", "SOURSTAT": str(status), "STAT": "0"}
        self._refused_here |= {f"READ {name}" for name in elements if name not in ("SOUR", "READ")}
        return ",".join(held[name] for name in elements)
