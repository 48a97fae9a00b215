"""Every source meter: what a front panel or another program left behind changes no reading."""

import pytest

LEFT_BEHIND = {
    "keithley2400": [
        ":SENS:AVER:COUN 50;STAT ON",
        ":SOUR:CLE:AUTO ON",
        ":TRIG:COUN 7;:ARM:COUN 3",
        ":TRIG:DEL 5",
        ":ARM:SOUR TIM",
        ":SENS:FUNC:CONC OFF",
        ':SENS:FUNC "RES"',
        ":SYST:AZER OFF",
        ":FORM:ELEM CURR",
        ":SOUR:VOLT:RANG 200;LEV 100",
        ":SENS:VOLT:PROT:RSYN ON",
        ":SOUR:FUNC VOLT;:SENS:CURR:PROT 1;:SENS:CURR:RANG 1",
    ],
    "keithley2450": [
        ":SENS:VOLT:AVER ON",
        ":SENS:COUN 20",
        ':SENS:FUNC "RES"',
        ":SENS:VOLT:UNIT OHM",
        ":SENS:VOLT:AZER OFF",
        ":SENS:VOLT:REL 5;:SENS:VOLT:REL:STAT ON",
        ":CALC:VOLT:MATH:STAT ON",
        ":FORM:ASC:PREC 2",
        ":SOUR:CURR:READ:BACK OFF",
        ":SENS:VOLT:RANG 200",
        ":SENS:CURR:RANG 1;:SOUR:VOLT:ILIM 1",
        ":SOUR:FUNC CURR;:SOUR:CURR:RANG 1;:SOUR:CURR 0.5",
    ],
}
for name in ("keithley2602b", "keithley2602b channel b", "keithley2635b", "keithley2636b channel b"):
    LEFT_BEHIND[name] = [
        "smuX.measure.filter.count = 50 smuX.measure.filter.enable = 1",
        "smuX.measure.count = 20",
        "smuX.measure.autozero = 0",
        "smuX.measure.rel.levelv = 5 smuX.measure.rel.enablev = 1",
        "smuX.measure.rel.leveli = 5 smuX.measure.rel.enablei = 1",
        "format.asciiprecision = 2",
        "format.data = format.REAL",
        "smuX.source.highc = 1",
        "smuX.source.func = 1 smuX.source.rangev = 20 smuX.source.levelv = 15",
        "smuX.measure.rangev = 20 smuX.measure.rangei = 1",
        "smuX.source.func = 0 smuX.source.limitv = 6 smuX.source.rangei = 1 smuX.source.leveli = 0.5",
        "smuX.source.autorangei = 0 smuX.source.lowrangei = 1e-3",
    ]
CASES = [(name, left) for name, lefts in LEFT_BEHIND.items() for left in lefts]


def test_every_source_meter_has_something_left_behind(meters):
    assert set(LEFT_BEHIND) == set(meters)


@pytest.mark.parametrize(("name", "left"), CASES, indirect=["name"])
def test_what_others_left_behind_does_not_matter(rig, left):
    rig.meter.write(left.replace("smuX", f"smu{rig.row.channel}"))
    rig.meter.check_errors()  # the simulated meter takes what this test sends
    meter = rig.ready(1e-4)
    start = rig.clock.now()
    reading = meter.measure()
    assert reading.usable
    assert reading.voltage.value == pytest.approx(0.1, rel=1e-2)
    assert reading.current.value == pytest.approx(1e-4, rel=1e-2)
    assert rig.clock.now() - start < 1.0
