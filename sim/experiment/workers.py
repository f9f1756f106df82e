"""The local pool: spawned processes that load the model while the parent does, and that never outlive it."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from typing import Any

from sim.store.identity import model_id


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


INLINE_BELOW = 8
"""Fewer runs than this are not worth a worker's start."""
APART_FROM = 200
"""From so many runs on all are made in workers, so that a run that kills its process does not end the batch."""


def pool_for(runs: int) -> LocalPool | None:
    """The pool that suits so many runs, started; None where they are better made here."""
    if runs >= APART_FROM:
        return LocalPool(helps=False).start()
    return LocalPool().start() if runs >= INLINE_BELOW and cores() > 1 else None


class LocalPool(Executor):
    """A pool of processes on this machine, to be used as any ``concurrent.futures`` executor.

    Spawned, never forked: forked workers inherit locks and the sockets of a server. ``start`` returns at once,
    and the workers import the model in the background. With ``helps`` the thread that asks for runs works, too,
    and one process fewer is started: this saves its start-up.
    """

    def __init__(self, workers: int | None = None, helps: bool = True) -> None:
        self.helps = helps
        self.workers = workers if workers is not None else max(1, cores() - helps)
        self.model = model_id()  # a source edited meanwhile makes later workers another model
        self._pool: ProcessPoolExecutor | None = None
        self._ready: list[Future[int]] = []

    def start(self) -> LocalPool:
        """Start the workers, if they are not there."""
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self.workers, mp_context=get_context("spawn"), initializer=_begin)
            with _interrupt_blocked():
                self._ready = [self._pool.submit(_load) for _ in range(self.workers)]
        return self

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a call in a worker."""
        self.start()
        assert self._pool is not None
        with _interrupt_blocked():  # a worker may be started here, too
            return self._pool.submit(function, *args, **kwargs)

    def could_start(self) -> bool:
        """False when the workers died before any of them had loaded the model, or are not there yet."""
        return any(future.done() and future.exception() is None for future in self._ready)

    def rebuild(self) -> None:
        """Replace a broken pool by a fresh one."""
        self.shutdown(wait=False, cancel_futures=True)
        self.start()

    def pids(self) -> list[int]:
        """Process numbers of the workers."""
        return sorted(getattr(self._pool, "_processes", None) or {})

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers; those at work finish their chunk first when ``wait`` is true, else they are stopped."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        if not wait:
            for process in list((getattr(pool, "_processes", None) or {}).values()):
                process.terminate()
        # Stopped workers are gone at once. Leaving the pool's thread alone would race with Python's own exit.
        pool.shutdown(wait=True, cancel_futures=cancel_futures or not wait)


@contextlib.contextmanager
def _interrupt_blocked() -> Iterator[None]:
    """Processes started meanwhile never see Ctrl-C: the parent hears it and ends them in order."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """In a worker: watch the parent, and leave when it is gone, even when it was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _load() -> int:
    """In a worker: import the model before the first run is asked for."""
    import sim.experiment.replicate  # noqa: F401

    return os.getpid()
