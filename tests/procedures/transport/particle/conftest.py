"""Makes the models beside the pellet's tests importable."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
