"""Many runs on all cores, with the same bits as one after another.

Any ``concurrent.futures`` executor does. A worker that dies costs nothing but time: its chunk is run again, run by
run and each alone, and a run whose worker dies twice is kept as a failed result.
"""

from __future__ import annotations

import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait

from sim.errors import InputError
from sim.experiment.interrupt import Interrupts, remembering_interrupt
from sim.experiment.tasks import Done, Job, Parcel, Task, check_files, jobs_of, key_of, parcel
from sim.experiment.workers import cores, pool_for
from sim.observe.result import WORKER_DIED, Result

Progress = Callable[[int, int, int], None]
"""Called with the number of runs done, asked for, and failed."""
Keep = Callable[[list[Done]], None]
"""Called with each finished chunk, in this process."""
CHUNK_SECONDS = (0.25, 1.0)
"""Length of a chunk at first, so that an answer comes soon, and in a long batch, so that sending costs little."""
LONG_BATCH = 60.0
"""Seconds after which chunks are as long as they get."""
CHUNKS_A_SECOND = 100
"""More than these no scheduler should have to hand out: with many workers chunks are longer."""
DEATHS = 2
"""Deaths of a worker after which a run is given up."""


def run_tasks(
    tasks: Iterable[Task],
    total: int,
    keep: Keep,
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> None:
    """Make every run of ``tasks``, ``total`` in all, and hand each finished chunk to ``keep``.

    Tasks are taken as they are needed, so that they need not all be in memory. Without an executor, many runs get a
    ``LocalPool`` of their own and few run here. Raises InputError when the first scenario cannot be set up,
    KeyboardInterrupt on Ctrl-C, both after everything finished has been handed over.
    """
    own = pool_for(total) if executor is None else None
    batch = _Batch(tasks, total, keep, executor or own, progress)
    try:
        with remembering_interrupt() as batch.interrupts:
            try:
                _ready_here(batch)
                batch.work()
            except KeyboardInterrupt:
                batch.collect()
                raise
    finally:
        batch.cancel()
        if own:
            own.shutdown(wait=False, cancel_futures=True)


def run_chunk(jobs: Parcel, model: str = "") -> list[list[Result]]:
    """What a worker does: several replicates at a time, because sending costs more than a short run's share.

    Raises InputError when the worker's model is not the one that was asked for: its numbers would be others.
    """
    from sim.experiment.replicate import run_replicate

    if model:
        from sim.store.identity import model_id

        if model != model_id():
            raise InputError(
                f"a worker runs another model ({model_id()}) than this process ({model}): "
                "install the same version of Standoff and its libraries on every machine, and start again after an edit"
            )
    for scenario, _, own in jobs:
        check_files(scenario, own)
    return [[run_replicate(scenario, replicate) for replicate in replicates] for scenario, replicates, _ in jobs]


def _ready_here(batch: _Batch) -> None:
    """Set the first scenario up once here; with cold kernels make the first run here, so that only one compiles."""
    from sim.experiment.warmup import prepare, say_if_cold

    if not batch.refill():
        return
    cold = say_if_cold()
    prepare(batch.waiting[0].scenario)
    if cold:
        batch.run_one_here()


class _Batch:
    """The bookkeeping of one call of ``run_tasks``."""

    def __init__(
        self, tasks: Iterable[Task], total: int, keep: Keep, executor: Executor | None, progress: Progress | None
    ) -> None:
        self.source = jobs_of(tasks)
        self.total = total
        self.keep = keep
        self.waiting: deque[Job] = deque()
        self.suspects: deque[Job] = deque()
        self.deaths: Counter[tuple[str, int, int]] = Counter()
        self.flying: dict[Future[list[list[Result]]], list[Job]] = {}
        self.executor = executor
        self.helps: bool = executor is None or getattr(executor, "helps", False)
        self.model: str = getattr(executor, "model", "")
        self.progress = progress
        self.done = self.failed = 0
        self.began = time.monotonic()
        self.seconds = 0.0  # of a run, the mean so far
        self.interrupts = Interrupts()

    @property
    def workers(self) -> int:
        """Workers there are now: on a cluster they come and go."""
        return getattr(self.executor, "workers", 0) or cores()

    def work(self) -> None:
        """Until every run has its result, or someone has asked to stop."""
        while self.refill() or self.suspects or self.flying:
            self.interrupts.raise_if_asked()
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

    def refill(self) -> bool:
        """Take enough runs from the source to fill every worker; whether any waits."""
        enough = 4 * (self.workers + 1) * self._by_time()
        while len(self.waiting) < enough:
            job = next(self.source, None)
            if job is None:
                break
            self.waiting.append(job)
        return bool(self.waiting)

    def run_one_here(self) -> None:
        """Make the last of the waiting runs in this process; workers take from the front."""
        job = self.waiting.pop()
        ((result,),) = run_chunk(parcel([job]))
        self._keep([Done(job.scenario, result)])

    def _fill(self) -> None:
        """Keep two chunks for each worker in flight; a suspect flies alone, so that a death is surely its own."""
        if self.executor is None:
            return
        while self.refill() and len(self.flying) < 2 * self.workers:
            size = min(self._chunk_size(), len(self.waiting))
            self._submit([self.waiting.popleft() for _ in range(size)])
        if self.suspects and not self.waiting and not self.flying:
            self._submit([self.suspects.popleft()])

    def _submit(self, chunk: list[Job]) -> None:
        assert self.executor is not None
        try:
            self.flying[self.executor.submit(run_chunk, parcel(chunk), self.model)] = chunk
        except BrokenExecutor:
            self.waiting.extendleft(reversed(chunk))  # never started
            raise

    def _by_time(self) -> int:
        """Runs that take as long as a chunk should."""
        short, long = CHUNK_SECONDS
        by_age = short + (long - short) * min(1.0, (time.monotonic() - self.began) / LONG_BATCH)
        wished = max(by_age, self.workers / CHUNKS_A_SECOND)
        return max(1, round(wished / self.seconds)) if self.seconds > 0 else 1

    def _chunk_size(self) -> int:
        """Runs of a chunk's length, fewer near the end so that all finish together."""
        flying = sum(map(len, self.flying.values()))
        by_rest = (self.total - self.done - flying) // (3 * (self.workers + self.helps))
        return max(1, min(self._by_time(), by_rest))

    def collect(self) -> None:
        """Take in what is finished."""
        with self.interrupts.shield():
            self._collect()

    def _collect(self) -> None:
        lost: list[Job] = []
        broken = False
        refused: Exception | None = None
        for future in [f for f in self.flying if f.done()]:
            chunk = self.flying.pop(future)
            error = None if future.cancelled() else future.exception()
            if future.cancelled() or isinstance(error, BrokenExecutor):
                broken = True
                lost += chunk
            elif error is not None and self._worker_lost(error):
                self._suspect(chunk)
            elif isinstance(error, InputError):
                refused = error
            elif error is not None and (refusal := getattr(self.executor, "refusal", None)):
                refused = refusal(error)
            elif error is not None:
                self._keep([Done(j.scenario, Result(j.replicate, None, error=_text(error))) for j in chunk])
            else:
                self._take(chunk, future.result())
        if refused is not None:
            raise refused
        if broken:
            self._mend(lost)

    def cancel(self) -> None:
        """Ask what has not begun not to begin."""
        for future in self.flying:
            future.cancel()
        self.flying.clear()

    def _worker_lost(self, error: BaseException) -> bool:
        return bool(getattr(self.executor, "worker_lost", lambda _: False)(error))

    def _mend(self, lost: list[Job]) -> None:
        """A worker died, and with it the pool: count against the lost runs, rebuild and carry on."""
        wait(self.flying, timeout=10)  # a broken pool fails all its futures at once
        for future, chunk in list(self.flying.items()):
            if future.done() and not future.cancelled() and future.exception() is None:
                self._take(chunk, future.result())
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
        self._suspect(lost)
        rebuild()

    def _suspect(self, lost: list[Job]) -> None:
        for job in lost:
            self.deaths[key_of(job)] += 1
            if self.deaths[key_of(job)] >= DEATHS:
                self._keep([Done(job.scenario, Result(job.replicate, None, error=f"{WORKER_DIED} {DEATHS} times"))])
            else:
                self.suspects.append(job)

    def _take(self, chunk: list[Job], results: list[list[Result]]) -> None:
        flat = [result for bundle in results for result in bundle]
        self._keep([Done(job.scenario, result) for job, result in zip(chunk, flat, strict=True)])

    def _keep(self, done: list[Done]) -> None:
        with self.interrupts.shield():
            self.keep(done)
            for _, result in done:
                self.done += 1
                self.failed += bool(result.error)
                if result.seconds > 0:
                    self.seconds += (result.seconds - self.seconds) / self.done
        if self.progress:
            self.progress(self.done, self.total, self.failed)


def _text(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
