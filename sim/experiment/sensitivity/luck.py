"""What chance alone would give, and how settled a ranking is: for any sensitivity measure.

Runs of one trajectory, or of one row of a Sobol design, share their luck: replicate r of a point pairs with replicate
r of the next. A number without effect then changes nothing at all. A number that stirs the order of events without
changing what is to be expected leaves differences that are as often up as down: turning the sign of each run's
difference at random shows how large a measure such differences reach (a randomisation test, Fisher 1935).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

FLIPS = 2000
RESAMPLES = 1000
RISK = 0.05
Array = NDArray[np.float64]


def risk(count: int) -> float:
    """Risk that a number passes by chance: 5 %, or less for many, so that about one of the whole list does."""
    return min(RISK, 1 / max(count, 1))


def by_chance(effects: Array, power: int, seed: int, allowed: float = RISK) -> Array:
    """What the mean of |mean over runs| ** ``power`` exceeds with this risk if only chance moved the outcome.

    ``effects`` (blocks, factors, runs): differences of paired runs, by block (trajectory or row). Returns (factors,).
    With one run a point it is the measure itself: nothing can be told from luck.
    """
    null = np.zeros((FLIPS, effects.shape[1]))
    for means in _flipped(effects, seed):
        null += np.abs(means) ** power / len(effects)
    return _level(null, allowed)


def direction_by_chance(effects: Array, seed: int, allowed: float = RISK) -> Array:
    """What |mean over blocks and runs| exceeds with this risk if only chance moved the outcome: (factors,)."""
    null = np.zeros((FLIPS, effects.shape[1]))
    for means in _flipped(effects, seed):
        null += means / len(effects)
    return _level(np.abs(null), allowed)


def _flipped(effects: Array, seed: int) -> Iterator[Array]:
    """Means over runs of each block's effects with signs drawn at random: (flips, factors)."""
    rng = np.random.default_rng([seed, 1])
    for block in effects:
        signs = rng.choice([-1.0, 1.0], (FLIPS, block.shape[1]))
        yield signs @ block.T / block.shape[1]


def _level(null: Array, allowed: float) -> Array:
    level: Array = np.quantile(null, 1 - allowed, axis=0, method="higher")
    return level


def usual(effects: Array, power: int) -> Array:
    """The measure that luck alone gives on average, from the spread between runs: (factors,); NaN for one run.

    ``effects`` and ``power`` (1 or 2) as for ``by_chance``. A mean of n runs without effect is normal with the standard
    error s / sqrt(n), whose mean size is sqrt(2 / pi) times that.
    """
    runs = effects.shape[2]
    if runs == 1:
        return np.full(effects.shape[1], np.nan)
    error = effects.std(axis=2, ddof=1) / np.sqrt(runs)
    found: Array = (error**2 if power == 2 else np.sqrt(2 / np.pi) * error).mean(axis=0)
    return found


def above(measure: Array, level: Array) -> NDArray[np.bool_]:
    """Where a measure is above what chance alone gives, rounding aside."""
    return measure > level * (1 + 1e-9) + 1e-12 * np.abs(measure).max(initial=0.0)


def resampled_means(blocks: Array, seed: int) -> Array:
    """Means over blocks drawn again with replacement, all factors together: (blocks, factors) → (times, factors)."""
    count = len(blocks)
    rng = np.random.default_rng([seed, 2])
    weights = rng.multinomial(count, np.full(count, 1 / count), RESAMPLES) / count
    means: Array = weights @ blocks
    return means


def in_top(resampled: Array, measure: Array, top: int) -> Array:
    """How often each factor is among the ``top`` largest, over resamples (times, factors). Returns (factors,).

    What is 0 is never among them. Factors that are equal in a resample keep the order of ``measure``.
    """
    order = np.argsort(-measure, kind="stable")
    ranked = np.argsort(-resampled[:, order], axis=1, kind="stable")[:, :top]
    found = np.zeros(resampled.shape, bool)
    np.put_along_axis(found, ranked, True, axis=1)
    found &= resampled[:, order] > 0
    shares = np.empty(len(measure))
    shares[order] = found.mean(axis=0)
    return shares
