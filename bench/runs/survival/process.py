"""Which process that was: a pid is used again, so its start goes with it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ProcessState = Literal["gone", "stopped", "alive"]
"""`stopped`: it exists and could go on at any moment (SIGSTOP, a debugger), but does nothing now."""

_STARTTIME = 19
"""Place of `starttime` in /proc/PID/stat behind the name in brackets (proc_pid_stat(5), field 22)."""
_SAME_S = 0.01


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """One process of one start of one computer.

    `started` is its start in seconds since 1970. Linux derives that from the date, which moves when the clock
    is set; there `mark` holds the start as the kernel counts it, in ticks, and which boot it counts from.
    Empty elsewhere, where the start is kept as it was.
    """

    pid: int
    started: float
    mark: str = ""

    @classmethod
    def of(cls, pid: int) -> ProcessIdentity | None:
        """The process that has this pid now; None if there is none, or nothing but its exit code is left."""
        import psutil

        try:
            process = psutil.Process(pid)
            started = process.create_time()
            if process.status() == psutil.STATUS_ZOMBIE:
                return None
        except psutil.NoSuchProcess:
            return None
        except psutil.AccessDenied:  # it exists and is somebody else's
            return cls(pid, 0.0, _mark(pid))
        return cls(pid, started, _mark(pid))

    @classmethod
    def own(cls) -> ProcessIdentity:
        """The calling one."""
        mine = cls.of(os.getpid())
        assert mine is not None
        return mine

    def is_same_as(self, other: ProcessIdentity) -> bool:
        """Whether both mean one process."""
        if self.pid != other.pid:
            return False
        if self.mark and other.mark:
            return self.mark == other.mark
        return not self.started or not other.started or abs(self.started - other.started) < _SAME_S

    def state(self) -> ProcessState:
        """What has become of it. In doubt it is alive."""
        import psutil

        now = ProcessIdentity.of(self.pid)
        if now is None or not self.is_same_as(now):
            return "gone"
        try:
            status = psutil.Process(self.pid).status()
        except psutil.NoSuchProcess:
            return "gone"
        except psutil.AccessDenied:
            return "alive"
        return "stopped" if status in (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP) else "alive"


def _mark(pid: int) -> str:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("latin-1")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{boot}:{stat.rpartition(')')[2].split()[_STARTTIME]}"
    except (OSError, IndexError):  # not Linux, or it has just ended
        return ""


def same_boot(mark: str) -> bool:
    """Whether a mark was made on this computer since it was last started."""
    mine = _mark(os.getpid())
    return bool(mine and mark) and mark.partition(":")[0] == mine.partition(":")[0]
