"""What a sensitivity analysis asks and answers: plan, stages, tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from sim.experiment.sensitivity.morris import Morris
from sim.experiment.sensitivity.problem import Factor, Problem
from sim.experiment.sensitivity.runs import names_of
from sim.experiment.sensitivity.sobol import Sobol
from sim.experiment.tasks import seed_of
from sim.params import Value
from sim.scenario import Scenario

if TYPE_CHECKING:
    import polars as pl

Method = Literal["morris", "sobol"]
HEADLINE = "days_floor_held"
"""The outcome that is told when none is named."""


@dataclass(frozen=True)
class Plan:
    """What is to be analysed, and at what cost."""

    scenario: Scenario
    problem: Problem
    method: Method = "morris"
    trajectories: int = 10
    samples: int = 64
    top: int = 10
    replicates: int = 5
    outcomes: tuple[str, ...] = (HEADLINE,)
    screens: bool = False
    """Whether a Morris screening chooses what Sobol indices are made for."""
    choice: tuple[str, ...] = ()
    """The words of the command line that choose the numbers and their ends; empty: as ``problem`` says."""

    @property
    def seed(self) -> int:
        """Seed of the designs and of resampling: the scenario's."""
        return seed_of(self.scenario)

    @property
    def runs(self) -> int:
        """Runs at most; those in the store cost nothing."""
        factors = len(self.problem.factors)
        screening = self.trajectories * (factors + 1) + 1
        if self.method == "morris":
            return screening * self.replicates
        points = self.samples * ((self.top if self.screens else factors) + 2) + 1
        return (points + screening * self.screens) * self.replicates


@dataclass(frozen=True)
class Stage:
    """One design with its indices by outcome."""

    method: Method
    size: int
    """Trajectories, or samples."""
    problem: Problem
    points: Sequence[Mapping[str, Value]] = field(repr=False)
    indices: Mapping[str, Morris | Sobol]
    base: Mapping[str, float]
    """Outcome → mean over the runs of the scenario itself."""
    constant: tuple[str, ...]
    """Outcomes that are the same in every run."""
    partial: tuple[str, ...]
    """Quantities that some runs do not have, which leaves nothing to compare."""
    runs: int
    failed: int
    refused: int
    """Points."""
    trouble: NDArray[np.float64]
    """(factors,): share of the changes of this number that led to a failed or refused run."""
    warnings: tuple[str, ...]

    def silent(self) -> list[str]:
        """Keys of the numbers that changed no outcome of any run."""
        if not self.indices:
            return []
        nothing = np.logical_and.reduce([found.nothing for found in self.indices.values()])
        return [factor.key for factor, none in zip(self.problem.factors, nothing, strict=True) if none]


@dataclass(frozen=True)
class Sensitivity:
    """What came of it. The last stage is the answer; a stage before it is the screening that chose its numbers."""

    plan: Plan
    stages: tuple[Stage, ...]

    @property
    def last(self) -> Stage:
        """The stage that answers."""
        return self.stages[-1]

    @property
    def runs(self) -> int:
        """Runs of all stages."""
        return sum(stage.runs for stage in self.stages)

    @property
    def failed(self) -> int:
        """Failed runs of all stages."""
        return sum(stage.failed for stage in self.stages)

    def frame(self, stage: int = -1) -> pl.DataFrame:
        """A row for each outcome and number, by outcome and rank: ends, grade, source and every index."""
        import polars as pl

        chosen = self.stages[stage]
        frames = [_frame(name, found, chosen) for name, found in chosen.indices.items()]
        return pl.concat(frames) if frames else pl.DataFrame()

    def table(self, name: str, stage: Stage) -> pl.DataFrame:
        """The rows of one outcome."""
        return _frame(name, stage.indices[name], stage)

    def ranges(self) -> pl.DataFrame:
        """A row for each number of the first stage: its value, ends and where they come from."""
        import polars as pl

        rows = [_range(factor) for factor in self.stages[0].problem.factors]
        return pl.DataFrame(rows)

    def design(self, stage: int = -1) -> pl.DataFrame:
        """The points in order, a column for each number."""
        import polars as pl

        return pl.DataFrame(list(self.stages[stage].points))


def ranked(found: Morris | Sobol) -> list[int]:
    """Numbers of the factors, the most influential first."""
    return [int(i) for i in np.argsort(-found.measure, kind="stable")]


def _range(factor: Factor) -> dict[str, Any]:
    return {
        "key": factor.key,
        "meaning": factor.parameter.meaning,
        "unit": factor.parameter.unit,
        "value": factor.end(factor.number),
        "low": factor.end(factor.low),
        "high": factor.end(factor.high),
        "ends": factor.how,
        "grade": factor.grade,
        "source": factor.source,
    }


def _frame(name: str, found: Morris | Sobol, stage: Stage) -> pl.DataFrame:
    import polars as pl

    order = ranked(found)
    head = {"method": stage.method, "outcome": name, "outcome_unit": names_of()[name]}
    rows = [head | {"rank": place} | _range(stage.problem.factors[i]) for place, i in enumerate(order, start=1)]
    columns = {column: values[order] for column, values in (found.columns() | {"trouble": stage.trouble}).items()}
    return pl.DataFrame(rows).with_columns(**{c: pl.Series(v) for c, v in columns.items()})
