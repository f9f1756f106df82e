"""Small statistics of an ensemble, by hand because ``scipy.stats`` alone takes longer to import than to answer."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Z95 = 1.959963984540054
"""Two-sided 95 % point of the normal distribution."""
LEVELS = (0.05, 0.25, 0.50, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class Share:
    """A share of runs with its 95 % interval; ``count`` of ``of`` runs. NaN when there are no runs."""

    share: float
    low: float
    high: float
    count: int
    of: int

    @classmethod
    def of_runs(cls, count: int, of: int) -> Share:
        """The share of ``count`` in ``of`` runs."""
        low, high = wilson(count, of)
        return cls(count / of if of else math.nan, low, high, count, of)


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean and quantiles over the ``count`` runs that have a number; NaN when none has."""

    unit: str
    mean: float
    q05: float
    q25: float
    q50: float
    q75: float
    q95: float
    count: int

    @classmethod
    def over_runs(cls, values: Sequence[float] | NDArray[Any], unit: str) -> Spread:
        """The spread of ``values``; NaN means that it did not happen in that run and is left out."""
        numbers = np.asarray(values, float)
        numbers = numbers[np.isfinite(numbers)]
        if len(numbers) == 0:
            nan = math.nan
            return cls(unit, nan, nan, nan, nan, nan, nan, 0)
        q05, q25, q50, q75, q95 = (float(q) for q in np.quantile(numbers, LEVELS))
        return cls(unit, float(numbers.mean()), q05, q25, q50, q75, q95, len(numbers))


def wilson(count: int, of: int, z: float = Z95) -> tuple[float, float]:
    """Wilson's score interval of a share (Wilson 1927): holds its level for few runs and for shares near 0 or 1."""
    if of == 0:
        return math.nan, math.nan
    share, square = count / of, z * z / of
    centre = (share + square / 2) / (1 + square)
    half = z / (1 + square) * math.sqrt(share * (1 - share) / of + square / (4 * of))
    low = 0.0 if count == 0 else max(0.0, centre - half)
    high = 1.0 if count == of else min(1.0, centre + half)
    return low, high


def mean_interval(values: NDArray[Any]) -> tuple[float, float, float, int]:
    """Mean of the finite values, its 95 % interval by Student's t, and their number; NaN where there are too few."""
    from scipy.special import stdtrit  # the inverse of Student's distribution, without the weight of scipy.stats

    numbers = values[np.isfinite(values)]
    count = len(numbers)
    if count == 0:
        return math.nan, math.nan, math.nan, 0
    mean = float(numbers.mean())
    if count == 1:
        return mean, math.nan, math.nan, 1
    half = float(stdtrit(count - 1, 0.975)) * float(numbers.std(ddof=1)) / math.sqrt(count)
    return mean, mean - half, mean + half, count


def rounded_to(shares: Mapping[str, float], total: int = 100) -> dict[str, int]:
    """Whole numbers in proportion to ``shares`` that add up to ``total``: the largest remainders are rounded up.

    One rounding for text, cards and icons; rounding each share alone can give 101. Ties go to the larger share,
    then to the earlier name.
    """
    weight = sum(shares.values())
    if not weight > 0:
        return dict.fromkeys(shares, 0)
    exact = {name: total * share / weight for name, share in shares.items()}
    whole = {name: math.floor(value + 1e-9) for name, value in exact.items()}  # 28.999… from 0.29 means 29
    order = {name: i for i, name in enumerate(shares)}
    by_remainder = sorted(shares, key=lambda n: (-round(exact[n] - whole[n], 9), -exact[n], order[n]))
    for name in by_remainder[: total - sum(whole.values())]:
        whole[name] += 1
    return whole
