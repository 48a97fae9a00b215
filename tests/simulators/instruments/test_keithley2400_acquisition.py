"""The 2400's trigger model, status and buffer: READ?, MEASure?, INITiate, FETCh?, TRACe, CALCulate3."""

import statistics

import pytest

RAV, BAV, BFL, COMP = 1 << 6, 1 << 8, 1 << 9, 1 << 14


def test_read_with_the_output_off_queues_an_error_and_says_nothing(bench):
    bench("*CLS")
    assert bench(":READ?") is None
    assert bench.errors() == '+803,"Not permitted with OUTPUT off"'
    assert bench("*ESR?") == "16"
    assert bench(":OUTP?") == "0"


@pytest.mark.parametrize("message", [":INIT", ":READ?;*IDN?"])
def test_initiate_with_the_output_off(bench, message):
    bench(message)
    assert bench.errors() == '+803,"Not permitted with OUTPUT off"'


def test_measure_resets_the_compliance_and_switches_the_output_on(bench):
    """What basil users met: the current limit goes from 1 uA to 105 uA, and the output comes on."""
    bench.send(":SOUR:VOLT 1", ":SENS:CURR:RANG 1e-6", ":SENS:CURR:PROT 1e-6", ":SENS:CURR:NPLC 10")
    assert bench(":SENS:CURR:PROT?;:OUTP?") == "1.000000E-06;0"
    assert bench(":MEAS:CURR?") is not None
    assert bench(":SENS:CURR:PROT?") == "1.050000E-04"
    assert bench(":SENS:CURR:NPLC?;RANG:AUTO?") == "1.000000E+00;1"
    assert bench(":OUTP?") == "1"
    assert bench(":SENS:FUNC?") == '"CURR:DC"'


def test_configure_defaults_only_its_own_function(bench):
    bench.send(":SENS:CURR:PROT 5e-3", ":SENS:CURR:RANG 1e-3", ":TRIG:COUN 3", ":CONF:VOLT")
    assert bench(":CONF?") == '"VOLT:DC"'
    assert bench(":SENS:CURR:PROT?") == "5.000000E-03"
    assert bench(":TRIG:COUN?") == "1"
    assert bench(":OUTP?") == "1"


def test_measure_without_function_takes_the_one_that_is_measured(bench):
    fields = bench(":MEAS?").split(",")
    assert fields[0] == "+0.000000E+00"
    assert bench(":CONF?") == '"CURR:DC"'
    bench.send(":SENS:FUNC:OFF:ALL")
    assert bench(":MEAS?") is None
    assert bench.errors() == '-221,"Settings conflict"'


def test_measure_resistance(bench):
    assert float(bench(":MEAS:RES?").split(",")[2]) == pytest.approx(1e4, rel=2e-3)
    assert bench(":SOUR:FUNC?") == "CURR"


def test_fetch_repeats_the_latest_run_and_measures_nothing(bench):
    bench.source_current(1e-4)
    bench(":FETC?")
    assert bench.errors() == '-230,"Data corrupt or stale"'
    reply = bench(":READ?")
    before = bench.now
    assert bench(":FETC?") == reply
    assert bench(":SENS:DATA?") == reply
    assert bench.now == before


def test_counts_multiply_and_data_shows_the_last(bench):
    bench.source_current(1e-4)
    bench.send(":FORM:ELEM TIME", ":ARM:COUN 2", ":TRIG:COUN 3")
    times = [float(field) for field in bench(":READ?").split(",")]
    assert len(times) == 6
    assert times == sorted(times)
    assert float(bench(":DATA?")) == times[-1]


def test_trigger_delay_and_arm_timer(bench):
    bench.source_current(1e-4)
    bench(":READ?")
    plain = bench.seconds(":READ?")
    bench.send(":TRIG:DEL 0.25")
    assert bench.seconds(":READ?") == pytest.approx(plain + 0.25, rel=1e-9)
    bench.send(":TRIG:DEL 0", ":ARM:SOUR TIM", ":ARM:TIM 5", ":ARM:COUN 4")
    assert bench.seconds(":READ?") == pytest.approx(15 + plain, rel=1e-9)


def test_a_bus_trigger_starts_a_waiting_run(bench):
    bench.source_current(1e-4)
    bench.send(":ARM:SOUR BUS")
    bench(":READ?")
    assert bench.errors() == '-214,"Trigger deadlock"'
    bench.send(":INIT")
    assert bench("STAT:OPER:COND?") == "64"
    bench(":INIT")
    assert bench.errors() == '-213,"Init ignored"'
    assert bench("*TRG") is None
    assert bench(":FETC?") is not None
    assert bench("STAT:OPER:COND?") == "1024"
    bench("*TRG")
    assert bench.errors() == '-211,"Trigger ignored"'


def test_abort_ends_the_wait(bench):
    bench.source_current(1e-4)
    bench.send(":ARM:SOUR BUS", ":INIT", ":ABOR")
    bench("*TRG")
    assert bench.errors() == '-211,"Trigger ignored"'


