"""What can go wrong with the store."""

from __future__ import annotations

from pathlib import Path

from sim.errors import InputError


class StoreFull(OSError):  # noqa: N818
    """The store cannot be written to: disk full, quota, read-only. The message says what is kept and how to go on."""


class Unusable(Exception):  # noqa: N818
    """A file in the store that must not be read as results; the message is the reason."""


def unreadable(path: Path, error: OSError) -> InputError:
    """The one message for a place in the store that is no folder, or may not be read."""
    return InputError(
        f"{path}: cannot be read as part of the result store ({error.strerror or error}). "
        "Move it away or make it readable, or set STANDOFF_STORE to another folder."
    )
