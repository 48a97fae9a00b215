"""Starting a simulated service in a process of its own, which outlives whoever started it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bench.cli.desk import service_of
from bench.core import wall
from bench.core.errors import BenchError

PATIENCE_S = 60.0
STOP_S = 30.0
OUTPUT = "service-output.log"


class SimulatedService:
    """`start` may be called again when it has died. May be used from another thread."""

    def __init__(self, data: Path, station: Path, speed: float) -> None:
        self._data = data
        self._command = [sys.executable, "-m", "bench.cli", "serve", str(station), "--simulate", "--attended"]
        self._command += ["--speed", repr(speed), "--data", str(data)]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def started(self) -> bool:
        """Whether the one that works was started here."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Return when a service answers, also one that was there before. Raises BenchError."""
        client = service_of(self._data)
        if client is not None:
            client.close()
            return
        self._data.mkdir(parents=True, exist_ok=True)
        with (self._data / OUTPUT).open("wb") as output:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl+C in the terminal is for the window
            )
        until = wall.now() + PATIENCE_S
        while (client := service_of(self._data)) is None:
            if self._process.poll() is not None or wall.now() > until:
                raise BenchError(
                    f"the service did not start: {self._last_words()}",
                    state="no run goes on",
                    remedy=f"all it said is in {self._data / OUTPUT}",
                )
            wall.sleep(0.05)
        client.close()

    def stop(self) -> None:
        """End it in order: its instruments are made safe first."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                pass  # it is still making safe; its log tells

    def _last_words(self) -> str:
        try:
            text = (self._data / OUTPUT).read_text("utf-8", errors="replace")
        except OSError:
            return "it left no word"
        return " ".join(text.split())[-400:] or "it left no word"
