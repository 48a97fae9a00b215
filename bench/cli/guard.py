"""`bench guard`: watches over the bench of a data folder, and makes safe what a lost one leaves behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bench.cli import console, options
from bench.cli.complete import data_folder
from bench.cli.exits import Exit
from bench.core.errors import SafeStateError

if TYPE_CHECKING:
    from bench.runs.survival.guard import Watched

_SAID = {
    "nobody": "No bench works on {data}, and none was lost there.",
    "clean end": "The bench on {data} has ended in order.",
    "alive": "The bench on {data} is alive.",
    "already guarded": "Another guard watches over {data}.",
    "stopped": "The guard was told to end; nobody watches over {data} now.",
}


def guard(
    data: options.Data = None,
    patience: Annotated[
        float,
        typer.Option(
            "--patience", metavar="S", min=3, help="Seconds without a heartbeat before it looks closer."
        ),
    ] = 10.0,
    once: Annotated[bool, typer.Option("--once", help="Look, act or report, and end.")] = False,
    background: Annotated[
        bool, typer.Option("--background", help="Take no notice of Ctrl+C and a closed terminal.")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Watch over a bench; when its process is gone, make safe what its runs left on.

    A bench on hardware or a served world starts one by itself. At the start of the computer, after a power
    cut, `bench guard --once` makes safe what was running.
    """
    from bench.runs.survival.guard import Watched, watch

    folder = data_folder(data)
    with _Signals(background=background) as ended:
        if folder.is_dir():
            watched = watch(folder, patience_s=patience, once=once, stop=ended.event, say=_say)
        else:
            watched = Watched("nobody")
    text = _SAID.get(watched.how, "").format(data=folder)
    if as_json:
        console.emit_json(_document(watched, text))
    elif text and not background:
        console.err().print(text, markup=False)
    if not watched.safe:
        from bench.cli.failures import show_error

        show_error(_unsafe(watched))
        raise typer.Exit(Exit.UNSAFE)
    if ended.by_ctrl_c:
        raise typer.Exit(Exit.INTERRUPTED)
    raise typer.Exit(Exit.FAILED if watched.how == "silent" else Exit.DONE)


def _say(text: str) -> None:
    """A line of the log it may end up in: with its time."""
    from bench.core import wall

    console.err().print(f"{wall.utc().isoformat(timespec='seconds')} {text}", markup=False)


def _document(watched: Watched, text: str) -> dict[str, Any]:
    return {
        "how": watched.how,
        "safe": watched.safe,
        "text": watched.problem or text,
        "runs": [
            {
                "key": one.run.key,
                "id": one.run.id,
                "run_id": one.run.run_id,
                "error": one.error,
                **({"safe": None} if one.safing is None else one.safing.as_json()),
            }
            for one in watched.settled
        ],
    }


def _unsafe(watched: Watched) -> SafeStateError:
    from bench.safety import BY_HAND

    lost = [one for one in watched.settled if one.safe == "failed"]
    return SafeStateError(
        "\n".join(one.text() for one in lost),
        state="an output may still be on",
        remedy=BY_HAND,
    )


class _Signals:
    """SIGTERM and, at a terminal, Ctrl+C end the watch; neither cuts short what is being made safe."""

    def __init__(self, *, background: bool) -> None:
        import signal
        import threading

        self.event = threading.Event()
        self.by_ctrl_c = False
        self._wanted: dict[int, Any] = {signal.SIGTERM: self._end}
        self._wanted[signal.SIGINT] = signal.SIG_IGN if background else self._interrupt
        for name in ("SIGHUP", "SIGBREAK"):  # each exists on one family of systems only
            number = getattr(signal, name, None)
            if number is not None:
                self._wanted[number] = signal.SIG_IGN if background else self._end
        self._before: dict[int, Any] = {}

    def __enter__(self) -> _Signals:
        import signal

        self._before = {number: signal.signal(number, act) for number, act in self._wanted.items()}
        return self

    def __exit__(self, *_: object) -> None:
        import signal

        for number, act in self._before.items():
            signal.signal(number, act)

    def _end(self, number: int, frame: object) -> None:
        self.event.set()

    def _interrupt(self, number: int, frame: object) -> None:
        self.by_ctrl_c = True
        self.event.set()
