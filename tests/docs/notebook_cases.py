"""The worked notebook executed in a kernel of this Python. As a script: execute it and write it with its outputs."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any
from unittest import mock

import nbformat

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "docs" / "worked_example.ipynb"
REFRESH = "PYTHONPATH=. python tests/docs/notebook_cases.py"
KEPT = ("text/plain", "image/png")
"""What is written of an output: tables as text read well everywhere, and differ line by line."""


def read() -> Any:
    return nbformat.read(NOTEBOOK, as_version=4)


def executed(notebook: Any, seconds: int = 300) -> Any:
    """The notebook after all its cells; raises CellExecutionError at the first that fails.

    The kernel is this Python whatever kernels a user has installed, and has folders of its own.
    """
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    with tempfile.TemporaryDirectory() as folder:
        own = {"STANDOFF_STORE": folder, "JUPYTER_RUNTIME_DIR": folder, "IPYTHONDIR": folder, "PYTHONPATH": str(ROOT)}
        with mock.patch.dict(os.environ, own | {"COLUMNS": "120"}):
            kernel = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=KernelSpecManager(kernel_dirs=[]))
            client = NotebookClient(
                notebook, km=kernel, timeout=seconds, record_timing=False, resources={"metadata": {"path": str(ROOT)}}
            )
            return client.execute()


def texts(notebook: Any) -> list[list[str]]:
    """The text of every output, cell by cell, without pictures."""
    return [[text for output in cell.get("outputs", ()) if (text := _text(output))] for cell in notebook.cells]


def _text(output: Any) -> str:
    if output.output_type == "stream":
        return f"{output.name}: {output.text}"
    return "" if "image/png" in output.data else output.data.get("text/plain", "")


def write(notebook: Any) -> None:
    """Write it with outputs that are small and the same each time."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if "data" in output:
                output.data = {kind: value for kind, value in output.data.items() if kind in KEPT}
    notebook.metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    }
    nbformat.write(notebook, NOTEBOOK)


if __name__ == "__main__":
    write(executed(read()))
