"""The same runs under several drivers, each in a process of its own: ``python -m benchmarks._anchors NAME …``.

A driver gets a list of (point, replicate) and calls ``one(point, replicate)`` for each, by whatever means it has. All
make the same model runs: POINTS values of one parameter, at each of them the same replicates.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

POINTS = 20
KEY, LOW, HIGH = "attacker.failed_talks_weight", 0.0, 1.0
SCENARIO = "panjshir-2021"
DAYS = "STANDOFF_BENCH_DAYS"
"""Environment variable with the length of a run, so that workers know it too."""
Pair = tuple[int, int]
FEW = 10
"""Runs of the batch that measures start-up."""


@cache
def spec() -> Any:
    """The sweep."""
    from sim import api

    vary = [f"{KEY}={LOW}:{HIGH}:{POINTS}"]
    return api.sweep_spec(SCENARIO, vary=vary, settings=[f"run.days={os.environ[DAYS]}"], replicates=1)


@cache
def scenario(point: int) -> Any:
    """The scenario at a point, made once in each process."""
    from sim import api
    from sim.experiment.sweeps.design import Plan

    return Plan(spec(), [api.load_scenario(SCENARIO)]).point(point).scenario


def one(point: int, replicate: int) -> Any:
    """One run of the model, with its result: what every driver drives."""
    from sim.experiment.replicate import run_replicate

    return run_replicate(scenario(point), replicate)


def tasks(pairs: Sequence[Pair]) -> list[Any]:
    from sim.experiment.tasks import Task

    points = sorted({point for point, _ in pairs})
    return [Task(scenario(p), [r for point, r in pairs if point == p]) for p in points]


# --- drivers


def loop(pairs: Sequence[Pair]) -> None:
    """Nothing around the runs: the reference."""
    for point, replicate in pairs:
        one(point, replicate)


def sweep(pairs: Sequence[Pair]) -> None:
    """Our sweep: from the spec to the table, with a store of its own."""
    from dataclasses import replace

    from sim import api
    from sim.experiment.sweeps.sweep import run_sweep
    from sim.store import Store

    count = max(1, len(pairs) // POINTS)
    with tempfile.TemporaryDirectory() as folder:
        done = run_sweep(replace(spec(), replicates=count), [api.load_scenario(SCENARIO)], store=Store(folder))
        assert done.runs == count * POINTS


def executor(pairs: Sequence[Pair]) -> None:
    """Our executor without a store: results are thrown away."""
    from sim.experiment.executor import run_tasks

    run_tasks(tasks(pairs), len(pairs), lambda _: None)


def mesa(pairs: Sequence[Pair], processes: int) -> None:
    """Mesa's batch run over a model of one step, which makes the same run."""
    from mesa import batch_run

    from benchmarks._anchors_mesa import Once

    replicates = sorted({replicate for _, replicate in pairs})
    points = sorted({point for point, _ in pairs})
    found = batch_run(
        Once, {"point": points, "replicate": replicates}, number_processes=processes, display_progress=False
    )
    assert len(found) == len(pairs)


def mesa_standoff(pairs: Sequence[Pair], processes: int) -> None:
    """Mesa's batch run over Standoff as a Mesa user meets it: with agents and a data collector."""
    from mesa import batch_run

    from sim.model import Standoff

    levels = [float(scenario(p)[KEY]) for p in sorted({point for point, _ in pairs})]
    fixed = {"scenario": [SCENARIO], "run.days": [int(os.environ[DAYS])]}
    varied = {KEY: levels, "replicate": sorted({replicate for _, replicate in pairs})}
    found = batch_run(Standoff, fixed | varied, number_processes=processes, display_progress=False, max_steps=10**6)
    assert len(found) == len(pairs)


def ema(pairs: Sequence[Pair], processes: int) -> None:
    """EMA Workbench over a Python model around the same run, with every bit and quantity as an outcome."""
    import ema_workbench as em

    from benchmarks._anchors_ema import experiments, model

    scenarios = experiments(pairs)
    if processes == 1:
        evaluator: Any = em.SequentialEvaluator(model())
    else:
        evaluator = em.MultiprocessingEvaluator(model(), n_processes=processes)
    with evaluator:
        _, outcomes = evaluator.perform_experiments(scenarios)
    assert all(len(values) == len(pairs) for values in outcomes.values())


DRIVERS: dict[str, Callable[[Sequence[Pair], int], None]] = {
    "loop": lambda pairs, _: loop(pairs),
    "loop-free": lambda pairs, _: loop(pairs),  # on any core
    "sweep": lambda pairs, _: sweep(pairs),
    "executor": lambda pairs, _: executor(pairs),
    "mesa": mesa,
    "mesa-standoff": mesa_standoff,
    "ema": ema,
}


# --- the process of one driver


def measure(name: str, runs: int, processes: int) -> dict[str, float]:
    """Seconds of a warm start, of a batch of few runs and of the whole batch; peak memory of this process in MB."""
    began = time.perf_counter()
    one(0, 0)
    loaded = time.perf_counter() - began
    for point in range(POINTS):
        scenario(point)
    if processes == 1 and name != "loop-free" and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    drive = DRIVERS[name]
    few = _timed(lambda: drive(_pairs(FEW if name != "sweep" else POINTS), processes))
    seconds = _timed(lambda: drive(_pairs(runs), processes))
    return {"loaded": loaded, "few": few, "seconds": seconds, "runs": runs, "peak_mb": peak_mb()}


def _pairs(runs: int) -> list[Pair]:
    """The runs of a batch: whole points, or the first few of point 0."""
    each = runs // POINTS
    return [(p, r) for p in range(POINTS) for r in range(each)] if each else [(0, r) for r in range(runs)]


def _timed(action: Callable[[], None]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def peak_mb() -> float:
    """The most memory that this process has held, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=DRIVERS)
    parser.add_argument("-n", "--runs", type=int, required=True)
    parser.add_argument("-p", "--processes", type=int, default=1)
    asked = parser.parse_args()
    print(json.dumps(measure(asked.name, asked.runs, asked.processes)))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main()
