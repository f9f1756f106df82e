"""A sweep from its spec to its table: every run from the store or made, in rounds where the spec asks for them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.experiment.executor import Progress
from sim.experiment.points import SCENARIO, Point, whole_table
from sim.experiment.runs import Tally, ensure
from sim.experiment.sweeps.design import Plan
from sim.experiment.sweeps.spec import SweepSpec
from sim.experiment.sweeps.stopping import until_tight
from sim.experiment.workers import pool_for
from sim.scenario import Scenario

if TYPE_CHECKING:
    import polars as pl

    from sim.experiment.sweeps.tipping import RefinedMap
    from sim.store import Store


@dataclass(frozen=True)
class Sweep:
    """A finished sweep. ``table`` has one row a point: what was varied, ``policy``, ``sample``, and what it came to."""

    spec: SweepSpec
    scenarios: tuple[Scenario, ...]
    points: Sequence[Point] = field(repr=False)
    table: pl.DataFrame = field(repr=False)
    tally: Tally
    seconds: float
    refined: RefinedMap | None = field(default=None, repr=False)
    store: Store | None = field(default=None, repr=False)
    """Where its runs are."""

    def frame(self) -> pl.DataFrame:
        """The table, as other experiments give theirs."""
        return self.table

    @property
    def runs(self) -> int:
        """Runs that the table rests on."""
        return int(self.table["runs"].sum())

    @property
    def failed(self) -> int:
        """Runs among them that failed."""
        return int(self.table["failed"].sum())


class Rounds:
    """The progress of several rounds as that of one whole, and what they came to together."""

    def __init__(self, progress: Progress | None) -> None:
        self.progress = progress
        self.tally = Tally()

    def ensure(self, points: Sequence[Point], store: Store, executor: Executor | None) -> None:
        """One round."""
        before = self.tally.asked, self.tally.failed

        def tell(done: int, asked: int, failed: int) -> None:
            if self.progress:
                self.progress(before[0] + done, before[0] + asked, before[1] + failed)

        self.tally.add(ensure(points, store=store, executor=executor, progress=tell))


def run_sweep(
    spec: SweepSpec,
    scenarios: Sequence[Scenario],
    *,
    store: Store,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Sweep:
    """Have every run of the sweep in the store, and make its table.

    Raises as ``ensure`` does. What was finished before an interrupt, a full disk or a kill is found by the next call.
    """
    began = time.monotonic()
    from sim.experiment.warmup import prepare

    rounds = Rounds(progress)
    plan = Plan(spec, scenarios)
    plan.check()
    points: Sequence[Point] = list(plan)
    refined: RefinedMap | None = None
    own = pool_for(spec.point_count * spec.replicates) if executor is None else None  # stays from round to round

    def evaluate(some: Sequence[Point]) -> pl.DataFrame:
        rounds.ensure(some, store, executor or own)
        return whole_table(some, store, executor or own)

    try:
        for trial in plan.trials():
            prepare(trial.scenario)
        if spec.refine is not None:
            from sim.experiment.sweeps.refining import refine_points

            points, found, refined = refine_points(plan, spec.refine, evaluate)
        elif spec.until is not None:
            points, found = until_tight(points, spec.until, evaluate)
        else:
            found = evaluate(points)
    finally:
        if own is not None:
            own.shutdown(wait=False, cancel_futures=True)
    whole = with_factors(spec, points, found)
    return Sweep(spec, tuple(scenarios), points, whole, rounds.tally, time.monotonic() - began, refined, store)


def with_factors(spec: SweepSpec, points: Sequence[Point], found: pl.DataFrame) -> pl.DataFrame:
    """The table with what was varied in front, each in its own type: numbers, dates, flags, names."""
    import polars as pl

    kinds = {"float": pl.Float64, "int": pl.Int64, "bool": pl.Boolean, "date": pl.Date}
    columns = {}
    for key in spec.keys:
        values = [point.values.get(key) for point in points]
        kind = spec_kind(spec, key)
        if kind == "names":
            values = [None if v is None else ", ".join(v) for v in values]  # type: ignore[arg-type]
        columns[key] = pl.Series(key, values, dtype=kinds.get(kind, pl.String), strict=False)
    if SCENARIO not in columns:
        columns = {SCENARIO: pl.Series(SCENARIO, [p.base.name for p in points], dtype=pl.String), **columns}
    policy, sample = (pl.Series(n, [getattr(p, n) for p in points], dtype=pl.Int64) for n in ("policy", "sample"))
    return found.select("point").with_columns(*columns.values(), policy, sample).hstack(found.drop("point"))


def spec_kind(spec: SweepSpec, key: str) -> str:
    """Kind of what is varied under ``key``: that of its parameter, or "text" for the scenario."""
    return next((factor.parameter.kind for factor in spec.factors if factor.key == key), "text")
