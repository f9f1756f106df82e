"""A Dask cluster over TCP: the same bits as in one process, whatever dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from runs_cases import KILLER, deadly_chunk, same, tiny, tiny_file

from sim.errors import InputError
from sim.experiment import dask_pool
from sim.experiment.dask_pool import DaskPool, SchedulerGoneError
from sim.experiment.executor import run_chunk
from sim.experiment.runs import ensure, run_many
from sim.experiment.tasks import Task, seed_of
from sim.observe.result import Result
from sim.store import Store

distributed = pytest.importorskip("distributed", reason="the extra 'dask' is not installed")

RUNS = 200
ROOT = Path(__file__).parents[2]
ENV = os.environ | {"PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="module")
def inline() -> list[Result]:
    return run_chunk([(tiny(), list(range(RUNS)), "")])[0]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    import dask

    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, protocol="tcp://", dashboard_address=None
        ) as started,
    ):
        yield started


@pytest.fixture
def pool(cluster: Any) -> Iterator[DaskPool]:
    with DaskPool(cluster.scheduler_address) as connected:
        connected._client.wait_for_workers(2, timeout=20)
        yield connected


def test_the_same_bits_in_order(inline: list[Result], pool: DaskPool) -> None:
    got = run_many(tiny(), [7, 3, *range(20, 50)], executor=pool)
    assert [r.replicate for r in got] == [7, 3, *range(20, 50)]
    assert all(same(result, inline[result.replicate]) for result in got)


def test_a_killed_worker_costs_no_run(inline: list[Result], pool: DaskPool, cluster: Any) -> None:
    killed: list[int] = []

    def kill_one(done: int, *_: int) -> None:
        if not killed and done > 20:
            killed.append(next(iter(cluster.workers.values())).pid)
            os.kill(killed[0], signal.SIGKILL)

    got = run_many(tiny(), range(RUNS), executor=pool, progress=kill_one)
    assert killed
    assert [r.replicate for r in got] == list(range(RUNS))
    assert all(same(a, b) for a, b in zip(inline, got, strict=True))


class DeadlyDask(DaskPool):
    """One replicate kills every worker that has it."""

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return super().submit(deadly_chunk if function is run_chunk else function, *args, **kwargs)


def test_a_run_that_kills_its_workers_is_given_up_alone(inline: list[Result], pool: DaskPool, cluster: Any) -> None:
    with DeadlyDask(cluster.scheduler_address) as deadly:
        got = run_many(tiny(), range(6), executor=deadly)
    assert "died 2 times" in got[KILLER].error
    assert all(same(a, b) for a, b in zip(inline, got, strict=False) if a.replicate != KILLER)


def test_a_worker_with_another_model_is_refused(pool: DaskPool) -> None:
    ours, pool.model = pool.model, "0123456789abcdef"
    with pytest.raises(InputError, match="install the same version") as caught:
        run_many(tiny(), range(9), executor=pool)
    assert ours in str(caught.value)
    assert "0123456789abcdef" in str(caught.value)


class Elsewhere:
    """Stands for something that the version of a worker does not have."""

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        import importlib

        return importlib.import_module, ("sim.experiment.of_another_version",)


def test_a_worker_without_our_code_is_refused_and_nothing_counts_as_a_failed_run(pool: DaskPool) -> None:
    pool.model = Elsewhere()  # type: ignore[assignment]
    kept: list[int] = []
    with pytest.raises(InputError, match=r"cannot take the work.*of_another_version"):
        run_many(tiny(), range(9), executor=pool, progress=lambda done, *_: kept.append(done))
    assert not kept


def test_workers_that_join_later_are_counted(pool: DaskPool, monkeypatch: pytest.MonkeyPatch) -> None:
    assert pool.workers == 2
    monkeypatch.setattr(pool._client, "nthreads", lambda: {"a": 4, "b": 4})
    assert pool.workers == 2  # asked a moment ago
    pool._counted = -1e9
    assert pool.workers == 8


def test_nobody_at_the_address_is_said_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    assert dask_pool.CONNECT_SECONDS <= 10
    monkeypatch.setattr(dask_pool, "CONNECT_SECONDS", 2)
    began = time.monotonic()
    with pytest.raises(InputError, match=r"tcp://127\.0\.0\.1:1: no Dask scheduler answers there"):
        DaskPool("tcp://127.0.0.1:1")
    assert time.monotonic() - began < 5


def test_what_is_no_address_is_said() -> None:
    with pytest.raises(InputError, match="no Dask scheduler answers there"):
        DaskPool("nonsense://here")


def test_the_command_line_sweeps_on_a_cluster(pool: DaskPool, cluster: Any, tmp_path: Path) -> None:
    vary = ["sweep", tiny_file(tmp_path), "--vary", "defender.fighters=200:600:3", "-n", "4", "--json"]
    remote = ["--executor", "dask", "--scheduler", cluster.scheduler_address]
    here, there = (_standoff(tmp_path / name, *vary, *more) for name, more in (("a", []), ("b", remote)))
    assert there.stderr == ""
    assert _told(there.stdout) == _told(here.stdout)


def _standoff(store: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sim", *words]
    env = ENV | {"STANDOFF_STORE": str(store)}
    done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done


def _told(text: str) -> dict[str, Any]:
    """What a sweep came to, without how long it took."""
    return {key: value for key, value in json.loads(text).items() if key != "seconds"}


# --- a scheduler of its own, started as the documentation says, and killed


def _dask(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "dask", *words], env=ENV, stderr=subprocess.DEVNULL)


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    told = tmp_path / "scheduler.json"
    there = ("--no-dashboard", "--scheduler-file", str(told))
    scheduler = _dask("scheduler", "--host", "127.0.0.1", "--port", "0", *there)
    worker = _dask("worker", "--nworkers", "2", "--nthreads", "1", *there)
    try:
        deadline = time.monotonic() + 30
        while not told.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        yield scheduler, json.loads(told.read_text())["address"]
    finally:
        for process in (worker, scheduler):
            process.terminate()
        for process in (worker, scheduler):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def test_a_killed_scheduler_loses_nothing_that_came_back(
    inline: list[Result], outside: tuple[subprocess.Popen[bytes], str], tmp_path: Path
) -> None:
    scheduler, address = outside
    store, tasks, told = Store(tmp_path / "store"), [Task(tiny(), range(RUNS))], 0

    def kill(done: int, *_: int) -> None:
        nonlocal told
        told = done
        if done > 60 and scheduler.poll() is None:
            scheduler.kill()
            scheduler.wait()

    with DaskPool(address) as pool, pytest.raises(SchedulerGoneError, match=r"scheduler is gone\. Every run"):
        ensure(tasks, store=store, executor=pool, progress=kill)
    kept = Store(tmp_path / "store").done(tiny().hash, seed_of(tiny()))
    assert 60 < len(kept) == told < RUNS
    again = ensure(tasks, store=Store(tmp_path / "store"))
    assert (again.found, again.made, again.failed) == (told, RUNS - told, 0)
    got = Store(tmp_path / "store").results(tiny().hash, seed_of(tiny()), range(RUNS))
    assert all(same(a, got[a.replicate]) for a in inline)
