"""Runs wanted: from the store where they are there, else made and stored."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.experiment.executor import Progress, run_tasks
from sim.experiment.interrupt import Interrupted, remembering_interrupt
from sim.experiment.tasks import Done, Task, Wanted, seed_of
from sim.experiment.workers import pool_for
from sim.observe.result import Result
from sim.scenario import Scenario

if TYPE_CHECKING:
    from sim.store import Store
    from sim.store.writer import Writer

FLUSH_SECONDS = 0.25
"""A part is written once this much time has gone since the last; a chunk is never split."""
FLUSH_SHARE, FLUSH_LATEST = 0.02, 2.0
"""On a slow disk parts are written more seldom: for this share of the time, but after so many seconds at the latest."""


@dataclass(slots=True)
class Tally:
    """Runs asked for, found in the store, made, and failed among both."""

    asked: int = 0
    found: int = 0
    made: int = 0
    failed: int = 0

    def add(self, other: Tally) -> None:
        """Count what another came to, too."""
        self.asked += other.asked
        self.found += other.found
        self.made += other.made
        self.failed += other.failed


def ensure(
    tasks: Iterable[Wanted],
    *,
    store: Store,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Tally:
    """Make those runs of ``tasks`` that the store has not. Nothing is kept in memory but the store's keys.

    ``tasks`` is gone through twice, so it must be a sequence or make its tasks anew each time. Raises as
    ``run_tasks`` does, and StoreFull when a part cannot be written.
    """
    missing, tally = _missing(tasks, lambda key: store.done(*key))
    lacking = tally.asked - tally.found
    if not lacking:
        if progress:
            progress(tally.asked, tally.asked, 0)
        return tally
    writer, pace = store.writer(), _Pace()

    def keep(done: list[Done]) -> None:
        for scenario, result in done:
            writer.add(scenario, [result])
            tally.made += 1
            tally.failed += bool(result.error)
        if pace.due():
            pace.flush(writer)

    def tell(done: int, _: int, failed: int) -> None:
        if progress:
            progress(tally.found + done, tally.asked, failed)

    own = pool_for(lacking) if executor is None else None
    try:
        with remembering_interrupt() as ctrl_c:
            try:
                run_tasks(_only(tasks, missing), lacking, keep, executor=executor or own, progress=tell)
            finally:
                with ctrl_c.shield():
                    writer.flush()
        ctrl_c.raise_if_asked()
    finally:
        if own:
            own.shutdown(wait=False, cancel_futures=True)
    return tally


def gather(
    tasks: Sequence[Task],
    *,
    store: Store | None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> list[list[Result]]:
    """The results of ``tasks``, in memory and in order. Raises as ``run_tasks`` does; Interrupted on Ctrl-C.

    A store that cannot be written is said once and does not stop the runs.
    """
    have = _stored(tasks, store)
    keeper = _Keeper(store)

    def keep(done: list[Done]) -> None:
        for scenario, result in done:
            have[scenario.hash, seed_of(scenario)][result.replicate] = result
        keeper.keep(done)

    def tell(done: int, _: int, failed: int) -> None:
        if progress:
            progress(found + done, total, failed)

    def in_order() -> list[list[Result]]:
        of_task = [have[task.key] for task in tasks]
        return [[of[r] for r in task.replicates if r in of] for task, of in zip(tasks, of_task, strict=True)]

    missing, tally = _missing(tasks, lambda key: have[key].keys())
    total, found = tally.asked, tally.found
    try:
        with remembering_interrupt() as ctrl_c:
            try:
                if found < total:
                    run_tasks(_only(tasks, missing), total - found, keep, executor=executor, progress=tell)
                elif progress:
                    progress(total, total, 0)
            finally:
                with ctrl_c.shield():
                    keeper.close()
        ctrl_c.raise_if_asked()
    except KeyboardInterrupt:
        raise Interrupted([result for results in in_order() for result in results]) from None
    return in_order()


def run_many(
    scenario: Scenario,
    replicates: Sequence[int],
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> list[Result]:
    """Run these replicates and return their results in the same order, past any store. Raises as ``gather`` does."""
    (results,) = gather([Task(scenario, replicates)], store=None, executor=executor, progress=progress)
    return results


class _Pace:
    """When the next part is due."""

    def __init__(self) -> None:
        self.last, self.wait = time.monotonic(), FLUSH_SECONDS
        self.first = True

    def due(self) -> bool:
        return time.monotonic() - self.last >= self.wait

    def flush(self, writer: Writer) -> None:
        """Write what has come in since the last part, and see how long that takes."""
        began = time.monotonic()
        try:
            writer.flush()
        finally:
            self.last = time.monotonic()
            took = 0.0 if self.first else self.last - began  # the first makes folders and loads what writes
            self.wait = max(FLUSH_SECONDS, min(FLUSH_LATEST, took / FLUSH_SHARE))
            self.first = False


class _Keeper:
    """Writes to the store as runs come in, and goes on without it when that fails."""

    def __init__(self, store: Store | None) -> None:
        self.writer = store.writer() if store is not None else None
        self.pace = _Pace()

    def keep(self, done: list[Done]) -> None:
        if self.writer is not None:
            for scenario, result in done:
                self.writer.add(scenario, [result])
            if self.pace.due():
                self.close()

    def close(self) -> None:
        """Write what has come in since the last part."""
        if self.writer is not None:
            try:
                self.pace.flush(self.writer)
            except OSError as error:
                logging.getLogger("standoff").warning("%s; the runs go on and are not kept", error)
                self.writer = None


def _stored(tasks: Sequence[Task], store: Store | None) -> defaultdict[tuple[str, int], dict[int, Result]]:
    have: defaultdict[tuple[str, int], dict[int, Result]] = defaultdict(dict)
    if store is not None:
        for task in tasks:
            key = task.key
            usable = store.done(*key).intersection(task.replicates)
            have[key].update(store.results(*key, sorted(usable)) if usable else {})
    return have


def _missing(
    tasks: Iterable[Wanted], done_of: Callable[[tuple[str, int]], Collection[int]]
) -> tuple[list[Sequence[int]], Tally]:
    """For each task the replicates that are not done; a run wanted twice is missing once."""
    tally = Tally()
    missing: list[Sequence[int]] = []
    earlier: defaultdict[tuple[str, int], list[Sequence[int]]] = defaultdict(list)
    for task in tasks:
        key = task.key
        done = done_of(key)
        lacking = task.replicates  # most often a range, which takes no memory and has nothing twice
        if done or earlier[key] or not isinstance(lacking, range):
            once = dict.fromkeys(task.replicates)
            lacking = [r for r in once if r not in done and not any(r in s for s in earlier[key])]
        earlier[key].append(lacking)
        tally.asked += len(task.replicates)
        tally.found += len(task.replicates) - len(lacking)
        missing.append(lacking)
    return missing, tally


def _only(tasks: Iterable[Wanted], replicates: Iterable[Sequence[int]]) -> Iterator[Task]:
    for task, lacking in zip(tasks, replicates, strict=True):
        if lacking:
            yield Task(task.scenario, lacking)
