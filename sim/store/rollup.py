"""Many small parts become few large ones. Whatever is killed when, every run is in at least one part."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from filelock import Timeout

from sim.store import aside, manifest
from sim.store.parts import Part, write_part
from sim.store.reading import once, scan
from sim.store.shelf import Shelf

AT = 200
"""Small parts above which they are rolled up."""
MOST_ROWS = 20_000
"""Rows of a rolled-up part, at most; a part of less than half of it is small and will be rolled up again."""
PAUSE = 60.0
"""Seconds without another attempt after one that failed: a disk that is nearly full stays so for a while."""
_paused: dict[Path, float] = {}
"""Folders that could not be rolled up, which was said once each, and when to try again (``time.monotonic``)."""


def roll_up(shelf: Shelf, about: Mapping[str, Any], at: int = AT, most_rows: int = MOST_ROWS) -> int:
    """Roll up the small parts if there are more than ``at``; returns how many went.

    Does nothing while another process does. A full disk leaves everything as it is, and is told once a process.
    """
    if _paused.get(shelf.folder, 0.0) > time.monotonic():
        return 0
    if sum(part.rows < most_rows // 2 for part in shelf.parts.values()) <= at:
        return 0
    gone = 0
    try:
        with manifest.lock_of(shelf.store).acquire(blocking=False):
            shelf.refresh()  # with the lock, nobody else deletes
            manifest.read(shelf.store)  # when that is not possible, nothing is written that could not be listed
            small = [part for part in shelf.sound_parts() if part.rows < most_rows // 2]
            if len(small) > at:
                aside.sweep(shelf.folder)
                for batch in _batches(small, most_rows):
                    replace(shelf, about, batch, once(scan(batch)).collect())
                    gone += len(batch)
    except Timeout:
        pass
    except (OSError, NotImplementedError) as error:  # full, or a file system without locks
        if shelf.folder not in _paused:
            aside.LOG.warning("%s: small parts are not rolled up (%s)", shelf.folder, error)
        _paused[shelf.folder] = time.monotonic() + PAUSE
    return gone


def _batches(parts: list[Part], most_rows: int) -> Iterator[list[Part]]:
    batch: list[Part] = []
    for part in parts:
        if batch and sum(p.rows for p in batch) + part.rows > most_rows:
            yield batch
            batch = []
        batch.append(part)
    if len(batch) > 1:
        yield batch


def replace(shelf: Shelf, about: Mapping[str, Any], batch: Sequence[Part], rows: pl.DataFrame) -> None:
    """Write ``rows`` as a new part, list it in place of those of ``batch``, then delete these, in this order.

    The caller holds the lock. Raises OSError, and then the old parts are there as before.
    """
    new = [write_part(shelf.folder, shelf.model, rows)] if len(rows) else []
    old = [part.path.name for part in batch]
    try:
        manifest.update(shelf.store, shelf.model, about, add=new, remove=old)
    except OSError:
        for part in new:
            with contextlib.suppress(OSError):
                part.path.unlink()
        raise
    for part in new:
        shelf.adopt(part)
    _settle(shelf.folder)
    for name in old:
        with contextlib.suppress(OSError):  # open in another process on some systems: goes next time
            (shelf.folder / name).unlink(missing_ok=True)
        shelf.forget(name)


def _settle(folder: Path) -> None:
    """Have the new names on disk before the old ones go, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
