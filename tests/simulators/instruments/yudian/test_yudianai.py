"""The simulated Yudian AI-518P: parameters as described, programmer, and what goes wrong with furnaces."""

import pytest

from simulators.instruments.yudian.yudianai import OldGeneration
from simulators.instruments.yudian.yudianai import memory as codes


def test_model_words(make):
    assert make().get(codes.MODEL) == 5187
    assert make(model="AI-716P").get(codes.MODEL) == 7167
    with pytest.raises(ValueError, match="none of"):
        make(model="AI-1")


def test_what_is_no_parameter_reads_32767_and_is_not_written(make):
    bench = make()
    assert bench.get(0x19) == 32767
    assert bench.put(0xB4, 5) == 32767
    assert bench.unit.memory.writes == 0


def test_values_are_clamped_and_the_reply_says_so(make):
    bench = make()
    assert bench.put(codes.OPH, 150) == 110
    assert bench.put(codes.PNO, -4) == 0
    assert bench.get(codes.OPH) == 110


def test_the_model_word_and_what_is_measured_are_not_written(make):
    bench = make()
    for code in (codes.MODEL, codes.PV, codes.WORKING_STATE):
        before = bench.get(code)
        bench.put(code, 12)
        assert bench.get(code) == before
    assert bench.unit.memory.writes == 0


def test_old_drivers_stop_does_nothing_here(make):
    """0x15 <- 12, what stops an old unit, leaves a new one running."""
    bench = make()
    bench.programme((200, 30), (2500, -121))
    bench.put(codes.SRUN, 0)
    bench.put(0x15, 12)
    assert bench.unit.inspect()["state"] == "run"


def test_the_hidden_tenth(make):
    bench = make(decimals=0, hidden_tenth=True)
    assert bench.get(codes.POINT) == 128
    assert bench.unit.read(codes.POINT).process == pytest.approx(200, abs=25)
    assert bench.put(codes.POINT, 1) == 129


def test_a_programme_from_end_to_end(make):
    bench = make()
    bench.programme((200, 20), (1000, 10), (1000, -121))
    bench.put(codes.SRUN, 0)
    assert bench.wait(600)["setpoint_degC"] == pytest.approx(60.0, abs=0.1)
    assert bench.get(codes.ELAPSED) == 100
    assert (bench.wait(900)["setpoint_degC"], bench.get(codes.STEP)) == (100.0, 2)
    assert bench.unit.inspect()["temperature_degC"] == pytest.approx(100, abs=15)
    stopped = bench.wait(400)
    assert (stopped["state"], stopped["output_percent"], stopped["step"]) == ("reset", 0, 1)
    assert bench.get(codes.WORKING_STATE) & 0x3F03 == 0x3F01


def test_tenths_of_minutes(make):
    bench = make(step_min=0.1)
    bench.programme((200, 200), (1000, -1210))
    bench.put(codes.SRUN, 0)
    assert bench.wait(600)["setpoint_degC"] == pytest.approx(60.0, abs=0.1)
    assert bench.wait(601)["state"] == "reset"


@pytest.mark.parametrize(("paf", "at_60_s"), [(0, 60.0), (2, 20.0), (4, 20.67)])
def test_ramp_soak_and_hours(make, paf, at_60_s):
    bench = make()
    bench.put(codes.PAF, paf)
    bench.programme((200, 2), (1000, -121))
    bench.put(codes.SRUN, 0)
    assert bench.wait(60)["setpoint_degC"] == pytest.approx(at_60_s, abs=0.5)


def test_waits_jumps_and_no_end(make):
    bench = make()
    bench.programme((200, 1), (300, 0))
    bench.put(codes.SRUN, 0)
    assert bench.wait(120)["state"] == "hold"
    bench.put(codes.SRUN, 1)
    bench.programme((200, 1), (300, -1))
    bench.put(codes.SRUN, 0)
    assert bench.wait(1000)["state"] == "run", "round and round"
    bench.put(codes.SRUN, 1)
    bench.put(codes.PNO, 2)
    bench.programme((200, 1), (300, 1), (300, -121))
    bench.put(codes.SRUN, 0)
    assert bench.wait(1000)["state"] == "run", "what stands beyond Pno stops nothing"
    bench.put(codes.SRUN, 1)
    bench.programme((200, -1))
    bench.put(codes.SRUN, 0)
    bench.wait(10)


@pytest.mark.parametrize(
    ("choice", "state", "step"),
    [(0, "run", 2), (1, "reset", 1), (2, "run", 1), (3, "run", 2), (4, "hold", 2)],
)
def test_a_power_cut(make, choice, state, step):
    bench = make()
    bench.put(codes.PONP, choice)
    bench.programme((200, 1), (210, 100), (210, -121))
    bench.put(codes.SRUN, 0)
    bench.wait(120)
    bench.furnace.set_mains(False, bench.clock.now())
    bench.wait(60)
    assert not bench.unit.is_listening()
    bench.furnace.set_mains(True, bench.clock.now())
    bench.wait(1)
    assert not bench.unit.is_listening(), "it takes a moment to start"
    assert (bench.wait(4)["state"], bench.get(codes.STEP)) == (state, step)


def test_a_broken_thermocouple(make):
    bench = make()
    bench.put(codes.ERO, 25)
    bench.programme((200, 1), (1000, 100), (1000, -121))
    bench.put(codes.SRUN, 0)
    bench.wait(120)
    bench.furnace.control.become("open", bench.clock.now())
    assert bench.wait(1)["output_percent"] == 25
    reply = bench.unit.read(codes.PV)
    assert (reply.status & 0x10, reply.value) == (0x10, 13720)


def test_alarms_and_their_relay(make):
    bench = make()
    assert bench.unit.read(0).status == 0x60
    bench.put(codes.HIAL, 100)
    assert bench.unit.read(0).status == 0x41
    bench.put(codes.HIAL, 32000)
    bench.put(codes.LOAL, 1000)
    bench.put(codes.HDAL, 10)
    assert bench.unit.read(0).status & 0x1F == 2 | 4


def test_manual_output_stays_when_the_programme_stops(make):
    bench = make()
    assert bench.put(codes.MV, 40) == 0, "only in manual"
    bench.put(codes.AMAN, 0)
    assert bench.put(codes.MV, 40) == 40
    bench.put(codes.SRUN, 1)
    assert bench.wait(60)["output_percent"] == 40
    assert bench.get(codes.WORKING_STATE) & 8
    assert bench.furnace.inspect(bench.clock.now())["energy_J"] > 0


def test_what_loc_lets_an_interface_write(make):
    bench = make()
    bench.unit.memory.loc = 128
    assert bench.put(codes.ERO, 5) == 0
    assert bench.put(0x50, 200) == 200
    bench.unit.memory.loc = 192
    assert bench.put(0x50, 300) == 200
    bench.unit.set_on_panel(codes.ERO, 5)
    assert bench.get(codes.ERO) == 5


def test_the_same_seed_gives_the_same_unit(make):
    def rows():
        bench = make()
        bench.programme((200, 10), (1000, -121))
        bench.put(codes.SRUN, 0)
        return [bench.wait(30) for _ in range(20)]

    assert rows() == rows()


def test_an_old_unit_takes_a_new_ones_stop_for_a_time():
    old = OldGeneration()
    old.write(0x1B, 1)
    assert old.inspect() == {"control_word": 0, "writes": [(0x1B, 1)]}
    assert old.read(0x1B).value == 1
