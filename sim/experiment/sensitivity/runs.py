"""The outcomes of a design, run by run: what sensitivity measures are made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError
from sim.experiment.executor import Progress
from sim.experiment.points import Point, runs_of
from sim.experiment.runs import ensure
from sim.observe.outcome import BITS, OUTCOMES, QUANTITIES
from sim.params import Value
from sim.scenario import Scenario
from sim.scenario.run_parameters import DAYS

if TYPE_CHECKING:
    import polars as pl

    from sim.store import Store

CLASS = "outcome_"
"""Before the name of an outcome class, as a bit may have the same name."""
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Measured:
    """Outcomes of every run of a design; NaN where a run failed or its point was refused."""

    outcomes: Mapping[str, Array]
    """Name → (points, runs)."""
    base: Mapping[str, Array]
    """Name → (runs,): the scenario itself with the luck of the first block."""
    runs: int
    """Runs asked for, the scenario's own included."""
    failed: int
    """Runs that ended with an error."""
    refused: NDArray[np.bool_]
    """(points,): values that do not go together, so that no run was made."""


Measure = Callable[[Sequence[Mapping[str, Value]], int], Measured]
"""From the values of points, and how many of them make a block that shares its luck, to their outcomes."""


def names_of() -> dict[str, str]:
    """Every outcome with its unit: shares of runs by bit and class, and quantities."""
    shares = [*BITS, *(CLASS + name for name in OUTCOMES)]
    return dict.fromkeys(shares, "share of runs") | QUANTITIES


def by_running(
    scenario: Scenario,
    replicates: int,
    *,
    store: Store,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Measure:
    """Measure by running the model: ``replicates`` runs a point, the same luck within a block, fresh luck for the next.

    Runs come from the store where they are there. Raises what ``ensure`` does.
    """

    def measure(values: Sequence[Mapping[str, Value]], block: int) -> Measured:
        points = [Point(0, scenario, {}, range(replicates))]  # itself first: if it cannot be set up, that is told
        for number, at in enumerate(values):
            first = number // block * replicates
            points.append(Point(number + 1, scenario, at, range(first, first + replicates)))
        refused = np.array([_is_refused(point) for point in points])
        made = [point for point, bad in zip(points, refused, strict=True) if not bad]
        tally = ensure(made, store=store, executor=executor, progress=progress)
        table = {name: np.full((len(points), replicates), np.nan) for name in names_of()}
        failed = 0
        for frame in runs_of(made, store):
            failed += int(frame["error"].is_not_null().sum())
            _fill(table, frame, replicates, scenario.typed(DAYS, int))
        return Measured(
            {name: found[1:] for name, found in table.items()},
            {name: found[0] for name, found in table.items()},
            tally.asked,
            failed,
            refused[1:],
        )

    return measure


def seconds_of_a_run(scenario: Scenario) -> float:
    """How long one run takes here, once everything is compiled. Raises InputError when it cannot be set up."""
    from sim.experiment.replicate import run_replicate
    from sim.experiment.warmup import prepare, say_if_cold

    say_if_cold()
    prepare(scenario)
    return min(run_replicate(scenario, replicate).seconds for replicate in range(2))


def _is_refused(point: Point) -> bool:
    try:
        return point.scenario is None
    except InputError:
        return True


def _fill(table: Mapping[str, Array], frame: pl.DataFrame, replicates: int, days: int) -> None:
    """Put finished runs into their places. A day on which nothing happened counts as the last: with all its days."""
    good = frame.filter(frame["error"].is_null())
    at = (good["point"].to_numpy(), good["replicate"].to_numpy() % replicates)
    classes = good["outcome"].to_numpy()
    for name, unit in names_of().items():
        if name.startswith(CLASS):
            table[name][at] = classes == name.removeprefix(CLASS)
        else:
            numbers = good[name].cast(float).fill_null(float("nan")).to_numpy()
            table[name][at] = np.where(np.isnan(numbers), days, numbers) if unit == "day" else numbers
