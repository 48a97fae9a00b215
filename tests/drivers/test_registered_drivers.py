"""The house rules for every driver in pyproject.toml, told from the classes themselves."""

import importlib
import inspect
import re
import tomllib
from pathlib import Path

import pytest
from pymeasure.adapters import ProtocolAdapter
from pymeasure.instruments import Instrument as StockInstrument

from bench.core import roles
from bench.core.limits import Limit
from drivers.base import Driver
from drivers.connection import CONNECTION_OPTIONS, ConnectionDefaults

ROOT = Path(__file__).resolve().parents[2]
ENTRY_POINTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"][
    "bench.drivers"
]
ROLES = {
    "thermometer": roles.Thermometer,
    "temperature programmer": roles.TemperatureProgrammer,
    "flow controller": roles.FlowController,
    "declared flow": roles.DeclaredFlowMeter,
    "pressure gauge": roles.PressureGauge,
    "voltmeter": roles.Voltmeter,
    "ammeter": roles.Ammeter,
    "source meter": roles.SourceMeter,
    "current source": roles.CurrentSource,
    "delta meter": roles.DeltaMeter,
    "switch matrix": roles.SwitchMatrix,
    "field meter": roles.FieldMeter,
    "field source": roles.FieldSource,
}


def load(name):
    module, _, attribute = ENTRY_POINTS[name].partition(":")
    return getattr(importlib.import_module(module), attribute)


def rows():
    """Rows of the table in docs/hardware.md by driver name."""
    lines = [
        line for line in (ROOT / "docs/hardware.md").read_text("utf-8").splitlines() if line.startswith("| ")
    ]
    header, *body = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    found = [dict(zip(header, cells, strict=True)) for cells in body]
    return {row["Driver"].strip("`"): row for row in found}


each = pytest.mark.parametrize("name", sorted(ENTRY_POINTS))


@each
def test_it_is_a_driver_and_a_pymeasure_instrument(name):
    assert issubclass(load(name), Driver)
    assert issubclass(load(name), StockInstrument)


@each
def test_file_folder_class_and_entry_point_have_one_name(name):
    cls = load(name)
    folder, file = cls.__module__.split(".")[1:]
    assert file == name == cls.__name__.lower()
    assert name.startswith(folder)
    assert (ROOT / "tests" / "drivers" / folder).is_dir()


@each
def test_everything_public_says_what_it_does(name):
    cls = load(name)
    assert inspect.getdoc(cls)
    for key, member in vars(cls).items():
        if not key.startswith("_") and inspect.isfunction(member):
            assert member.__doc__, f"{cls.__name__}.{key} has no docstring of its own"


@each
def test_it_plays_the_roles_its_row_says_and_no_others(name, clock):
    driver = load(name)(ProtocolAdapter([]), name="x", clock=clock)
    played = {word for word, role in ROLES.items() if isinstance(driver, role)}
    assert played == {word.strip() for word in rows()[name]["Roles"].split(",")}
    assert isinstance(driver, roles.Instrument)


@each
def test_its_methods_take_what_the_role_says(name):
    cls = load(name)
    for word in rows()[name]["Roles"].split(","):
        role = ROLES[word.strip()]
        for method in sorted(set(dir(role)) & set(dir(cls))):
            asked = getattr(role, method)
            if method.startswith("_") or not inspect.isfunction(asked):
                continue
            have = inspect.signature(getattr(cls, method)).parameters
            for parameter in inspect.signature(asked).parameters.values():
                assert parameter.name in have, f"{cls.__name__}.{method} lacks {parameter.name}"
                assert have[parameter.name].kind == parameter.kind
                assert have[parameter.name].default == parameter.default


@each
def test_what_has_an_output_can_be_made_safe(name, clock):
    cls = load(name)
    own = cls.make_safe is not Driver.make_safe
    assert own or not cls.has_output
    if not own:  # relays have no output, and a safe state all the same
        assert cls(ProtocolAdapter([]), name="x", clock=clock).make_safe().verified


@each
def test_constructing_sends_nothing(name, clock):
    adapter = ProtocolAdapter([])
    load(name)(adapter, name="x", clock=clock)
    assert adapter._index == 0


@each
def test_its_connection_and_identity_are_declared(name):
    cls = load(name)
    assert isinstance(cls.connection, ConnectionDefaults)
    assert cls.connection is not Driver.connection
    assert cls.connection.overridden({}, instrument=name) == cls.connection
    assert re.compile(cls.identity_pattern).groups <= 1
    assert not re.match(cls.identity_pattern, "ACME,MODEL 1,2,3")
    assert cls.option_names >= CONNECTION_OPTIONS


@each
def test_its_limits_are_consistent(name):
    cls = load(name)
    for quantity, unit in cls.limit_units.items():
        assert isinstance(cls.model_limits[quantity], Limit)
        assert cls.model_limits[quantity].unit == unit


def written_for(cls):
    """The files of a driver, and of the one that it is a model of."""
    for one in cls.__mro__:
        if issubclass(one, Driver) and one is not Driver:
            file = Path(inspect.getfile(one))
            yield from file.parent.glob(f"{file.stem}*.py")


@each
def test_nothing_is_sent_with_fewer_digits(name):
    """%f, %g and {:f} cut numbers: 5E-8 would be sent as 0.000000."""
    for path in written_for(load(name)):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if re.search(r"%[.0-9]*[feg]\b|:[.0-9]*[fe]\}", line):
                pytest.fail(f"{path.name}:{number}: {line.strip()}")


@each
def test_its_row_says_what_was_verified(name):
    row = rows()[name]
    assert all(row.values())
    assert row["On hardware"] == "not verified on hardware"


def test_the_table_has_no_row_without_a_driver():
    assert set(rows()) == set(ENTRY_POINTS)
