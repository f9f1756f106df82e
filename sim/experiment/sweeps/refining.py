"""A sweep along its tipping line: the points near it with all their runs, some others with few."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf, nan
from typing import TYPE_CHECKING

from sim.experiment.points import Point
from sim.experiment.sweeps.design import Plan
from sim.experiment.sweeps.measures import measure
from sim.experiment.sweeps.spec import Refine, halvings
from sim.experiment.sweeps.tipping import Estimate, Node, RefinedMap, refine

if TYPE_CHECKING:
    import polars as pl

FIRST_SHARE = 4
"""Runs of a node far from the line, unless the spec says: a quarter."""


def refine_points(
    plan: Plan, wish: Refine, evaluate: Callable[[Sequence[Point]], pl.DataFrame]
) -> tuple[list[Point], pl.DataFrame, RefinedMap]:
    """The visited points with the runs each ended with, their table, and the map of the whole grid."""
    import polars as pl

    spec = plan.spec
    seen: dict[Node, tuple[Point, pl.DataFrame]] = {}
    found_in = measure(wish.outcome)

    def ask(nodes: Sequence[Node], runs: int) -> list[Estimate]:
        points = [_with_runs(plan.at_node(node), runs) for node in nodes]
        table = evaluate(points)
        told = found_in.bounds(table)
        for row, (node, point) in enumerate(zip(nodes, points, strict=True)):
            seen[node] = point, table[row]
        return [_estimate(*row) for row in told.select("value", "low", "high").iter_rows()]

    shape = (len(spec.factors[0].levels), len(spec.factors[1].levels))
    deepest = min(halvings(n - 1) for n in shape)
    levels = deepest if wish.levels is None else min(wish.levels, deepest)
    first = wish.first or max(1, spec.replicates // FIRST_SHARE)
    refined = refine(shape, ask, levels=levels, runs=spec.replicates, first=first, at=wish.at)
    order = sorted(seen.values(), key=lambda pair: pair[0].number)
    return [point for point, _ in order], pl.concat([row for _, row in order]), refined


def _estimate(value: float | None, low: float | None, high: float | None) -> Estimate:
    """Nulls, where no run or only one could tell, leave both sides open."""
    if value is None:
        return Estimate(nan, -inf, inf)
    return Estimate(value, -inf if low is None else low, inf if high is None else high)


def _with_runs(point: Point, runs: int) -> Point:
    first = point.replicates.start
    return replace(point, replicates=range(first, first + runs))
