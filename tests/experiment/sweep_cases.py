"""A small schema, factors and made-up tables for tests of sweeps; nothing is run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from sim.experiment.points import Point
from sim.experiment.statistics import wilson
from sim.experiment.sweeps.factors import Factor, from_raw
from sim.observe.outcome import BITS, OUTCOMES, QUANTITIES
from sim.params import Parameter, Schema
from sim.scenario import Provenance, Scenario, run_parameters
from sim.scenario.frozen import Frozen

DATES = (dt.date(1980, 1, 1), dt.date(2035, 12, 31))
SCHEMA = Schema(
    [
        *run_parameters.PARAMETERS,
        Parameter("run.without", "left out", "", "names", choices=("cold", "talks", "air")),
        Parameter("attacker.fighters", "attackers in the valley", "people", "int", 0, 100_000),
        Parameter("talks.trust", "trust that a promise is kept (a guess)", "probability", "float", 0, 1),
        Parameter("support.capacity", "what the way can carry", "t/day", "float", 0, 200),
        Parameter("season.onset", "day on which the passes close; or none", "date", "date", *DATES, optional=True),
        Parameter("defender.posture", "plan of the defence", "", "choice", choices=("gate", "yield", "disperse")),
        Parameter("defender.site", "where they stand", "site", "text", optional=True),
        Parameter("talks.arms", "arms are asked for", "", "bool"),
        Parameter("terrain.width", "width of the valley", "m", "float", 100, 5000),
    ]
)  # fmt: skip
VALUES: dict[str, Any] = {
    "run.start": dt.date(2021, 9, 1), "run.days": 200, "run.replicates": 100, "run.seed": 7, "run.without": (),
    "attacker.fighters": 12000, "talks.trust": 0.2, "support.capacity": 0.0, "season.onset": None,
    "defender.posture": "gate", "defender.site": None, "talks.arms": True, "terrain.width": 1000.0,
}  # fmt: skip


def setup(name: str = "calm", **values: Any) -> Scenario:
    """A scenario of the small schema; keys with __ for the dot."""
    found = VALUES | {key.replace("__", "."): value for key, value in values.items()}
    source = {key: Provenance(value, "made up", "assumed", False, value, name) for key, value in found.items()}
    return Scenario(name, name.title(), "", "", Frozen(found), Frozen(source), (), (), Path(f"{name}.toml"), SCHEMA)


def factor(key: str, raw: Any) -> Factor:
    """A factor as a file gives it."""
    return from_raw(key, raw, SCHEMA)


def made_up(
    points: Sequence[Point], share: Callable[[Mapping[str, Any]], float], runs: int = 100, failed: Iterable[int] = ()
) -> pl.DataFrame:
    """The table of points whose shares are ``share`` of their values, without noise; means are 100 times that."""
    rows = []
    for point in points:
        values = {**point.values, "scenario": point.base.name}
        count = round(runs * share(values))
        low, high = wilson(count, runs)
        row: dict[str, Any] = {"point": point.number, **values, "policy": point.policy, "sample": point.sample}
        row |= {"runs": runs, "failed": 1 if point.number in failed else 0}
        for name in [*(f"outcome_{outcome}" for outcome in OUTCOMES), *BITS]:
            row |= {name: count / runs, f"{name}_low": low, f"{name}_high": high}
        for name in QUANTITIES:
            row |= {name: float(count), f"{name}_low": count - 2.0, f"{name}_high": count + 2.0, f"{name}_n": runs}
        rows.append(row)
    return pl.DataFrame(rows, infer_schema_length=None)
