"""What the processes of ``test_processes.py`` do: ``python crowd.py write|roll|read FOLDER FIRST PARTS``."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from store_cases import HASH, SCENARIO, SEED, equal, results, store_in

from sim.store.rollup import roll_up

EACH = 3


def write(folder: Path, first: int, count: int) -> None:
    """Parts of three runs, one after another; some runs that the other writer makes, too."""
    writer = store_in(folder).writer()
    for number in range(count):
        writer.add(SCENARIO, results(range(first + EACH * number, first + EACH * (number + 1))))
        writer.add(SCENARIO, results([100_000 + number]))
        writer.flush()
        if number % 10 == 0:
            writer.store.done(HASH, SEED)


def roll(folder: Path, first: int, count: int) -> None:
    """Roll up whatever is there, again and again, until told to stop."""
    store, rolled = store_in(folder), 0
    while not (folder / "stop").exists():
        store.look()
        rolled += roll_up(store.shelf, store.shelf.about(), at=3, most_rows=100)
        time.sleep(0.03)
    print(rolled)


def read(folder: Path, first: int, count: int) -> None:
    """What was there once must stay there, and be right."""
    store, before, looks = store_in(folder), frozenset[int](), 0
    while not (folder / "stop").exists():
        now = store.done(HASH, SEED)
        assert before <= now, f"lost: {sorted(before - now)}"
        found = store.results(HASH, SEED, now)
        assert set(found) == now, f"not read: {sorted(now - set(found))}"
        assert all(equal(found[r.replicate], r) for r in results(sorted(now)[::17]))
        numbers = store.query("SELECT replicate FROM runs")["replicate"]
        assert numbers.n_unique() == len(numbers) >= len(now)
        before, looks = now, looks + 1
        time.sleep(0.05)
    print(looks)


if __name__ == "__main__":
    what, folder, first, count = sys.argv[1:]
    {"write": write, "roll": roll, "read": read}[what](Path(folder), int(first), int(count))
