"""Functions with known indices, as if they were scenarios with numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from runs_cases import tiny

from sim.experiment.sensitivity.analysis import analyse, plan
from sim.experiment.sensitivity.problem import Factor, Problem
from sim.experiment.sensitivity.result import Sensitivity
from sim.experiment.sensitivity.runs import Measure, Measured
from sim.params import Parameter, Value

NAME = "days_floor_held"
"""The functions' values stand in for this outcome."""
Function = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]
"""From points (points, factors) and luck (points, runs) to outcomes (points, runs)."""


def problem(ends: Sequence[tuple[float, float]], kind: Any = "float") -> Problem:
    factors = [
        Factor(Parameter(f"x{i}", f"number {i}", "-", kind, low, high), low, low, high, "asked", "assumed", "made up")
        for i, (low, high) in enumerate(ends, start=1)
    ]
    return Problem(tuple(factors), {})


def measure(
    function: Function, runs: int = 1, *, fails: Callable[[NDArray[np.float64]], NDArray[np.bool_]] | None = None
) -> Measure:
    """Outcomes by ``function``; runs of a block share their luck, standard normal draws. ``fails`` marks points."""

    def outcomes(values: Sequence[Mapping[str, Value]], block: int) -> Measured:
        x = np.array([list(point.values()) for point in values], float)
        luck = np.random.default_rng(5).normal(size=(len(x) // block, runs)).repeat(block, axis=0)
        y = function(x, luck) + np.zeros((len(x), runs))
        refused = fails(x) if fails else np.zeros(len(x), bool)
        y[refused] = np.nan
        base = y[0] if not np.isnan(y[0]).any() else np.zeros(runs)
        return Measured({NAME: y}, {NAME: base}, y.size, 0, refused)

    return outcomes


def column(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values[:, None]


def ishigami(x: NDArray[np.float64], _: NDArray[np.float64]) -> NDArray[np.float64]:
    """a = 7, b = 0.1 on -pi to pi. S1: 0.3139, 0.4424, 0; ST: 0.5576, 0.4424, 0.2437 (Ishigami and Homma 1990)."""
    return column(np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0]))


G_A = np.array([0.0, 1.0, 4.5, 9.0])


def g_function(x: NDArray[np.float64], _: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sobol's G on 0 to 1, with known variances: see ``g_indices``."""
    return column(np.prod((np.abs(4 * x - 2) + G_A) / (1 + G_A), axis=1))


def g_indices() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """S1 and ST: V_i = (1/3) / (1 + a_i)^2, V = prod(1 + V_i) - 1, total V_i * prod of (1 + V_j) of the others."""
    part = (1 / 3) / (1 + G_A) ** 2
    whole = np.prod(1 + part) - 1
    return part / whole, part * (np.prod(1 + part) / (1 + part)) / whole


def answer(
    function: Function,
    asked: Problem,
    *,
    runs: int = 1,
    fails: Callable[[NDArray[np.float64]], NDArray[np.bool_]] | None = None,
    screens: bool = False,
    seed: int = 7,
    **more: Any,
) -> Sensitivity:
    scenario = tiny(**{"run.seed": seed})
    made = plan(scenario, asked, replicates=runs, screens=screens, **more)
    return analyse(made, measure(function, runs, fails=fails))
