"""Looking after a store: is everything whole, and what could go."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from filelock import Timeout

from sim.errors import InputError
from sim.store import aside, manifest
from sim.store.reading import retried
from sim.store.shelf import Shelf

PATIENCE = 60.0
"""Seconds to wait for a process that rolls up."""


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What went, or would go: runs are those of other versions; files those set aside."""

    models: list[str]
    runs: int
    files: list[str]
    bytes: int
    deleted: bool


def check(store: Path, shelves: Sequence[Shelf]) -> dict[str, Any]:
    """Compare every file with its digest and the manifest; what is not whole is set aside.

    Returns ``parts``, ``runs``, ``bytes`` of what is whole, ``lost`` runs of parts that are gone (and no longer
    expected from now on), ``set_aside`` now, ``temporary`` files of dead writers that were deleted.
    """
    before = {path for path, _ in aside.listed(store)}
    lost: dict[str, int] = {}
    temporary = 0
    for shelf in shelves:
        shelf.refresh()
        retried([shelf], partial(shelf.sound_parts, again=True))
        gone = manifest.lost(store, shelf.model, shelf.folder)
        lost |= gone
        temporary += aside.sweep(shelf.folder)
        if gone:
            _strike(store, shelf, gone)
    parts = [part for shelf in shelves for part in shelf.parts.values()]
    return {
        "parts": len(parts),
        "runs": sum(part.rows for part in parts),
        "bytes": sum(part.size for part in parts),
        "lost": lost,
        "set_aside": {path.name: reason for path, reason in aside.listed(store) if path not in before},
        "unread": sorted(name for shelf in shelves for name in shelf.refused()),
        "temporary": temporary,
    }


def clean(store: Path, others: Sequence[Shelf], *, set_aside: bool, yes: bool) -> Cleaning:
    """Delete the results of ``others`` and, with ``set_aside``, what was set aside; without ``yes`` only say what."""
    for shelf in others:
        shelf.refresh()
    files = [path for path, _ in aside.listed(store)] if set_aside else []
    size = sum(path.stat().st_size for path in files) + sum(_size(shelf.folder) for shelf in others)
    runs = sum(part.rows for shelf in others for part in shelf.parts.values())
    if yes:
        try:
            with manifest.lock_of(store).acquire(timeout=PATIENCE):
                for shelf in others:
                    manifest.forget_model(store, shelf.model)
                    shutil.rmtree(shelf.folder)
                if set_aside:
                    shutil.rmtree(store / aside.FOLDER, ignore_errors=True)
        except Timeout:
            raise InputError(f"{store}: another process is rolling the store up; try again when it is done") from None
        except OSError as error:
            raise InputError(f"{store}: cannot be cleaned ({error.strerror or error})") from None
    return Cleaning([shelf.model for shelf in others], runs, [path.name for path in files], size, yes)


def _strike(store: Path, shelf: Shelf, gone: dict[str, int]) -> None:
    """Take parts that are gone off the list; when it is locked or read-only, the next check does."""
    try:
        with manifest.lock_of(store).acquire(blocking=False):
            manifest.update(store, shelf.model, shelf.about(), remove=gone)
    except (Timeout, OSError, NotImplementedError):
        return


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*") if path.is_file())
