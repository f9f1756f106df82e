"""What a table of points comes to: the extremes of an outcome, and each policy over the uncertainties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.experiment.points import SCENARIO
from sim.experiment.sweeps.measures import Measure
from sim.experiment.sweeps.spec import SweepSpec

if TYPE_CHECKING:
    import polars as pl


def span(table: pl.DataFrame, found: Measure) -> dict[str, Any]:
    """``lowest`` and ``highest`` (rows with value, low, high), ``mean`` over the points, their number; {} for none."""
    import polars as pl

    rows = table.hstack(found.bounds(table)).filter(pl.col("value").is_not_null())
    if rows.is_empty():
        return {}
    order = rows.sort("value", maintain_order=True)
    return {
        "lowest": order.row(0, named=True),
        "highest": order.row(-1, named=True),
        "mean": rows["value"].mean(),
        "points": rows.height,
    }


def policy_keys(spec: SweepSpec) -> list[str]:
    """Columns that tell policies apart."""
    return [*([SCENARIO] if len(spec.scenarios) > 1 else []), *(factor.key for factor in spec.levers)]


def policy_rows(table: pl.DataFrame, spec: SweepSpec, found: Measure) -> list[dict[str, Any]]:
    """Each policy: its keys, ``mean``, ``lowest``, ``highest`` over samples, ``below`` and ``above``.

    These two are the maximum regret (Savage 1951) of those who want much of the outcome, or little: the most by which
    the best policy at a sample is above, or below, this one there. Points without a value are left out.
    """
    import polars as pl

    keys = policy_keys(spec)
    value = pl.col(found.column)
    best = [value.max().over("sample").alias("most"), value.min().over("sample").alias("least")]
    rows = (
        table.filter(value.is_not_null())
        .with_columns(*best)
        .group_by("policy", maintain_order=True)
        .agg(
            pl.col(*keys).first(),
            value.mean().alias("mean"),
            value.min().alias("lowest"),
            value.max().alias("highest"),
            (pl.col("most") - value).max().alias("below"),
            (value - pl.col("least")).max().alias("above"),
        )
        .sort("policy")
    )
    return rows.to_dicts()
