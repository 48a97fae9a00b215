"""What is latched outlives the bench where it is told to remember; and a damaged memory starts nothing."""

import pytest
from interlock_bench import level, on_furnace

from bench.core.clock import VirtualClock
from bench.runs.engine.events import RunEvents
from bench.runs.engine.leases import Resource
from bench.runs.interlocks.interlocks import Interlocks
from bench.runs.interlocks.memory import FILE, LatchMemory
from bench.runs.storage.files import StorageError

METER, FURNACE = Resource("instrument", "meter"), Resource("instrument", "furnace")


def memory(path, station="station.toml", target="hardware"):
    return LatchMemory(path, station=path / station, target=target)


def barred_anew(rules, kept, wanted):
    """What bars a run in a bench that starts a while later."""
    with VirtualClock() as clock:
        clock.sleep(10_000.0)
        interlocks = Interlocks({rule.name: rule for rule in rules}, clock, RunEvents(), wake=lambda: None)
        interlocks.remember(kept)
        return interlocks.barred([wanted])


def test_it_bars_the_same_runs_with_the_same_words_after_a_new_start(make_bench, tmp_path, hooks):
    rules = [level("abort"), level("make_safe", of="furnace", above="1 kV", stale_s=100.0, name="silent")]
    bench = make_bench(interlocks=rules)
    bench.runner.interlocks.remember(memory(tmp_path))
    hooks["execute"] = lambda run: run.name == "on-furnace" and run.context.sleep(500.0)
    bench.run(bench.planned("a", points=10), on_furnace(bench, "f", points=10))
    for wanted in (METER, FURNACE):
        words = bench.runner.interlocks.barred([wanted])
        assert words is not None
        assert barred_anew(rules, memory(tmp_path), wanted) == words
    assert barred_anew(rules[:1], memory(tmp_path), FURNACE) is None, "the rule was taken out of the station"
    assert barred_anew(rules, memory(tmp_path, target="simulated"), METER) is None
    assert barred_anew(rules, memory(tmp_path, station="other.toml"), METER) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"latched": {}}', "\xff"])
def test_a_damaged_memory_is_said_and_nothing_starts(tmp_path, text):
    (tmp_path / FILE).write_text(text, "latin-1")
    with pytest.raises(StorageError, match="is damaged") as error:
        memory(tmp_path).kept()
    assert "remove the file" in error.value.remedy


def test_a_latch_that_cannot_be_written_stays_latched(make_bench, tmp_path, caplog):
    bench = make_bench(interlocks=[level("abort")])
    bench.runner.interlocks.remember(memory(tmp_path / "gone"))
    bench.run(bench.planned("a", points=10))
    assert bench.runner.interlocks.barred([METER]) is not None
    assert "would release what is latched" in caplog.text
