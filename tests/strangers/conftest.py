"""Our instruments where strangers can reach them, and the strangers' instruments where our drivers can."""

import contextlib
import importlib
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from strangers_lab import RESISTANCE_OHM, Lab, Reference, stranger


@pytest.fixture(params=["2400", "2450"])
def model(request):
    return request.param


@pytest.fixture
def lab(model):
    """A simulated meter with a resistor, on a TCP port."""
    with Lab(f"keithley{model}") as served:
        yield served


@pytest.fixture
def serve():
    """`serve(handle)`: a line server on a TCP port; replies are what `handle(line)` returns."""
    with contextlib.ExitStack() as stack:
        yield lambda handle: stack.enter_context(Reference(handle)).address


@pytest.fixture
def labmcp():
    """labmcp-keithley-smu: its client and its reference simulators."""
    stranger("labmcp_keithley_smu.driver")
    return importlib.import_module("labmcp_keithley_smu")


@pytest.fixture
def resistance_ohm():
    return RESISTANCE_OHM
