"""Sobol indices by SALib: the share of an outcome's variance that each number accounts for.

S1 is the share by a number alone, ST that with all its interplay with others. The rest to 1 is interplay, and luck: the
variance between points contains what chance leaves in the mean of some runs (Sobol 2001; Saltelli and others 2010).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.experiment.sensitivity import luck
from sim.experiment.sensitivity.problem import Problem

RESAMPLES = 1000
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Sobol:
    """Indices of one outcome. Arrays are (factors,); half widths are of 95 % intervals, by resampling rows."""

    s1: Array
    s1_conf: Array
    st: Array
    st_conf: Array
    chance: Array
    """What ST hardly ever exceeds when the signs of the runs' differences are drawn at random."""
    noise: Array
    """The ST that luck alone gives on average."""
    nothing: NDArray[np.bool_]
    """No run came out otherwise when this number changed."""
    in_top: Array
    """How often the number is among the first five by ST when rows are drawn again."""
    mean: float
    variance: float
    """Of the outcome's mean between points."""
    luck: float
    """Share of that variance which is luck."""
    rare: int
    """Runs that differ from the commonest value of the outcome."""

    @property
    def measure(self) -> Array:
        """What numbers are ranked by."""
        return self.st

    @property
    def above_luck(self) -> NDArray[np.bool_]:
        """Where ST is above that level: more than luck."""
        return luck.above(self.st, self.chance)

    def columns(self) -> dict[str, NDArray]:
        """The indices as columns of a table."""
        return {
            "s1": self.s1,
            "s1_conf": self.s1_conf,
            "st": self.st,
            "st_conf": self.st_conf,
            "luck": self.noise,
            "luck_level": self.chance,
            "above_luck": self.above_luck,
            "no_effect": self.nothing,
            "in_top": self.in_top,
        }


def design(problem: Problem, samples: int, seed: int) -> Array:
    """Points of the unit cube, (samples x (factors + 2), factors): by row A, A with each column of B, B. Scrambled."""
    from SALib.sample.sobol import sample

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of samples that are no power of two: told in the report
        units: Array = sample(problem.salib(), samples, calc_second_order=False, seed=seed)
    return units


def filled(runs: Array, base: float) -> Array:
    """Runs (rows, points, runs) with failed ones (NaN) replaced: A and B by the scenario's mean, the others by A.

    The change of a single number that fails then counts as without effect.
    """
    found = runs.copy()
    for point in (0, runs.shape[1] - 1):
        found[:, point] = np.where(np.isnan(found[:, point]), base, found[:, point])
    return np.where(np.isnan(found), found[:, :1], found)


def indices(problem: Problem, runs: Array, *, seed: int, top: int = 5) -> Sobol:
    """The indices of one outcome, from ``runs`` (points, runs) of the design."""
    from SALib.analyze.sobol import analyze

    factors = len(problem.factors)
    means = runs.mean(axis=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of resamples in which the outcome is constant: they count as NaN
        found = analyze(
            problem.salib(),
            means,
            calc_second_order=False,
            num_resamples=RESAMPLES,
            keep_resamples=True,
            seed=seed + 1,  # SALib takes 0 for no seed
        )
    rows = runs.reshape(-1, factors + 2, runs.shape[1])
    ends = rows[:, (0, -1)]
    variance = float(np.var(ends.mean(axis=2)))
    effects = rows[:, 1:-1] - rows[:, :1]
    nothing = np.asarray(~effects.any(axis=(0, 2)))
    level = luck.by_chance(effects, 2, seed, luck.risk(int((~nothing).sum())))
    within = float(ends.var(axis=2, ddof=1).mean()) / runs.shape[1] if runs.shape[1] > 1 else float("nan")
    return Sobol(
        s1=found["S1"],
        s1_conf=found["S1_conf"],
        st=found["ST"],
        st_conf=found["ST_conf"],
        chance=level / (2 * variance) if variance > 0 else np.full(factors, np.nan),
        noise=luck.usual(effects, 2) / (2 * variance) if variance > 0 else np.full(factors, np.nan),
        nothing=nothing,
        in_top=luck.in_top(found["ST_conf_all"], found["ST"], top),
        mean=float(runs.mean()),
        variance=variance,
        luck=float(np.minimum(1.0, within / variance)) if variance > 0 else float("nan"),
        rare=int(runs.size - np.unique(runs, return_counts=True)[1].max()),
    )
