"""Registers, summary bits, service requests, operation complete, and how all of that follows the clock."""

import pytest

from simulators.wire.scpi import ScpiInstrument
from simulators.wire.scpi.status import ServiceRequest

EAV, MAV, ESB, MSS = 0x04, 0x10, 0x20, 0x40


def test_power_on(meter):
    assert meter.execute("*ESR?;*ESR?") == "128;0"
    assert meter.execute("*ESE?;*SRE?;*STB?") == "0;0;16"


@pytest.mark.parametrize(
    ("message", "bit"), [("FOO", 32), (":SOUR:CURR 9", 16), ("SIL?", 8), ("*OPC", 1), (":SOUR:CURR", 32)]
)
def test_standard_events(meter, message, bit):
    meter.execute("*CLS")
    meter.execute(message)
    assert meter.execute("*ESR?") == str(bit)


def test_error_available_and_its_service_request(meter):
    meter.execute("*CLS;*SRE 4;FOO")
    assert meter.serial_poll(message_available=False) == EAV | MSS == 0x44
    assert meter.serial_poll(message_available=False) == EAV  # a poll answers the request ...
    assert meter.execute("*STB?") == str(EAV | MSS)  # ... the master summary stays
    assert meter.execute("SYST:ERR?") == '-113,"Undefined header"'
    assert meter.serial_poll(message_available=False) == 0
    meter.execute("FOO")
    assert meter.serial_poll(message_available=False) == 0x44  # a new reason


def test_event_summary(meter):
    meter.execute("*CLS;*ESE 32;*SRE 32")
    meter.execute("FOO")
    meter.execute(":SYST:CLE")
    assert meter.status_byte(message_available=False) == ESB | MSS
    assert meter.execute("*ESR?;*STB?") == f"32;{MAV}"


def test_message_available(meter):
    meter.execute("*SRE 16")
    assert meter.serial_poll(message_available=True) == MAV | MSS
    assert meter.serial_poll(message_available=True) == MAV
    meter.execute("*OPC?")  # the next reply is a new reason
    assert meter.serial_poll(message_available=True) == MAV | MSS
    assert meter.execute("*STB?") == "0"
    assert meter.execute("*OPC?;*STB?") == f"1;{MAV | MSS}"


def test_bit_6_cannot_be_enabled(meter):
    assert meter.execute("*SRE 255;*SRE?") == "191"
    assert meter.execute("*SRE 256;*SRE?") is None
    assert meter.execute("*SRE?;:SYST:ERR?") == '191;-222,"Parameter data out of range"'


@pytest.mark.parametrize(
    ("name", "bit"), [("measurement", 0x01), ("questionable", 0x08), ("operation", 0x80)]
)
def test_the_three_register_groups(meter, name, bit):
    register = getattr(meter.status, name)
    node = f":STAT:{name[:4]}"
    meter.execute(f"*CLS;{node}:ENAB 6;*SRE {bit}")
    register.set_condition(0b0011)
    assert meter.execute(f"{node}:COND?;ENAB?") == "3;6"
    assert meter.serial_poll(message_available=False) == bit | MSS
    register.set_condition(0)
    assert meter.execute(f"{node}:COND?") == "0"
    assert meter.execute(f"{node}?") == "3"  # latched, cleared by reading
    assert meter.execute(f"{node}:EVEN?;*STB?") == f"0;{MAV}"


def test_only_rising_conditions_are_events(meter):
    register = meter.status.questionable
    register.set_condition(1)
    meter.execute(":STAT:QUES?")
    register.set_condition(1)
    assert meter.execute(":STAT:QUES?") == "0"
    register.set_condition(0)
    register.set_condition(1)
    assert meter.execute(":STAT:QUES?") == "1"


def test_preset_clears_the_three_enables_and_nothing_else(meter):
    meter.execute("*ESE 1;*SRE 2;:STAT:MEAS:ENAB 1;:STAT:QUES:ENAB 2;:STAT:OPER:ENAB 65535;:STAT:PRES")
    assert meter.execute("*ESE?;*SRE?;:STAT:MEAS:ENAB?;:STAT:QUES:ENAB?;:STAT:OPER:ENAB?") == "1;2;0;0;0"


