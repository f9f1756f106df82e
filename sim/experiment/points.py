"""Points of a design: what is varied at each, and what its runs came to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.experiment.executor import Progress
from sim.experiment.runs import ensure
from sim.experiment.statistics import Share, mean_interval
from sim.experiment.tasks import seed_of
from sim.observe.outcome import BITS, OUTCOMES, QUANTITIES
from sim.params import Value
from sim.scenario import Scenario

if TYPE_CHECKING:
    import polars as pl

    from sim.store import Store

AT_ONCE = 20_000
"""Rows read from the store at a time."""
TRIES = 3
SCENARIO = "scenario"
"""Name of the factor that stands for a whole scenario file."""


@dataclass(frozen=True)
class Point:
    """One combination of values. Its scenario is made when asked for: a design may hold a hundred thousand points.

    ``values`` are laid over ``base``; the key ``scenario`` only names the base. Points of one ``policy`` share the
    levers, points of one ``sample`` the uncertainties and, with them, their luck.
    """

    number: int
    base: Scenario
    values: Mapping[str, Value]
    replicates: range
    policy: int = 0
    sample: int = 0

    @property
    def scenario(self) -> Scenario:
        """The scenario of the point. Raises InputError when its values do not go together."""
        changes = {key: value for key, value in self.values.items() if key != SCENARIO}
        return self.base.with_values(changes, source="sweep") if changes else self.base

    @cached_property
    def key(self) -> tuple[str, int]:
        """Scenario hash and seed, under which its runs are stored; reckoned once."""
        scenario = self.scenario
        return scenario.hash, seed_of(scenario)


class ResultsGoneError(OSError):
    """Runs that were made are not in the store any more."""


def evaluate(
    points: Sequence[Point], *, store: Store, executor: Executor | None = None, progress: Progress | None = None
) -> pl.DataFrame:
    """Have every run of the points made, and what they came to: see ``table``."""
    ensure(points, store=store, executor=executor, progress=progress)
    return whole_table(points, store, executor)


def whole_table(points: Sequence[Point], store: Store, executor: Executor | None = None) -> pl.DataFrame:
    """The table of points whose runs have been made. Runs that went away meanwhile are made again.

    Raises ResultsGoneError when they go away again and again.
    """
    asked = [len(point.replicates) for point in points]
    for _ in range(TRIES):
        found = table(points, store)
        if found["runs"].to_list() == asked:
            return found
        ensure(points, store=store, executor=executor)
    raise ResultsGoneError(f"{store.folder}: runs that were made are gone from the store; is something deleting them?")


def table(points: Sequence[Point], store: Store) -> pl.DataFrame:
    """One row a point, from stored runs.

    Columns: ``point``, ``runs``, ``failed``; ``outcome_<class>`` and each bit, the share of finished runs, with
    ``_low`` and ``_high`` (Wilson 95 %); each quantity the mean over the runs in which it happened, with ``_low``,
    ``_high`` (95 % of the mean) and ``_n`` (those runs). Null where there is no run to tell.
    """
    import polars as pl

    rows = [row for frame, some in _batches(points, store) for row in _summaries(frame, some)]
    kinds: dict[str, Any] = {"point": pl.Int64, "runs": pl.Int64, "failed": pl.Int64}
    shares = [f"outcome_{name}" for name in OUTCOMES] + list(BITS)
    kinds |= {f"{name}{end}": pl.Float64 for name in shares for end in ("", "_low", "_high")}
    for name in QUANTITIES:
        kinds |= {f"{name}{end}": pl.Float64 for end in ("", "_low", "_high")} | {f"{name}_n": pl.Int64}
    return pl.DataFrame(rows, schema=kinds, orient="row").with_columns(pl.col(pl.Float64).fill_nan(None))


def runs_of(points: Sequence[Point], store: Store) -> Iterator[pl.DataFrame]:
    """The stored runs of the points, some thousand at a time: ``point``, then what the run came to; no clock times."""
    import polars as pl

    for frame, some in _batches(points, store):
        key = pl.DataFrame(
            [(point.number, *point.key, replicate) for point in some for replicate in point.replicates],
            schema={"point": pl.Int64, "scenario": pl.String, "seed": frame.schema["seed"], "replicate": pl.Int64},
            orient="row",
        )
        found = frame.with_columns(pl.col("replicate").cast(pl.Int64))
        yield key.join(found, on=["scenario", "seed", "replicate"], how="inner", maintain_order="left")


def _batches(points: Sequence[Point], store: Store) -> Iterator[tuple[pl.DataFrame, list[Point]]]:
    """Points with their rows, in batches that fit in memory."""
    columns = ["scenario", "seed", "replicate", "error", "outcome", *BITS, *QUANTITIES]
    some: list[Point] = []
    rows = 0

    def read() -> pl.DataFrame:
        return store.rows([(*point.key, point.replicates) for point in some], columns)

    for point in points:
        some.append(point)
        rows += len(point.replicates)
        if rows >= AT_ONCE:
            yield read(), some
            some, rows = [], 0
    if some:
        yield read(), some


def _summaries(frame: pl.DataFrame, points: Iterable[Point]) -> Iterator[tuple[Any, ...]]:
    """The row of each point. By NumPy, run by run in order of replicates: the same bits whatever the cores do."""
    places: dict[tuple[str, int], dict[int, int]] = {}
    for place, (name, seed, replicate) in enumerate(frame.select("scenario", "seed", "replicate").iter_rows()):
        places.setdefault((name, seed), {})[replicate] = place
    failed = frame["error"].is_not_null().to_numpy()
    classes = frame["outcome"].to_numpy()
    bits = {name: frame[name].fill_null(False).to_numpy() for name in BITS}
    quantities = {name: frame[name].fill_null(float("nan")).to_numpy() for name in QUANTITIES}
    for point in points:
        at = places.get(point.key, {})
        index = np.array([at[r] for r in point.replicates if r in at], np.int64)
        good = index[~failed[index]]
        yield (
            point.number,
            len(index),
            len(index) - len(good),
            *(x for name in OUTCOMES for x in _share(classes[good] == name)),
            *(x for flags in bits.values() for x in _share(flags[good])),
            *(x for values in quantities.values() for x in mean_interval(values[good])),
        )


def _share(flags: np.ndarray) -> tuple[float, float, float]:
    """Share of True, with Wilson's interval; NaN where there is no run."""
    share = Share.of_runs(int(flags.sum()), len(flags))
    return share.share, share.low, share.high
