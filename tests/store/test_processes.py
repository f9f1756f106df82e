"""Several processes at once, and one that is killed: nothing is lost, nothing is there twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from crowd import EACH
from store_cases import HASH, MODEL, SEED, equal, results, store_in

ROOT = Path(__file__).resolve().parents[2]
CROWD = Path(__file__).with_name("crowd.py")
PARTS = 50


def start(what: str, folder: Path, first: int = 0, count: int = PARTS) -> subprocess.Popen[str]:
    words = [sys.executable, str(CROWD), what, str(folder), str(first), str(count)]
    path = os.pathsep.join(map(str, (ROOT, ROOT / "tests" / "experiment", CROWD.parent)))
    environment = os.environ | {"PYTHONPATH": path, "POLARS_MAX_THREADS": "1"}
    return subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_write_while_one_rolls_up_and_one_reads(tmp_path: Path) -> None:
    writers = [start("write", tmp_path, first) for first in (0, 10_000)]
    others = [start("roll", tmp_path), start("read", tmp_path)]
    try:
        told = [process.communicate(timeout=120) for process in writers]
        (tmp_path / "stop").touch()
        told += [process.communicate(timeout=60) for process in others]
    finally:
        for process in (*writers, *others):
            process.kill()
    assert [process.returncode for process in (*writers, *others)] == [0] * 4, "\n".join(err for _, err in told)
    assert int(told[2][0]) > 10 and int(told[3][0]) > 3, told  # they did meet
    numbers = [
        n for first in (0, 10_000, 100_000) for n in range(first, first + (PARTS if first > 10_000 else EACH * PARTS))
    ]
    store = store_in(tmp_path)
    assert store.done(HASH, SEED) == set(numbers)
    assert store.frame().select("replicate").collect()["replicate"].sort().to_list() == numbers
    found = store.results(HASH, SEED, numbers)
    assert all(equal(found[result.replicate], result) for result in results(numbers))
    checked = store.check()
    assert checked["set_aside"] == {} and checked["lost"] == {}


def test_killed_at_any_moment(tmp_path: Path) -> None:
    """A writer that rolls up all the time is killed again and again; what it had written stays, whole."""
    before: frozenset[int] = frozenset()
    for attempt in range(3):
        writer, roller = start("write", tmp_path, attempt * 1000, 5000), start("roll", tmp_path)
        folder = tmp_path / "store" / "runs" / MODEL
        ready = time.monotonic() + 30
        while time.monotonic() < ready and not any(folder.glob("part-*")):
            time.sleep(0.01)
        time.sleep(0.35 + 0.11 * attempt)
        for process in (writer, roller):
            process.send_signal(signal.SIGKILL)
            process.communicate(timeout=30)
        now = store_in(tmp_path).done(HASH, SEED)
        assert before <= now and now
        before = now
    store = store_in(tmp_path)
    found = store.results(HASH, SEED, before)
    assert set(found) == before and all(equal(found[r.replicate], r) for r in results(before))
    assert store.check()["set_aside"] == {} and not (tmp_path / "store" / "set-aside").exists()
