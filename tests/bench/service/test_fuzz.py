"""The service against its own description: whatever is asked, it answers in words and never with a 500."""

import os
import tomllib

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bench.core.errors import ConfigError
from bench.samples import load_samples
from bench.service.alarms.load import load_alarms
from bench.service.app import build_app
from bench.service.client import ServiceRefusedError, find_service
from bench.service.models.base import Refusal
from bench.service.models.queue import QueueText, RunAsked
from bench.station import load_station

EXAMPLES = int(os.environ.get("BENCH_FUZZ_EXAMPLES", "15"))
"""For each route; a night of 500 finds no more, so far."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
quiet = hypothesis.settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


schema = schemathesis.openapi.from_dict(build_app(None).openapi())
OPERATIONS = [found.ok() for found in schema.get_all_operations()]


@pytest.fixture
def unlimited(common_service, monkeypatch):
    """A fuzzer asks more often than anybody may."""
    from bench.service.security import Bucket

    many = {role: Bucket(1e9, 1e9) for role in ("view", "operate", None)}
    monkeypatch.setattr(common_service.service.gate, "_buckets", many)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_a_route_answers_as_it_is_described(operation, common_service, unlimited):
    where = find_service(common_service.data)
    headers = {"Authorization": f"Bearer {where.token}"}

    @quiet
    @given(case=operation.as_strategy())
    def holds(case):
        response = case.call(base_url=where.url, headers=headers, timeout=30)
        case.validate_response(response, checks=CHECKS)
        if response.status_code >= 400:
            assert Refusal.model_validate_json(response.content).what

    holds()


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
toml_like = st.text(alphabet=st.sampled_from("[]{}=\"\n.#runsidprocedure-0123456789 \\'é\0"), max_size=120)


@given(text=st.text(max_size=200) | toml_like)
@quiet
def test_no_text_of_a_queue_file_is_too_strange(common_service, unlimited, text):
    with common_service.client() as client:
        try:
            found = client.check(QueueText(text=text))
        except (ServiceRefusedError, UnicodeEncodeError):
            return
    assert found.ok or all(problem.place and problem.what for problem in found.problems)


@given(
    parameters=st.dictionaries(
        st.sampled_from(["rows", "interval", "current", "pellet", "sample"]) | st.text(max_size=8),
        json_values,
        max_size=4,
    ),
    procedure=st.sampled_from(["steady", "resistance-log", "pellet-conductivity", "confirming"]),
    tables=st.dictionaries(
        st.sampled_from(["roles", "fixtures"]),
        st.dictionaries(st.text(max_size=6), st.text(max_size=6), max_size=2),
    ),
    sample=st.none() | st.text(max_size=10) | st.just("my-sample"),
)
@quiet
def test_no_run_is_too_strange(common_service, unlimited, parameters, procedure, tables, sample):
    with common_service.client() as client:
        asked = RunAsked(id="x", procedure=procedure, parameters=parameters, sample=sample, **tables)
        found = client.check(QueueText(runs=[asked]))
    assert found.ok or found.problems


def without_null(value):
    if isinstance(value, dict):
        return {key: without_null(one) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [without_null(one) for one in value if one is not None]
    return value


@given(parameters=st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), json_values))
@quiet
def test_runs_that_came_as_json_are_the_same_in_a_file(parameters):
    from bench.service.planning import _toml

    runs = [{"id": "x", "parameters": parameters}]
    assert tomllib.loads(_toml(runs, {"p": parameters})) == without_null(
        {"defaults": {"p": parameters}, "runs": runs}
    )


ALARMS = """
[rules.hot]
quantity = "Voltage of meter"
above = "1 V"
for = "2 min"
[rules.bad]
runs = ["failed", "unsafe"]
[rules.waits]
waiting_for_person = "30 min"
severity = "warning"
[email]
host = "smtp.example.org"
port = 587
from = "bench@example.org"
to = ["ana@example.org"]
[webhook]
url = "https://example.org/hook"
[alive]
at = "08:00"
"""


@given(data=st.data())
@quiet
def test_no_file_of_people_is_too_strange(common_service, tmp_path_factory, data):
    """A file that somebody altered by a few characters, or by whole lines, is read or refused in words."""
    folder = tmp_path_factory.getbasetemp()
    station = load_station(common_service.station)
    name, text, load = data.draw(
        st.sampled_from(
            [
                ("station.toml", common_service.station.read_text("utf-8"), load_station),
                ("samples.toml", (common_service.path / "samples.toml").read_text("utf-8"), load_samples),
                ("alarms.toml", ALARMS, lambda path: load_alarms(path.parent, station)),
            ]
        )
    )
    lines = text.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(lines) - 1))
        lines[place] = data.draw(
            st.sampled_from(["", lines[place] * 2, lines[place][: len(lines[place]) // 2], *lines])
            | toml_like
        )
    path = folder / name
    path.write_text("\n".join(lines), "utf-8")
    try:
        load(path)
        problems = None
    except ConfigError as error:
        problems = error.problems
    assert problems is None or problems
