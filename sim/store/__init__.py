"""The result store: every finished run on disk, found again by model, scenario, seed and replicate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.store.errors import StoreFull
    from sim.store.store import Store

__all__ = ["Store", "StoreFull"]


def __getattr__(name: str) -> Any:
    """Import Polars only when a store is used, not when a version is asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from sim.store import errors, store

    return getattr(store if name == "Store" else errors, name)
