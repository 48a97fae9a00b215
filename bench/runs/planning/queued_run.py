"""One `[[runs]]` of a queue file: checked against its procedure, the station and the samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bench.core.errors import BenchError, LimitError, Problem
from bench.core.files import Keys, TomlDocument, did_you_mean, validate
from bench.runs.engine.leases import Resource, whole_station
from bench.runs.estimate import Estimate
from bench.runs.planning import parameter_check
from bench.runs.planning.plan import PlannedRun
from bench.runs.planning.queue_tables import RunTable
from bench.runs.planning.resolving import Resolution, Resolver
from bench.samples import Sample, SampleBook
from bench.station import registry
from bench.station.model import Station

if TYPE_CHECKING:
    from bench.runs.procedure import Procedure


@dataclass(frozen=True)
class Surroundings:
    """What a run is checked against. `station` is None where its file is wrong; `samples_known` says whether
    the absence of a sample means anything.
    """

    document: TomlDocument
    station: Station | None
    samples: SampleBook | None
    samples_known: bool


def plan_run(around: Surroundings, index: int) -> tuple[PlannedRun | None, list[Problem]]:
    """The run, or None and everything wrong with it."""
    return _Checker(around, index).plan()


class _Checker:
    """Works on the raw table, so that one mistake never hides another."""

    def __init__(self, around: Surroundings, index: int) -> None:
        self._around = around
        self._document = around.document
        self._at: Keys = ("runs", index)
        raw = around.document.get(self._at)
        self._raw: Mapping[str, Any] = raw if isinstance(raw, Mapping) else {}
        self._problems: list[Problem] = []

    def plan(self) -> tuple[PlannedRun | None, list[Problem]]:
        table, self._problems = validate(RunTable, self._document, self._at)
        procedure, stock = self._procedure()
        if procedure is None:
            return None, self._problems
        sample = self._sample()
        values = self._values(procedure, sample)
        resolution = self._resolution(procedure, stock)
        instruments = self._instruments(resolution, stock)
        self._check_limits(procedure, values, resolution)
        if table is not None:
            self._check_policy(table, procedure)
        if table is None or self._problems or self._around.station is None:
            return None, self._problems
        run = PlannedRun(
            id=table.id,
            procedure=procedure,
            parameters=values,
            sample=sample,
            roles=resolution.roles,
            fixtures=resolution.fixtures,
            instruments=instruments,
            resources=self._resources(resolution, instruments, stock),
            estimate=Estimate(0.0, 0),
            stock=stock,
            spec=self._spec(),
            priority=table.priority,
            not_before=table.not_before,
            after=tuple(table.after),
            on_failure=table.on_failure,
            held="held in the queue file" if table.hold else "",
            policy=table.resume,
        )
        return self._asked(run), self._problems

    def _spec(self) -> dict[str, Any]:
        """The table as the queue keeps it: whole without the file it came from."""
        defaults = self._document.table("defaults", str(self._raw["procedure"]))
        parameters = {**defaults, **self._document.table(*self._at, "parameters")}
        return {**self._raw, "parameters": parameters}

    def _check_policy(self, table: RunTable, procedure: type[Procedure]) -> None:
        """Only a more cautious policy than the procedure's own."""
        if table.resume is None or table.resume == procedure.resume:
            return
        allowed = {"resume": ("restart", "abandon"), "attach": ("resume", "restart", "abandon")}
        choices = allowed.get(procedure.resume, ("abandon",))
        if table.resume not in choices:
            self._report(
                ("resume",),
                f"'{procedure.name}' cannot {table.resume}; its own policy is {procedure.resume}",
                f"leave it out, or choose {' or '.join(choices)}",
            )

    def _resources(
        self, resolution: Resolution, instruments: tuple[str, ...], stock: bool
    ) -> frozenset[Resource]:
        assert self._around.station is not None
        fixtures = [Resource("fixture", name) for name in resolution.fixtures.values()]
        if stock and self._raw.get("instruments") is None:
            return frozenset([*fixtures, whole_station(self._around.station.name)])
        return frozenset([*fixtures, *(Resource("instrument", name) for name in instruments)])

    def _asked(self, run: PlannedRun) -> PlannedRun | None:
        """Ask the procedure itself, now that everything it may look at is right."""
        try:
            made = run.make()
            self._check_wires(made, run.fixtures)
            for text in made.problems(run.sample):
                self._report(("parameters",), text, "change the parameters or the sample")
            return replace(run, estimate=made.estimate(run.sample)) if not self._problems else None
        except Exception as error:
            what = error.what if isinstance(error, BenchError) else f"{type(error).__name__}: {error}"
            remedy = error.remedy if isinstance(error, BenchError) else None
            self._report(("parameters",), f"the procedure cannot be prepared: {what}", remedy or "")
            return None

    def _check_wires(self, made: Procedure, fixtures: Mapping[str, str]) -> None:
        """What the run is going to use has to be wired, where the station file says anything of wires."""
        assert self._around.station is not None
        for fixture, contacts in made.wires().items():
            wiring = self._around.station.fixture(fixtures[fixture]).wiring
            absent = [contact for contact in contacts if contact not in wiring]
            if wiring and absent:
                self._report(
                    ("parameters",),
                    f"with these parameters {' and '.join(absent)} of '{fixtures[fixture]}' have to "
                    "be wired, and the station file has no wire there",
                    f"add them to [fixtures.{fixtures[fixture]}.wiring] if they are there; if not, "
                    "choose parameters that do without, such as four_wire = false",
                )

    def _procedure(self) -> tuple[type[Procedure] | None, bool]:
        name = self._raw.get("procedure")
        if not isinstance(name, str):
            return None, False
        from pymeasure.experiment import Procedure as PymeasureProcedure

        from bench.runs.procedure import Procedure

        further = self._around.station.procedures if self._around.station is not None else {}
        try:
            found = registry.load_procedure(name, further)
        except BenchError as error:
            self._report(("procedure",), error.what, error.remedy or "")
            return None, False
        if issubclass(found, Procedure):
            if found.name != name:
                self._report(
                    ("procedure",), f"'{name}' calls itself '{found.name}'", "register it by that name"
                )
            return found, False
        if not issubclass(found, PymeasureProcedure):
            self._report(("procedure",), f"'{name}' is no procedure, of the bench or of pymeasure")
            return None, False
        from bench.runs.compatibility.stock import adopt

        try:
            return adopt(found, name), True
        except Exception as error:
            self._report(("procedure",), f"'{name}' cannot be made: {type(error).__name__}: {error}")
            return None, True

    def _sample(self) -> Sample | None:
        name = self._raw.get("sample")
        if not isinstance(name, str) or not self._around.samples_known:
            return None
        return self._book_entry(name, (*self._at, "sample"))

    def _book_entry(self, name: str, keys: Keys) -> Sample | None:
        book = self._around.samples
        if book is None:
            remedy = 'add samples = "samples.toml" at the top of the queue file'
            self._problems.append(self._document.problem(keys, "no sample file is named", remedy))
        elif name not in book:
            remedy = did_you_mean(name, book, what="samples")
            self._problems.append(self._document.problem(keys, f"there is no sample '{name}'", remedy))
        else:
            return book[name]
        return None

    def _values(self, procedure: type[Procedure], sample: Sample | None) -> dict[str, Any]:
        declared = procedure().parameter_objects()
        name = str(self._raw["procedure"])
        defaults = self._converted(declared, ("defaults", name))
        values = defaults | self._converted(declared, (*self._at, "parameters"))
        samples = parameter_check.sample_parameters(declared)
        named = self._raw.get("sample")
        if samples and isinstance(named, str):
            if values.get(samples[0], named) != named:
                self._report(
                    ("sample",),
                    f"'{named}', but parameter '{samples[0]}' is '{values[samples[0]]}'",
                    "keep one",
                )
            values[samples[0]] = named
        for parameter in samples:
            if parameter in values and values[parameter] != named and self._around.samples_known:
                self._book_entry(values[parameter], (*self._at, "parameters"))
        given = {**self._document.table("defaults", name), **self._document.table(*self._at, "parameters")}
        for parameter in parameter_check.missing(declared, {**given, **values}):
            if samples and parameter == samples[0]:
                self._report(("sample",), "this procedure needs a sample", 'add sample = "NAME"')
            else:
                self._report(("parameters",), f"'{parameter}' has no value", f"add {parameter} = ...")
        return values

    def _converted(self, declared: Mapping[str, Any], at: Keys) -> dict[str, Any]:
        def wrong(name: str, what: str, remedy: str) -> None:
            self._problems.append(self._document.problem((*at, name), what, remedy))

        return parameter_check.converted(declared, self._document.table(*at), wrong)

    def _resolution(self, procedure: type[Procedure], stock: bool) -> Resolution:
        station = self._around.station
        if station is None:
            return Resolution()
        roles, fixtures = self._words("roles"), self._words("fixtures")
        if stock:
            found = Resolution(fixtures={name: name for name in fixtures.values()})
            for name in sorted(set(fixtures.values()) - set(station.fixtures)):
                self._report(
                    ("fixtures",), f"there is no fixture '{name}'", did_you_mean(name, station.fixtures)
                )
            for role in roles:
                self._report(
                    ("roles", role), "a procedure of pymeasure has no roles", "name its instruments = [...]"
                )
            return found
        resolution = Resolver(station).resolve(procedure, roles, fixtures, self._problem)
        self._problems += resolution.problems
        return resolution

    def _instruments(self, resolution: Resolution, stock: bool) -> tuple[str, ...]:
        named = self._raw.get("instruments")
        station = self._around.station
        if named is not None and not stock:
            self._report(
                ("instruments",), "this procedure takes roles", "write roles = { ROLE = ... } instead"
            )
        if station is None or not stock:
            return tuple(dict.fromkeys(resolution.roles.values()))
        if not isinstance(named, list):
            return tuple(station.instruments)
        for name in named:
            if name not in station.instruments:
                remedy = did_you_mean(str(name), station.instruments, what="instruments")
                self._report(("instruments",), f"there is no instrument '{name}'", remedy)
        return tuple(dict.fromkeys(str(name) for name in named))

    def _check_limits(
        self, procedure: type[Procedure], values: Mapping[str, Any], resolution: Resolution
    ) -> None:
        """Parameters that say what limits them, against the station's and the model's limits."""
        if self._around.station is None:
            return
        for name, parameter in procedure().parameter_objects().items():
            role, quantity = getattr(parameter, "limited_by", None) or ("", "")
            value = values.get(name, parameter.value if parameter.is_set() else None)
            instrument = resolution.roles.get(role)
            if instrument is None or value is None:
                continue
            entry = self._around.station.instrument(instrument)
            model = getattr(entry.driver_class, "model_limits", {})
            try:
                entry.limits.also(model).check(quantity, value, instrument=instrument)
            except LimitError as error:
                self._report(
                    ("parameters", name), f"{error.what} (instrument '{instrument}')", error.remedy or ""
                )

    def _words(self, key: str) -> dict[str, str]:
        table = self._document.table(*self._at, key)
        return {str(name): value for name, value in table.items() if isinstance(value, str)}

    def _problem(self, keys: tuple[str, ...], what: str, remedy: str) -> Problem:
        return self._document.problem((*self._at, *keys), what, remedy)

    def _report(self, keys: tuple[str, ...], what: str, remedy: str = "") -> None:
        self._problems.append(self._problem(keys, what, remedy))
