"""How the readings at a film are to be taken, and what the eight settings around its rim cost."""

from __future__ import annotations

from dataclasses import dataclass

from bench.runs.estimate import Estimate
from procedures.transport.van_der_pauw.contact_rule import ContactRule
from procedures.transport.van_der_pauw.declared import FilmParameters
from procedures.transport.van_der_pauw.permutations import CONTACTS, RESISTIVITY


@dataclass(frozen=True, slots=True)
class FilmPlan:
    """Current, compliance, integration time in power-line cycles, first delay, reversals at each setting.

    `rule` is that for the contacts.
    """

    level_A: float
    rule: ContactRule
    compliance_V: float
    nplc: float
    delay_s: float
    rim_groups: int

    @classmethod
    def of(cls, asked: FilmParameters) -> FilmPlan:
        """From the parameters of a procedure."""
        return cls(
            float(asked.current),
            ContactRule(int(asked.contact_points), float(asked.contact_r2)),
            float(asked.voltage_max),
            float(asked.nplc),
            float(asked.source_delay),
            int(asked.rim_groups),
        )

    @property
    def reading_s(self) -> float:
        """One pair of I and V, with a line frequency of 50 Hz and settling at once."""
        # two meters with autozero one after the other, and what the links take
        return self.delay_s + 4 * self.nplc / 50.0 + 0.1

    def estimate(self) -> Estimate:
        """Of mounting, checking the contacts, probing, settling and the eight settings."""
        curves = len(CONTACTS) * (1 + len(self.rule.levels_A(self.level_A)))
        rows = curves + 16 + 11 + len(RESISTIVITY) * 4 * self.rim_groups
        return Estimate(rows * self.reading_s + 21 * 0.3 + 2.0, rows)
