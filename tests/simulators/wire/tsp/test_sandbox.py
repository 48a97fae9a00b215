"""TSP: a client's Lua reaches the instrument and nothing else."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

GONE = [
    "io",
    "debug",
    "package",
    "require",
    "module",
    "dofile",
    "loadfile",
    "load",
    "collectgarbage",
    "coroutine",
    "python",
    "xpcall",
    "rawequal",
    "rawlen",
    "bit32",
    "string.dump",
    "os.execute",
    "os.exit",
    "os.getenv",
    "os.remove",
    "os.tmpname",
]


@pytest.mark.parametrize("name", GONE)
def test_there_is_no_way_out(client, name):
    assert client.ask(f"print({name})") == "nil"


@pytest.mark.parametrize(
    "chunk",
    [
        "print(lamp.flash.__class__)",
        "print(getmetatable(lamp).Getters.on.__self__)",
        "print(errorqueue.next.__globals__)",
        "errorqueue.next.x = 1",
    ],
)
def test_python_has_no_attributes(client, chunk):
    client.send(chunk)
    assert client.hear_soon() == []
    assert client.errors() == [-286]


def test_bytecode_is_not_loaded(client):
    assert client.ask(r"print(loadstring('\27Lua'))").startswith("nil\t")
    assert client.ask("print(loadstring('return 5')())") == "5.00000e+00"


@pytest.mark.parametrize("call", ["string.find(s, p)", "s:match(p)", "s:gsub(p, '')", "s:gmatch(p)"])
def test_a_pattern_cannot_take_for_ever(client, call):
    client.send(f"local s, p = string.rep('a', 1e5), '.-.-.-.-b' return {call}")
    assert client.errors() == [-286]
    assert client.ask("print(string.match('key = 12', '(%a+) = (%d+)'))") == "key\t12"


def test_memory_is_bounded(client):
    client.send("local all = {} while true do all[#all + 1] = string.rep('x', 1e6) .. #all end")
    client.clock.sleep(1.0)
    assert client.errors() == [-286]
    assert client.ask("print(1)") == "1.00000e+00"


def test_time_is_that_of_the_world(client):
    client.clock.sleep(10.0)
    before = float(client.ask("print(os.time())"))
    client.send("format.asciiprecision = 16")
    first = float(client.ask("print(os.time())"))
    client.clock.sleep(3600.0)
    assert float(client.ask("print(os.time())")) - first == pytest.approx(3600, abs=1)
    assert before == pytest.approx(first, rel=1e-5)


def test_walking_the_tree_works(client):
    """next(_G, ...) and the metatables, as the client keithley2600 does."""
    seen = set()
    name = "nil"
    for _ in range(200):
        reply = client.ask(f"print(next(_G, {name}))")
        if reply == "nil":
            break
        seen.add(reply.split("\t")[0])
        name = repr(reply.split("\t")[0])
    assert {"lamp", "errorqueue", "format", "print", "delay", "script"} <= seen
    assert client.ask("print(next(getmetatable(lamp).Getters, nil))").startswith("on\t")


@pytest.mark.parametrize(
    "chunk", ["script = nil", "print = nil", "_G = nil", "error = nil", "setmetatable = nil"]
)
def test_a_client_that_breaks_its_globals_breaks_only_those(client, chunk):
    client.send(chunk, "loadandrunscript mine", "lamp.on = 1", "endscript", "delay(0.1)")
    client.clock.sleep(1.0)
    assert client.device.history
    assert client.ask("*IDN?").startswith("QMS")


text = st.text(st.characters(codec="latin-1", exclude_characters="\n\r"), max_size=80)
WORDS = [
    "print",
    "(",
    ")",
    "lamp.on",
    "=",
    "1",
    "0",
    "/",
    "0",
    "lamp.flash()",
    "delay(0.1)",
    "errorqueue.next()",
    "*IDN?",
    "abort",
    "endscript",
    "loadscript",
    "format.data",
    "=",
    "2",
    "nil",
    "{",
    "}",
    "function",
    "end",
    "'x'",
    "..",
    "--",
    "[[",
    "if",
    "then",
    "while",
    "true",
    "do",
    "local",
]
words = st.lists(
    st.sampled_from(WORDS),
    max_size=12,
).map(" ".join)


@given(messages=st.lists(text | words, max_size=6))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_sent_it_answers_afterwards(client, messages):
    client.send(*messages)
    client.clock.sleep(60.0)
    client.hear()
    client.send("endscript", "abort")
    client.port.clear()
    client.hear()
    assert client.ask("*IDN?").startswith("QMS")
