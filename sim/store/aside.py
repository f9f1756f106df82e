"""Files that must not be read as results are moved out of the way, never deleted, and said once."""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path

from sim.store.rows import now

LOG = logging.getLogger("standoff")
FOLDER = "set-aside"
STALE_SECONDS = 3600.0
"""Age after which a temporary file is no longer being written."""


def set_aside(store: Path, path: Path, reason: str) -> Path | None:
    """Move a file to ``set-aside`` with its reason beside it; None when someone else has, or the store is read-only."""
    folder = store / FOLDER
    target = folder / f"{path.parent.name}-{path.name}"
    number = 1
    while target.exists():
        number += 1
        target = folder / f"{path.parent.name}-{number}-{path.name}"
    try:
        folder.mkdir(exist_ok=True)
        os.rename(path, target)
    except FileNotFoundError:
        return None
    except OSError as error:
        LOG.warning("%s is not read: %s. It could not be set aside (%s).", path, reason, error.strerror)
        return None
    LOG.warning("%s is set aside: %s. Its runs, if it had any, will be computed again.", path.name, reason)
    try:
        target.with_name(f"{target.name}.txt").write_text(
            f"{reason}\nfrom {path}\n{now():%Y-%m-%d %H:%M} UTC\n", "utf-8"
        )
    except OSError as error:
        LOG.warning("the reason for %s could not be written (%s)", target, error.strerror)
    return target


def listed(store: Path) -> list[tuple[Path, str]]:
    """Files set aside, with their reasons."""
    folder = store / FOLDER
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    return [(path, reason_of(path)) for path in found if path.suffix != ".txt"]


def reason_of(path: Path) -> str:
    """Why a file was set aside."""
    try:
        return path.with_name(f"{path.name}.txt").read_text("utf-8").partition("\n")[0]
    except (OSError, UnicodeDecodeError):
        return "unknown"


def sweep(folder: Path) -> int:
    """Delete temporary files that dead writers left; returns how many."""
    gone = 0
    for path in folder.glob("*.tmp"):
        try:
            if time.time() - path.stat().st_mtime > STALE_SECONDS:
                path.unlink()
                gone += 1
        except OSError:  # another process was faster, or the store is read-only
            continue
    return gone
