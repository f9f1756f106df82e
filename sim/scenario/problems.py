"""Several problems of one file, told together in one message."""

from __future__ import annotations

import os
from pathlib import Path

from sim.errors import InputError

_TOLD_AT_MOST = 10


class Problems:
    """Collects what is wrong in one place (a file, ``--set``) and raises it as one ``InputError``."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.lines: list[str] = []

    def add(self, problem: str | InputError) -> None:
        """Note one more problem."""
        self.lines.append(str(problem))

    def raise_if_any(self) -> None:
        """End here if anything was wrong: on one line if it is one thing, else one line for each."""
        if len(self.lines) == 1:
            raise InputError(f"{self.where}: {self.lines[0]}")
        if self.lines:
            told = self.lines[:_TOLD_AT_MOST]
            left = len(self.lines) - len(told)
            rest = [f"… and {left} more"] if left else []
            raise InputError("\n  ".join([f"{self.where}: {len(self.lines)} problems:", *told, *rest]))


def friendly(path: Path) -> str:
    """A path as short as it can be said: from the working folder if the file lies below it."""
    try:
        relative = os.path.relpath(path)
    except (ValueError, OSError):  # another drive, or a working folder that is gone
        return str(path)
    return str(path) if relative.startswith("..") else relative
