"""A film from mounting it to its eight settings: what every procedure around it begins with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from procedures.transport.van_der_pauw.columns import RIM
from procedures.transport.van_der_pauw.contact_check import check_contacts
from procedures.transport.van_der_pauw.permutations import RESISTIVITY
from procedures.transport.van_der_pauw.rack import Field, FilmRack, Instruments

if TYPE_CHECKING:
    from bench.runs.context import RunContext
    from procedures.transport.van_der_pauw.plan import FilmPlan


@dataclass(frozen=True, slots=True)
class Rim:
    """What the eight settings were: resistances in ohm by name, None where a reading was not usable.

    `range_V` is the voltage range they were read on, `kelvin` the room (None: not known).
    """

    ohm: Mapping[str, float | None]
    range_V: float
    kelvin: float | None


def rack_of(
    context: RunContext, plan: FilmPlan, *, groups: int = 0, known: Iterable[Mapping[str, Any]] = ()
) -> FilmRack:
    """The rack that measures as planned; nothing is sent yet. `groups` and `known`: see FilmRack."""
    return FilmRack(
        context,
        Instruments(*(context.instrument(role) for role in ("source", "ammeter", "voltmeter", "switch"))),
        level_A=plan.level_A,
        rule=plan.rule,
        compliance_V=plan.compliance_V,
        nplc=plan.nplc,
        delay_s=plan.delay_s,
        groups=groups,
        known=known,
    )


def mount(context: RunContext, rack: FilmRack, because: str = "") -> None:
    """Everything off and open, the film mounted, source and meters configured. `because`: told with it."""
    holder, sample = context.fixture("holder"), context.sample
    assert sample is not None  # `problems` refuses a run without one
    context.instrument("source").set_output(False)
    context.operator(
        f"{because}Mount the film of sample '{sample.name}' in '{holder}', contacts 1 to 4 around the rim: "
        "counter-clockwise as seen from where a positive field points to.",
        action="mount",
        details={"fixture": holder, "specimen": f"{sample.name}/film"},
    )
    rack.configure()
    check_contacts(context, rack, rack.rule)


def measure_rim(context: RunContext, rack: FilmRack, groups: int, field: Field) -> Rim:
    """The eight settings, with range and delay found first; the facts "settled" and "delay_s"."""
    kelvin = rack.read_ambient()
    range_V = rack.find_range(RESISTIVITY, field)
    settled = rack.settle(RESISTIVITY[0], field)
    context.fact("settled", settled)
    context.fact("delay_s", rack.delay_s)
    ohm = {setting.name: rack.measure(setting, RIM, groups, field) for setting in RESISTIVITY}
    return Rim(ohm, range_V, kelvin)
