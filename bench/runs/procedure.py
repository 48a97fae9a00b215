"""The base of every procedure of the bench: a pymeasure Procedure that declares what it needs and gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_args

from pymeasure.experiment import Procedure as PymeasureProcedure

from bench.core.errors import BenchError
from bench.runs.columns import Column
from bench.runs.estimate import Estimate, format_duration
from bench.runs.parameters import ParameterError
from bench.runs.record import Analysis, RunRecord

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bench.core.clock.interface import Clock
    from bench.core.readings import Reading
    from bench.runs.context import RunContext
    from bench.runs.engine.operators import Operator
    from bench.samples import Sample

Resume = Literal["restart", "resume", "attach", "abandon"]
OnHostLoss = Literal["make_safe", "keep"]
AnalyseWhen = Literal["done", "recorded"]

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_RESERVED = frozenset({"sample", "fixtures", "operator", "clock", "ambient", "ambient_u_K"})


class Procedure(PymeasureProcedure):  # type: ignore[misc]  # pymeasure is not typed
    """Subclasses set the declarations, write `execute`, and usually `estimate`, `problems` and `analyse`.

    `startup`, `execute` and `shutdown` keep pymeasure's meaning: `shutdown` always runs once `startup` has
    begun. They wait only through `self.context`. Instruments are made safe by the bench after `shutdown`, so
    that a procedure never has to. Declarations that contradict themselves raise TypeError at import.
    """

    name: ClassVar[str] = ""
    """As in the queue file: lower case, digits, hyphens."""
    title: ClassVar[str] = ""
    roles: ClassVar[Mapping[str, type]] = {}
    """Role name -> protocol of bench.core.roles; a run has to have an instrument for each."""
    optional_roles: ClassVar[Mapping[str, type]] = {}
    """The same, of what a run can do without: `context.instrument(role)` is None where nothing plays it.
    Played by the instrument that the run names, or by the only one wired to the run's fixtures that can."""
    fixtures: ClassVar[Mapping[str, str]] = {}
    """Fixture name -> kind in the station file."""
    contacts: ClassVar[Mapping[str, str]] = {}
    """Role -> contact of a fixture: what is wired there, and can, plays it unless the run names another."""
    columns: ClassVar[tuple[Column, ...]] = ()
    resume: ClassVar[Resume] = "restart"
    """What is done with a run that was cut off: "resume" from its last checkpoint, "attach" to a device that
    kept going, "restart" from the beginning, or "abandon"."""
    on_host_loss: ClassVar[OnHostLoss] = "make_safe"
    """"keep" is accepted only where a driver in use can read its device's own limits back."""
    analyse_when: ClassVar[AnalyseWhen] = "done"
    """"recorded": rows are analysed and drawn however the run ended; `record.ended` then says how, and every
    result is flagged with it. Only for an analysis that can tell a part from the whole."""
    shutdown_limit_s: ClassVar[float] = 900.0
    """Clock seconds after which `shutdown` is cut short."""
    ambient_interval_s: ClassVar[float] = 600.0
    """Clock seconds between two entries of the room temperature in the journal."""

    _context: RunContext | None = None

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        _check_declarations(cls)
        cls.DATA_COLUMNS = [pymeasure_label(column) for column in cls.columns]

    def __init__(self, **parameters: Any) -> None:
        super().__init__()
        declared = self.parameter_objects()
        for name, value in parameters.items():
            if name not in declared:
                raise ParameterError(
                    f"'{name}' is not a parameter of {type(self).__name__}",
                    remedy=f"one of {', '.join(sorted(declared)) or 'none'}",
                )
            if value is None and getattr(declared[name], "optional", False):
                setattr(self, name, None)
            else:
                self.set_parameters({name: value})

    @classmethod
    def every_role(cls) -> dict[str, type]:
        """The roles it needs, then those it can do without."""
        return {**cls.roles, **cls.optional_roles}

    # -- what subclasses write ----------------------------------------------------------------------------

    def estimate(self, sample: Sample | None) -> Estimate:
        """Expected clock time and rows with these parameters."""
        return Estimate(0.0, 0)

    def recognise(self) -> str | None:
        """For `resume = "attach"`: None if the device goes on with this very run, else what is against it.

        Asked before anything is made safe, with `context.restored` set. It only reads. Unless it returns
        None, the instruments are made safe and the run is interrupted.
        """
        return "this procedure cannot tell whether the device still does what this run started"

    def problems(self, sample: Sample | None) -> list[str]:
        """What is wrong with these parameters for this sample, found before anything is connected."""
        return []

    def wires(self) -> Mapping[str, tuple[str, ...]]:
        """Fixture name -> contacts that have to be wired for these parameters, such as sense wires.

        Not asked of a fixture whose station file names no wires at all.
        """
        return {}

    def analyse(self, record: RunRecord) -> Analysis:
        """Results and tables from the stored rows and facts; may be repeated at any time."""
        return Analysis({}, {})

    def draw(self, record: RunRecord, analysis: Analysis) -> dict[str, Figure]:
        """Figures by name."""
        return {}

    # -- the run it is in ---------------------------------------------------------------------------------

    @property
    def context(self) -> RunContext:
        """Where to wait, store and ask. Raises BenchError outside a run."""
        if self._context is None:
            raise BenchError(
                f"procedure '{self.name}' is not in a run",
                remedy="run it with 'bench run', or under stock pymeasure after bind(role=instrument, ...)",
            )
        return self._context

    def attach(self, context: RunContext) -> None:
        """Give it the run it is in; the runner calls this."""
        self._context = context

    def bind(
        self,
        *,
        sample: Sample | None = None,
        fixtures: Mapping[str, str] | None = None,
        operator: Operator | None = None,
        clock: Clock | None = None,
        ambient: Reading | Callable[[], Reading] | None = None,
        ambient_u_K: float | None = None,
        **instruments: Any,
    ) -> None:
        """Make it ready for stock pymeasure (Worker, ManagedWindow): `bind(meter=my_meter)`.

        One instrument for each role; an optional role may be left out or None. `operator` defaults to a
        person at the terminal, `clock` to real time; `ambient` is the room's temperature in K or what reads
        it, `ambient_u_K` its standard uncertainty.
        After `shutdown` every instrument given here is made safe. Raises TypeError if a role is missing,
        unknown, or played by something that cannot.
        """
        from bench.runs.compatibility.stand_in import StandInContext

        self._context = StandInContext(
            self,
            instruments,
            sample=sample,
            fixtures=fixtures,
            operator=operator,
            clock=clock,
            ambient=ambient,
            ambient_u_K=ambient_u_K,
        )

    # -- pymeasure's side ---------------------------------------------------------------------------------

    def check_parameters(self) -> None:
        """Cast every parameter; raises ParameterError where one has no value that is not optional."""
        for name, parameter in self.parameter_objects().items():
            if getattr(self, name) is None and not getattr(parameter, "optional", False):
                raise ParameterError(f"parameter '{name}' has no value", remedy="give one")

    def refresh_parameters(self) -> None:
        """Cast every attribute as its parameter does; an optional one may be empty."""
        for name, parameter in self._parameters.items():
            parameter.value = getattr(self, name)
            setattr(self, name, parameter.value if parameter.is_set() else None)

    def get_estimates(self) -> list[tuple[str, str]]:
        """For pymeasure's estimator widget."""
        sample = self._context.sample if self._context is not None else None
        expected = self.estimate(sample)
        return [("Duration", format_duration(expected.duration_s)), ("Rows", str(expected.rows))]


