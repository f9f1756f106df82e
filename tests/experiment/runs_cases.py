"""Small scenarios and made-up results that the tests of ensembles, reports and the command line share."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from sim import codes, pipeline
from sim.experiment.executor import run_chunk
from sim.experiment.tasks import Parcel
from sim.experiment.workers import LocalPool
from sim.observe.outcome import BITS, QUANTITIES, Outcome
from sim.observe.result import Result
from sim.scenario import Scenario, load

TINY = {"run.days": 20, "attacker.fighters": 400, "defender.fighters": 300, "run.replicates": 3}
DISTRICTS = 8  # of the bundled valley
KILLER = 3
"""The replicate that kills its worker."""


def tiny(**more: Any) -> Scenario:
    return load("base", pipeline.SCHEMA, overrides=TINY | more)


def tiny_file(folder: Path, text: str = "") -> str:
    path = folder / "tiny.toml"
    body = "[run]\ndays = 20\nreplicates = 3\n[attacker]\nfighters = 400\n[defender]\nfighters = 300\n"
    path.write_text(f'title = "Tiny"\nquestion = "Does it run?"\nreason = "Tests"\nextends = "base"\n{body}{text}')
    return str(path)


def same(a: Result, b: Result) -> bool:
    """Equal to the bit, but for the time that it took."""
    if (a.replicate, a.error, a.chain, a.chain_days) != (b.replicate, b.error, b.chain, b.chain_days):
        return False
    assert a.outcome and b.outcome and a.floor is not None and b.floor is not None
    one, other = a.outcome, b.outcome
    pairs = [
        (a.floor, b.floor), (one.floor_day, other.floor_day), (one.lost_day, other.lost_day),
        (one.breaks, other.breaks),
        (np.array([one.quantities[n] for n in QUANTITIES]), np.array([other.quantities[n] for n in QUANTITIES])),
    ]  # fmt: skip
    return (one.outcome, one.bits) == (other.outcome, other.bits) and all(x.tobytes() == y.tobytes() for x, y in pairs)


def made_up(replicate: int, outcome: str = "defended", *, falls: int = -1, chain: Sequence[str] = ()) -> Result:
    """A result without a run: district 0 falls on day ``falls`` for good, steps come a day apart."""
    floor = np.full((20, DISTRICTS), codes.DEFENDER, np.int8)
    floor_day = np.full(DISTRICTS, np.nan)
    if falls >= 0:
        floor[falls:, 0] = codes.ATTACKER
        floor_day[0] = falls
    quantities = dict.fromkeys(QUANTITIES, float(replicate)) | {"claim_lead_days": np.nan}
    breaks = np.zeros((2, len(codes.BREAK_NAMES)))
    breaks[codes.DEFENDER, codes.B_FLANK] = 2
    judged = Outcome(
        outcome, dict.fromkeys(BITS, outcome == "defended"), quantities, floor_day, floor_day * np.nan, breaks
    )
    return Result(replicate, judged, tuple(chain), tuple(range(len(chain))), floor, 0.01)


def failed(replicate: int, error: str = "ValueError: broken on purpose") -> Result:
    return replace(Result(replicate, None), error=error)


class DeadlyPool(LocalPool):
    """A pool in which one replicate kills the worker that runs it."""

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return super().submit(deadly_chunk if function is run_chunk else function, *args, **kwargs)


def deadly_chunk(jobs: Parcel, model: str = "") -> list[list[Result]]:
    if any(KILLER in replicates for _, replicates, _ in jobs):
        os.kill(os.getpid(), signal.SIGKILL)
    return run_chunk(jobs, model)
