"""Whoever looks on changes nothing: the same bytes with and without an observer."""

import importlib.util
from pathlib import Path

import pyvisa

_spec = importlib.util.spec_from_file_location("vertical", Path(__file__).with_name("vertical.py"))
vertical = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(vertical)

RUNS = [("one", "qms-0p7", "a,b")]


def test_an_observer_polling_the_meter_changes_no_byte(tmp_path):
    looks = []

    def observe(clock, world):
        meter = pyvisa.ResourceManager(world.visa_library).open_resource("GPIB0::24::INSTR")

        def poll():
            while True:
                clock.sleep(0.037)
                looks.append(
                    (clock.now(), meter.read_stb(), world.inspect()["instruments"]["meter"]["output"])
                )

        clock.spawn(poll, name="observer", background=True)

    alone, _ = vertical.measure(tmp_path / "alone", RUNS)
    watched, _ = vertical.measure(tmp_path / "watched", RUNS, before=observe)
    assert len(looks) > 100
    assert {output for _, _, output in looks} == {True, False}
    assert (watched[0].folder / "data.csv").read_bytes() == (alone[0].folder / "data.csv").read_bytes()
    assert watched[0].results == alone[0].results
