"""Which model made a result: an identity that changes when results may change, and the provenance of a row."""

from __future__ import annotations

import functools
import hashlib
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from sim import __version__
from sim.cache import libraries, surroundings
from sim.scenario import scenario_folder

PACKAGE = Path(__file__).resolve().parents[1]
SOURCES = (
    "model.py", "pipeline.py", "forces.py", "state.py", "params.py", "codes.py", "experiment/replicate.py",
    "observe", "actors", "mechanisms", "world", "scenario", "kernels",
)  # fmt: skip
"""Files and folders of the package that can change a result; the rest asks, shows and stores."""


def identity_of(package: Path, data: Path, surroundings: Mapping[str, str]) -> str:
    """16 hex digits over the sources under ``package``, all files under ``data``, and names with versions.

    Paths enter relative to their root, so the same model in another place has the same identity.
    """
    digest = hashlib.sha256()
    for root, file in (*_sources(package), *((data, path) for path in _files(data, "*"))):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    digest.update(repr(sorted(surroundings.items())).encode())
    return digest.hexdigest()[:16]


def _sources(package: Path) -> Iterator[tuple[Path, Path]]:
    for name in SOURCES:
        path = package / name
        for file in _files(path, "*.py") if path.is_dir() else [path]:
            yield package, file


def _files(folder: Path, pattern: str) -> list[Path]:
    """Files under a folder in a fixed order, without what editors and systems leave behind."""
    found = (path for path in folder.rglob(pattern) if path.is_file())
    inside = ((path.relative_to(folder), path) for path in found)
    return [path for name, path in sorted(inside) if not any(p.startswith((".", "__pycache__")) for p in name.parts)]


@functools.cache
def model_id() -> str:
    """The identity of this model on this kind of machine: results are equal to the bit under the same one only."""
    return identity_of(PACKAGE, scenario_folder() / "terrain", {"standoff": __version__} | surroundings())


@functools.cache
def provenance() -> dict[str, str]:
    """What every row says of its making: ``version``, ``git`` (a short commit or ``none``) and ``platform``."""
    parts = [sys.platform, platform.machine(), f"python {platform.python_version()}"]
    parts += [f"{name} {found}" for name, found in libraries().items()]
    return {"version": __version__, "git": git_state(PACKAGE.parent), "platform": " ".join(parts)}


def git_state(folder: Path) -> str:
    """Short commit of a checkout, with ``-dirty`` when files were edited; ``none`` where there is no checkout."""
    if not (folder / ".git").exists():
        return "none"
    command = ["git", "-C", str(folder), "describe", "--always", "--dirty", "--exclude", "*"]
    try:  # without locks, because it may run while someone commits
        told = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
            env=os.environ | {"GIT_OPTIONAL_LOCKS": "0"},
        )
    except (OSError, subprocess.SubprocessError):
        return "none"
    return told.stdout.strip() or "none"
