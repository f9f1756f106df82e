"""One undisturbed sweep, to which all disturbed ones are compared."""

from __future__ import annotations

from pathlib import Path

import pytest
from fault_cases import Operator

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes under /proc")


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Operator:
    operator = Operator(tmp_path_factory.mktemp("undisturbed"))
    code, told, errors = operator.finish()
    assert (code, errors.count("Traceback")) == (0, 0), errors
    assert "40 points" in told or "2,000" in told
    return operator
