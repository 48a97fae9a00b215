"""Which instrument plays which role and which fixture holds the sample: found, or asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bench.core.errors import Problem
from bench.core.files import did_you_mean
from bench.runs.engine.guarding import can_guard_itself
from bench.station.model import Station
from bench.station.roles import missing_methods, plays

if TYPE_CHECKING:
    from bench.runs.procedure import Procedure

Report = Callable[[tuple[str, ...], str, str], Problem]
"""Makes a Problem from the key below the run, what is wrong, and the remedy."""


@dataclass
class Resolution:
    """What was found for one run, and what could not be."""

    roles: dict[str, str] = field(default_factory=dict)
    fixtures: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


class Resolver:
    """Looks at driver classes only: opens nothing."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._drivers: dict[str, Any] = {
            name: entry.driver_class for name, entry in station.instruments.items()
        }

    def resolve(
        self,
        procedure: type[Procedure],
        given_roles: Mapping[str, str],
        given_fixtures: Mapping[str, str],
        report: Report,
    ) -> Resolution:
        """Roles and fixtures of `procedure`, taken as given or found where only one choice exists."""
        found = Resolution()
        for name in sorted(set(given_fixtures) - set(procedure.fixtures)):
            found.problems.append(
                report(
                    ("fixtures", name),
                    f"this procedure uses no fixture '{name}'",
                    did_you_mean(name, procedure.fixtures, what="it uses"),
                )
            )
        for name in sorted(set(given_roles) - set(procedure.every_role())):
            found.problems.append(
                report(
                    ("roles", name),
                    f"this procedure has no role '{name}'",
                    did_you_mean(name, procedure.every_role(), what="its roles"),
                )
            )
        for name, kind in procedure.fixtures.items():
            self._fixture(found, name, kind, given_fixtures.get(name), report)
        players = {**self._at_contacts(procedure, found), **given_roles}
        for role, protocol in procedure.roles.items():
            self._role(found, role, protocol, players.get(role), report)
        for role, protocol in procedure.optional_roles.items():
            self._optional(found, role, protocol, players.get(role), report)
        self._shared(found, report)
        if procedure.on_host_loss == "keep" and not found.problems:
            self._may_keep(found, procedure, report)
        return found

    def _fixture(self, found: Resolution, name: str, kind: str, given: str | None, report: Report) -> None:
        choices = self._station.fixtures_of_kind(kind)
        if given is not None and given not in choices:
            known = self._station.fixtures.get(given)
            what = f"'{given}' is a {known.kind}" if known else f"there is no fixture '{given}'"
            remedy = did_you_mean(given, choices, what=f"fixtures of kind {kind}")
            found.problems.append(report(("fixtures", name), what, remedy))
        elif given is not None:
            found.fixtures[name] = given
        elif len(choices) == 1:
            found.fixtures[name] = choices[0]
        elif choices:
            what = f"{len(choices)} fixtures of kind {kind} could be the {name}: {', '.join(choices)}"
            found.problems.append(
                report(("fixtures",), what, f'add fixtures = {{ {name} = "{choices[0]}" }}')
            )
        else:
            what = f"the station has no fixture of kind {kind} for the {name}"
            found.problems.append(
                report(("fixtures",), what, f'add [fixtures.{name}] with kind = "{kind}" to it')
            )

    def _role(
        self, found: Resolution, role: str, protocol: type[Any], given: str | None, report: Report
    ) -> None:
        able, wired = self._able(protocol, found)
        choices = wired or able
        key = ("roles", role)
        if given is not None and given in choices:
            found.roles[role] = given
        elif given is not None:
            found.problems.append(report(key, *self._refusal(given, role, protocol, found)))
        elif len(choices) == 1:
            found.roles[role] = choices[0]
        elif choices:
            what = f"{len(choices)} instruments could be the {role}: {', '.join(choices)}"
            free = [name for name in choices if name not in found.roles.values()] or choices
            found.problems.append(report(("roles",), what, f'add roles = {{ {role} = "{free[0]}" }}'))
        else:
            what = f"no instrument of the station can be the {role}, a {protocol.__name__}"
            found.problems.append(report(("roles",), what, "add one to the station file"))

    def _at_contacts(self, procedure: type[Procedure], found: Resolution) -> dict[str, str]:
        """Who is wired to the contact that belongs to a role, where it can play that role."""
        wires = {
            contact: terminal.instrument
            for fixture in found.fixtures.values()
            for contact, terminal in self._station.fixture(fixture).wiring.items()
        }
        protocols = procedure.every_role()
        return {
            role: wires[contact]
            for role, contact in procedure.contacts.items()
            if contact in wires and plays(self._drivers[wires[contact]], protocols[role])
        }

    def _optional(
        self, found: Resolution, role: str, protocol: type[Any], given: str | None, report: Report
    ) -> None:
        """As given; else by the only instrument wired for it that plays no other role; else by none."""
        if given is not None:
            self._role(found, role, protocol, given, report)
            return
        _, wired = self._able(protocol, found)
        choices = [name for name in wired if name not in found.roles.values()]
        if len(choices) == 1:
            found.roles[role] = choices[0]

    def _refusal(self, given: str, role: str, protocol: type[Any], found: Resolution) -> tuple[str, str]:
        able, wired = self._able(protocol, found)
        if given not in self._station.instruments:
            return f"there is no instrument '{given}'", did_you_mean(given, wired or able, what="possible")
        if given in able:
            fixtures = ", ".join(found.fixtures.values())
            return f"'{given}' is not wired to {fixtures}", did_you_mean(given, wired, what="wired to it")
        driver = self._drivers.get(given)
        lacks = ", ".join(missing_methods(driver, protocol)) if driver else "a driver"
        return (
            f"'{given}' cannot be the {role}, a {protocol.__name__}: it lacks {lacks}",
            did_you_mean(given, wired or able, what="possible"),
        )

    def _able(self, protocol: type[Any], found: Resolution) -> tuple[list[str], list[str]]:
        """Instruments that can play the role, and those of them that are wired to the run's fixtures."""
        able = [name for name, driver in self._drivers.items() if plays(driver, protocol)]
        at_hand = {
            instrument
            for fixture in found.fixtures.values()
            for instrument in self._station.fixture(fixture).instruments
        }
        return able, [name for name in able if name in at_hand]

    def _shared(self, found: Resolution, report: Report) -> None:
        """One instrument may read in two roles, but not source in two: who would own its output?"""
        players: dict[str, list[str]] = {}
        for role, instrument in found.roles.items():
            players.setdefault(instrument, []).append(role)
        for instrument, roles in players.items():
            if len(roles) > 1 and getattr(self._drivers[instrument], "has_output", True):
                found.problems.append(
                    report(
                        ("roles",),
                        f"'{instrument}' has an output and would play {' and '.join(roles)} at once",
                        "name an instrument of its own for each",
                    )
                )

    def _may_keep(self, found: Resolution, procedure: type[Procedure], report: Report) -> None:
        if not any(can_guard_itself(self._drivers[name]) for name in found.roles.values()):
            found.problems.append(
                report(
                    ("procedure",),
                    f"'{procedure.name}' keeps its devices going when the PC is lost, but no driver in use "
                    "can read back the limits that its device enforces itself",
                    "use an instrument that guards itself",
                )
            )
