"""What a run costs on a Dask cluster beside itself: for the scheduler, for the main process, and on disk.

Run ``python -m benchmarks.cluster [-n 2000] [--days DAYS]``. Starts a scheduler and two workers on this machine, as
``docs/cluster.md`` says, and sweeps on them over TCP with a store. Processor times, so that other work on the machine
matters little; only the efficiency needs it to be quiet.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks._anchors import peak_mb
from sim import api
from sim.experiment.executor import run_chunk
from sim.experiment.runs import ensure
from sim.experiment.tasks import Job, Task, parcel, seed_of
from sim.observe.result import Result
from sim.store import Store
from sim.store.rollup import roll_up

ROOT = Path(__file__).parents[1]
WORKERS = 2
ROUNDS = 200
MILLION = 1_000_000
BASE = "panjshir-2021"


@contextmanager
def cluster() -> Iterator[tuple[str, int]]:
    """Address and process number of a scheduler with its workers."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "scheduler.json"
        common = ["--no-dashboard", "--scheduler-file", str(told)]
        started = [_dask("scheduler", "--host", "127.0.0.1", "--port", "0", *common)]
        started.append(_dask("worker", "--nworkers", str(WORKERS), "--nthreads", "1", *common))
        try:
            while not told.exists():
                time.sleep(0.05)
            yield json.loads(told.read_text())["address"], started[0].pid
        finally:
            for process in reversed(started):
                process.terminate()
                process.wait(30)


def _dask(*words: str) -> subprocess.Popen[bytes]:
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-m", "dask", *words], env=env, stderr=subprocess.DEVNULL)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", "--runs", type=int, default=300)
    parser.add_argument("--days", type=int, default=None, help="length of a run; by default that of the scenario")
    asked = parser.parse_args()
    if importlib.util.find_spec("distributed") is None:
        print("left out: the package distributed is not installed (pip install 'standoff[dask]')")
        return 0
    scenario = api.load_scenario(BASE, {} if asked.days is None else {"run.days": asked.days})
    bare = _bare(scenario, max(10, asked.runs // 20))
    with cluster() as (address, scheduler), tempfile.TemporaryDirectory() as folder:
        report(asked.runs, scenario, bare, address, scheduler, Store(folder))
    return 0


def _bare(scenario: Any, runs: int) -> float:
    """Seconds of a run in a bare loop."""
    run_chunk([(scenario, [0], "")])
    began = time.perf_counter()
    run_chunk([(scenario, list(range(runs)), "")])
    return (time.perf_counter() - began) / runs


def report(runs: int, scenario: Any, bare: float, address: str, scheduler: int, store: Store) -> None:
    import psutil

    from sim.experiment.dask_pool import DaskPool

    watched = psutil.Process(scheduler)
    with DaskPool(address) as pool:
        pool._client.wait_for_workers(WORKERS)
        for future in [pool.submit(run_chunk, parcel([Job(scenario, r)]), pool.model) for r in range(4 * WORKERS)]:
            future.result()  # every worker has loaded the model
        chunk = _empty_chunks(pool, scenario, watched)
        began, here = time.perf_counter(), time.process_time()
        ensure([Task(scenario, range(runs))], store=store, executor=pool)
        seconds, here = time.perf_counter() - began, time.process_time() - here
    loose = _size(store.folder)
    roll_up(store.shelf, store.shelf.about(), at=0)
    packed = _size(store.folder)
    failed = store.rows([(scenario.hash, seed_of(scenario), range(runs))], ["error"])["error"].count()
    print(f"load {os.getloadavg()[0]:.2f}; {runs:,} runs of {1000 * bare:.1f} ms in a bare loop, {failed} failed")
    print("a chunk without a run: {:.1f} ms there and back, scheduler {:.2f} ms, main process {:.2f} ms".format(*chunk))
    print(
        f"main process, all it does for a run: {1000 * here / runs:.3f} ms, so {runs / here:,.0f} runs a second at most"
    )
    print(f"efficiency of {WORKERS} workers, store included: {bare * runs / WORKERS / seconds:.2f}")
    taken = intake(scenario, 20 * runs)
    print(f"main process, when results pour in: {1000 * taken:.3f} ms a run beside Dask: {1 / taken:,.0f} a second")
    print(f"store, bytes a run: {loose / runs:.0f} as written, {packed / runs:.0f} rolled up")
    print(f"main process, most memory: {peak_mb():.0f} MB")
    print(f"a million such runs: {MILLION * bare / 3600:.1f} core hours, {packed / runs / 1e3:.2f} GB")


class _Canned(Executor):
    """Finished results at once, as from more workers than one main process can serve."""

    workers = 64

    def __init__(self, sample: Sequence[Result]) -> None:
        self.sample = sample

    def submit(self, function: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        some = [replace(self.sample[r % len(self.sample)], replicate=r) for _, runs in args[0] for r in runs]
        done.set_result([some])
        return done


def intake(scenario: Any, runs: int) -> float:
    """Processor seconds of the main process for a run when results come as fast as it takes them, Dask left out."""
    (sample,) = run_chunk([(scenario, list(range(16)), "")])
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        ensure([Task(scenario, range(runs))], store=Store(folder), executor=_Canned(sample))
        return (time.process_time() - began) / runs


def _empty_chunks(pool: Any, scenario: Any, scheduler: Any) -> tuple[float, float, float]:
    """Milliseconds of a chunk without a run: there and back, of the scheduler's processor, of this process's."""
    empty = [(scenario, [], "")]
    began = time.perf_counter()
    for _ in range(20):
        pool.submit(run_chunk, empty, pool.model).result()
    trip = (time.perf_counter() - began) / 20
    busy, here = _cpu(scheduler), time.process_time()
    flying: list[Any] = []
    for _ in range(ROUNDS):
        flying.append(pool.submit(run_chunk, empty, pool.model))
        if len(flying) > 2 * WORKERS:
            flying.pop(0).result()
    for future in flying:
        future.result()
    return 1e3 * trip, 1e3 * (_cpu(scheduler) - busy) / ROUNDS, 1e3 * (time.process_time() - here) / ROUNDS


def _cpu(process: Any) -> float:
    times = process.cpu_times()
    return times.user + times.system


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in (folder / "runs").rglob("*.parquet"))


if __name__ == "__main__":
    raise SystemExit(main())
