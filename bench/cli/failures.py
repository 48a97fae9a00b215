"""How errors reach the person: what, where, state and remedy in a panel on stderr, and an exit code."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from bench.cli import console, logs
from bench.cli.exits import Exit
from bench.core.errors import BenchError, ConfigError, QuantityError, SafeStateError

if TYPE_CHECKING:
    from rich.text import Text

DEBUG_VARIABLE = "BENCH_DEBUG"


def debugging() -> bool:
    """Whether --debug or BENCH_DEBUG=1 asks for full tracebacks."""
    return os.environ.get(DEBUG_VARIABLE, "") not in ("", "0")


class BenchGroup(TyperGroup):
    """Turns what a command raises into a message and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; raises typer.Exit with a code of `Exit` for whatever it raised."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            console.err().print("Stopped.", style="yellow")
            raise typer.Exit(Exit.INTERRUPTED) from None
        except BenchError as error:
            show_error(error)
            raise typer.Exit(exit_code(error)) from None
        except Exception as error:
            if is_usual(error):
                raise
            show_unexpected(error)
            raise typer.Exit(Exit.PROGRAM) from None
        finally:
            logs.stop()


def is_usual(error: Exception) -> bool:
    """True for what typer itself handles: usage errors, exits, aborts and a closed pipe."""
    ours = type(error).__module__.partition(".")[0]
    return ours in ("typer", "click") or isinstance(error, BrokenPipeError)


def exit_code(error: BenchError) -> Exit:
    """2 where the person's input is wrong, 3 where something may be live, else 1."""
    if isinstance(error, SafeStateError):
        return Exit.UNSAFE
    if isinstance(error, ConfigError | QuantityError):
        return Exit.USAGE
    return Exit.FAILED


def show_error(error: BenchError) -> None:
    """The panel of an error the person can act on; with --debug its traceback too."""
    logging.getLogger(__name__).error("%s: %s", type(error).__name__, error, exc_info=error)
    if debugging():
        traceback.print_exception(error, file=sys.stderr)
    from rich.panel import Panel

    console.err().print(Panel.fit(body(error), title=headline(error), title_align="left", border_style="red"))


def headline(error: BenchError) -> str:
    """A few words for the top of the panel."""
    if isinstance(error, SafeStateError):
        return "[bold red]NOT SAFE: treat the output as live"
    if isinstance(error, ConfigError):
        return "[bold red]The files need a change"
    return "[bold red]Error"


def body(error: BenchError) -> Text:
    """The parts of the error, one paragraph each."""
    from rich.text import Text

    text = Text()
    if isinstance(error, ConfigError):
        for number, problem in enumerate(error.problems):
            text.append("\n" if number else "")
            text.append(f"{problem.place}\n", style="cyan")
            text.append(f"  {problem.what}\n")
            if problem.remedy:
                text.append(f"  -> {problem.remedy}\n", style="green")
        text.rstrip()
        return text
    text.append(error.what)
    where = [f"instrument {error.instrument}"] if error.instrument else []
    where += [f"step {error.step}"] if error.step else []
    for label, words, style in (
        ("Where", ", ".join(where), "cyan"),
        ("State now", error.state, "yellow"),
        ("What to do", error.remedy, "green"),
    ):
        if words:
            text.append(f"\n{label + ':':<12}", style=f"bold {style}")
            text.append(words)
    return text


def show_unexpected(error: Exception) -> None:
    """What nobody foresaw: say so, and where the traceback is."""
    logging.getLogger(__name__).critical("unexpected error", exc_info=error)
    if debugging():
        traceback.print_exception(error, file=sys.stderr)
    from rich.panel import Panel
    from rich.text import Text

    log = logs.current()
    text = Text(f"{type(error).__name__}: {error}\n")
    text.append("This is a fault of the program, not of what you did.\n")
    if log is not None:
        text.append(f"The traceback is in {log}; please send it with your report.")
    elif not debugging():
        text.append("Repeat the command with `bench --debug ...` to see the traceback.")
    console.err().print(
        Panel.fit(text, title="[bold red]Unexpected error", title_align="left", border_style="red")
    )
