"""Files of the user's own that a scenario names: what they hold decides what is simulated, not only their names."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from pathlib import Path

from sim.params import Value


def own_files(values: Mapping[str, Value]) -> list[Path]:
    """The elevation file, and the files of a terrain folder outside the shipped ones; most often none."""
    found: list[Path] = []
    folder, file = values.get("terrain.folder"), values.get("terrain.file")
    if isinstance(folder, str) and (Path(folder).is_absolute() or ".." in Path(folder).parts):
        found += sorted(path for path in _from_shipped(folder).glob("*") if path.is_file())
    if values.get("terrain.source") == "file" and isinstance(file, str):
        found += [path for path in [Path(file)] if path.is_file()]
    return found


def content_digest(files: list[Path]) -> str:
    """16 hex digits over names and bytes. A file that has not changed since is not read again."""
    digest = hashlib.sha256()
    for path in files:
        told = path.stat()
        digest.update(f"{path.name}\0{_of_file(str(path.absolute()), told.st_size, told.st_mtime_ns)}\0".encode())
    return digest.hexdigest()[:16]


def _from_shipped(folder: str) -> Path:
    from sim.scenario.files import scenario_folder

    return scenario_folder() / "terrain" / folder  # an absolute name replaces the folder


@functools.lru_cache(maxsize=64)
def _of_file(path: str, size: int, changed_ns: int) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
