"""Rows to a file of the user's: Parquet as they are, CSV with lists as text. A batch at a time, in a fixed order."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from sim.store.reading import read_rows, retried
from sim.store.rollup import MOST_ROWS
from sim.store.rows import COLUMNS
from sim.store.shelf import Shelf

Pairs = Sequence[tuple[Shelf, str, int]]
"""Model, scenario hash and seed of what to export."""


def export(pairs: Pairs, target: Path, batch_rows: int = MOST_ROWS) -> int:
    """Write the runs of ``pairs`` to a .csv or .parquet file, whole or not at all; returns the number of rows."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as scratch:
        write = _csv if target.suffix.lower() == ".csv" else _parquet
        made = Path(scratch) / target.name
        rows = write(_alike(pairs, batch_rows), made)
        os.replace(made, target)
    return rows


def flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns that CSV cannot hold as text: lists joined by ``;``, other nested ones as JSON, bytes as hex digits.

    The floors have a digit a district and a ``;`` between days, or none where ``floor_days`` was not asked for.
    """
    changed: list[pl.Expr | pl.Series] = []
    for name, kind in frame.schema.items():
        if name == "floor" and kind == pl.Binary:
            told = frame.schema.get("floor_days", pl.Null)
            days = frame["floor_days"].to_list() if told.is_integer() else [1] * len(frame)
            digits = [_floor(*row) for row in zip(frame[name].to_list(), days, strict=True)]
            changed.append(pl.Series(name, digits, pl.String))
        elif isinstance(kind, pl.List) and isinstance(kind.inner, pl.DataType) and _plain(kind.inner):
            changed.append(pl.col(name).list.eval(pl.element().cast(pl.String).fill_null("")).list.join(";"))
        elif not _plain(kind):
            changed.append(pl.Series(name, [_text(value) for value in frame[name].to_list()], pl.String))
    return frame.with_columns(changed)


def _plain(kind: pl.DataType) -> bool:
    """Whether CSV holds values of this type."""
    times = isinstance(kind, pl.Date | pl.Datetime | pl.Time)
    texts = isinstance(kind, pl.String | pl.Categorical | pl.Enum | pl.Boolean | pl.Null)
    return kind.is_numeric() or times or texts


def _text(value: Any) -> str | None:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=_text)
    if isinstance(value, bytes):
        return value.hex()
    return None if value is None else str(value)


def _floor(data: bytes | None, days: int | None) -> str | None:
    if not data or not days or len(data) < days:
        return None
    digits, wide = "".join(str(code) for code in data), len(data) // days
    return ";".join(digits[at : at + wide] for at in range(0, len(digits), wide))


def _alike(pairs: Pairs, batch_rows: int) -> Iterator[pl.DataFrame]:
    """Batches with the same columns, those of all models together."""
    columns: dict[str, pl.DataType] = dict(pl.DataFrame(schema=COLUMNS).schema)
    for shelf in {id(shelf): shelf for shelf, _, _ in pairs}.values():
        columns |= {name: kind for name, kind in _columns(shelf).items() if name not in columns}
    empty = pl.DataFrame(schema=columns)
    yield empty
    for frame in _batches(pairs, batch_rows):
        yield pl.concat([empty, frame], how="diagonal_relaxed")


def _batches(pairs: Pairs, batch_rows: int) -> Iterator[pl.DataFrame]:
    waiting: list[tuple[str, int, list[int]]] = []
    rows, before = 0, None
    for shelf, scenario, seed in pairs:
        if waiting and shelf is not before:
            assert before is not None
            yield read_rows(before, waiting, list(_columns(before)))
            waiting, rows = [], 0
        before = shelf
        done, died = retried([shelf], partial(shelf.numbers, scenario, seed))
        numbers = sorted(done | died)
        while numbers:
            some, numbers = numbers[: batch_rows - rows], numbers[batch_rows - rows :]
            waiting.append((scenario, seed, some))
            rows += len(some)
            if rows >= batch_rows:
                yield read_rows(shelf, waiting, list(_columns(shelf)))
                waiting, rows = [], 0
    if waiting and before is not None:
        yield read_rows(before, waiting, list(_columns(before)))


def _columns(shelf: Shelf) -> dict[str, pl.DataType]:
    def read() -> dict[str, pl.DataType]:
        return next((dict(pl.read_parquet_schema(part.path)) for part in shelf.sound_parts()), {})

    return retried([shelf], read)


def _csv(frames: Iterator[pl.DataFrame], target: Path) -> int:
    rows = 0
    with target.open("wb") as stream:
        for number, frame in enumerate(frames):
            flat(frame).write_csv(stream, include_header=number == 0)
            rows += len(frame)
    return rows


def _parquet(frames: Iterator[pl.DataFrame], target: Path) -> int:
    rows, pieces = 0, []
    for number, frame in enumerate(frames):
        pieces.append(target.with_name(f"{number:06d}.parquet"))
        frame.write_parquet(pieces[-1])
        rows += len(frame)
    pl.scan_parquet(pieces, glob=False).sink_parquet(target, compression="zstd")
    return rows
