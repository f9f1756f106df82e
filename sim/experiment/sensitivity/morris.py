"""Morris screening by SALib: which of many numbers move an outcome, and which do nothing.

A trajectory starts at random and changes one number after another, each once. The change of the outcome, divided by
the step's share of the range, is an elementary effect: what the whole range would do. mu* is the mean of their sizes
over the trajectories, sigma their standard deviation: large where the effect hangs on the other numbers
(Morris 1991; Campolongo, Cariboni and Saltelli 2007).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.experiment.sensitivity import luck
from sim.experiment.sensitivity.problem import Problem

LEVELS = 4
RESAMPLES = 200
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Morris:
    """Indices of one outcome, in its own unit for the whole range of a number. All arrays are (factors,)."""

    mu: Array
    mu_star: Array
    mu_star_conf: Array
    """Half width of the 95 % interval of mu*, by resampling trajectories."""
    sigma: Array
    chance: Array
    """What mu* hardly ever exceeds when the signs of the runs' differences are drawn at random."""
    chance_mu: Array
    """The same for the size of mu, which tells steady effects from luck with fewer runs."""
    noise: Array
    """The mu* that luck alone gives on average."""
    nothing: NDArray[np.bool_]
    """No run came out otherwise when this number changed."""
    in_top: Array
    """How often the number is among the first five when trajectories are drawn again."""
    mean: float
    """Of the outcome over all points."""
    rare: int
    """Runs that differ from the commonest value of the outcome."""

    @property
    def measure(self) -> Array:
        """What numbers are ranked by."""
        return self.mu_star

    @property
    def above_luck(self) -> NDArray[np.bool_]:
        """Where mu* or mu is above its level: more than luck."""
        return luck.above(self.mu_star, self.chance) | luck.above(np.abs(self.mu), self.chance_mu)

    def columns(self) -> dict[str, NDArray]:
        """The indices as columns of a table."""
        return {
            "mu_star": self.mu_star,
            "mu_star_conf": self.mu_star_conf,
            "mu": self.mu,
            "sigma": self.sigma,
            "luck": self.noise,
            "luck_level": self.chance,
            "luck_level_mu": self.chance_mu,
            "above_luck": self.above_luck,
            "no_effect": self.nothing,
            "in_top": self.in_top,
        }


def design(problem: Problem, trajectories: int, seed: int) -> Array:
    """Points of the unit cube, (trajectories x (factors + 1), factors), trajectory by trajectory."""
    from SALib.sample.morris import sample

    units: Array = sample(_salib(problem), trajectories, num_levels=LEVELS, seed=seed)
    return np.clip(units, 0.0, 1.0)


def filled(runs: Array, base: float) -> Array:
    """Runs (trajectories, points, runs) with a failed one (NaN) replaced by its neighbour in the trajectory.

    The step to it then counts as without effect, which invents nothing. A trajectory in which all fail gets the
    scenario's own mean, ``base``.
    """
    found = runs.copy()
    for point in range(1, runs.shape[1]):
        gap = np.isnan(found[:, point])
        found[:, point][gap] = found[:, point - 1][gap]
    for point in range(runs.shape[1] - 2, -1, -1):
        gap = np.isnan(found[:, point])
        found[:, point][gap] = found[:, point + 1][gap]
    return np.where(np.isnan(found), base, found)


def indices(problem: Problem, units: Array, places: Array, runs: Array, *, seed: int, top: int = 5) -> Morris:
    """The indices of one outcome.

    ``units`` (points, factors) is the design, ``places`` the same after rounding to whole numbers and days, ``runs``
    (points, runs) the outcome of every run.
    """
    from SALib.analyze.morris import analyze

    factors = len(problem.factors)
    moved, effects = elementary_effects(places, runs, factors)
    mean = effects.mean(axis=2)
    path = straightened(mean, moved, units)
    found = analyze(_salib(problem), units, path, num_resamples=RESAMPLES, num_levels=LEVELS, seed=seed)
    mu, star, conf, sigma = (np.asarray(found[name], float) for name in ("mu", "mu_star", "mu_star_conf", "sigma"))
    sizes = np.abs(mean)
    nothing = np.asarray(~effects.any(axis=(0, 2)))
    allowed = luck.risk(int((~nothing).sum())) / 2  # two tests for each number
    return Morris(
        mu=mu,
        mu_star=star,
        mu_star_conf=conf,
        sigma=sigma,
        chance=luck.by_chance(effects, 1, seed, allowed),
        chance_mu=luck.direction_by_chance(effects, seed, allowed),
        noise=luck.usual(effects, 1),
        nothing=nothing,
        in_top=luck.in_top(luck.resampled_means(sizes, seed), sizes.mean(axis=0), top),
        mean=float(runs.mean()),
        rare=int(runs.size - np.unique(runs, return_counts=True)[1].max()),
    )


def elementary_effects(places: Array, runs: Array, factors: int) -> tuple[NDArray[np.int64], Array]:
    """Which factor moves at each step (trajectories, steps), and its effect for the whole range by run.

    The effects are (trajectories, factors, runs). Each is over the step that was really made: a whole number between
    0 and 2 does not move by two thirds.
    """
    path = places.reshape(-1, factors + 1, factors)
    steps = np.diff(path, axis=1)
    moved = np.abs(steps).argmax(axis=2)
    step = np.take_along_axis(steps, moved[:, :, None], axis=2)
    by_step = np.diff(runs.reshape(len(path), factors + 1, -1), axis=1) / step
    effects = np.empty_like(by_step)
    np.put_along_axis(effects, moved[:, :, None], by_step, axis=1)
    return moved, effects


def straightened(mean: Array, moved: NDArray[np.int64], units: Array) -> Array:
    """The outcome along each path if every step had the length that SALib divides by, from 0: (points,)."""
    trajectories, factors = moved.shape
    delta = LEVELS / (2 * (LEVELS - 1))
    steps = np.diff(units.reshape(trajectories, factors + 1, factors), axis=1)
    sign = np.sign(np.take_along_axis(steps, moved[:, :, None], axis=2)[:, :, 0])
    change = np.take_along_axis(mean, moved, axis=1) * sign * delta
    path: Array = np.pad(change, ((0, 0), (1, 0))).cumsum(axis=1).ravel()
    return path


def _salib(problem: Problem) -> dict[str, object]:
    count = len(problem.factors)
    return {"num_vars": count, "names": [factor.key for factor in problem.factors], "bounds": [[0.0, 1.0]] * count}
