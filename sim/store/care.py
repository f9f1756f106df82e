"""Looking after a store: is everything whole, and what could go."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
from filelock import Timeout

from sim.errors import InputError
from sim.store import aside, manifest
from sim.store.errors import unreadable
from sim.store.reading import retried, scan
from sim.store.rollup import replace
from sim.store.rows import KEY
from sim.store.shelf import Shelf

PATIENCE = 60.0
"""Seconds to wait for a process that rolls up."""
MODEL = re.compile(r"[0-9a-f]{16}")
"""The name of a folder of results, see ``sim.store.identity``."""


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What went, or would go: runs are those of other versions; files those set aside; failed runs of this version."""

    models: list[str]
    runs: int
    files: list[str]
    bytes: int
    deleted: bool
    failed: int = 0


def check(store: Path, shelves: Sequence[Shelf]) -> dict[str, Any]:
    """Compare every file with its digest and the manifest; what is not whole is set aside.

    Returns ``parts``, ``runs``, ``bytes`` of what is whole, ``lost`` runs of parts that are gone (and no longer
    expected from now on), ``set_aside`` now, ``foreign`` entries of ``runs/``, which are never touched, ``temporary``
    files of dead writers that were deleted.
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
        "foreign": places(store)[1],
        "unread": sorted(name for shelf in shelves for name in shelf.refused()),
        "temporary": temporary,
    }


def places(store: Path) -> tuple[list[str], list[str]]:
    """Names in ``runs/``: folders of models, and what is neither ours nor ever touched. Both sorted."""
    runs = store / "runs"
    try:
        found = sorted(runs.iterdir()) if runs.is_dir() else []
        models = [path.name for path in found if MODEL.fullmatch(path.name) and path.is_dir()]
    except OSError as error:
        raise unreadable(runs, error) from None
    return models, [path.name for path in found if path.name not in models]


def clean(
    store: Path,
    others: Sequence[Shelf],
    *,
    set_aside: bool,
    yes: bool,
    failed_of: Shelf | None = None,
    scenarios: Collection[str] | None = None,
) -> Cleaning:
    """Delete the results of ``others``, with ``set_aside`` what was set aside, and the failed runs of ``failed_of``.

    Of the latter only those of ``scenarios`` (hashes), if given. Without ``yes`` it only says what would go.
    """
    failed = 0
    for shelf in others:
        shelf.refresh()
    files = [path for path, _ in aside.listed(store)] if set_aside else []
    size = sum(path.stat().st_size for path in files) + sum(_size(shelf.folder) for shelf in others)
    runs = sum(part.rows for shelf in others for part in shelf.parts.values())
    if failed_of is not None and not yes:
        failed = retried([failed_of], partial(_forget_failed, failed_of, scenarios, False))
    elif yes and store.is_dir():
        try:
            with manifest.lock_of(store).acquire(timeout=PATIENCE):
                if failed_of is not None:  # first: whatever fails later, nothing is half done
                    failed = retried([failed_of], partial(_forget_failed, failed_of, scenarios, True))
                for shelf in others:
                    manifest.forget_model(store, shelf.model)
                    shutil.rmtree(shelf.folder)
                if set_aside:
                    shutil.rmtree(store / aside.FOLDER, ignore_errors=True)
        except Timeout:
            raise InputError(f"{store}: another process is rolling the store up; try again when it is done") from None
        except (OSError, NotImplementedError) as error:
            raise InputError(
                f"{store}: cannot be cleaned ({getattr(error, 'strerror', None) or error}). "
                "What was not deleted is as it was; the same command goes on."
            ) from None
    return Cleaning([shelf.model for shelf in others], runs, [path.name for path in files], size, yes, failed)


def _forget_failed(shelf: Shelf, scenarios: Collection[str] | None, yes: bool) -> int:
    """Write the parts that hold failed runs anew without them, with ``yes``; returns how many runs these are.

    The caller then holds the lock. A part is replaced at once, so that a kill leaves it with or without them.
    """
    shelf.refresh()
    fails = pl.col("error").is_not_null()
    if scenarios is not None:
        fails &= pl.col("scenario").is_in(sorted(scenarios))
    gone: set[tuple[str, int, int]] = set()
    for part in shelf.sound_parts():
        here = scan([part]).filter(fails).select(KEY).collect()
        if len(here):
            gone.update(here.rows())
            if yes:
                replace(shelf, shelf.about(), [part], scan([part]).filter(~fails).collect())
    return len(gone)


def _strike(store: Path, shelf: Shelf, gone: dict[str, int]) -> None:
    """Take parts that are gone off the list; when it is locked or read-only, the next check does."""
    try:
        with manifest.lock_of(store).acquire(blocking=False):
            manifest.update(store, shelf.model, shelf.about(), remove=gone)
    except (Timeout, OSError, NotImplementedError):
        return


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*") if path.is_file())