def test_cls_clears_events_and_errors_but_no_enables(meter):
    meter.status.operation.latch(4)
    meter.execute("*ESE 1;:STAT:OPER:ENAB 4;FOO")
    meter.execute("*CLS")
    assert meter.execute("*ESR?;*ESE?;:STAT:OPER?;:STAT:OPER:ENAB?;:SYST:ERR?") == '0;1;0;4;0,"No error"'


def test_conditions_are_brought_up_to_date_before_they_are_looked_at(meter, clock):
    class Ramping(type(meter)):
        def update_conditions(self):
            self.status.operation.set_condition(1 if self.time >= 5 else 0)

    ramping = Ramping(clock)
    ramping.execute("*SRE 128;:STAT:OPER:ENAB 1")
    assert ramping.execute(":STAT:OPER:COND?") == "0"
    assert ramping.serial_poll(message_available=False) == 0
    clock.sleep(5)
    assert ramping.serial_poll(message_available=False) == 0x80 | MSS
    assert ramping.execute(":STAT:OPER:COND?;EVEN?") == "1;1"


# -- time ---------------------------------------------------------------------------------------------------


def test_messages_run_one_after_another(meter, clock):
    meter.execute("READ?;READ?")
    assert meter.busy_until == pytest.approx(0.2)
    meter.execute("READ?")
    assert meter.busy_until == pytest.approx(0.3)
    clock.sleep(10)
    meter.execute("READ?")
    assert meter.busy_until == pytest.approx(10.1)


def test_local_time_cannot_run_backwards(meter):
    with pytest.raises(ValueError, match="cannot spend"):
        meter.spend(-1e-9)


def test_the_status_byte_changes_when_the_message_that_changes_it_ends(meter, clock):
    meter.execute("*CLS;*SRE 4")
    meter.execute("READ?;FOO")
    assert meter.serial_poll(message_available=False) == 0
    clock.sleep(0.05)
    meter.execute("READ?")  # queued behind
    assert meter.serial_poll(message_available=False) == 0
    clock.sleep(0.06)
    assert meter.serial_poll(message_available=False) == 0x44


def test_opc_waits_for_what_was_started(meter, clock):
    meter.execute("*CLS;*ESE 1;*SRE 32")
    meter.execute("INIT;*OPC")
    assert meter.execute("*ESR?") == "0"
    clock.sleep(1.9)
    assert meter.serial_poll(message_available=False) == 0
    clock.sleep(0.1)
    assert meter.serial_poll(message_available=False) == ESB | MSS
    assert meter.execute("*ESR?") == "1"


def test_opc_without_anything_pending_is_complete_at_once(meter):
    meter.execute("*CLS;*OPC")
    assert meter.execute("*ESR?") == "1"


@pytest.mark.parametrize("message", ["INIT;*OPC?", "INIT;*WAI;*OPC?"])
def test_opc_query_and_wai_let_local_time_pass(meter, message):
    assert meter.execute(message) == "1"
    assert meter.busy_until == pytest.approx(2.0)


@pytest.mark.parametrize("cancel", ["*CLS", "*RST"])
def test_opc_can_be_cancelled(meter, clock, cancel):
    meter.execute("*CLS;INIT;*OPC")
    meter.execute(cancel)
    clock.sleep(5)
    assert meter.execute("*ESR?") == "0"


def test_device_clear_ends_what_goes_on(meter, clock):
    meter.execute("*CLS;INIT;*OPC")
    meter.execute("READ?;:SOUR:DEL 3;:SOUR:CURR 9")
    meter.clear()
    assert meter.busy_until == clock.now() == 0.0
    clock.sleep(5)
    assert meter.execute("*ESR?;:SOUR:DEL?") == "16;3.00000"  # status and settings stay; *OPC is forgotten


def test_triggers(meter, clock):
    meter.bus_trigger()
    meter.execute("*TRG")
    assert meter.triggers == 2


def test_a_trigger_that_nothing_waits_for_is_ignored(clock):
    plain = ScpiInstrument(clock, name="p", identity="x")
    plain.bus_trigger()
    assert plain.execute(":SYST:ERR?") == '-211,"Trigger ignored"'


def test_a_request_is_answered_once_per_reason():
    request = ServiceRequest()
    assert request.poll(0x04, 0x14) == 0x44
    assert request.poll(0x04, 0x14) == 0x04
    assert request.poll(0x14, 0x14) == 0x54  # a second reason comes up
    assert request.poll(0x14, 0x14) == 0x14
    request.forget(0x10)
    assert request.poll(0x14, 0x14) == 0x54
