"""Sensitivity of a scenario's outcomes to its numbers: planned, measured, and put together.

``Measure`` gives the outcomes of points; for the model it is ``runs.by_running``, for a test any function.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError, nearest
from sim.experiment.sensitivity import morris, sobol, warnings
from sim.experiment.sensitivity.morris import Morris
from sim.experiment.sensitivity.problem import Problem
from sim.experiment.sensitivity.result import HEADLINE, Method, Plan, Sensitivity, Stage, ranked
from sim.experiment.sensitivity.runs import CLASS, Measure, Measured, names_of
from sim.experiment.sensitivity.sobol import Sobol
from sim.observe.outcome import OUTCOMES
from sim.scenario import Scenario

LEAST, MOST = 2, 100_000


def plan(
    scenario: Scenario,
    problem: Problem,
    *,
    method: str = "morris",
    trajectories: int = 10,
    samples: int = 64,
    top: int = 10,
    replicates: int = 5,
    outcomes: Sequence[str] = (),
    screens: bool = False,
    choice: Sequence[str] = (),
) -> Plan:
    """A checked plan. ``choice``: the words that asked for ``problem``. InputError for what is unknown or too large."""
    if method not in ("morris", "sobol"):
        raise InputError(f"--method {method}: there is no such method.{nearest(method, ('morris', 'sobol'))}")
    sizes = (("--trajectories", trajectories, LEAST), ("--samples", samples, LEAST), ("--top", top, 1))
    for option, size, least in (*sizes, ("-n", replicates, 1)):
        if not least <= size <= MOST:
            raise InputError(f"{option} {size}: from {least} to {MOST:,}")
    named = tuple(dict.fromkeys(_outcome(name) for name in outcomes)) or (HEADLINE,)
    chooses = screens and method == "sobol" and len(problem.factors) > top
    which: Method = "sobol" if method == "sobol" else "morris"
    return Plan(scenario, problem, which, trajectories, samples, top, replicates, named, chooses, tuple(choice))


def analyse(plan: Plan, measure: Measure, tell: Callable[[str], None] = lambda _: None) -> Sensitivity:
    """Measure the plan's design, by ``measure``, and give its indices. ``tell`` hears what comes next."""
    if plan.method == "morris":
        return Sensitivity(plan, (_stage(plan, plan.problem, "morris", measure, tell),))
    if not plan.screens:
        return Sensitivity(plan, (_stage(plan, plan.problem, "sobol", measure, tell),))
    screening = _stage(plan, plan.problem, "morris", measure, tell)
    keys = leading(screening, plan.outcomes, plan.top)
    if not keys:
        return Sensitivity(plan, (screening,))
    return Sensitivity(plan, (screening, _stage(plan, plan.problem.only(keys), "sobol", measure, tell)))


def leading(screening: Stage, outcomes: Sequence[str], top: int) -> list[str]:
    """Keys of the numbers that rank highest for any of these outcomes, without those that do nothing."""
    best: dict[str, tuple[int, int]] = {}
    for place, name in enumerate(outcomes):
        if (found := screening.indices.get(name)) is not None:
            for rank, i in enumerate(ranked(found)):
                key = screening.problem.factors[i].key
                if not found.nothing[i]:
                    best[key] = min(best.get(key, (rank, place)), (rank, place))
    return sorted(best, key=lambda key: best[key])[:top]


def _stage(plan: Plan, problem: Problem, method: Method, measure: Measure, tell: Callable[[str], None]) -> Stage:
    factors = len(problem.factors)
    if method == "morris":
        size, block = plan.trajectories, factors + 1
        units = morris.design(problem, size, plan.seed)
    else:
        size, block = plan.samples, factors + 2
        units = sobol.design(problem, size, plan.seed)
    points = problem.values(units)
    what = f"{size} trajectories" if method == "morris" else f"{size} samples"
    tell(f"{method}: {factors} numbers, {what}, {len(points):,} points of {plan.replicates} runs")
    places = problem.places(points)
    measured = measure(points, block)
    bad = np.logical_or(measured.refused, _failed(measured))
    told = warnings.of_the_sample(method, size, plan.replicates, float(bad.mean()))
    base_means = {n: float(np.nanmean(r)) for n, r in measured.base.items() if np.isfinite(r).any()}
    indices: dict[str, Morris | Sobol] = {}
    constant, partial = [], []
    for name, runs in measured.outcomes.items():
        numbers = runs[np.isfinite(runs)]
        if np.isnan(runs[~bad]).any():
            partial.append(name)
        elif not numbers.size or np.ptp(numbers) == 0:
            constant.append(name)
        elif bad.mean() <= warnings.MUCH_TROUBLE:
            base = base_means.get(name, float(numbers.mean()))
            shaped = runs.reshape(size, block, -1)
            if method == "morris":
                full = morris.filled(shaped, base).reshape(runs.shape)
                indices[name] = morris.indices(problem, units, places, full, seed=plan.seed)
            else:
                full = sobol.filled(shaped, base).reshape(runs.shape)
                indices[name] = sobol.indices(problem, full, seed=plan.seed)
    keys = [factor.key for factor in problem.factors]
    for name in plan.outcomes:
        if name in indices:
            told += warnings.of_the_outcome(name, indices[name], keys, measured.runs)
    return Stage(
        method,
        size,
        problem,
        points,
        indices,
        base_means,
        tuple(constant),
        tuple(partial),
        measured.runs,
        measured.failed,
        int(measured.refused.sum()),
        _trouble(method, units, bad, block),
        tuple(told),
    )


def _failed(measured: Measured) -> NDArray[np.bool_]:
    """Points with a failed run: there no outcome has a number."""
    none = [np.isnan(runs) for runs in measured.outcomes.values()]
    found: NDArray[np.bool_] = np.logical_and.reduce(none).any(axis=1)
    return found


def _trouble(method: Method, units: NDArray[np.float64], bad: NDArray[np.bool_], block: int) -> NDArray[np.float64]:
    """Share of the changes of each factor that led from a good point to a bad one: (factors,)."""
    path = units.reshape(-1, block, units.shape[1])
    before = path[:, :-1] if method == "morris" else path[:, :1]
    changed = path[:, 1:] != before
    wrong = bad.reshape(-1, block)
    hit = changed & (wrong[:, 1:] & ~(wrong[:, :-1] if method == "morris" else wrong[:, :1]))[:, :, None]
    found: NDArray[np.float64] = hit.sum(axis=(0, 1)) / np.maximum(changed.sum(axis=(0, 1)), 1)
    return found


def _outcome(name: str) -> str:
    known = names_of()
    if name in known:
        return name
    if name in OUTCOMES:
        return CLASS + name
    raise InputError(f"--outcome {name}: there is no such outcome.{nearest(name, [*known, *OUTCOMES])}")