def test_an_infinite_run_cannot_be_read(bench):
    bench.source_current(1e-4)
    bench.send(":ARM:COUN INF")
    bench(":READ?")
    assert bench.errors() == '+830,"Invalid with INF ARM:COUNT"'
    bench.send(":INIT", ":ABOR", ":ARM:COUN 1")
    assert bench(":READ?") is not None


def test_a_triggered_level_waits_for_the_cycle(bench):
    bench.source_current(1e-4)
    bench.send(":SOUR:CURR:TRIG 5e-4")
    assert bench(":SOUR:CURR?;CURR:TRIG?") == "1.000000E-04;5.000000E-04"
    assert bench.read()[1] == pytest.approx(5e-4, rel=3e-3)
    assert bench(":SOUR:CURR?") == "5.000000E-04"


@pytest.mark.parametrize("mode", ["ALW", "TCO"])
def test_auto_clear_switches_on_for_the_measurement_only(bench, mode):
    bench.source_current(1e-4)
    bench.send(":OUTP OFF", ":SOUR:CLE:AUTO ON", f":SOUR:CLE:AUTO:MODE {mode}", ":TRIG:COUN 2")
    assert bench.read()[1] == pytest.approx(1e-4, rel=3e-3)
    assert bench(":OUTP?") == "0"


def test_measurement_events(bench):
    bench.source_current(1e-3, compliance_V=2)
    bench("STAT:MEAS?")
    bench(":READ?")
    assert int(bench("STAT:MEAS:COND?")) & COMP
    event = int(bench("STAT:MEAS?"))
    assert event & RAV
    assert event & COMP
    assert bench("STAT:MEAS?") == "0"
    bench.send("STAT:MEAS:ENAB 64", "*SRE 1")
    bench(":READ?")
    assert int(bench("*STB?")) & 0x41 == 0x41
    bench.send(":SOUR:CURR 1e-5")
    assert not int(bench("STAT:MEAS:COND?")) & COMP


def test_the_buffer_fills_up_and_stops(bench):
    bench.source_current(1e-4)
    bench("TRAC:DATA?")
    assert bench.errors() == '-230,"Data corrupt or stale"'
    bench.send("TRAC:POIN 5", "TRAC:FEED SENS", "TRAC:FEED:CONT NEXT", "TRIG:COUN 7", "FORM:ELEM VOLT,TIME")
    bench("TRAC:POIN 6")
    assert bench.errors() == '-221,"Settings conflict"'
    bench.send("INIT")
    assert bench("TRAC:POIN:ACT?;:TRAC:FEED:CONT?;:TRAC:FEED?") == "5;NEV;SENS1"
    assert int(bench("STAT:MEAS:COND?")) & (BAV | BFL) == BAV | BFL
    stored = [float(field) for field in bench("TRAC:DATA?").split(",")]
    assert len(stored) == 10
    fetched = [float(field) for field in bench("FETC?").split(",")]
    assert stored == fetched[:10]
    bench.send("TRAC:TST:FORM DELT")
    delta_s = float(bench("TRAC:DATA?").split(",")[3])
    assert delta_s == pytest.approx(stored[3] - stored[1], abs=1e-6)
    bench("*RST")
    assert bench("TRAC:POIN:ACT?") == "5"  # readings survive *RST
    bench.send("TRAC:CLE")
    assert bench("TRAC:POIN:ACT?;:TRAC:FREE?") == "0;60000,0"


def test_statistics_of_the_buffer(bench):
    bench.source_current(1e-4)
    bench("CALC3:DATA?")
    assert bench.errors() == '-230,"Data corrupt or stale"'
    bench.send("TRAC:POIN 20", "TRAC:FEED:CONT NEXT", "TRIG:COUN 20", "FORM:ELEM VOLT")
    values = [float(field) for field in bench("READ?").split(",")]
    expected = {
        "MEAN": statistics.fmean(values),
        "SDEV": statistics.stdev(values),
        "MAX": max(values),
        "MIN": min(values),
        "PKPK": max(values) - min(values),
    }
    for name, value in expected.items():
        bench.send(f"CALC3:FORM {name}")
        voltage, current = bench("CALC3:DATA?").split(",")  # resistance is not measured
        assert float(voltage) == pytest.approx(value, abs=2e-6)  # replies have seven digits
        assert abs(float(current)) < 1.1e-4


def test_polling_changes_no_reading(make_bench):
    """Bit by bit: an observer that asks and looks in between does not change what is measured."""

    def run(poll):
        bench = make_bench().source_current(1e-4)
        replies = []
        for second in range(1, 20):
            bench.clock.sleep(1.0)
            if poll:
                for query in (":SENS:VOLT:PROT:TRIP?", "STAT:MEAS:COND?", "*STB?", ":OUTP?", ":FETC?"):
                    bench(query)
                bench.meter.inspect()
                bench.meter.serial_poll(False)
            assert bench.now <= bench.clock.now()
            replies.append(bench(f":SOUR:CURR {second}e-5;:READ?"))
        return replies

    assert run(poll=True) == run(poll=False)
