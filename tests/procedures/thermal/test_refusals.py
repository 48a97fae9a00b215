"""What is refused before anything is heated, each with its reason."""

import pytest
from furnace_lab import perform


@pytest.mark.parametrize(
    ("procedure", "parameters", "said"),
    [
        ("synthesis", {"temperature": "280 degC"}, "above the vessel's limit of 260 degC"),
        ("synthesis", {"silica": "1.0 g"}, "too large for a vessel of 200 g"),
        ("synthesis", {"vessel_mass": "100 g"}, "take a vessel of"),
        ("synthesis", {"sulphate_ratio": 3.0}, "too large"),
        ("synthesis", {"gas": "nitrogen"}, "the gas is nitrogen"),
        ("synthesis", {"gas_flow": 0}, "argon with no flow"),
        ("synthesis", {"batch": ""}, "the batch has no name"),
        ("synthesis", {"opening_temperature": "100 degC"}, "outside"),
        ("anneal", {"container": "sealed vessel"}, "a sealed vessel is not heated to 400 degC"),
        ("anneal", {"gas": "none"}, "needs flowing argon"),
        ("drying", {"dwell": "1 h"}, "outside"),
        ("heat-programme", {"steps": "5 K/min to 200 degC; hold 30 d"}, "2147484 s that fit"),
        ("heat-programme", {"steps": "5 K/min to 300 degC"}, "above the vessel's limit"),
        ("heat-programme", {"steps": "hold 1 h"}, "no ramp"),
        ("heat-programme", {"steps": "5 to 200; stay 3"}, "'stay 3'"),
    ],
)
def test_in_the_queue_file(lab, procedure, parameters, said):
    assert said in lab.refusals(procedure, **parameters)


def test_no_thermometer_on_the_vessel(lab):
    lab.change("station", 'vessel = "vessel.sensor"\n', "")
    lab.change("station", '[instruments.vessel]\ndriver = "lakeshore211"\nresource = "ASRL6::INSTR"\n', "")
    path = lab.queue("synthesis")
    path.write_text(path.read_text().replace('roles = { vessel = "vessel" }\n', ""))
    lab.queue = lambda *_, **__: path
    assert "'furnace' has an output and would play furnace and vessel at once" in lab.refusals("synthesis")


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("power_fail = 2", "after a power cut, however long, it continues"),
        ("power_fail = 0", "after a power cut, however long, it ramps back"),
        ("power_fail = 1\nsensor_break_action = 1", "with a broken thermocouple it would go on heating"),
    ],
)
def test_a_controller_that_is_not_set_up_for_it(lab, setting, said):
    lab.change("world", "power_fail = 1", setting)
    outcome, _, after = lab.run("synthesis")
    assert outcome.status == "failed"
    assert said in outcome.reason
    assert after["instruments"]["furnace"]["state"] == "reset"
    assert after["fixtures"]["tube"]["energy_J"] == 0.0


def test_a_vessel_whose_thermometer_is_broken(lab):
    broken = perform("thermocouple", which="vessel", condition="open")
    outcome, _, after = lab.run("synthesis", at=[(0.0, broken)])
    assert outcome.status == "failed"
    assert "'vessel' on the vessel shows nothing" in outcome.reason
    assert after["fixtures"]["tube"]["energy_J"] == 0.0


def test_power_on_a_broken_thermocouple_is_taken_back_before_the_start(lab):
    lab.change("world", "power_fail = 1", "power_fail = 1\nsensor_break_power = 20")
    outcome, folder, _ = lab.run("heat-programme")
    assert outcome.status == "done"
    assert folder.record().facts["guard"]["limits"]["sensor break"] == "output 0 %"
