"""A sweep as its operator starts it, in processes of its own, to be killed, starved and interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from sim.store import Store

ROOT = Path(__file__).parents[2]
POINTS = 40
MANY, FEW = 2000, 400
"""Runs of a sweep, spread over its points."""
SPEC = """
title = "To be killed"
scenario = "base"
replicates = REPLICATES
outcomes = ["days_floor_held"]

[uncertainties]
season.severity = { from = 0.5, to = 1.5, steps = 10 }

[levers]
attacker.fighters = [400, 600, 800, 1000]

[constants]
run.days = 6
defender.fighters = 300
"""


class Operator:
    """Starts sweeps in a folder and a store of their own."""

    def __init__(self, folder: Path, runs: int = FEW, store: Path | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        spec = SPEC.replace("REPLICATES", str(runs // POINTS))
        self.spec, self.out, self.store = folder / "spec.toml", folder / "out", store or folder / "store"
        self.spec.write_text(spec)

    def start(self, *more: str, env: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        """The main process, in its own group as a terminal would start it."""
        command = [sys.executable, "-m", "sim", "sweep", str(self.spec), "--out", str(self.out), "--resume", *more]
        around = os.environ | {"STANDOFF_STORE": str(self.store), "PYTHONPATH": str(ROOT)} | dict(env or {})
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=around, start_new_session=True
        )

    def finish(self, *more: str, env: Mapping[str, str] | None = None) -> tuple[int, str, str]:
        """Exit code and what was said."""
        return wait(self.start(*more, env=env))

    def parts(self) -> list[Path]:
        """The parts that lie in the store."""
        return sorted(self.store.glob("runs/*/part-*.parquet"))

    def stored(self) -> int:
        """Rows in the store, counted without it."""
        return sum(_rows(part) for part in self.parts())

    def made(self) -> pl.DataFrame:
        """Key of each stored run and when it was made."""
        frames = [pl.read_parquet(part, columns=["scenario", "seed", "replicate", "made"]) for part in self.parts()]
        return pl.concat(frames) if frames else pl.DataFrame()

    def table(self) -> bytes:
        """The final table."""
        return (self.out / "summary.csv").read_bytes()

    def runs(self) -> pl.DataFrame:
        """The final table run by run."""
        return pl.concat([pl.read_parquet(path) for path in sorted((self.out / "runs").glob("*.parquet"))])

    def open_store(self) -> Store:
        """The store as the program sees it."""
        return Store(self.store)


def wait(process: subprocess.Popen[str], seconds: float = 240) -> tuple[int, str, str]:
    """Exit code and what was said, once it has ended."""
    told, errors = process.communicate(timeout=seconds)
    return process.returncode, told, errors


def until(condition, process: subprocess.Popen[str], seconds: float = 120) -> bool:  # type: ignore[no-untyped-def]
    """Wait for ``condition()``; False when the process ended before."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        if process.poll() is not None:
            return False
        time.sleep(0.01)
    raise AssertionError("it did not come to that in time")


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    """The spawned worker processes of a main process, without multiprocessing's own helper."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
            command = (entry.parent / "cmdline").read_text()
        except OSError:
            continue
        if int(fields[1]) == process.pid and "spawn_main" in command and fields[0] != "Z":
            found.append(int(entry.parent.name))
    return found


def alive(pids: list[int]) -> list[int]:
    """Those that still run."""
    found = []
    for pid in pids:
        try:
            if ") Z" not in Path(f"/proc/{pid}/stat").read_text():
                found.append(pid)
        except OSError:
            continue
    return found


def kill_main(process: subprocess.Popen[str]) -> None:
    """kill -9 of the main process alone; its workers have to notice."""
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


def _rows(part: Path) -> int:
    try:
        return pl.scan_parquet(part).select(pl.len()).collect().item()
    except (OSError, pl.exceptions.PolarsError):  # rolled up meanwhile
        return 0
