"""What a table of points comes to: the extremes of an outcome, each policy, and what a sample's outcome goes with."""

from __future__ import annotations

import datetime as dt
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.experiment.points import SCENARIO
from sim.experiment.sweeps.factors import RANGED, Factor
from sim.experiment.sweeps.measures import Measure
from sim.experiment.sweeps.spec import SweepSpec

if TYPE_CHECKING:
    import polars as pl

    from sim.experiment.sweeps.sweep import Sweep
    from sim.scenario import Scenario

SHUFFLES = 999
MOST_SHUFFLED = 2000
"""Samples up to which the critical rank correlation is found by shuffling; with more it is normal."""


def bases_of(sweep: Sweep) -> list[Scenario]:
    """The scenarios as they were run: with the constants and the seed of the sweep."""
    return list({point.base.name: point.base for point in sweep.points}.values())


def comparable(table: pl.DataFrame, spec: SweepSpec) -> pl.DataFrame:
    """The points that may be set beside each other: of a refined map, those that were given all their runs."""
    import polars as pl

    return table.filter(pl.col("runs") >= spec.replicates) if spec.refine else table


def has_policies(spec: SweepSpec) -> bool:
    """Whether policies can be compared over samples; the nodes of a refined map are no sample of anything."""
    return spec.policy_count > 1 and spec.sample_count > 1 and spec.refine is None


def span(table: pl.DataFrame, found: Measure) -> dict[str, Any]:
    """``lowest`` and ``highest`` (rows with value, low, high), how many points share them (``lowest_ties``,
    ``highest_ties``), ``mean`` over the points, ``points`` their number; {} for none."""
    import polars as pl

    rows = table.hstack(found.bounds(table)).filter(pl.col("value").is_not_null())
    if rows.is_empty():
        return {}
    order = rows.sort("value", maintain_order=True)
    lowest = order.row(0, named=True)
    highest = order.filter(pl.col("value") == order["value"][-1]).row(0, named=True)  # of those that tie, the first
    return {
        "lowest": lowest,
        "highest": highest,
        "lowest_ties": order.filter(pl.col("value") == lowest["value"]).height,
        "highest_ties": order.filter(pl.col("value") == highest["value"]).height,
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

    value = pl.col(found.column)
    best = [value.max().over("sample").alias("most"), value.min().over("sample").alias("least")]
    rows = (
        table.filter(value.is_not_null())
        .with_columns(*best)
        .group_by("policy", maintain_order=True)
        .agg(
            *[pl.col(key).first() for key in policy_keys(spec)],
            value.mean().alias("mean"),
            value.min().alias("lowest"),
            value.max().alias("highest"),
            (pl.col("most") - value).max().alias("below"),
            (value - pl.col("least")).max().alias("above"),
        )
        .sort("policy")
    )
    return rows.to_dicts()


def sample_means(table: pl.DataFrame, spec: SweepSpec) -> pl.DataFrame:
    """One row a sample: its uncertainties and ``value``, the mean of that column over the policies. Samples at which
    some policy has no value are left out: their mean would be over other policies than the rest."""
    import polars as pl

    keys = [factor.key for factor in spec.uncertainties]
    return (
        table.filter(pl.col("value").is_not_null())
        .group_by("sample", maintain_order=True)
        .agg(pl.col("value").mean(), pl.len().alias("policies"), *[pl.col(key).first() for key in keys])
        .filter(pl.col("policies") == spec.policy_count)
        .sort("sample")
    )


def rank_correlations(means: pl.DataFrame, spec: SweepSpec) -> dict[Factor, float]:
    """Spearman's correlation of ``value`` with each uncertainty of numbers or dates, over the rows of ``means``."""
    factors, ranks, values = _ranks(means, spec)
    return {factor: float(row @ values) for factor, row in zip(factors, ranks, strict=True)}


def critical_correlation(means: pl.DataFrame, spec: SweepSpec) -> float:
    """What the largest of the rank correlations passes by luck alone in 5 % of cases: of 999 shuffles, always the
    same; for many samples by the normal law, for as many tries as there are factors."""
    factors, ranks, values = _ranks(means, spec)
    if not factors:
        return 1.0
    if len(values) > MOST_SHUFFLED:
        level = NormalDist().inv_cdf(1 - 0.025 / len(factors))
        return float(level / np.sqrt(len(values) - 1))
    rng = np.random.default_rng(1)
    largest = sorted(float(np.abs(ranks @ rng.permutation(values)).max()) for _ in range(SHUFFLES))
    return largest[round(0.95 * (SHUFFLES + 1)) - 1]


def _ranks(means: pl.DataFrame, spec: SweepSpec) -> tuple[list[Factor], NDArray[np.float64], NDArray[np.float64]]:
    """The factors that have an order, and ranks of mean 0 and length 1: (factors, samples) and of the value."""
    values = _unit(means["value"].rank().to_numpy())
    found: list[tuple[Factor, NDArray[np.float64]]] = []
    for factor in spec.uncertainties:
        column = means[factor.key].to_list()
        if factor.parameter.kind not in RANGED or None in column or values is None:
            continue
        numbers = np.array([v.toordinal() if isinstance(v, dt.date) else v for v in column], float)
        ranks = _unit(_ranked(numbers))
        if ranks is not None:
            found.append((factor, ranks))
    if values is None or not found:
        return [], np.zeros((0, means.height)), np.zeros(means.height)
    return [factor for factor, _ in found], np.stack([ranks for _, ranks in found]), values


def _ranked(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    import polars as pl

    return pl.Series(numbers).rank().to_numpy()


def _unit(ranks: NDArray[Any]) -> NDArray[np.float64] | None:
    """Ranks less their mean, of length 1; None where all are the same."""
    off = np.asarray(ranks, float) - (np.mean(ranks) if len(ranks) else 0.0)
    length = float(np.sqrt((off**2).sum()))
    return off / length if length > 0 else None
