"""Watches a programme that the controller runs: records, judges, and ends it if it has to be ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.core.programme import TemperatureProgramme
from procedures.thermal.cooling import PermitClock
from procedures.thermal.exotherm import ExothermRules
from procedures.thermal.gas import Atmosphere
from procedures.thermal.gas_roles import GasInstruments
from procedures.thermal.gas_watch import GasSeen, GasWatch
from procedures.thermal.looking import Eyes, look_of, ramp_rate, row_of
from procedures.thermal.progress import Progress, seconds_until, utc_text

if TYPE_CHECKING:
    from bench.core.roles import ProgrammerStatus, TemperatureProgrammer, Thermometer
    from bench.runs.context import RunContext

GAP_S = 30.0
"""A longer time between two rows, or three intervals, is named."""
EARLY_S = 60.0
"""A programme that is over so long before the controller meant it to be was ended by something else."""
CHECKPOINT_EVERY_S = 60.0
HEATS_K = 10.0
"""How much hotter than it was a furnace without output has to become to say that it heats by itself."""
FALLS_K = 10.0
_ODD: Mapping[str, str] = {
    "manual": "the controller was put into manual",
    "loop_break": "the controller reports a loop break: the heater does not move the temperature",
    "power_failed": "the controller has been without power",
}


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two looks: while the set-point moves, while it stands, and after the end."""

    ramp_s: float
    dwell_s: float
    cooling_s: float

    def of(self, status: ProgrammerStatus, programme: TemperatureProgramme) -> float:
        """At this moment."""
        if status.state == "reset":
            return self.cooling_s
        return self.ramp_s if ramp_rate(status, programme) else self.dwell_s


