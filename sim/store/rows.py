"""A result as one row of a table and back, without losing a bit.

A quantity or day that "did not happen" is NaN in a result and null in a row, so that means over rows leave it out.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from sim.observe.outcome import BITS, QUANTITIES, Outcome
from sim.observe.result import TRY_AGAIN, Result
from sim.scenario import Scenario
from sim.scenario.events import canonical

FORMAT = 1
"""Of rows and parts. Another number for every change of ``COLUMNS`` or of what a column means."""
KEY = ("scenario", "seed", "replicate")
_TERM = pl.Struct({"name": pl.String, "value": pl.Float64})
COLUMNS: dict[str, Any] = {
    "model": pl.String,
    "scenario": pl.String,
    "seed": pl.Int64,
    "replicate": pl.Int64,
    "name": pl.String,
    "changed": pl.String,
    "version": pl.String,
    "git": pl.String,
    "platform": pl.String,
    "made": pl.Datetime("us", "UTC"),
    "seconds": pl.Float64,
    "error": pl.String,
    "outcome": pl.String,
    "agreement": pl.String,
    **dict.fromkeys(BITS, pl.Boolean),
    **dict.fromkeys(QUANTITIES, pl.Float64),
    "floor_day": pl.List(pl.Float64),
    "lost_day": pl.List(pl.Float64),
    "breaks": pl.List(pl.Float64),
    "terms": pl.List(_TERM),
    "chain": pl.List(pl.String),
    "chain_days": pl.List(pl.Int64),
    "floor_days": pl.Int64,
    "floor": pl.Binary,
}
"""Name → type. ``scenario`` is its hash, ``name`` what it is called, ``changed`` what it changes from the base (JSON);
``error`` is null when all went well, else what follows is null; ``breaks`` is (sides, reasons) in one row;
``floor`` is the int8 array (``floor_days``, districts) as bytes."""
NESTED = tuple(name for name, kind in COLUMNS.items() if isinstance(kind, pl.List) or kind == pl.Binary)

if len(COLUMNS) != 22 + len(BITS) + len(QUANTITIES):
    raise AssertionError("a bit or quantity has the name of another column")


def changed_json(scenario: Scenario) -> str:
    """What a scenario changes from its base as JSON, so that a row says by itself what was run."""
    found = scenario.provenance.items()
    changed: dict[str, object] = {key: canonical(item.value) for key, item in found if item.changed_from_base}
    if scenario.events:
        changed["events"] = [str(event) for event in scenario.events]
    return json.dumps(changed, ensure_ascii=False, separators=(",", ":"))


def encode(results: Iterable[Result], facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One dictionary a result. ``facts`` holds the columns that a result does not know, ``model`` to ``made``."""
    return [dict(facts) | _row(result) for result in results]


def table(rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Encoded rows as a frame with all ``COLUMNS``."""
    return pl.DataFrame(rows, schema=COLUMNS)


def decode(frame: pl.DataFrame) -> list[Result]:
    """The results of the rows of a frame with all ``COLUMNS``, in their order."""
    return [_result(row) for row in frame.iter_rows(named=True)]


def died(error: str | None) -> bool:
    """Whether a run is to be tried again: its worker died or the machine failed, which is no fault of the run's own."""
    return error is not None and error.startswith(TRY_AGAIN)


def now() -> dt.datetime:
    """The time, in UTC."""
    return dt.datetime.now(dt.UTC)


def _row(result: Result) -> dict[str, Any]:
    row: dict[str, Any] = {
        "replicate": result.replicate,
        "seconds": result.seconds,
        "error": result.error or None,
        "chain": list(result.chain),
        "chain_days": list(result.chain_days),
    }
    if result.floor is not None:
        if result.floor.dtype != np.int8 or result.floor.ndim != 2:
            raise ValueError(f"floor is {result.floor.dtype} of {result.floor.ndim} dimensions, not int8 of 2")
        row |= {"floor": result.floor.tobytes(), "floor_days": len(result.floor)}
    outcome = result.outcome
    if outcome is None:
        return row
    if outcome.bits.keys() != BITS.keys() or outcome.quantities.keys() != QUANTITIES.keys():
        raise ValueError("an outcome with other bits or quantities than the model has")
    return row | {
        "outcome": outcome.outcome,
        "agreement": outcome.settlement,
        **{name: bool(value) for name, value in outcome.bits.items()},
        **{name: _known(float(value)) for name, value in outcome.quantities.items()},
        "floor_day": [_known(day) for day in outcome.floor_day.tolist()],
        "lost_day": [_known(day) for day in outcome.lost_day.tolist()],
        "breaks": outcome.breaks.ravel().tolist(),
        "terms": [{"name": name, "value": value} for name, value in outcome.terms],
    }


def _result(row: Mapping[str, Any]) -> Result:
    outcome, districts = None, 0
    if row["outcome"] is not None:
        outcome = Outcome(
            outcome=row["outcome"],
            bits={name: row[name] for name in BITS},
            quantities={name: _number(row[name]) for name in QUANTITIES},
            floor_day=_days(row["floor_day"]),
            lost_day=_days(row["lost_day"]),
            breaks=np.array(row["breaks"], dtype=np.float64).reshape(2, -1),
            settlement=row["agreement"],
            terms=tuple((term["name"], term["value"]) for term in row["terms"]),
        )
        districts = len(outcome.floor_day)
    floor = None
    if row["floor"] is not None:
        days = row["floor_days"]
        shape = (days, len(row["floor"]) // days if days else districts)
        floor = np.frombuffer(row["floor"], dtype=np.int8).reshape(shape).copy()
    return Result(
        replicate=row["replicate"],
        outcome=outcome,
        chain=tuple(row["chain"]),
        chain_days=tuple(row["chain_days"]),
        floor=floor,
        seconds=row["seconds"],
        error=row["error"] or "",
    )


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def _days(values: Sequence[float | None]) -> np.ndarray:
    return np.array([_number(value) for value in values], dtype=np.float64)
