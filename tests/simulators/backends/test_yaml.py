"""A file of pyvisa-sim gives the same dialogue under @bench as under @sim."""

import shutil
from pathlib import Path

import pytest
import pyvisa
from pyvisa.errors import VisaIOError
from pyvisa_sim.highlevel import SimVisaLibrary

from simulators.backends.visa import BenchVisaLibrary

FILE = Path(__file__).with_name("dialogues.yaml")
RESOURCES = {
    "GPIB0::8::INSTR": "\n",
    "ASRL1::INSTR": "\r\n",
    "TCPIP0::192.168.0.9::5025::SOCKET": "\n",
}
MESSAGES = [
    "*IDN?",
    "*idn?",  # pyvisa-sim matches exactly
    "BLOCK?",
    ":VOLT?",
    ":VOLT 5.125",
    ":VOLT?",
    ":VOLT 7.000",
    ":VOLT?",
    ":CH1:CURR?",
    ":CH2:CURR 0.75",
    ":CH2:CURR?",
    ":CH3:CURR?",
    "nonsense",
]


def dialogue(backend, path, resource):
    manager = pyvisa.ResourceManager(f"{path}@{backend}")
    meter = manager.open_resource(
        resource, read_termination="\n", write_termination=RESOURCES[resource], timeout=20
    )
    heard = []
    for message in MESSAGES:
        meter.write(message)
        try:
            heard.append(meter.read())
        except VisaIOError as error:
            heard.append(error.error_code)
    meter.write("BLOCK?")
    heard.append(meter.read_bytes(5))
    heard.append(meter.read_raw(3))
    heard.append(sorted(manager.list_resources("?*")))
    heard.append(meter.read_termination)
    meter.close()
    manager.close()
    return heard


@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize("suffix", [".yaml", ".yml", ".YAML"])
def test_the_same_dialogue(tmp_path, resource, suffix):
    paths = [tmp_path / f"{backend}{suffix}" for backend in ("sim", "bench")]
    for path in paths:
        shutil.copy(FILE, path)
    stock, ours = (dialogue(path.stem, path, resource) for path in paths)
    assert ours == stock
    assert ours[0] == "QMS,METER,0,1"
    assert ours[5] == "+5.125"
    assert type(pyvisa.ResourceManager(f"{paths[0]}@sim").visalib) is SimVisaLibrary
    assert isinstance(pyvisa.ResourceManager(f"{paths[1]}@bench").visalib, BenchVisaLibrary)


def test_the_bundled_file_is_the_default():
    manager = pyvisa.ResourceManager("@bench")
    assert manager.list_resources("?*") == pyvisa.ResourceManager("@sim").list_resources("?*")


def test_what_only_ports_can_do_is_refused_for_a_yaml_device(tmp_path):
    path = tmp_path / "one.yaml"
    shutil.copy(FILE, path)
    meter = pyvisa.ResourceManager(f"{path}@bench").open_resource("GPIB0::8::INSTR")
    for act in (meter.clear, meter.read_stb, meter.assert_trigger):
        with pytest.raises(VisaIOError, match="VI_ERROR_NSUP_OPER"):
            act()


def test_a_resource_that_is_not_in_the_file_is_not_found(tmp_path):
    path = tmp_path / "two.yaml"
    shutil.copy(FILE, path)
    with pytest.raises(VisaIOError, match="VI_ERROR_RSRC_NFOUND"):
        pyvisa.ResourceManager(f"{path}@bench").open_resource("GPIB0::9::INSTR")


def test_a_broken_file_says_so(tmp_path):
    path = tmp_path / "broken.yaml"
    path.write_text("devices: [")
    with pytest.raises(Exception, match="Could not parse definitions file"):
        pyvisa.ResourceManager(f"{path}@bench")
