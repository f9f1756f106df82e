"""Undisturbed sweeps, to which the disturbed ones are compared."""

from __future__ import annotations

from pathlib import Path

import pytest
from fault_cases import FEW, MANY, Operator


def _undisturbed(folder: Path, runs: int) -> Operator:
    operator = Operator(folder, runs)
    code, told, errors = operator.finish()
    assert (code, errors.count("Traceback")) == (0, 0), errors
    assert f"40 points · {runs} runs" in told
    return operator


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Operator:
    """A small one."""
    return _undisturbed(tmp_path_factory.mktemp("undisturbed"), FEW)


@pytest.fixture(scope="session")
def undisturbed_large(tmp_path_factory: pytest.TempPathFactory) -> Operator:
    """A large one."""
    return _undisturbed(tmp_path_factory.mktemp("large"), MANY)