class Watch:
    """One attempt of one run; `progress` is kept in checkpoints, so that the next attempt knows it."""

    def __init__(
        self,
        context: RunContext,
        furnace: TemperatureProgrammer,
        vessel: Thermometer | None,
        *,
        programme: TemperatureProgramme,
        progress: Progress,
        pace: Pace,
        rules: ExothermRules,
        atmosphere: Atmosphere,
        gas: GasInstruments,
        cold_degC: float | None,
        cooling_max_s: float,
    ) -> None:
        self._context = context
        self._clock = context.clock
        self._furnace = furnace
        self._programme = programme
        self._progress = progress
        self._pace = pace
        self._rules = rules
        self._cooling_max_s = cooling_max_s
        self._eyes = Eyes(context.clock, furnace, vessel, self.tell)
        self._gas = GasWatch(context.clock, atmosphere, gas, self.tell)
        self._permit = None if cold_degC is None else PermitClock(cold_degC, vessel=vessel is not None)
        self._seen: set[str] = set()
        self._checkpoint_at = self._last_row = -float("inf")
        self._checkpointed = ""
        self._lowest_degC = float("inf")
        self._highest_degC: float | None = None

    def run(self) -> None:
        """Until the furnace may be opened, or the programme has ended if nothing has to cool."""
        due = self._clock.now()
        while not self._over:
            status = self._eyes.status()
            every_s = self._pace.dwell_s
            if status is not None:
                every_s = self._pace.of(status, self._programme)
                self._take(status, every_s)
            self._checkpoint(status)
            due = max(due + every_s, self._clock.now())
            if not self._over:
                self._context.sleep(due - self._clock.now())

    @property
    def _over(self) -> bool:
        return self._progress.phase == "over"

    def tell(self, text: str, *, now: bool = False) -> None:
        """An event: a line for the reader, and one for the analysis; `now`: a person is told at once."""
        utc = utc_text(self._clock.utc())
        self._progress.events.append({"utc": utc, "text": text})
        (self._context.warn if now else self._context.note)(text)
        self._context.fact("events", self._progress.events)

    # -- one look -------------------------------------------------------------------------------------------

    def _take(self, status: ProgrammerStatus, every_s: float) -> None:
        vessel_degC = self._eyes.vessel_degC()
        heating = self._progress.phase == "heating"
        gas = self._gas.look(heating=heating and status.state != "reset")
        self._name_gap(every_s)
        self._context.measure({**row_of(status, vessel_degC), **gas.row()})
        self._notice(status)
        if heating:
            self._heating(status, vessel_degC, gas)
        else:
            self._cooling(status, vessel_degC, gas)

    def _heating(self, status: ProgrammerStatus, vessel_degC: float | None, gas: GasSeen) -> None:
        utc, progress = self._clock.utc(), self._progress
        if status.state == "reset":
            progress.phase, progress.ended = "cooling", utc_text(utc)
            left_s = seconds_until(progress.due, utc)
            if left_s > EARLY_S:
                why = "after a power failure" if status.power_failed else "by something else than its end"
                self._fail(f"the programme was reset {why}, {left_s:.0f} s before its end")
            else:
                self.tell("the programme has come to its end, and the controller is in reset")
            return
        progress.due = utc_text(utc, status.programme_left_s)
        wrong = self._rules.look(look_of(status, vessel_degC, self._programme))
        if status.sensor_break:
            wrong = "the controller's thermocouple is broken"
        elif seconds_until(progress.latest, utc) < 0:
            wrong = (
                "the programme does not come to its end: the furnace does not follow, or somebody holds it"
            )
        if gas.lost is not None and self._gas.wanted.when_lost == "end":
            wrong = gas.lost if wrong is None else f"{wrong}; and {gas.lost}"
        if wrong is not None:
            self._end_programme(wrong)
            progress.phase, progress.ended = "cooling", utc_text(utc)

    def _end_programme(self, why: str) -> None:
        """Reset first and told then, as it went."""
        try:
            self._furnace.reset_programme()
        except Exception:
            self._fail(f"{why}; the programme COULD NOT be reset")
            raise
        self._fail(f"{why}; the programme is reset")

    def _cooling(self, status: ProgrammerStatus, vessel_degC: float | None, gas: GasSeen) -> None:
        progress = self._progress
        if status.state != "reset":
            self._once("started", f"somebody has started a programme: the controller is in {status.state}")
        self._heats_by_itself(status)
        waited_s = -seconds_until(progress.ended, self._clock.utc())
        if self._permit is None:
            progress.phase = "over"
        elif self._permit.look(
            status.time,
            control_degC=status.temperature_degC,
            vessel_degC=vessel_degC,
            output=status.output_percent,
            reset=status.state == "reset",
            gas=gas.there
            or bool(progress.failure),  # a failure permits nothing: its record ends when it is cold
        ):
            progress.phase = "over"
            if not progress.failure:
                progress.permit = utc_text(self._clock.utc())
                self.tell("the furnace is cold: it may be opened once a person has confirmed it")
        elif waited_s > self._cooling_max_s:
            progress.phase = "over"
            cold = "cold" if gas.there else f"cold under flowing {self._gas.wanted.gas}"
            self._fail(f"not seen to be {cold} {waited_s:.0f} s after the end, so it may not be opened")

    def _heats_by_itself(self, status: ProgrammerStatus) -> None:
        """What only the cut-out can end: power that nobody asked for."""
        now = status.temperature_degC
        if now is None or status.output_percent > 0:
            return
        self._lowest_degC = min(self._lowest_degC, now)
        if self._highest_degC is None:
            if now > self._lowest_degC + HEATS_K:
                self._highest_degC = now
                self._fail(
                    f"the furnace heats with an output of 0 %, {now:.0f} degC now: its relay is welded or "
                    "the charge reacts; only the over-temperature cut-out or the mains can end that"
                )
            return
        if now < self._highest_degC - FALLS_K:
            self._once(
                "falls",
                f"it cools again, after {self._highest_degC:.0f} degC; the controller had no part in it: the "
                "cut-out, or somebody, has taken the power away",
            )
        self._highest_degC = max(self._highest_degC, now)

    # -- what is noted --------------------------------------------------------------------------------------

    def _notice(self, status: ProgrammerStatus) -> None:
        odd = [name for name in _ODD if getattr(status, name)]
        for name in odd:
            self._once(name, _ODD[name])
        if status.state == "hold":
            odd.append("hold")
            self._once("hold", "somebody holds the programme: it stays hot until it is let go on")
        self._seen.intersection_update([*odd, "started", "falls"])

    def _once(self, name: str, text: str) -> None:
        if name not in self._seen:
            self._seen.add(name)
            self.tell(text)

    def _fail(self, text: str) -> None:
        self._progress.failure = self._progress.failure or text
        self._context.fact("failure", self._progress.failure)  # for who looks on while it cools
        self.tell(text, now=True)

    def _name_gap(self, every_s: float) -> None:
        now = self._clock.now()
        gap_s = now - self._last_row
        if max(GAP_S, 3 * every_s) < gap_s < float("inf"):
            gap = {"until": utc_text(self._clock.utc()), "seconds": gap_s, "why": "held up, or no answer"}
            self._progress.gaps.append(gap)
            self._context.fact("gaps", self._progress.gaps)
        self._last_row = now

    def _checkpoint(self, status: ProgrammerStatus | None) -> None:
        now = self._clock.now()
        changed = self._progress.phase != self._checkpointed
        if not changed and now - self._checkpoint_at < CHECKPOINT_EVERY_S:
            return
        self._checkpoint_at, self._checkpointed = now, self._progress.phase
        state: dict[str, Any] = self._progress.as_json()
        self._context.checkpoint(self._progress.phase, **state)
        if status is not None:
            self._context.progress(self._fraction(status), f"{status.state}, segment {status.segment}")

    def _fraction(self, status: ProgrammerStatus) -> float:
        if status.state == "reset":
            return 1.0
        whole_s = self._programme.duration_s(status.setpoint_degC) + 1.0
        return max(0.0, 1.0 - status.programme_left_s / max(whole_s, status.programme_left_s))
