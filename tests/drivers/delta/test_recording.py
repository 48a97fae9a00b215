"""A recorded delta session replays: what the nanovoltmeter said travels inside the source's own messages."""

from pathlib import Path

from bench.core.clock import VirtualClock
from bench.core.traffic import Header, Recording

OPTIONS = {"nanovoltmeter": "2182A"}


def session(source):
    """Connect, a voltage through the relay, a delta test, the safe state."""
    source.connect()
    source.nanovoltmeter.measure_voltage(range_V=0.01)
    voltages = [source.nanovoltmeter.voltage().raw]
    source.arm_delta(current_A=1e-3, compliance_V=5.0, voltage_range_V=0.01, count=20)
    source.start_delta()
    voltages += [source.next_delta().voltage.raw for _ in range(5)]
    voltages += [reading.voltage.raw for reading in source.delta_readings()]
    source.stop_delta()
    return voltages, source.make_safe().state


def test_a_recorded_session_gives_the_same_readings_again(build):
    rig = build()
    kept = []
    recorded = session(rig.open(traffic=kept.append, **OPTIONS))
    header = Header("source", "GPIB0::12::INSTR", "keithley6221", "passive", True, options=OPTIONS)
    replayed = rig.driver.replaying(
        Recording(Path("source.jsonl"), header, tuple(kept)), clock=VirtualClock()
    )
    assert session(replayed) == recorded
    assert len(recorded[0]) == 26
