"""Runs queues of two on fakes, each until signals end it; test_signals.py starts it as a process."""

import json
import sys
from pathlib import Path

from run_fakes import Bench, Sweep

from bench.core.clock import RealClock, VirtualClock
from bench.runs.engine.control import handle_signals


def say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def queue(clock, folder, teardown_s):
    def execute(run):
        say("running")
        while isinstance(clock, VirtualClock):  # a month of it would be over before any signal comes
            run.context.sleep(1)

    def shutdown(run):
        say("shutdown")
        run.context.sleep(teardown_s)

    Sweep.hooks = {"execute": execute, "shutdown": shutdown}
    bench = Bench(folder, clock)
    with handle_signals(bench.control):
        outcomes = bench.run(bench.planned("first", dwell=3600), bench.planned("second"))
    told = [{**outcome.as_json(), "reason": outcome.reason} for outcome in outcomes]
    say(json.dumps([*told, {"on": bench.devices["meter"].on}]))


place = Path(sys.argv[1])
for number, word in enumerate(sys.argv[2:]):
    clock_name, _, teardown = word.partition(":")
    queue(RealClock() if clock_name == "real" else VirtualClock(), place / str(number), float(teardown))
