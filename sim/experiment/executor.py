"""Many replicates on all cores, in order, with the same bits as one after another.

Any ``concurrent.futures`` executor does. A worker that dies costs nothing but time: its chunk is run again, run by
run and each alone, and a run whose worker dies twice is kept as a failed result.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from sim.experiment.workers import LocalPool, cores
from sim.scenario import Scenario

if TYPE_CHECKING:  # importing the model takes a second, in which the workers can start
    from sim.experiment.ensemble import Ensemble
    from sim.observe.result import Result

Progress = Callable[[int, int], None]
"""Called with the number of runs done and asked for."""
INLINE_BELOW = 8
"""Fewer runs than this are not worth a worker's start."""
CHUNK_SECONDS = 0.25
DEATHS = 2
"""Deaths of a worker after which a run is given up."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C while runs were made; ``results`` holds what was finished."""

    def __init__(self, results: list[Result]) -> None:
        super().__init__()
        self.results = results
        self.ensemble: Ensemble | None = None


def run_many(
    scenario: Scenario,
    replicates: Sequence[int],
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> list[Result]:
    """Run these replicates and return their results in the same order.

    Without an executor, many runs get a ``LocalPool`` of their own and few run here. Raises InputError when the
    scenario cannot be set up, Interrupted on Ctrl-C.
    """
    own = LocalPool().start() if executor is None and len(replicates) >= INLINE_BELOW and cores() > 1 else None
    try:
        batch = _Batch(scenario, replicates, executor or own, progress)
        try:
            with remembering_interrupt() as asked_to_stop:
                _ready_here(scenario, batch)
                batch.work(asked_to_stop)
        except KeyboardInterrupt:
            batch.collect()
            if own:
                own.shutdown(wait=False, cancel_futures=True)
            raise Interrupted(batch.in_order()) from None
        return batch.in_order()
    finally:
        if own:
            own.shutdown(wait=False, cancel_futures=True)


@contextmanager
def remembering_interrupt() -> Iterator[Callable[[], bool]]:
    """Within it, Ctrl-C is remembered as well as raised: compiled code may swallow what is raised in its callbacks."""
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    asked: list[int] = []
    before = signal.getsignal(signal.SIGINT)

    def note(number: int, frame: FrameType | None) -> None:
        asked.append(number)
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, before)


def run_chunk(scenario: Scenario, replicates: Sequence[int]) -> list[Result]:
    """What a worker does: several replicates at a time, because sending costs more than a short run's share."""
    from sim.experiment.replicate import run_replicate

    return [run_replicate(scenario, replicate) for replicate in replicates]


def _ready_here(scenario: Scenario, batch: _Batch) -> None:
    """Set the scenario up once here; with cold kernels make the first run here, so that only one compiles."""
    from sim.experiment.warmup import prepare, say_if_cold

    cold = say_if_cold()
    prepare(scenario)
    if cold:
        batch.run_one_here()


class _Batch:
    """The bookkeeping of one call of ``run_many``."""

    def __init__(
        self, scenario: Scenario, replicates: Sequence[int], executor: Executor | None, progress: Progress | None
    ) -> None:
        self.scenario = scenario
        self.asked = list(replicates)
        self.waiting = deque(dict.fromkeys(self.asked))
        self.suspects: deque[int] = deque()
        self.deaths: Counter[int] = Counter()
        self.flying: dict[Future[list[Result]], tuple[int, ...]] = {}
        self.results: dict[int, Result] = {}
        self.executor = executor
        self.workers: int = getattr(executor, "workers", 0) or cores()
        self.helps: bool = executor is None or getattr(executor, "helps", False)
        self.progress = progress
        self.seconds = 0.0  # of a run, the mean so far

    def in_order(self) -> list[Result]:
        """The results there are, in the order asked for."""
        return [self.results[r] for r in self.asked if r in self.results]

    def work(self, asked_to_stop: Callable[[], bool]) -> None:
        """Until every run has its result, or someone has asked to stop."""
        while self.waiting or self.suspects or self.flying:
            if asked_to_stop():
                raise KeyboardInterrupt
            try:
                self._fill()
                if self.helps and self.waiting:
                    self.run_one_here()
                    wait(self.flying, timeout=0)
                elif self.flying:
                    wait(self.flying, return_when=FIRST_COMPLETED)
            except BrokenExecutor:  # found on submitting; what was flying tells the rest
                self._mend([])
            self.collect()

    def run_one_here(self) -> None:
        """Make the last of the waiting runs in this process; workers take from the front."""
        self._keep(run_chunk(self.scenario, [self.waiting.pop()]))

    def _fill(self) -> None:
        """Keep two chunks for each worker in flight; a suspect flies alone, so that a death is surely its own."""
        if self.executor is None:
            return
        while self.waiting and len(self.flying) < 2 * self.workers:
            chunk = [self.waiting.popleft() for _ in range(self._chunk_size())]
            self._submit(chunk)
        if self.suspects and not self.waiting and not self.flying:
            self._submit([self.suspects.popleft()])

    def _submit(self, chunk: list[int]) -> None:
        assert self.executor is not None
        try:
            self.flying[self.executor.submit(run_chunk, self.scenario, chunk)] = tuple(chunk)
        except BrokenExecutor:
            self.waiting.extendleft(reversed(chunk))  # never started
            raise

    def _chunk_size(self) -> int:
        """Runs of about a quarter of a second together, fewer near the end so that all finish together."""
        by_time = round(CHUNK_SECONDS / self.seconds) if self.seconds > 0 else 1
        by_rest = len(self.waiting) // (3 * (self.workers + self.helps))
        return max(1, min(by_time, by_rest))

    def collect(self) -> None:
        """Take in what is finished."""
        lost: list[int] = []
        broken = False
        for future in [f for f in self.flying if f.done()]:
            chunk = self.flying.pop(future)
            if future.cancelled() or isinstance(future.exception(), BrokenExecutor):
                broken = True
                lost += chunk
            elif error := future.exception():
                self._keep([_failed(replicate, f"{type(error).__name__}: {error}") for replicate in chunk])
            else:
                self._keep(future.result())
        if broken:
            self._mend(lost)

    def _mend(self, lost: list[int]) -> None:
        """A worker died, and with it the pool: count against the lost runs, rebuild and carry on."""
        wait(self.flying, timeout=10)  # a broken pool fails all its futures at once
        for future, chunk in list(self.flying.items()):
            if future.done() and future.exception() is None:
                self._keep(future.result())
            else:
                lost += chunk
        self.flying.clear()
        started = getattr(self.executor, "could_start", lambda: True)()
        rebuild = getattr(self.executor, "rebuild", None)
        if not started or rebuild is None:
            print("the worker processes do not start; the runs are made one after another", file=sys.stderr)
            self.executor, self.helps = None, True
            self.waiting.extend([*lost, *self.suspects])
            self.suspects.clear()
            return
        for replicate in lost:
            self.deaths[replicate] += 1
            if self.deaths[replicate] >= DEATHS:
                self._keep([_failed(replicate, f"the worker process died {DEATHS} times in this run")])
            else:
                self.suspects.append(replicate)
        rebuild()

    def _keep(self, results: list[Result]) -> None:
        for result in results:
            self.results[result.replicate] = result
            if result.seconds > 0:
                count = len(self.results)
                self.seconds += (result.seconds - self.seconds) / count
        if self.progress:
            self.progress(len(self.results), len(self.asked))


def _failed(replicate: int, error: str) -> Result:
    from sim.observe.result import Result

    return Result(replicate, None, error=error)
