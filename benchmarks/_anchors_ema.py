"""The same run as a model of EMA Workbench."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ema_workbench as em

from benchmarks._anchors import POINTS, Pair, one
from sim.observe.outcome import BITS, QUANTITIES


def run(point: int, replicate: int) -> dict[str, float]:
    """What EMA Workbench calls: bits and quantities by name."""
    outcome = one(int(point), int(replicate)).outcome
    return {name: float(value) for name, value in (outcome.bits | outcome.quantities).items()}


def model() -> Any:
    """The model with its uncertainties and outcomes."""
    made = em.Model("standoff", function=run)
    made.uncertainties = [
        em.IntegerParameter("point", 0, POINTS - 1), em.IntegerParameter("replicate", 0, 10**9)
    ]  # fmt: skip
    made.outcomes = [em.ScalarOutcome(name) for name in (*BITS, *QUANTITIES)]
    return made


def experiments(pairs: Sequence[Pair]) -> list[Any]:
    """One experiment a run."""
    return [em.Scenario(point=point, replicate=replicate) for point, replicate in pairs]
