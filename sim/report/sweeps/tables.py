"""Tables to look at: the numbers of each chart, and the policies. ``summary.csv`` holds everything."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiment.sweeps.measures import Measure, measure
from sim.report.files import write_text
from sim.report.sweeps.figures import has_policies, policy_keys, policy_rows
from sim.report.sweeps.words import title_of, unit_of, upper_first

if TYPE_CHECKING:
    import polars as pl

    from sim.experiment.sweeps.sweep import Sweep

MOST_KEYS = 6
"""Factors up to which they stand in front of what came out; a page shows the first dozen columns."""


def write_tables(sweep: Sweep, folder: Path) -> list[dict[str, str]]:
    """Write ``phase-OUTCOME.csv`` for each outcome and, where there are some to compare, ``policies.csv``; returns
    their rows for the manifest. Shares are of 100 runs, as in the charts."""
    rows = []
    for name in sweep.spec.outcomes:
        found = measure(name)
        file = f"phase-{name}.csv"
        write_text(folder / file, outcome_table(sweep, found).write_csv())
        rows.append({"file": file, "title": f"{upper_first(title_of(found))}, {unit_of(found)}"})
    if has_policies(sweep.spec):
        write_text(folder / "policies.csv", policy_table(sweep).write_csv())
        rows.append({"file": "policies.csv", "title": "Each policy over the uncertainties"})
    return rows


def outcome_table(sweep: Sweep, found: Measure) -> pl.DataFrame:
    """One row a point: the factors, ``runs``, ``failed``, ``value``, ``low``, ``high`` (95 %)."""
    table = sweep.table
    ends = (found.bounds(table).drop("n") * _scale(found)).select("value", "low", "high")
    told = table.select("runs", "failed").hstack(_rounded(ends))
    keys = table.select(sweep.spec.keys)
    return keys.hstack(told) if keys.width <= MOST_KEYS else table.select("point").hstack(told).hstack(keys)


def policy_table(sweep: Sweep) -> pl.DataFrame:
    """One row for each policy and outcome: mean, lowest, highest over the samples, and maximum regret both ways."""
    import polars as pl

    spec = sweep.spec
    keys = policy_keys(spec)
    rows: list[dict[str, Any]] = []
    for name in spec.outcomes:
        found = measure(name)
        for row in policy_rows(sweep.table, spec, found):
            figures = {end: row[end] * _scale(found) for end in ("mean", "lowest", "highest")}
            figures |= {f"most_{end}": row[end] * _scale(found) for end in ("below", "above")}
            rows.append({"outcome": name, **{key: row[key] for key in keys}, **figures, "unit": unit_of(found)})
    heads = ["mean", "lowest", "highest", "most_below", "most_above"]
    if not rows:
        return pl.DataFrame(schema=["outcome", *keys, *heads, "unit"])
    frame = pl.DataFrame(rows, infer_schema_length=None)
    return frame.with_columns(_rounded(frame.select(heads)).get_columns())


def _scale(found: Measure) -> float:
    return 100.0 if found.is_share else 1.0


def _rounded(frame: pl.DataFrame) -> pl.DataFrame:
    """Without the dust of multiplication."""
    import polars as pl

    return frame.with_columns(pl.all().cast(pl.Float64).round(9))
