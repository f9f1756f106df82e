"""Morris screening by SALib: which of many numbers move an outcome, and which do nothing.

A trajectory starts at random and changes one number after another, each once, by two thirds of its range. The change of
the outcome divided by the step's share of the range is an elementary effect. mu* is the mean of their sizes over the
trajectories, sigma their standard deviation: large where the effect hangs on the other numbers (Morris 1991;
Campolongo, Cariboni and Saltelli 2007). mu* is stretched to the whole range, which no step went through: of an outcome
that has bounds it may be more than is possible. What was observed is told as ``effect``, for the step that was made.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.experiment.sensitivity import luck
from sim.experiment.sensitivity.problem import Problem

LEVELS = 4
STEP = LEVELS / (2 * (LEVELS - 1))
"""A step as a share of the range, before values are rounded to whole numbers and days."""
RESAMPLES = 200
NORMAL = 1.959963984540054
"""Standard errors in half of a 95 % interval, as SALib takes it."""
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Morris:
    """Indices of one outcome, in its own unit. All arrays are (factors,).

    Those of SALib, and the levels of chance, are for the whole range of a number; ``effect`` and what begins with it
    are for the step that was made.
    """

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
    step: Array
    """Mean length of the steps that were made, as a share of the range."""
    effect: Array
    """Mean size of the change that such a step made."""
    effect_conf: Array
    """Half width of the 95 % interval of ``effect``, by resampling trajectories."""
    effect_sigma: Array
    """Standard deviation of the changes, a higher value of the number minus a lower one."""
    effect_noise: Array
    """The ``effect`` that luck alone gives on average."""
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
            "step": self.step,
            "effect": self.effect,
            "effect_conf": self.effect_conf,
            "effect_sigma": self.effect_sigma,
            "effect_luck": self.effect_noise,
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

    units: Array = sample(problem.salib(), trajectories, num_levels=LEVELS, seed=seed)
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
    moved, effects, steps = elementary_effects(places, runs, factors)
    changes = effects * steps[:, :, None]
    made = np.abs(changes.mean(axis=2))
    mean = effects.mean(axis=2)
    path = straightened(mean, moved, units)
    found = analyze(problem.salib(), units, path, num_resamples=RESAMPLES, num_levels=LEVELS, seed=seed)
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
        step=steps.mean(axis=0),
        effect=made.mean(axis=0),
        effect_conf=NORMAL * luck.resampled_means(made, seed).std(axis=0, ddof=1),
        effect_sigma=changes.mean(axis=2).std(axis=0, ddof=1),
        effect_noise=luck.usual(changes, 1),
        nothing=nothing,
        in_top=luck.in_top(luck.resampled_means(sizes, seed), sizes.mean(axis=0), top),
        mean=float(runs.mean()),
        rare=int(runs.size - np.unique(runs, return_counts=True)[1].max()),
    )


def elementary_effects(places: Array, runs: Array, factors: int) -> tuple[NDArray[np.int64], Array, Array]:
    """Which factor moves at each step (trajectories, steps), its effect by run, and the length of its step.

    The effects (trajectories, factors, runs) are for the whole range. Each is over the step that was really made
    (trajectories, factors): a whole number between 0 and 2 does not move by two thirds.
    """
    path = places.reshape(-1, factors + 1, factors)
    steps = np.diff(path, axis=1)
    moved = np.abs(steps).argmax(axis=2)
    step = np.take_along_axis(steps, moved[:, :, None], axis=2)
    by_step = np.diff(runs.reshape(len(path), factors + 1, -1), axis=1) / step
    effects = np.empty_like(by_step)
    np.put_along_axis(effects, moved[:, :, None], by_step, axis=1)
    lengths = np.empty(moved.shape)
    np.put_along_axis(lengths, moved, np.abs(step[:, :, 0]), axis=1)
    return moved, effects, lengths


def straightened(mean: Array, moved: NDArray[np.int64], units: Array) -> Array:
    """The outcome along each path if every step had the length that SALib divides by, from 0: (points,)."""
    trajectories, factors = moved.shape
    steps = np.diff(units.reshape(trajectories, factors + 1, factors), axis=1)
    sign = np.sign(np.take_along_axis(steps, moved[:, :, None], axis=2)[:, :, 0])
    change = np.take_along_axis(mean, moved, axis=1) * sign * STEP
    path: Array = np.pad(change, ((0, 0), (1, 0))).cumsum(axis=1).ravel()
    return path
