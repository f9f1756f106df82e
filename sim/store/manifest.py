"""``manifest.json``: what the folder is, and which rolled-up parts must be there, so that a lost one is noticed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from filelock import FileLock

from sim.store import aside
from sim.store.parts import Part, write_bytes
from sim.store.rows import FORMAT

FILE = "manifest.json"
ABOUT = (
    "Results of Standoff, kept so that no run is made twice. runs/<model>/part-*.parquet hold one row a run; "
    "their names end with the digest of their bytes. 'standoff results' lists, queries and exports. "
    "May be deleted as a whole."
)


def lock_of(store: Path) -> FileLock:
    """The lock for rolling up, the manifest and deleting. Writing and reading parts needs none."""
    return FileLock(store / ".lock")


def read(store: Path) -> dict[str, Any]:
    """The manifest; an empty one where there is none. One that makes no sense is set aside.

    Raises OSError when it is there and cannot be read: whoever took it for empty would write the loss of its lists.
    """
    path = store / FILE
    try:
        found = json.loads(path.read_text("utf-8"))
        if isinstance(found, dict) and isinstance(found.get("models"), dict):
            return found
        reason = "foreign: not a manifest of Standoff"
    except FileNotFoundError:
        reason = ""
    except (ValueError, UnicodeDecodeError):
        reason = "torn: not valid JSON"
    if reason:
        aside.set_aside(store, path, reason)
    return {"format": FORMAT, "about": ABOUT, "models": {}}


def update(
    store: Path, model: str, about: Mapping[str, Any], add: Iterable[Part] = (), remove: Iterable[str] = ()
) -> None:
    """Change which parts of a model are listed. The caller holds the lock. Raises OSError, then nothing changed."""
    found = read(store)
    known = {key: about[key] for key in ("version", "git", "platform") if key in about}
    entry = found["models"].setdefault(model, {**known, "parts": {}})
    for name in remove:
        entry["parts"].pop(name, None)
    for part in add:
        entry["parts"][part.path.name] = {"rows": part.rows, "bytes": part.size, "digest": part.digest}
    _write(store, found)


def forget_model(store: Path, model: str) -> None:
    """Drop a model whose folder goes. The caller holds the lock."""
    found = read(store)
    if found["models"].pop(model, None) is not None:
        _write(store, found)


def lost(store: Path, model: str, folder: Path) -> dict[str, int]:
    """Listed parts that are gone → their rows.

    A part is taken off the list before it is deleted, so one that is still listed after it was missed is truly gone.
    Nothing is said of them, but a warning, while the manifest cannot be read.
    """
    try:
        missed = [name for name in _rows(store, model) if not (folder / name).exists()]
        return {name: rows for name, rows in _rows(store, model).items() if name in missed} if missed else {}
    except OSError as error:
        aside.LOG.warning("%s cannot be read (%s); it is left as it is", store / FILE, error.strerror or error)
        return {}


def _rows(store: Path, model: str) -> dict[str, int]:
    listed = read(store)["models"].get(model, {}).get("parts", {})
    return {name: int(told.get("rows", 0)) for name, told in listed.items()}


def _write(store: Path, found: dict[str, Any]) -> None:
    write_bytes(store / FILE, (json.dumps(found, indent=1, sort_keys=True) + "\n").encode())
