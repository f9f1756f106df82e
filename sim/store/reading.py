"""Rows from parts: only the parts that have them, each run once, in a fixed order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias, TypeVar

import polars as pl

from sim.observe.result import TRY_AGAIN
from sim.store import spans
from sim.store.errors import Unusable
from sim.store.parts import Part, verify
from sim.store.rows import COLUMNS, KEY
from sim.store.shelf import Shelf

Wanted: TypeAlias = tuple[str, int, Sequence[int]]
"""Scenario hash, seed and replicates."""
T = TypeVar("T")
TRIES = 20
_ASKED = {"scenario": pl.String, "seed": pl.Int64, "replicate": pl.Int64}


def read_rows(shelf: Shelf, wanted: Iterable[Wanted], columns: Sequence[str] | None = None) -> pl.DataFrame:
    """Those of the wanted runs that are there, sorted by scenario, seed and replicate."""
    asked = list(wanted)
    return retried([shelf], lambda: _read(shelf, asked, list(columns or COLUMNS)))


def retried(shelves: Sequence[Shelf], read: Callable[[], T]) -> T:
    """Read; when a part vanished because another process rolled it up, or turns out torn, list anew and read again."""
    for attempt in range(TRIES):
        try:
            return read()
        except FileNotFoundError:
            if attempt == TRIES - 1:
                raise
        except (pl.exceptions.ComputeError, pl.exceptions.PanicException):
            if not sum(_altered(shelf) for shelf in shelves):
                raise
        for shelf in shelves:
            shelf.refresh()
    raise AssertionError("not reached")


def once(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Each run once: a good row before one that is to be tried again, then the earlier one."""
    lost = pl.any_horizontal(pl.col("error").str.starts_with(start) for start in TRY_AGAIN).fill_null(False)
    ordered = frame.sort(*KEY, lost, "made", maintain_order=True)
    return ordered.unique(subset=["model", *KEY], keep="first", maintain_order=True)


def scan(parts: Sequence[Part]) -> pl.LazyFrame:
    """All rows of parts of one model, as they are."""
    if not parts:
        return pl.LazyFrame(schema=COLUMNS)
    return pl.scan_parquet([part.path for part in parts], glob=False)


def lazy(shelf: Shelf) -> pl.LazyFrame:
    """All rows of a model, each run once, not read yet; every part has its digest compared."""
    shelf.refresh()
    parts = shelf.sound_parts()
    return once(scan(parts)) if shelf.overlaps() else scan(parts)


def _read(shelf: Shelf, asked: Sequence[Wanted], columns: Sequence[str]) -> pl.DataFrame:
    numbers: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
    parts: dict[str, Part] = {}
    met: set[tuple[str, int, int]] = set()
    twice = False
    for scenario, seed, replicates in asked:
        mine = set(replicates)
        for entry in shelf.entries(scenario, seed):
            here = (spans.from_text(entry.done) | spans.from_text(entry.died)) & mine
            if here:
                name = entry.part.path.name
                parts[name] = entry.part
                rows = [(scenario, seed, r) for r in here]
                twice = twice or not met.isdisjoint(rows)
                met.update(rows)
                numbers[name] += rows
    needed = list(dict.fromkeys([*columns, "model", *KEY, "error", "made"]))
    if not met:
        return pl.DataFrame(schema={name: COLUMNS[name] for name in columns})
    want = pl.DataFrame(sorted(met), schema=_ASKED, orient="row")
    near = pl.col("scenario").is_in(sorted({s for s, _, _ in met})) & pl.col("seed").is_in(
        sorted({s for _, s, _ in met})
    )
    rows_of = scan([parts[name] for name in sorted(parts)]).select(needed).filter(near)
    found = rows_of.join(want.lazy(), on=KEY, how="semi")
    return (once(found) if twice else found.sort(*KEY)).select(columns).collect()


def _altered(shelf: Shelf) -> bool:
    """Whether a part that was sound is not any more; it is set aside."""
    found = False
    for name, part in list(shelf.parts.items()):
        try:
            verify(part.path, part.digest)
        except FileNotFoundError:
            shelf.forget(name)
            found = True
        except Unusable as reason:
            shelf.refuse(name, str(reason))
            found = True
    return found
