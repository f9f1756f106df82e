"""Runs on all cores: the same bits, in order, whatever dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from runs_cases import KILLER, DeadlyPool, same, tiny

from sim.errors import InputError
from sim.experiment import workers
from sim.experiment.executor import run_chunk
from sim.experiment.interrupt import Interrupted
from sim.experiment.runs import run_many
from sim.experiment.workers import LocalPool
from sim.observe.result import Result

RUNS = 12


@pytest.fixture(scope="module")
def inline() -> list[Result]:
    return run_chunk([(tiny(), list(range(RUNS)), "")])[0]


@pytest.fixture(scope="module")
def pool() -> Iterator[LocalPool]:
    with LocalPool(1) as started:
        yield started


def test_a_pool_gives_the_same_bits_in_order(inline: list[Result], pool: LocalPool) -> None:
    told: list[tuple[int, int]] = []
    pooled = run_many(tiny(), range(RUNS), executor=pool, progress=lambda done, of, _: told.append((done, of)))
    assert [r.replicate for r in pooled] == list(range(RUNS))
    assert all(same(a, b) for a, b in zip(inline, pooled, strict=True))
    assert told[-1] == (RUNS, RUNS)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_workers_alone_do_it_too(inline: list[Result], pool: LocalPool) -> None:
    pool.helps = False
    try:
        pooled = run_many(tiny(), [5, 2, 9], executor=pool)
    finally:
        pool.helps = True
    assert [r.replicate for r in pooled] == [5, 2, 9]
    assert all(same(result, inline[result.replicate]) for result in pooled)


def test_any_executor_does(inline: list[Result]) -> None:
    with ThreadPoolExecutor(2) as threads:
        pooled = run_many(tiny(), range(4), executor=threads)
    assert all(same(a, b) for a, b in zip(inline, pooled, strict=False))


def test_few_runs_start_no_worker(monkeypatch: pytest.MonkeyPatch, inline: list[Result]) -> None:
    monkeypatch.setattr(workers, "LocalPool", lambda **_: pytest.fail("a pool for two runs"))
    assert all(same(a, b) for a, b in zip(inline, run_many(tiny(), range(2)), strict=False))


def test_a_killed_worker_costs_no_run(inline: list[Result]) -> None:
    pool = LocalPool(1)
    killed: list[int] = []

    def kill_one(done: int, *_: int) -> None:
        if not killed and pool.could_start():
            killed.extend(pool.pids())
            os.kill(killed[0], signal.SIGKILL)

    runs = 200  # enough to last until the worker is there
    with pool:
        results = run_many(tiny(), range(runs), executor=pool, progress=kill_one)
    assert [r.replicate for r in results] == list(range(runs))
    assert not [r.error for r in results if r.error]
    assert all(same(a, b) for a, b in zip(inline, results, strict=False))


def test_a_run_that_kills_its_worker_twice_is_given_up_alone(inline: list[Result]) -> None:
    with DeadlyPool(1, helps=False) as pool:
        results = run_many(tiny(), range(RUNS), executor=pool)
    assert "died 2 times" in results[KILLER].error
    rest = [(a, b) for a, b in zip(inline, results, strict=True) if a.replicate != KILLER]
    assert all(same(a, b) for a, b in rest)


def test_an_error_in_a_run_is_its_result(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> None:
        raise ValueError("broken on purpose")

    monkeypatch.setattr("sim.experiment.replicate.simulate", break_down)
    results = run_many(tiny(), range(2))
    assert all(r.outcome is None and "broken on purpose" in r.error for r in results)


def test_what_cannot_be_set_up_is_refused_before_any_run() -> None:
    scenario = tiny(**{"attacker.main_axis": "bazarac"})
    with pytest.raises(InputError, match="Did you mean 'bazarak'"):
        run_many(scenario, range(2))


def test_an_interrupt_keeps_what_is_finished(inline: list[Result]) -> None:
    def stop(done: int, *_: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as caught:
        run_many(tiny(), range(5), progress=stop)
    assert len(caught.value.results) == 2
    assert all(same(result, inline[result.replicate]) for result in caught.value.results)


SCRIPT = """
import time
from sim.experiment.workers import LocalPool

if __name__ == "__main__":
    pool = LocalPool(1).start()
    while not pool.could_start():
        time.sleep(0.05)
    print(*pool.pids(), flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes under /proc")
def test_workers_end_with_a_killed_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(SCRIPT)
    root = str(Path(__file__).parents[2])
    parent = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": root}
    )
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and _alive(worker):
        time.sleep(0.05)
    assert not _alive(worker)


def _alive(pid: int) -> bool:
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


UNGUARDED = """
from sim import api
ensemble = api.run("{file}", 9)
print(len(ensemble.finished))
"""


def test_a_script_without_a_main_guard_runs_in_one_process(tmp_path: Path) -> None:
    from runs_cases import tiny_file

    script = tmp_path / "unguarded.py"
    script.write_text(UNGUARDED.format(file=tiny_file(tmp_path)))
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, str(script)]
    done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=60, check=False)
    assert done.stdout.split() == ["9"], done.stderr
