"""The station as the service tells it: what stands on the bench, who holds it, what it last read."""

from __future__ import annotations

from pydantic import Field

from bench.service.models.base import Json, Told


class LastReading(Told):
    """One value of the last row that a run published; the instruments of that run share it."""

    quantity: str
    value: float | int | bool | str | None
    unit: str
    run_id: str = Field(description="Name of the run folder; empty where the bench itself looked.")
    age_s: float = Field(description="Seconds of the PC since it was published.")


class Health(Told):
    """Whether the bench works. `state` is "starting" until what an earlier bench left has been settled."""

    state: str = Field(description="starting, working or stopping")
    station: str
    target: str = Field(description="hardware, simulated or served")
    version: str
    started: str = Field(description="When the service began, ISO 8601, UTC.")
    uptime_s: float
    clock_utc: str = Field(
        description="Date and time of the bench's clock; another than the PC's if simulated."
    )
    going: int = Field(description="Runs that go on.")
    waiting: int = Field(description="Runs that wait.")
    steps: int = Field(description="Steps that wait for a person.")
    alarms: int = Field(description="Alarms that nobody has acknowledged.")
    unsafe: list[str] = Field(description="Instruments whose safe state was not verified: treat as live.")
    ambient: LastReading | None = Field(
        default=None, description="The temperature of the room as last logged; null before that."
    )


class StationInfo(Told):
    """Which station, on what, with which software."""

    name: str
    file: str
    samples_file: str | None
    data: str
    target: str
    simulated: bool
    speed: float = Field(description="Seconds of the bench's clock in a second of the PC's.")
    seed: int | None
    role: str = Field(description="What the token of this request may do: view or operate.")
    versions: dict[str, str]


class LimitInfo(Told):
    """What the station allows."""

    low: float | None
    high: float | None
    unit: str


class Lease(Told):
    """Which run holds something."""

    run: int | None = Field(description="Its number in the queue.")
    holder: str


class Instrument(Told):
    """One instrument. `state`: "not opened yet", "open", or "NOT SAFE" where that was not verified."""

    name: str
    driver: str
    resource: str
    has_output: bool
    load: str
    limits: dict[str, LimitInfo]
    options: Json
    state: str
    identity: str | None = None
    lease: Lease | None = None
    readings: list[LastReading] = Field(default_factory=list)


class FixtureInfo(Told):
    """What holds a sample."""

    name: str
    kind: str
    notes: str
    wiring: dict[str, str] = Field(description="Contact of the fixture -> instrument.terminal.")
    lease: Lease | None = None


class SampleSummary(Told):
    """One sample as declared; `declared` is the whole of it in SI units."""

    name: str
    material: str
    batch: str | None
    notes: str
    declared: Json


class ColumnInfo(Told):
    """A column of rows."""

    name: str
    unit: str
    kind: str = Field(description="number, integer, flag or text")


class ParameterInfo(Told):
    """What a form needs to know of one parameter."""

    name: str = Field(description="The key in the queue file.")
    title: str
    kind: str = Field(description="quantity, number, integer, flag, choice, vector, sample or text")
    unit: str | None
    default: float | int | bool | str | list[float] | None
    optional: bool
    minimum: float | None
    maximum: float | None
    choices: list[float | int | bool | str] | None
    help: str
    shown_if: Json = Field(description="Parameter -> value it must have for this one to matter.")
    limited_by: list[str] | None = Field(description="Role and quantity whose limits also hold.")


class ProcedureInfo(Told):
    """What can be run, and what it takes."""

    name: str
    title: str
    help: str
    source: str
    roles: dict[str, str] = Field(description="Role -> what plays it, such as SourceMeter.")
    optional_roles: dict[str, str] = Field(
        default_factory=dict, description="Roles that it can do without; the rest as for `roles`."
    )
    candidates: dict[str, list[str]] = Field(description="Role -> instruments of this station that can.")
    fixtures: dict[str, str] = Field(description="Fixture -> kind.")
    needs_sample: bool = Field(
        description="A sample has to be named. Others may want one all the same: pre-flight tells."
    )
    resume: str
    on_host_loss: str
    columns: list[ColumnInfo]
    parameters: list[ParameterInfo]
