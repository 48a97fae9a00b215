"""Where a bench can be told to kill itself: places that an instant drawn at random would rarely hit.

Nothing of the bench knows of this: the child replaces one function by one that ends the process with SIGKILL
before, after or in the middle of its n-th call. The others go on as they are.
"""

import importlib
import os
import signal

_EUROTHERM = "drivers.eurotherm.eurotherm2400:Eurotherm2400"

PLACES = {
    "lock taken, owner not written": ("bench.runs.survival.record:OwnerRecord.write", "before"),
    "owner written, no guard yet": ("bench.runs.survival.ownership:Ownership.take", "after"),
    "guard started": ("bench.runs.scheduling.runner:Runner._start_guard", "after"),
    "queue: before its lines": ("bench.runs.queue.log:QueueLog.append", "before"),
    "queue: half a line": ("bench.runs.queue.log:write_all", "half"),
    "queue: lines written": ("bench.runs.queue.log:QueueLog.append", "after"),
    "run folder without a file": ("bench.runs.storage.folder:sync_directory", "after"),
    "run.json not yet in place": ("bench.runs.storage.files:_rename", "before"),
    "rows without a header": ("bench.runs.storage.rows:header_line", "before"),
    "half a row or line": ("bench.runs.storage.appended:write_all", "half"),
    "row written": ("bench.runs.storage.rows:RowWriter.write", "after"),
    "checkpoint: rows synced": ("bench.runs.storage.folder:RunFolder.checkpoint", "before"),
    "checkpoint written": ("bench.runs.storage.folder:RunFolder.checkpoint", "after"),
    "message on its way": ("drivers.link:Link._send", "after"),
    "programme not loaded": (f"{_EUROTHERM}.load_programme", "before"),
    "programme loaded, not started": (
        "drivers.eurotherm.eurotherm2400:Eurotherm2400.run_programme",
        "before",
    ),
    "programme started, not noted": (f"{_EUROTHERM}.run_programme", "after"),
    "output switched on": ("drivers.keithley.keithley2400:Keithley2400.set_output", "after"),
    "catalogue: before its commit": ("sqlalchemy.engine.default:DefaultDialect.do_commit", "before"),
    "teardown: not safe yet": ("bench.runs.engine.run_task:RunTask._leave_safe", "before"),
    "teardown: safe, not written": ("bench.runs.engine.run_task:RunTask._leave_safe", "after"),
    "result written": ("bench.runs.storage.folder:RunFolder.write_analysis", "after"),
    "end not written": ("bench.runs.storage.folder:RunFolder.finish", "before"),
    "end written, queue not told": ("bench.runs.storage.folder:RunFolder.finish", "after"),
    "new attempt not begun": ("bench.runs.storage.folder:RunFolder.resume", "before"),
    "new attempt begun": ("bench.runs.storage.folder:RunFolder.resume", "after"),
    "recovery: made safe, not told": ("bench.runs.scheduling.recovery:settle", "after"),
    "folder given back": ("bench.runs.survival.ownership:Ownership.release", "after"),
}
MAGNET_PLACES = {
    "magnet on its way": (
        "drivers.lakeshore.electromagnet_supply:LakeShoreElectromagnetSupply.is_ramping",
        "after",
    ),
    "source on in a field": ("procedures.transport.van_der_pauw.rack:FilmRack._reading", "after"),
    "taken up, not yet told": ("procedures.transport.hall.sweeping:Sweep._note_gap", "before"),
    "last field complete": ("procedures.transport.hall.taking:FilmInMagnet.end", "before"),
}
"""Only in a field sweep."""
UNGUARDED = ("lock taken, owner not written", "owner written, no guard yet")
"""Nobody switches off what a bench before left on, should there be anything: the next start does."""


def arm(place, nth):
    """From now on the process dies at the n-th time (from 1) that it comes to `place`."""
    where, when = {**PLACES, **MAGNET_PLACES}[place]
    module_name, _, path = where.partition(":")
    holder = importlib.import_module(module_name)
    *outer, name = path.split(".")
    for part in outer:
        holder = getattr(holder, part)
    owner = next((one for one in getattr(holder, "__mro__", ()) if name in vars(one)), holder)
    kept = vars(owner)[name]
    bound = isinstance(kept, classmethod)
    original = kept.__func__ if bound else kept
    left = [nth]

    def dying(*arguments, **more):
        left[0] -= 1
        if left[0]:
            return original(*arguments, **more)
        if when == "half":
            descriptor, data = arguments
            os.write(descriptor, data[: len(data) // 2])
        elif when == "after":
            original(*arguments, **more)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("not reached")

    setattr(owner, name, classmethod(dying) if bound else dying)
