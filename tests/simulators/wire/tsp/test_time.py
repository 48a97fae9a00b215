"""TSP: a script waits on the clock, other messages wait for it, and nothing can hang the world."""

import pytest
import pyvisa
from pyvisa.errors import VisaIOError

from simulators.backends.visa import BenchVisaLibrary
from simulators.wire.tsp.interpreter import INSTRUCTIONS


def test_a_delay_takes_its_time_and_what_follows_comes_after_it(client):
    client.send("lamp.on = 1 delay(5) lamp.on = 0 print('done')")
    assert [on for _, on in client.device.history] == [1]
    client.clock.sleep(4.9)
    assert client.hear() == []
    client.clock.sleep(0.2)
    assert client.hear() == ["done"]
    (started, _), (ended, _) = client.device.history
    assert ended - started == pytest.approx(5.0, abs=1e-3)


def test_it_goes_on_at_its_own_time_whenever_somebody_looks(client):
    client.send("for i = 1, 3 do delay(1) lamp.on = i end")
    client.clock.sleep(100.0)
    client.device.resume()
    assert [time for time, _ in client.device.history] == pytest.approx([1, 2, 3], abs=1e-2)


def test_a_reader_is_woken_when_the_script_speaks(client):
    client.send("delay(7) print('late')")
    assert client.port.available_at == pytest.approx(7.0, abs=1e-2)
    heard = []
    while not heard:
        client.clock.sleep(client.port.available_at - client.clock.now())
        heard = client.hear()
    assert heard == ["late"]
    assert client.clock.now() == pytest.approx(7.0, abs=1e-2)


def test_a_visa_session_waits_for_a_late_reply(client):
    library = BenchVisaLibrary.create()
    library.attach("GPIB0::7::INSTR", client.port)
    manager = pyvisa.ResourceManager(library)
    with manager.open_resource("GPIB0::7::INSTR", read_termination="\n", timeout=3000) as lamp:
        assert lamp.query("delay(2) print('late')") == "late"
        assert client.clock.now() == pytest.approx(2.0, abs=0.01)
        with pytest.raises(VisaIOError, match="Timeout"):
            lamp.query("delay(4) print('too late')")
        lamp.clear()
        assert lamp.query("print(lamp.on)") == "0.00000e+00"
        assert client.errors() == []


def test_messages_wait_for_a_running_script(client):
    client.send("delay(2) lamp.on = 1", "print('after', lamp.on)", "*IDN?")
    assert client.hear_soon() == []
    client.clock.sleep(2.0)
    assert client.hear() == ["after\t1.00000e+00", "QMS, Model LAMP, 1, 1.0"]


def test_abort_ends_it_and_leaves_things_as_they_are(client):
    client.send("lamp.on = 1 delay(60) lamp.on = 0")
    client.clock.sleep(1.0)
    client.send("abort")
    assert client.ask("print(lamp.on)") == "1.00000e+00"
    client.clock.sleep(100.0)
    client.device.resume()
    assert [on for _, on in client.device.history] == [1]
    assert client.errors() == []


def test_abort_with_nothing_running_does_nothing(client):
    client.send("abort")
    assert client.ask("print(1)") == "1.00000e+00"
    assert client.errors() == []


def test_a_device_clear_ends_it_and_what_waits(client):
    client.send("delay(60)", "lamp.on = 1")
    client.port.clear()
    client.clock.sleep(100.0)
    client.device.resume()
    assert client.device.history == []
    assert client.ask("print(1)") == "1.00000e+00"


def test_a_trigger_is_waited_for(client):
    client.send("print(trigger.wait(10))")
    client.clock.sleep(3.0)
    assert client.hear() == []
    client.send("*TRG")
    client.clock.sleep(0.01)
    assert client.hear() == ["true"]
    client.send("print(trigger.wait(10))")
    client.clock.sleep(9.9)
    assert client.hear() == []
    client.clock.sleep(0.2)
    assert client.hear() == ["false"]


def test_a_trigger_before_the_wait_counts_and_clear_forgets_it(client):
    client.send("*TRG")
    assert client.ask("print(trigger.wait(1))") == "true"
    client.send("*TRG", "trigger.clear()", "print(trigger.wait(0))")
    client.clock.sleep(0.1)
    assert client.hear() == ["false"]


def test_a_delay_inside_pcall_waits_too(client):
    client.send("pcall(delay, 2) print('x')")
    client.clock.sleep(1.9)
    assert client.hear() == []
    client.clock.sleep(0.2)
    assert client.hear() == ["x"]


def test_a_loop_that_asks_for_the_time_ends(client):
    """Each command takes its time, and a chunk does not run further ahead of the clock than a second."""
    client.send("for i = 1, 20 do lamp.flash() lamp.on = i end")
    assert len(client.device.history) < 10
    client.clock.sleep(10.0)
    client.device.resume()
    assert len(client.device.history) == 20
    assert client.device.history[-1][0] == pytest.approx(6.0, abs=0.1)


ENDLESS = [
    "while true do end",
    "while true do pcall(function() while true do end end) end",
    "local function again() return again() end again()",
    "pcall(error) repeat until false",
]


@pytest.mark.parametrize("chunk", ENDLESS)
def test_a_script_without_end_keeps_the_instrument_busy_until_abort_and_nobody_else(client, chunk):
    client.send(chunk, "print('waits')")
    client.clock.sleep(1e6)
    assert client.hear() == []
    client.send("abort")
    assert client.hear_soon() == ["waits"]


@pytest.mark.parametrize("body", ["lamp.flash()", "print(1)", "delay(1e-3)", "lamp.on = 1"])
def test_a_loop_of_commands_without_end_costs_the_world_seconds_and_not_months(client, body):
    client.send(f"while true do {body} end")
    client.clock.sleep(1e7)
    client.device.resume()
    client.port.discard_output()
    client.send("abort")
    assert client.ask("print('alive')") == "alive"


def test_a_script_may_wait_for_months(client):
    """The bound on instructions is one between two waits."""
    rounds = INSTRUCTIONS // 20_000 + 100
    client.send(f"for i = 1, {rounds} do for k = 1, 10000 do end delay(3600) end print('done')")
    client.clock.sleep(rounds * 3600 + 1)
    assert client.hear() == ["done"]


def test_more_messages_than_the_queue_holds_are_an_error(client):
    client.send("delay(10)", *["x = 1"] * 80)
    assert -363 in client.errors()
