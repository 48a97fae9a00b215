"""TSP: chunks, printing, errors, scripts, common commands."""

import struct

import pytest


@pytest.mark.parametrize(
    ("chunk", "heard"),
    [
        ("print(1)", "1.00000e+00"),
        ("print(1, 'a', true, nil)", "1.00000e+00\ta\ttrue\tnil"),
        ("print(1 / 3)", "3.33333e-01"),
        ("print(0 / 0)", "nan"),
        ("print(1 / 0)", "inf"),
        ("format.asciiprecision = 16 print(1 / 3)", "3.333333333333333e-01"),
        ("format.asciiprecision = 1 print(1234)", "1e+03"),
        ("printnumber(1, 2.5, -3)", "1.00000e+00, 2.50000e+00, -3.00000e+00"),
        ("print(lamp.flash())", "1.50000e+00\t2.50000e+00"),
        ("print(table.getn({1, 2, 3}), math.mod(7, 4))", "3.00000e+00\t3.00000e+00"),
        ("print(bit.bitand(6, 3), bit.test(4, 3))", "2.00000e+00\ttrue"),
        ("print(lamp.nothing)", "nil"),
        ("print(lamp.on)", "0.00000e+00"),
        ("*idn?", "QMS, Model LAMP, 1, 1.0"),
        ("*OPC?", "1"),
        ("*TST?", "0"),
        ("*STB?", "0"),
    ],
)
def test_what_is_said(client, chunk, heard):
    client.send(chunk)
    client.clock.sleep(1.0)
    assert client.hear() == [heard]
    assert client.errors() == []


def test_numbers_as_bytes(client):
    client.send("format.data = format.REAL32 printnumber(1.5, -2)")
    assert client.device.execute("printnumber(1.5, -2)") == "#0" + struct.pack("<2f", 1.5, -2).decode(
        "latin-1"
    )
    client.device.execute("format.data = format.REAL64 format.byteorder = format.NORMAL")
    assert client.device.execute("printnumber(1.5)") == "#0" + struct.pack(">d", 1.5).decode("latin-1")


def test_a_variable_stays(client):
    client.send("x = 3", "function twice(y) return 2 * y end")
    assert client.ask("print(twice(x))") == "6.00000e+00"


@pytest.mark.parametrize(
    ("chunk", "code", "words"),
    [
        ("x = = 1", -285, "TSP Syntax error at line 1"),
        (":SYST:ERR?", -285, "TSP Syntax error at line 1"),
        ("nothing.at.all = 1", -286, "TSP Runtime error at line 1: attempt to index"),
        ("error('mine')", -286, "mine"),
        ("lamp.of = 1", -286, "cannot write attribute `of'"),
        ("format.asciiprecision = 17", 1101, "Parameter too big"),
        ("format.asciiprecision = 0", 1102, "Parameter too small"),
        ("format.asciiprecision = 'six'", -224, "Illegal parameter value"),
        ("delay()", -109, "Missing parameter"),
        ("*NONE", -113, "Undefined header"),
    ],
)
def test_what_is_refused(client, chunk, code, words):
    client.send(chunk)
    client.clock.sleep(0.1)
    reply = client.ask("print(errorqueue.next())").split("\t")
    assert (float(reply[0]), float(reply[2]), float(reply[3])) == (code, 20, 1)
    assert words in reply[1]
    assert client.ask("print(errorqueue.next())").startswith("0.00000e+00\tQueue Is Empty\t0.00000e+00")


def test_a_refused_parameter_does_not_end_the_chunk(client):
    client.send("format.asciiprecision = 99 lamp.on = 1")
    assert client.device.history
    assert client.errors() == [1101]


def test_the_error_queue_counts_and_clears(client):
    client.send("x = = 1", "y = = 2")
    assert client.ask("print(errorqueue.count)") == "2.00000e+00"
    assert client.ask("*STB?") == "4"
    client.send("errorqueue.clear()")
    assert client.ask("print(errorqueue.count)") == "0.00000e+00"


def test_events_and_service_request(client):
    client.send("*ESE 1", "*SRE 32", "*OPC")
    assert client.device.serial_poll(message_available=False) == 32 | 64
    assert client.ask("*ESE?") == "1"
    assert client.ask("*ESR?") == str(128 | 1), "power on, and operation complete"
    client.send("x = = 1", "format.data = 9", "*CLS", "format.data = 9")
    assert client.ask("*ESR?") == "16"


# ---- scripts


def test_the_anonymous_script(client):
    client.send("loadscript", "x = 1", "print('here', x)", "endscript")
    assert client.hear_soon() == []
    assert client.ask("script.run()") == "here\t1.00000e+00"
    assert client.ask("run()") == "here\t1.00000e+00"


def test_a_named_script(client):
    client.send("loadscript greet", "print('hello')", "endscript")
    assert client.ask("greet.run()") == "hello"
    assert client.ask("greet()") == "hello"
    assert client.ask("print(greet.name, greet.source)") == "greet\tprint('hello')"
    assert client.ask("for name in script.user.catalog() do print(name) end") == "greet"


def test_loadandrunscript(client):
    client.send("loadandrunscript once", "print(1)", "print(2)")
    assert client.hear_soon() == []
    client.send("endscript")
    assert client.hear_soon() == ["1.00000e+00", "2.00000e+00"]
    client.device.prompts = True
    client.send("loadandrunscript", "delay(1)", "endscript")
    client.clock.sleep(2.0)
    assert client.hear() == ["TSP>"] * 3, "one for each message, the last when the script has ended"


def test_a_script_with_a_mistake_says_where(client):
    client.send("loadscript bad", "x = 1", "y = = 2", "endscript")
    assert "at line 2" in client.ask("print(errorqueue.next())")
    assert client.ask("print(bad)") == "nil"


def test_script_new(client):
    client.send("script.new('print(41 + 1)', 'sum')")
    assert client.ask("sum.run()") == "4.20000e+01"


def test_prompts(client):
    client.device.prompts = True
    client.send("x = 1", "y = = 1")
    assert client.hear_soon() == ["TSP>", "TSP?"]
