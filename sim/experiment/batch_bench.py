"""What a batch costs beside its runs, and what more than one process gains, measured on a few hundred runs."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import Any

from sim.experiment.executor import run_chunk
from sim.experiment.runs import ensure
from sim.experiment.tasks import Task
from sim.experiment.workers import LocalPool, cores
from sim.scenario import Scenario
from sim.scenario.run_parameters import DAYS
from sim.store import Store

RUNS, LONGEST = 200, 60
"""Runs of a batch, and their length at most: a third of the usual cost of a run."""
READY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Batches:
    """``store_overhead``: time of executor and store over that of the runs, in one process.

    ``parallel_efficiency``: time of the runs in a bare loop over the core time of the same batch, store included, on
    ``processes`` that have started; 1 would be no loss. ``batch_milliseconds`` is a run in the loop.
    """

    store_overhead: float
    parallel_efficiency: float
    batch_runs: int
    batch_milliseconds: float
    processes: int


class _Here(Executor):
    """Makes each chunk at once in this process, so that bookkeeping and store are all that is added; times the runs."""

    workers = 1

    def __init__(self) -> None:
        self.seconds = 0.0

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """The finished call."""
        done: Future[Any] = Future()
        self.seconds += _timed(lambda: done.set_result(function(*args, **kwargs)))
        return done


def measure_batches(scenario: Scenario, runs: int = RUNS) -> Batches:
    """Make the same runs in a bare loop, with executor and store in one process, and on all cores."""
    short = scenario.with_values({DAYS.key: min(LONGEST, scenario.typed(DAYS, int))}, source="bench")
    run_chunk([(short, [0], "")])  # the world is built
    with LocalPool() as pool:
        _ready(pool, short)
        before = _timed(lambda: run_chunk([(short, list(range(runs)), "")]))
        alone = _stored(short, runs, here := _Here())
        together = _stored(short, runs, pool)
        after = _timed(lambda: run_chunk([(short, list(range(runs)), "")]))
        processes = min(pool.workers + 1, cores())
    bare = (before + after) / 2
    return Batches(
        store_overhead=alone / here.seconds - 1,
        parallel_efficiency=bare / (processes * together),
        batch_runs=runs,
        batch_milliseconds=1000 * bare / runs,
        processes=processes,
    )


def _ready(pool: LocalPool, scenario: Scenario) -> None:
    """Wait until every worker has loaded the model and made a run."""
    chunks = [pool.submit(run_chunk, [(scenario, [0, 1], "")]) for _ in range(2 * pool.workers)]
    for chunk in chunks:
        chunk.result(READY_SECONDS)


def _stored(scenario: Scenario, runs: int, executor: Executor) -> float:
    """Seconds of a batch with a store of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return _timed(lambda: ensure([Task(scenario, range(runs))], store=Store(folder), executor=executor))


def _timed(action: Callable[[], Any]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start
