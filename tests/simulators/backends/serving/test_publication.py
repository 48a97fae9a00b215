"""`bench sim serve`: its first line, its silence, and its end."""

import json
import signal
import socket
import sys

import pytest


def test_the_first_line_says_where_everything_is(served):
    assert set(served.publication) == {"endpoint", "instruments"}
    assert served.endpoint.startswith("bench-world://127.0.0.1:")
    instruments = served.publication["instruments"]
    assert set(instruments) == {"meter", "ambient"}
    for where in instruments.values():
        assert set(where) == {"tcp", "pty", "idn"}
        assert where["tcp"].startswith("127.0.0.1:")
        assert (where["pty"] is None) == (sys.platform == "win32")
    assert instruments["meter"]["idn"].startswith("KEITHLEY INSTRUMENTS INC.,MODEL 2400,")
    assert instruments["ambient"]["idn"].startswith("LSCI,MODEL211,")


def test_nobody_outside_this_computer_can_connect(served):
    """Every address of the machine but loopback refuses."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # sends nothing: only chooses a local address
        own = probe.getsockname()[0]
    if own.startswith("127."):
        pytest.skip("this machine has no other address")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((own, served.tcp("meter")[1]), timeout=10)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_also_with_clients(serve, number):
    served = serve("--json")
    with socket.create_connection(served.tcp("meter"), timeout=30) as client:
        client.sendall(b"*IDN?\n")
        assert client.recv(4096)
        rest, code = served.end(number)
        assert (rest, code, served.stderr) == ("", 0, "")
        with pytest.raises(ConnectionResetError):  # no silent end: pyvisa-py would wait on
            client.recv(4096)


def test_people_get_a_table_on_stderr(serve):
    served = serve("--speed", "2.5")
    rest, code = served.end()
    assert (rest, code) == ("", 0)
    for text in ("127.0.0.1:", "LSCI,MODEL211", "2.5 times"):
        assert text in served.stderr


def test_inspect_prints_the_state(served, bench):
    code, out, _ = bench("sim", "inspect", served.endpoint, "--json")
    assert code == 0
    state = json.loads(out)
    assert state["instruments"]["meter"]["output"] is False
    assert state["fixtures"]["press"]["content"] == "open"
    code, out, _ = bench("sim", "inspect", served.endpoint)
    assert code == 0
    assert "off_mode" in out


@pytest.mark.parametrize("speed", ["0", "-1", "nan", "inf"])
def test_a_speed_that_is_none_is_refused(bench, lab, speed):
    code, out, errors = bench("sim", "serve", lab / "station.toml", "--speed", speed)
    assert (code, out) == (2, "")
    assert "--speed" in errors
