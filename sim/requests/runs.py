"""Runs of one scenario: an ensemble, or one run told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import InputError
from sim.requests.scenarios import DEFAULT_SCENARIO, load_scenario, read_first

if TYPE_CHECKING:
    from sim.experiment.ensemble import Ensemble
    from sim.experiment.one_run import RunStory
    from sim.observe.result import Result
    from sim.params import Value
    from sim.scenario import Scenario
    from sim.store import Store


def run(
    scenario: str | Path | Scenario = DEFAULT_SCENARIO,
    replicates: int | None = None,
    *,
    values: Mapping[str, Value] | None = None,
    first: int = 0,
    dates: Sequence[dt.date] = (),
    executor: Executor | None = None,
    progress: Callable[[int, int, int], None] | None = None,
    store: bool | Store = True,
) -> Ensemble:
    """An ensemble of ``replicates`` runs, by default as many as the scenario says.

    ``first`` is the number of the first replicate. ``dates`` replaces the dates on which the floors are looked
    at. Without ``executor`` the runs use all cores of this machine. Runs that the ``store`` has are not made again,
    and new ones are put there; False leaves it alone. Ctrl-C raises ``KeyboardInterrupt`` with the finished part as
    its ``ensemble``.
    """
    from sim.experiment.interrupt import Interrupted
    from sim.experiment.runs import gather as gather_runs
    from sim.experiment.tasks import Task
    from sim.experiment.workers import INLINE_BELOW, LocalPool, cores

    read_first(scenario)
    pool = None
    if executor is None and cores() > 1 and (replicates is None or replicates >= INLINE_BELOW):
        pool = LocalPool().start()  # the workers load the model while this process does
    try:
        setup = load_scenario(scenario, values)
        _within(setup, dates)
        count = setup.typed("run.replicates", int) if replicates is None else replicates
        from sim.experiment.ensemble import Ensemble

        chosen = executor or (pool if count >= INLINE_BELOW else None)
        numbers = range(first, first + count)
        try:
            (results,) = gather_runs(
                [Task(setup, numbers)], store=usual_store(store), executor=chosen, progress=progress
            )
        except Interrupted as stop:
            stop.ensemble = Ensemble.of(setup, stop.results, dates=dates, asked=count)
            raise
        return Ensemble.of(setup, results, dates=dates)
    finally:
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)


def usual_store(wanted: bool | Store = True) -> Store | None:
    """The store that results are kept in: the user's, or where ``STANDOFF_STORE`` says; None where none is wanted."""
    if wanted is False:
        return None
    if wanted is not True:
        return wanted
    from sim.store import Store

    return Store.usual()


def _within(setup: Scenario, dates: Sequence[dt.date]) -> None:
    """Refuse dates to look at that no run comes to."""
    start = setup.typed("run.start", dt.date)
    end = start + dt.timedelta(days=setup.typed("run.days", int) - 1)
    for date in dates:
        if not start <= date <= end:
            raise InputError(f"--on {date}: the runs go from {start} to {end}")


def gather(results: Sequence[Result], scenario: Scenario) -> Ensemble:
    """Summarise results that are there already."""
    from sim.experiment.ensemble import Ensemble

    return Ensemble.of(scenario, results)


def run_one(
    scenario: str | Path | Scenario = DEFAULT_SCENARIO,
    replicate: int = 0,
    *,
    values: Mapping[str, Value] | None = None,
) -> RunStory:
    """One run with its model and its dated story."""
    setup = load_scenario(scenario, values)
    from sim.experiment.one_run import tell_run

    return tell_run(setup, replicate)
