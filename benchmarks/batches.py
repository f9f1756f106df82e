"""What executor and store cost on top of the runs, beside Mesa's batch run and EMA Workbench driving the same runs.

Run ``python -m benchmarks.batches [-n 5000] [--days 60] [--memory 1000 5000 20000]``. Each row is measured in a
process of its own, one after another, in one go; every driver makes the same runs of the same model function. A quiet
machine is needed: the reference is measured first and last, and both are shown. With 5,000 runs and more, the exit code
is 1 when our sweep costs 5 % or more, or two processes are less than 0.9 of twice one. EMA Workbench:
``pip install "standoff[bench]"``.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks._anchors import DAYS, FEW, POINTS

ENOUGH = 5_000
"""Runs from which the targets are judged."""
MOST_OVERHEAD, LEAST_EFFICIENCY = 0.05, 0.9
MEMORY_DAYS = 5
LEFT_OUT = (
    "left out: {row} (the package ema-workbench is not installed; python -m pip install -c constraints.txt "
    '-e ".[bench]")'
)


@dataclass(frozen=True)
class Row:
    """What one driver took. ``seconds`` is the whole batch, ``few`` a small one before it."""

    label: str
    processes: int
    runs: int
    seconds: float
    few: float
    few_runs: int
    peak_mb: float
    loaded: float

    @property
    def steady(self) -> float:
        """Core seconds per run once everything is started."""
        return self.processes * (self.seconds - self.few) / (self.runs - self.few_runs)

    @property
    def start(self) -> float:
        """Seconds until the first run begins, of the batch alone."""
        return max(0.0, self.few - self.few_runs * self.steady / self.processes)

    @property
    def whole(self) -> float:
        """Core seconds per run of the whole batch, start included."""
        return self.processes * self.seconds / self.runs


def run(label: str, driver: str, processes: int, runs: int, days: int) -> Row:
    """Measure one driver in a process of its own."""
    command = [sys.executable, "-m", "benchmarks._anchors", driver, "-n", str(runs), "-p", str(processes)]
    env = os.environ | {DAYS: str(days)}
    done = subprocess.run(command, env=env, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{label}: {done.stderr.strip().splitlines()[-1:]}")
    found = json.loads(done.stdout)
    few_runs = POINTS if driver == "sweep" else FEW
    return Row(
        label, processes, found["runs"], found["seconds"], found["few"], few_runs, found["peak_mb"], found["loaded"]
    )


def twins(runs: int, days: int) -> Row:
    """Two bare loops side by side, half of the runs each: the most that two cores of this machine give."""
    with ThreadPoolExecutor(2) as threads:
        pair = list(threads.map(lambda _: run("two bare loops at once", "loop-free", 1, runs // 2, days), range(2)))
    slow = max(pair, key=lambda row: row.seconds)
    return Row(slow.label, 2, runs, slow.seconds, slow.few, 2 * FEW, slow.peak_mb, slow.loaded)


HEAD = "".join(
    f"{name:>{wide}}"
    for name, wide in (
        ("proc.", 6), ("runs/s", 8), ("start s", 9), ("ms/run", 8), ("over ms", 9), ("ratio", 7), ("eff.", 6), ("MB", 6)
    )
)  # fmt: skip


def line(row: Row, reference: Row) -> str:
    """A row beside the reference."""
    over = 1000 * (row.steady - reference.steady)
    return (
        f"{row.label:<40}{row.processes:>6}{row.runs / row.seconds:>8.1f}{row.start:>9.2f}{1000 * row.steady:>8.2f}"
        f"{over:>9.2f}{row.steady / reference.steady:>7.3f}{reference.whole / row.whole:>6.2f}{row.peak_mb:>6.0f}"
    )


def memory(sizes: Sequence[int]) -> str:
    """Peak memory of the main process over the number of runs, and the slope."""
    peaks = [run("memory", "sweep", 2, size, MEMORY_DAYS).peak_mb for size in sizes]
    lines = [f"  {size:>8,} runs {peak:>8.1f} MB" for size, peak in zip(sizes, peaks, strict=True)]
    if len(sizes) > 1:
        slope = float(np.polyfit(sizes, peaks, 1)[0]) * 1e6
        lines.append(f"  slope of a straight line {slope:,.0f} bytes a run")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", "--runs", type=int, default=200)
    parser.add_argument("--days", type=int, default=60, help="length of a run")
    parser.add_argument("--memory", type=int, nargs="*", default=[200, 1000], metavar="RUNS")
    asked = parser.parse_args()
    runs = max(2 * POINTS, asked.runs // POINTS * POINTS)
    plan = [
        ("bare loop (reference)", "loop", 1), ("our sweep, store", "sweep", 1), ("our sweep, store", "sweep", 2),
        ("our executor, no store", "executor", 2), ("two", "", 2), ("Mesa batch_run, same run in one step", "mesa", 2),
        ("Mesa batch_run, Standoff with agents", "mesa-standoff", 2), ("EMA Workbench, sequential", "ema", 1),
        ("EMA Workbench, multiprocessing", "ema", 2), ("bare loop again", "loop", 1),
    ]  # fmt: skip
    rows: list[Row] = []
    missing = importlib.util.find_spec("ema_workbench") is None
    print(
        f"{runs:,} runs of {asked.days} days, {POINTS} points; load {os.getloadavg()[0]:.2f} at the start", flush=True
    )
    print(f"{'driver':<40}{HEAD}", flush=True)
    for label, driver, processes in plan:
        if driver == "ema" and missing:
            print(LEFT_OUT.format(row=label))
            continue
        rows.append(run(label, driver, processes, runs, asked.days) if driver else twins(runs, asked.days))
        print(line(rows[-1], rows[0]), flush=True)
    first, last = rows[0], rows[-1]
    print(
        "start: seconds before runs begin; ms/run: core time of a run after that, over: beyond the reference; "
        "eff.: reference over\ncore time of the whole batch, start included; MB: peak of the main process"
    )
    print(f"a process that has never run: {first.loaded:.2f} s to import, load the compiled kernels and make one run")
    print(f"the reference moved by {last.steady / first.steady - 1:+.1%} from first to last")
    if asked.memory:
        print(f"memory of the main process of our sweep, runs of {MEMORY_DAYS} days\n{memory(asked.memory)}")
    return judge(rows, (first.whole + last.whole) / 2)


def judge(rows: Sequence[Row], reference: float) -> int:
    """Say how our sweep does against the targets; 1 when they are missed in a batch that is long enough."""
    one, two = (next(r for r in rows if r.label == "our sweep, store" and r.processes == p) for p in (1, 2))
    overhead, efficiency = one.whole / reference - 1, reference / two.whole
    print(f"executor and store in one process: {overhead:+.1%} (target: below {MOST_OVERHEAD:.0%})")
    print(f"two processes: {efficiency:.2f} of twice the reference (target: at least {LEAST_EFFICIENCY})")
    missed = overhead >= MOST_OVERHEAD or efficiency < LEAST_EFFICIENCY
    if one.runs < ENOUGH:
        print(f"judged from {ENOUGH:,} runs on; start-up weighs on fewer")
    return int(missed and one.runs >= ENOUGH)


if __name__ == "__main__":
    raise SystemExit(main())
