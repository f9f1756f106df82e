"""What can go wrong with the store."""

from __future__ import annotations


class StoreFull(OSError):  # noqa: N818
    """The store cannot be written to: disk full, quota, read-only. The message says what is kept and how to go on."""


class Unusable(Exception):  # noqa: N818
    """A file in the store that must not be read as results; the message is the reason."""
