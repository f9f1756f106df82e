"""The store is tested with the made-up results of ``tests/experiment``."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "experiment"))


@pytest.fixture(autouse=True)
def heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Warnings are heard even after a test that configured logging and so silenced all others."""
    monkeypatch.setattr(logging.getLogger("standoff"), "disabled", False)
