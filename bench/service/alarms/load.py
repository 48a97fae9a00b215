"""Reads `alarms.toml` of the data folder: rules and who is told, or every problem of the file at once."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bench.core.errors import ConfigError, Problem, QuantityError
from bench.core.files import Keys, TomlDocument, did_you_mean, read_toml, validate
from bench.core.quantities import parse_quantity
from bench.safety.threshold import RoomTemperature, RowQuantity, Threshold, parse_published
from bench.service.alarms.tables import AlarmsFile, EmailTable, RuleTable, WebhookTable
from bench.station.model import AmbientInstrument, Station

FILE = "alarms.toml"

Severity = Literal["warning", "critical"]
BAD_ENDS = ("failed", "unsafe", "interrupted")
WARNED = "warned"
"""Not how a run ends: it has told of trouble while it goes on."""


@dataclass(frozen=True)
class Rule:
    """A `threshold` on what runs publish, or `interlocks` of the station that it follows, or `runs`: the
    states that raise it, or `waiting_s`: so long a person may be waited for.
    """

    name: str
    severity: Severity = "critical"
    guidance: str = ""
    threshold: Threshold | None = None
    interlocks: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    waiting_s: float | None = None


@dataclass(frozen=True)
class EmailAccount:
    """Where e-mail is handed in, with its password."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    sender: str
    to: tuple[str, ...]
    user: str
    password: str

    def __repr__(self) -> str:
        return f"EmailAccount({self.host!r}, {self.port}, {self.sender!r})"


@dataclass(frozen=True)
class AlarmSettings:
    """What the file says; without a file, trouble and runs that end badly are shown, and nobody is told."""

    rules: tuple[Rule, ...] = (
        Rule("bad-end", runs=BAD_ENDS),
        Rule("trouble", severity="warning", runs=(WARNED,)),
    )
    email: EmailAccount | None = None
    webhook: str | None = None
    alive_at: str | None = None

    def __repr__(self) -> str:
        return f"AlarmSettings({len(self.rules)} rules)"


def load_alarms(data_dir: Path, station: Station) -> AlarmSettings:
    """The settings of a data folder. Raises ConfigError with every problem of the file."""
    path = data_dir / FILE
    if not path.exists():
        return AlarmSettings()
    document = read_toml(path)
    file, problems = validate(AlarmsFile, document)
    if file is None:
        raise ConfigError(document.in_order(problems))
    for name, table in file.rules.items():
        problems += _rule_problems(document, ("rules", name), table, station)
    password, found = _password(document, file.email)
    url, more = _url(document, file.webhook)
    problems += [*found, *more]
    if file.alive is not None and file.email is None and file.webhook is None:
        problems.append(document.problem(("alive",), "there is nobody to tell", "add [email] or [webhook]"))
    if problems:
        raise ConfigError(document.in_order(problems))
    return AlarmSettings(
        rules=tuple(_rule(name, table) for name, table in file.rules.items()),
        email=None if file.email is None else _account(file.email, password),
        webhook=url or None,
        alive_at=None if file.alive is None else file.alive.at,
    )


def _rule(name: str, table: RuleTable) -> Rule:
    return Rule(
        name=name,
        severity=table.severity,
        guidance=table.guidance,
        threshold=None if table.quantity is None else _threshold(table.quantity, table),
        interlocks=tuple(table.interlocks),
        runs=tuple(table.runs),
        waiting_s=table.waiting_for_person,
    )


def _threshold(text: str, table: RuleTable) -> Threshold:
    quantity = parse_published(text) or RowQuantity(text.strip())
    if table.above is not None:
        return Threshold(quantity, "above", table.above, table.for_s, table.stale)
    return Threshold(quantity, "below", table.below, table.for_s, table.stale)


def _account(table: EmailTable, password: str) -> EmailAccount:
    return EmailAccount(
        table.host, table.port, table.security, table.sender, tuple(table.to), table.user, password
    )


