"""The command line is tested on the small scenarios of ``tests/experiment``."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "experiment"))
