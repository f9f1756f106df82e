"""The worked notebook runs, and what it shows is what it gives."""

from __future__ import annotations

import copy

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError
from notebook_cases import REFRESH, executed, read, texts


def test_the_notebook_runs_and_gives_what_it_shows() -> None:
    shown = read()
    given = executed(copy.deepcopy(shown))
    assert texts(given) == texts(shown), f"results have changed; if they should: {REFRESH}"
    assert [cell.execution_count for cell in shown.cells if cell.cell_type == "code"] == list(
        range(1, 1 + sum(cell.cell_type == "code" for cell in shown.cells))
    ), f"cells were run out of order: {REFRESH}"


def test_an_error_in_a_cell_is_found() -> None:
    broken = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")])
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        executed(broken)


WORKERS = """
import os
from sim.experiment.workers import LocalPool
with LocalPool(1) as pool:
    print(pool.submit(os.getpid).result(120) != os.getpid(), pool.could_start())
"""


def test_workers_start_from_a_notebook() -> None:
    """A kernel's main module has no file, which is what spawned processes look for."""
    given = executed(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(WORKERS)]))
    assert texts(given) == [["stdout: True True\n"]]


def test_the_notebook_uses_the_one_door_only() -> None:
    imports = [
        line
        for cell in read().cells
        if cell.cell_type == "code"
        for line in cell.source.splitlines()
        if line.startswith(("import sim", "from sim"))
    ]
    assert imports == ["from sim import api"]
