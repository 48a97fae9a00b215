"""The `bench` command: one small module a command; nothing heavy is imported before a command runs."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from bench.cli import (
    catalogue,
    check,
    console,
    demo,
    doctor,
    export,
    guard,
    gui,
    init,
    interlock,
    logs,
    operator,
    plan,
    queue,
    replay,
    run,
    safe,
    scan,
    serve,
    show,
    sim,
    submit,
    threads,
    trace,
    verify,
    watch,
)
from bench.cli.failures import DEBUG_VARIABLE, BenchGroup

app = typer.Typer(
    name="bench",
    cls=BenchGroup,
    help="Instrument control and test bench for a materials lab, on hardware or in simulation.",
    epilog="Exit codes: 0 done, 1 a run or check failed, 2 usage or files, 3 NOT SAFE, 130 Ctrl+C.",
    no_args_is_help=True,
    rich_markup_mode=None,  # typer's rich help alone costs 0.2 s at every start
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command("init", short_help="Write a starter station, samples and queue.")(init.init)
app.command("check", short_help="List every problem of station, sample and queue files.")(check.check)
app.command("plan", short_help="Say what a queue will do: when, with what, to which limits.")(plan.plan)
app.command("scan", short_help="Ask everything that is connected who it is.")(scan.scan)
app.command("run", short_help="Run a queue, on the hardware or simulated.")(run.run)
app.command("serve", short_help="Run the bench as a service until it is stopped.")(serve.serve)
app.command("gui", short_help="Open the operator's window.")(gui.gui)
app.command("submit", short_help="Put a queue file into the persistent queue.")(submit.submit)
app.add_typer(queue.app, name="queue")
app.command("pause", short_help="Ask a run that goes on to pause.")(queue.pause)
app.command("resume", short_help="Let a paused run go on.")(queue.resume)
app.command("abort", short_help="Abort a run that goes on, in order.")(queue.abort)
app.command("watch", short_help="Follow the rows of a run, or what happens.")(watch.watch)
app.add_typer(operator.app, name="operator")
app.add_typer(interlock.app, name="interlock")
app.add_typer(catalogue.app, name="catalogue")
app.command("safe", short_help="Make every instrument safe, now.")(safe.safe)
app.command("guard", short_help="Make safe what a lost bench leaves on.")(guard.guard)
app.command("show", short_help="Show one run, or list them.")(show.show)
app.command("trace", short_help="Trace a sample, batch or run back to its furnace run.")(trace.trace)
app.command("verify", short_help="Check that a run is what was written, and its result.")(verify.verify)
app.command("export", short_help="Write a run as CSV, JSON, Parquet or zip.")(export.export)
app.command("replay", short_help="Check driver and simulator against recorded traffic.")(replay.replay)
app.command("doctor", short_help="Check this computer, or one instrument.")(doctor.doctor)
app.command("demo", short_help="Run the packaged example in simulation and grade it.")(demo.demo)
app.add_typer(sim.app, name="sim")


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            typer.echo(f"qms-bench {version('qms-bench')}")
        except PackageNotFoundError:
            typer.echo("qms-bench, run from its source folder")
        raise typer.Exit()


@app.callback()
def common(
    debug: Annotated[
        bool, typer.Option("--debug", help="Full tracebacks and a detailed log; also BENCH_DEBUG=1.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Options before the command."""
    logs.keep_off_the_terminal()
    if debug:
        os.environ[DEBUG_VARIABLE] = "1"  # reaches child processes too


def main() -> None:
    """Entry point of the `bench` command."""
    threads.one_thread_for_small_matrices()
    console.tolerate_narrow_encodings()
    app(prog_name="bench")