def _rule_problems(document: TomlDocument, at: Keys, table: RuleTable, station: Station) -> Iterator[Problem]:
    kinds = [bool(table.interlocks), bool(table.runs), table.quantity is not None]
    kinds.append(table.waiting_for_person is not None)
    if kinds.count(True) != 1:
        what = "a rule has one of quantity, interlocks, runs, waiting_for_person"
        yield document.problem(at, what, "keep one of them")
        return
    for number, name in enumerate(table.interlocks):
        if name not in station.interlocks:
            known = did_you_mean(name, station.interlocks, what="interlocks")
            what = f"the station has no interlock '{name}'"
            yield document.problem((*at, "interlocks", number), what, known)
    limits = [limit for limit in (table.above, table.below) if limit is not None]
    if table.quantity is None:
        if limits:
            yield document.problem(at, "above and below belong to a quantity", "remove them")
        return
    yield from _quantity_problems(document, (*at, "quantity"), table.quantity, station)
    if len(limits) != 1:
        yield document.problem(at, "a quantity has one limit", 'add above = "..." or below = "..."')
    for limit in limits:
        if isinstance(limit, bool) or not isinstance(limit, str | int | float):
            yield document.problem(at, f"{limit!r} is no limit", 'write a quantity such as "30 degC"')
        elif isinstance(parse_published(table.quantity), RoomTemperature):
            try:
                parse_quantity(limit, RoomTemperature.unit)
            except QuantityError as error:
                yield document.problem(at, error.what, error.remedy or "")


def _quantity_problems(document: TomlDocument, at: Keys, text: str, station: Station) -> Iterator[Problem]:
    match parse_published(text):
        case RoomTemperature():
            if not isinstance(station.ambient, AmbientInstrument):
                yield document.problem(
                    at,
                    "the room temperature is declared in the station file, so it never changes",
                    "name a thermometer in its [ambient], or remove the rule",
                )
        case RowQuantity(_, instrument) if instrument not in station.instruments:
            known = did_you_mean(instrument, station.instruments, what="instruments")
            remedy = f'write "ambient", "COLUMN", or "COLUMN of INSTRUMENT"; {known}'
            yield document.problem(at, f"'{text[:60]}' is no quantity", remedy)
        case None if not text.strip():
            yield document.problem(at, "it names no quantity", 'write "ambient" or "COLUMN of INSTRUMENT"')


def _password(document: TomlDocument, table: EmailTable | None) -> tuple[str, list[Problem]]:
    if table is None:
        return "", []
    if table.user and not (table.password_env or table.password_file):
        return "", [
            document.problem(
                ("email", "user"), "there is no password for this user", "add password_env or password_file"
            )
        ]
    return _secret(document, ("email", "password"), table.password_env, table.password_file)


def _url(document: TomlDocument, table: WebhookTable | None) -> tuple[str, list[Problem]]:
    if table is None:
        return "", []
    given = [bool(text) for text in (table.url, table.url_env, table.url_file)]
    if given.count(True) != 1:
        return "", [
            document.problem(("webhook",), "give one of url, url_env, url_file", 'url = "https://..."')
        ]
    url, problems = (
        (table.url, []) if table.url else _secret(document, ("webhook", "url"), table.url_env, table.url_file)
    )
    if url and not url.startswith(("https://", "http://")):
        problems.append(document.problem(("webhook",), "the address is no http(s) address"))
    return url, problems


def _secret(
    document: TomlDocument, at: Keys, variable: str, file: str, environ: Mapping[str, str] = os.environ
) -> tuple[str, list[Problem]]:
    """From a variable of the environment, or a file that only this user can read."""
    *table, name = at
    if variable:
        if environ.get(variable):
            return environ[variable], []
        where = (*table, f"{name}_env")
        return "", [document.problem(where, f"the variable {variable} is not set", "set it for the service")]
    if not file:
        return "", []
    where = (*table, f"{name}_file")
    path = document.folder / file
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            return "", [document.problem(where, f"{path} can be read by others", f"chmod 600 {path}")]
        return path.read_text("utf-8").strip(), []
    except (OSError, ValueError) as error:
        return "", [document.problem(where, f"{path} cannot be read: {error}")]
