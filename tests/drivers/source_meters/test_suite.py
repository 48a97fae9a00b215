"""No source meter escapes the suite."""

import importlib
import tomllib
from pathlib import Path

from pymeasure.adapters import ProtocolAdapter

from bench.core.roles import SourceMeter

ROOT = Path(__file__).resolve().parents[3]
DRIVERS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"][
    "bench.drivers"
]


def test_every_driver_that_plays_the_role_has_a_row(meters, clock):
    playing = set()
    for name, target in DRIVERS.items():
        module, _, attribute = target.partition(":")
        cls = getattr(importlib.import_module(module), attribute)
        if isinstance(cls(ProtocolAdapter([]), name="x", clock=clock), SourceMeter):
            playing.add(name)
    assert playing == {row.driver or name for name, row in meters.items()}
