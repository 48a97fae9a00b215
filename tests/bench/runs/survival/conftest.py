"""The fakes of what a lost bench leaves behind."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from lost_fakes import FakeBench


@pytest.fixture
def lab():
    """A station of fake devices, all of them on."""
    lab = FakeBench()
    yield lab
    lab.connected.close()
    lab.clock.close()
