"""Write, check, read back."""

import pytest

from bench.core.errors import CommandRejectedError, CommunicationError, ReadBackError
from drivers import settings
from drivers.error_queue import ErrorQueue
from drivers.link import Link

NO_ERROR = '0,"No error"'
LEVEL = settings.number("level_A", ":SOUR:CURR", tolerance=5e-8)


@pytest.fixture
def adapter(faulty):
    return faulty({":SYST:ERR?": NO_ERROR})


@pytest.fixture
def link(adapter, clock):
    return Link(adapter, name="meter", clock=clock, lock=clock.lock("port"), error_queue=ErrorQueue())


def test_a_setting_is_sent_in_full_precision_checked_and_read_back(link, adapter):
    adapter.replies[":SOUR:CURR?"] = "1.234568E-04"
    assert settings.put(link, LEVEL, 1.2345678901e-4) == 1.234568e-4
    assert adapter.sent == [":SOUR:CURR 0.00012345678901", ":SYST:ERR?", ":SOUR:CURR?"]


@pytest.mark.parametrize("value", [3.3e-7, 1e-9, 5e-8])
def test_small_numbers_are_not_rounded_to_zero(link, adapter, value):
    adapter.replies[":SOUR:CURR?"] = repr(value)
    settings.put(link, LEVEL, value)
    assert float(adapter.sent[0].split()[1]) == value


def test_a_setting_that_did_not_take_raises_with_both_values(link, adapter):
    adapter.replies[":SOUR:CURR?"] = "1.05E-04"
    with pytest.raises(ReadBackError) as caught:
        settings.put(link, LEVEL, 1e-6)
    assert "1e-06" in str(caught.value)
    assert "0.000105" in str(caught.value)


def test_within_the_resolution_is_as_asked_and_beyond_is_not(link, adapter):
    adapter.replies[":SOUR:CURR?"] = "1.00005E-03"
    assert settings.put(link, LEVEL, 1e-3) == 1.00005e-3
    adapter.replies[":SOUR:CURR?"] = "1.00006E-03"
    with pytest.raises(ReadBackError):
        settings.put(link, LEVEL, 1e-3)


def test_a_refused_setting_raises_all_codes_before_it_is_read_back(link, adapter):
    adapter.faults[":SYST:ERR?"] = ['-222,"Parameter data out of range"', NO_ERROR]
    with pytest.raises(CommandRejectedError) as caught:
        settings.put(link, LEVEL, 1e-3)
    assert caught.value.codes == ((-222, "Parameter data out of range"),)
    assert ":SOUR:CURR?" not in adapter.sent


def test_a_write_that_times_out_is_not_sent_again(link, adapter, faults):
    adapter.write_faults[":SOUR:CURR 0.001"] = [faults["timeout"]]
    with pytest.raises(CommunicationError, match="unknown"):
        settings.put(link, LEVEL, 1e-3)
    assert adapter.sent == [":SOUR:CURR 0.001"]


def test_switches_counts_and_choices(link, adapter):
    adapter.replies |= {"S?": "1", "N?": "+1.000000E+00", "C?": "HIMP"}
    assert settings.put(link, settings.switch("s", "S"), True) is True
    assert settings.put(link, settings.count("n", "N"), 1) == 1
    assert settings.put(link, settings.choice("c", "C", "HIMPedance", "NORMal"), "HIMP") == "HIMP"
    assert [line for line in adapter.sent if "?" not in line] == ["S ON", "N 1", "C HIMP"]
    with pytest.raises(ReadBackError):
        settings.put(link, settings.switch("s", "S"), False)
