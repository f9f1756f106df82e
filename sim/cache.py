"""Where things that cost time are kept between runs, and how they are written so that a kill cannot tear them."""

from __future__ import annotations

import contextlib
import errno
import functools
import hashlib
import importlib.metadata
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import platformdirs

from sim.errors import InputError

LIBRARIES = ("numpy", "numba", "llvmlite", "scipy", "mesa", "pyproj")


def cache_folder() -> Path:
    """The user's cache folder for Standoff, or ``STANDOFF_CACHE``, made if it is not there.

    Raises InputError when it cannot be used.
    """
    asked = os.environ.get("STANDOFF_CACHE")
    folder = Path(asked or platformdirs.user_cache_dir("standoff", appauthor=False))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        name = f"STANDOFF_CACHE = {asked}" if asked else str(folder)
        raise InputError(
            f"{name}: cannot be used as the cache folder ({error.strerror or error}). "
            "Set STANDOFF_CACHE to a folder that can be written."
        ) from None
    return folder


def source_hash(*files: Path) -> str:
    """16 hex digits over the text of source files, so that a cache made by other code is never read."""
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


@functools.cache
def libraries() -> dict[str, str]:
    """The versions of the packages that calculate: another one may round differently."""
    return {name: installed(name) for name in LIBRARIES}


@functools.cache
def surroundings() -> dict[str, str]:
    """What a number that was calculated once depends on beside sources and data: libraries, system, machine."""
    return {"machine": platform.machine(), "system": sys.platform} | libraries()


def installed(name: str) -> str:
    """The version of a package; ``not installed`` where it is not."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def prune(folder: Path, keep: int) -> None:
    """Delete all but the ``keep`` newest entries of a cache folder; what cannot be deleted stays."""
    for path in sorted(folder.iterdir() if folder.is_dir() else [], key=_changed, reverse=True)[keep:]:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # another process has just taken it away
        return 0.0


def write_atomically(path: Path, write: Callable[[BinaryIO], None]) -> None:
    """Write to a temporary file beside ``path``, then rename: readers see the old file, the new one or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as stream:
            write(stream)
            stream.flush()
            if hasattr(os, "fchmod"):  # a temporary file is the owner's alone
                with contextlib.suppress(OSError):
                    os.fchmod(stream.fileno(), 0o644)
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except BaseException as error:
        Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename is None:
            error.filename = str(path)  # a full disk does not say where
        raise
