"""The furnace station of the example, in a folder of its own."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from furnace_lab import Lab


@pytest.fixture
def lab(tmp_path):
    return Lab(tmp_path)
