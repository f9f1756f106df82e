"""A mapping that cannot change and that, unlike ``MappingProxyType``, can travel to a worker process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

V_co = TypeVar("V_co", covariant=True)


class Frozen(Mapping[str, V_co]):
    """A read-only copy of a mapping; equal and hashed by content, whatever the order."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, V_co] | None = None) -> None:
        self._items: dict[str, V_co] = dict(items or {})

    def __getitem__(self, key: str) -> V_co:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return f"Frozen({self._items!r})"
