"""Forks one `bench` after another, so that hundreds of them need not import everything anew.

Reads one JSON document a line: arguments of `bench`, files for what it says, and where it is to die; answers
{"pid": N}, and {"code": N} when it has ended (minus the signal that ended it). Each child is the real command
line from its first line to its end; what is added is that acknowledged rows are written down at once.
"""

import json
import os
import sys
import traceback

import bench.cli.main
import bench.cli.session
import bench.cli.watching
import bench.runs.scheduling.runner
import bench.runs.storage.folder
import bench.station.remote_world
import procedures.transport.hall.analysis
import procedures.transport.hall.sweep
import procedures.transport.pellet.analysis
import procedures.transport.pellet.procedure
import procedures.transport.stability.analysis
import procedures.transport.stability.procedure
from bench.runs.engine.events import RowRecorded, RunFinished, RunStarted

PROCEDURES = (
    procedures.transport.hall.sweep.HallFieldSweep,
    procedures.transport.pellet.procedure.PelletConductivity,
    procedures.transport.stability.procedure.ResistanceLog,
)


def main():
    """Until stdin ends."""
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if not child:
            live(order)
        answer(pid=child)
        answer(code=os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def answer(**facts):
    os.write(1, json.dumps(facts).encode() + b"\n")


def live(order):
    """The child: never returns."""
    code = 70
    try:
        for number, path in ((1, order["out"]), (2, order["err"])):
            opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.dup2(opened, number)
            os.close(opened)
        os.close(0)
        os.open(os.devnull, os.O_RDONLY)
        acknowledge(order["acknowledged"])
        for procedure in PROCEDURES:  # figures take longer than all the rest and prove nothing here
            procedure.draw = lambda self, record, analysis: {}
        if order["jump_s"]:
            set_the_clock(order["jump_s"])
        if order["die"]:
            from survival_points import arm

            arm(*order["die"])
        sys.argv = ["bench", *order["arguments"]]
        bench.cli.main.main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def acknowledge(path):
    """Write down each event once the bench has acknowledged it; a kill does not take that back."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    class Acknowledging(bench.cli.watching.LineWatcher):
        def __call__(self, event):
            facts = None
            match event:
                case RowRecorded(run_id, row, _):
                    facts = {"kind": "row", "run": run_id, "row": dict(row)}
                case RunStarted(run_id):
                    facts = {"kind": "started", "run": run_id}
                case RunFinished(run_id, status, safe, _):
                    facts = {"kind": "finished", "run": run_id, "status": status, "safe": safe}
            if facts is not None:
                os.write(descriptor, json.dumps(facts).encode() + b"\n")
            super().__call__(event)

    bench.cli.watching.LineWatcher = Acknowledging


def set_the_clock(jump_s):
    """The date of this process jumps by so many seconds, there and back, each time it is asked for."""
    from datetime import timedelta

    from bench.core import wall

    true_utc, looks = wall.utc, [0]

    def utc():
        looks[0] += 1
        return true_utc() + timedelta(seconds=jump_s * (looks[0] // 7 % 2))

    wall.utc = utc


if __name__ == "__main__":
    main()
