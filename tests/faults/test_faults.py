"""What an operator's night may bring, on real processes: nothing finished is lost, and nothing is made twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import polars as pl
import pytest
from fault_cases import FEW, MANY, Operator, alive, kill_main, until, wait, workers_of

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes under /proc")
KEY = ["scenario", "seed", "replicate"]


def equal_to(undisturbed: Operator, operator: Operator) -> None:
    assert operator.table() == undisturbed.table()
    assert operator.runs().equals(undisturbed.runs())
    assert operator.runs().height == undisturbed.runs().height


def nothing_twice(operator: Operator, runs: int) -> None:
    made = operator.made()
    assert made.height == runs
    assert made.n_unique(KEY) == runs


def test_ten_kills_of_the_main_process(tmp_path: Path, undisturbed_large: Operator) -> None:
    moments = random.Random(4)
    operator = Operator(tmp_path, MANY)
    finished: list[pl.DataFrame] = []
    left_behind: list[int] = []
    for _ in range(10):
        before = operator.stored()
        more = moments.randrange(170)
        process = operator.start()
        assert until(lambda before=before, more=more: operator.stored() >= before + more, process)
        time.sleep(moments.random() * 0.1)
        left_behind += workers_of(process)
        kill_main(process)
        finished.append(operator.made())
    kept = finished[-1].height
    assert 0 < kept < MANY
    code, told, errors = operator.finish()
    assert code == 0, errors
    equal_to(undisturbed_large, operator)
    nothing_twice(operator, MANY)
    last = operator.made()
    for some in finished:  # each run that was there after a kill is there now, made when it was made
        if some.height:
            assert some.join(last, on=[*KEY, "made"], how="anti").is_empty()
    assert not alive(left_behind)


def test_a_killed_worker(tmp_path: Path, undisturbed: Operator) -> None:
    operator = Operator(tmp_path)
    process = operator.start()
    assert until(lambda: operator.stored() > 100 and workers_of(process), process)
    for pid in workers_of(process):
        os.kill(pid, signal.SIGKILL)
    code, _, errors = wait(process)
    assert code == 0, errors
    equal_to(undisturbed, operator)
    nothing_twice(operator, FEW)


def test_ctrl_c(tmp_path: Path, undisturbed: Operator) -> None:
    operator = Operator(tmp_path)
    process = operator.start()
    assert until(lambda: operator.stored() > 100, process)
    workers = workers_of(process)
    os.killpg(process.pid, signal.SIGINT)  # as the terminal does, to all of the group
    code, told, errors = wait(process)
    assert code == 130
    assert told == ""
    assert "Traceback" not in errors
    assert "interrupted after" in errors and "--resume" in errors
    said = int(errors.split("interrupted after ")[1].split(" of")[0].replace(",", ""))
    assert operator.stored() == said
    assert not alive(workers)
    assert operator.finish()[0] == 0
    equal_to(undisturbed, operator)
    nothing_twice(operator, FEW)


@pytest.fixture
def small_disk(tmp_path: Path):  # type: ignore[no-untyped-def]
    """A disk of 80 kB, and how to make it larger."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=80k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no right to mount a small disk here; the test needs root with CAP_SYS_ADMIN")
    yield disk, lambda: subprocess.run(["mount", "-o", "remount,size=200m", str(disk)], check=True)
    subprocess.run(["umount", str(disk)], check=False)


def test_a_full_disk(tmp_path: Path, small_disk, undisturbed: Operator) -> None:  # type: ignore[no-untyped-def]
    disk, enlarge = small_disk
    operator = Operator(tmp_path, store=disk / "store")
    code, told, errors = operator.finish()
    assert (code, told) == (1, "")
    assert "Traceback" not in errors
    assert errors.count("results cannot be written") == 1
    assert "No space left" in errors
    kept = operator.made()
    assert 0 < kept.height < FEW  # every part there can be read
    assert not [path for path in operator.store.rglob("*") if path.is_file() and path.suffix == ".tmp"]
    enlarge()
    assert operator.finish()[0] == 0
    equal_to(undisturbed, operator)
    assert kept.join(operator.made(), on=[*KEY, "made"], how="anti").is_empty()


SABOTAGE = """
import sim.experiment.replicate as replicate
simulate = replicate.simulate

def break_down(scenario, number):
    if number == 7 and scenario["attacker.fighters"] == 800 and scenario["season.severity"] < 0.9:
        raise ValueError("broken on purpose")
    return simulate(scenario, number)

replicate.simulate = break_down
"""


def test_a_run_that_raises(tmp_path: Path, undisturbed: Operator) -> None:
    (tmp_path / "sitecustomize.py").write_text(SABOTAGE)
    operator = Operator(tmp_path / "sweep")
    path = os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])])
    code, told, errors = operator.finish(env={"PYTHONPATH": path})
    assert code == 3
    assert "4 of 400 runs failed" in errors
    assert "Traceback" not in errors
    runs, whole = operator.runs(), undisturbed.runs()
    failed = runs.filter(pl.col("error").is_not_null())
    assert failed.height == 4
    assert failed["error"].str.contains("ValueError: broken on purpose").all()
    assert set(failed["replicate"]) == {7}
    rest = runs.filter(pl.col("error").is_null())
    assert rest.equals(whole.join(failed.select("point", "replicate"), on=["point", "replicate"], how="anti"))
    assert operator.finish(env={"PYTHONPATH": path})[0] == 3  # what raised is kept, and not tried again
    assert operator.made().height == FEW


MURDER = """
import os, signal
import sim.experiment.replicate as replicate
simulate = replicate.simulate

def kill(scenario, number):
    if number == 7 and scenario["attacker.fighters"] == 800 and scenario["season.severity"] < 0.55:
        os.kill(os.getpid(), signal.SIGKILL)
    return simulate(scenario, number)

replicate.simulate = kill
"""


def test_a_run_that_kills_its_process(tmp_path: Path, undisturbed: Operator) -> None:
    (tmp_path / "sitecustomize.py").write_text(MURDER)
    operator = Operator(tmp_path / "sweep")
    path = os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])])
    code, _, errors = operator.finish(env={"PYTHONPATH": path})
    assert code == 3, errors
    assert "1 of 400 runs failed" in errors
    failed = operator.runs().filter(pl.col("error").is_not_null())
    assert failed["error"].to_list() == ["the worker process died 2 times"]
    assert operator.finish()[0] == 0  # it is tried again, and nothing kills it this time
    equal_to(undisturbed, operator)