def pymeasure_label(column: Column) -> str:
    """The column as stock pymeasure writes it: "Voltage (V)"."""
    return f"{column.name} ({column.unit})" if column.unit else column.name


def _check_declarations(cls: type[Procedure]) -> None:
    def wrong(what: str) -> TypeError:
        return TypeError(f"procedure class {cls.__name__}: {what}")

    if cls.name and not _NAME.fullmatch(cls.name):
        raise wrong(f"name {cls.name!r} is not lower case letters, digits and hyphens")
    names = [column.name for column in cls.columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise wrong(f"columns {', '.join(twice)} are declared twice")
    if "Attempt" in names:
        raise wrong("the column 'Attempt' is added by the bench")
    choices = {"resume": Resume, "on_host_loss": OnHostLoss, "analyse_when": AnalyseWhen}
    for name, choice in choices.items():
        if getattr(cls, name) not in get_args(choice):
            raise wrong(f"{name} {getattr(cls, name)!r} is not one of {get_args(choice)}")
    if cls.resume == "attach" and cls.on_host_loss != "keep":
        raise wrong("resume 'attach' needs on_host_loss 'keep': what was made safe does not go on")
    if cls.on_host_loss == "keep" and not cls.roles:
        raise wrong("on_host_loss 'keep' needs an instrument that guards itself, and no role is declared")
    both = sorted(set(cls.roles) & set(cls.optional_roles))
    if both:
        raise wrong(f"the role {', '.join(both)} cannot be both needed and optional")
    for what in _role_faults(cls):
        raise wrong(what)
    if not cls.shutdown_limit_s > 0 or not cls.ambient_interval_s > 0:
        raise wrong("shutdown_limit_s and ambient_interval_s are above zero")


def _role_faults(cls: type[Procedure]) -> Iterator[str]:
    roles = cls.every_role()
    clash = sorted(_RESERVED & set(roles))
    if clash:
        yield f"a role cannot be called {', '.join(clash)}: bind() uses that word"
    for role, protocol in roles.items():
        if not getattr(protocol, "_is_protocol", False):
            yield f"role '{role}' is {protocol!r}, not a protocol of bench.core.roles"
    strange = sorted(set(cls.contacts) - set(roles))
    if strange:
        yield f"contacts names {', '.join(strange)}, which is no role"
