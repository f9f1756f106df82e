"""The whole store as a table: lazily, by SQL, and summed up by scenario."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from sim.errors import InputError, nearest
from sim.store.reading import lazy, retried
from sim.store.rows import COLUMNS
from sim.store.shelf import Shelf

TABLE = "runs"


def frame(shelves: Sequence[Shelf]) -> pl.LazyFrame:
    """All rows of several models, each run once. A column that one of them has not is null there."""
    frames = [lazy(shelf) for shelf in shelves]
    return pl.concat([pl.LazyFrame(schema=COLUMNS), *frames], how="diagonal_relaxed") if len(frames) != 1 else frames[0]


def query(shelves: Sequence[Shelf], sql: str) -> pl.DataFrame:
    """The answer to an SQL query of the table ``runs``. Raises InputError for one that cannot be answered."""

    def ask() -> pl.DataFrame:
        answer = pl.SQLContext({TABLE: frame(shelves)}).execute(sql)
        assert isinstance(answer, pl.LazyFrame)
        return answer.collect()

    try:
        return retried(shelves, ask)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise InputError(_refusal(sql, str(error))) from None


def stock(shelf: Shelf) -> list[dict[str, Any]]:
    """Per scenario and seed of a model: name, changes, runs, failed, first and last time, bytes by share, model."""

    def read() -> pl.DataFrame:
        told = (
            lazy(shelf)
            .group_by("scenario", "seed")
            .agg(
                pl.col("name").sort_by("made").last(),
                pl.col("changed").sort_by("made").last(),
                pl.len().alias("runs"),
                pl.col("error").is_not_null().sum().alias("failed"),
                pl.col("made").min().alias("first"),
                pl.col("made").max().alias("last"),
            )
        )
        return told.sort("name", "scenario", "seed").collect()

    found = retried([shelf], read)
    size = sum(part.size for part in shelf.parts.values())
    rows = max(1, sum(part.rows for part in shelf.parts.values()))
    return [row | {"bytes": round(size * row["runs"] / rows), "model": shelf.model} for row in found.to_dicts()]


def _refusal(sql: str, error: str) -> str:
    first = error.strip().splitlines()[0] if error.strip() else "it cannot be answered"
    table = re.search(r"relation '(\w+)' was not found", first)
    if table:
        return f"query: there is no table '{table[1]}'. The table is called {TABLE}: SELECT … FROM {TABLE}"
    quoted = [a or b for a, b in re.findall(r"\"(\w+)\"|'(\w+)'", first)]
    unknown = next((name for name in quoted if name not in COLUMNS), None)
    hint = nearest(unknown, COLUMNS) if unknown and "column" in first else ""
    return f"query: {first[:300]}.{hint} The table is {TABLE}; its columns: {', '.join(COLUMNS)}"
