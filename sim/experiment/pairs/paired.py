"""Differences between runs with the same luck: means, shares, their intervals, and what pairing is worth."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.experiment.statistics import mean_interval, wilson

F8 = NDArray[np.float64]
Name = TypeVar("Name", str, tuple[str, str])
FEWEST_CHANGED = 6
"""Fewer pairs that differ cannot show a direction: five of five on one side come by luck in 1 of 16 cases (sign test),
and an interval over many pairs that are equal but for a few is too short."""
FALSE_AMONG_FOUND = 0.05
"""Of the differences called firm, the share expected to be luck."""


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """``b`` minus ``a`` over pairs of runs with the same replicate number, in ``unit``, with its 95 % interval.

    ``a`` and ``b`` are the means over the ``pairs`` in which both have a value, of which ``higher`` have more in b,
    ``lower`` less and ``equal`` the same. In ``only_a`` and ``only_b`` further pairs it happened in one arm only: the
    difference says nothing of them. ``correlation`` is NaN where an arm does not vary. ``p`` is for zero difference.
    """

    unit: str
    difference: float
    low: float
    high: float
    pairs: int
    a: float
    b: float
    higher: int
    lower: int
    equal: int
    only_a: int
    only_b: int
    correlation: float
    worth: float
    """Unpaired runs that tell as much as one paired run: (var a + var b) / var(b - a). Infinite where all pairs differ
    by the same, NaN where nothing varies."""
    effect: float
    """Difference in standard deviations of a run: over the root of the mean of both variances. Infinite where neither
    varies and they differ."""
    p: float
    sd_a: float
    """Standard deviation of a run in a; NaN for fewer than two pairs."""
    sd_b: float

    @classmethod
    def of_numbers(cls, a: Sequence[float] | F8, b: Sequence[float] | F8, unit: str) -> PairedDifference:
        """Difference of means with the paired t interval. Both are in the same order; NaN is 'did not happen'."""
        first, second = np.asarray(a, float), np.asarray(b, float)
        in_a, in_b = np.isfinite(first), np.isfinite(second)
        x, y = first[in_a & in_b], second[in_a & in_b]
        difference, low, high, _ = mean_interval(y - x)
        only_a, only_b = int((in_a & ~in_b).sum()), int((in_b & ~in_a).sum())
        return cls._of(x, y, unit, (difference, low, high, _p_of_mean(y - x)), only_a, only_b)

    @classmethod
    def of_bits(cls, a: Sequence[bool], b: Sequence[bool]) -> PairedDifference:
        """Difference of shares with Newcombe's interval, and p by McNemar's exact test."""
        first, second = np.asarray(a, bool), np.asarray(b, bool)
        both, neither = int((first & second).sum()), int((~first & ~second).sum())
        more, less = int((second & ~first).sum()), int((first & ~second).sum())
        difference, low, high = newcombe(both, more, less, neither)
        p = _mcnemar(more, less) if len(first) > 1 else math.nan
        return cls._of(first.astype(float), second.astype(float), "share", (difference, low, high, p), 0, 0)

    @classmethod
    def _of(
        cls, x: F8, y: F8, unit: str, interval: tuple[float, float, float, float], only_a: int, only_b: int
    ) -> PairedDifference:
        difference, low, high, p = interval
        correlation, worth, effect = _pairing(x, y)
        deviations = [math.sqrt(_variance(v)) if len(v) > 1 else math.nan for v in (x, y)]
        return cls(
            unit=unit,
            difference=difference + 0.0,  # never a minus before zero
            low=low + 0.0,
            high=high + 0.0,
            pairs=len(x),
            a=float(x.mean()) if len(x) else math.nan,
            b=float(y.mean()) if len(x) else math.nan,
            higher=int((y > x).sum()),
            lower=int((y < x).sum()),
            equal=int((y == x).sum()),
            only_a=only_a,
            only_b=only_b,
            correlation=correlation,
            worth=worth,
            effect=effect,
            p=p,
            sd_a=deviations[0],
            sd_b=deviations[1],
        )

    @property
    def changed(self) -> int:
        """Pairs that differ."""
        return self.higher + self.lower

    @property
    def at_most(self) -> float:
        """Upper 95 % bound of the share of pairs that differ when none of these did (exact binomial)."""
        return 1 - 0.05 ** (1 / self.pairs) if self.pairs else math.nan

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out zero, and enough pairs differ for this to mean something."""
        return self.changed >= FEWEST_CHANGED and (self.low > 0 or self.high < 0)


def newcombe(both: int, more: int, less: int, neither: int) -> tuple[float, float, float]:
    """Difference of two shares of the same pairs, second minus first, with its 95 % interval.

    ``more`` counts the pairs that only the second has, ``less`` those that only the first has. Newcombe (1998),
    Statistics in Medicine 17:2635, method 10: Wilson's intervals of both shares, joined with the correlation phi, which
    is drawn towards zero by half a pair when positive. NaN without pairs.
    """
    n = both + more + less + neither
    if n == 0:
        return math.nan, math.nan, math.nan
    first, second = both + less, both + more
    p1, p2 = second / n, first / n
    low1, high1 = wilson(second, n)
    low2, high2 = wilson(first, n)
    margins = second * (n - second) * first * (n - first)
    cross = both * neither - more * less
    phi = (max(cross - n / 2, 0.0) if cross > 0 else cross) / math.sqrt(margins) if margins else 0.0
    down = _joined(p1 - low1, high2 - p2, phi)
    up = _joined(high1 - p1, p2 - low2, phi)
    return (more - less) / n, (more - less) / n - down, (more - less) / n + up


def _joined(one: float, other: float, phi: float) -> float:
    return math.sqrt(max(0.0, one * one - 2 * phi * one * other + other * other))


def firm(found: Mapping[Name, PairedDifference]) -> frozenset[Name]:
    """The clear ones that still stand when all ``found`` are looked at together (Benjamini and Hochberg 1995)."""
    ranked = sorted((d.p, name) for name, d in found.items() if math.isfinite(d.p))
    limits = [FALSE_AMONG_FOUND * (i + 1) / len(ranked) for i in range(len(ranked))]
    last = max((i for i, (p, _) in enumerate(ranked) if p <= limits[i]), default=-1)
    return frozenset(name for _, name in ranked[: last + 1] if found[name].clear)


def _pairing(x: F8, y: F8) -> tuple[float, float, float]:
    """Correlation, worth and effect of two columns of pairs."""
    if len(x) < 2:
        return math.nan, math.nan, math.nan
    var_x, var_y, var_d = (_variance(v) for v in (x, y, y - x))
    correlation = float(np.corrcoef(x, y)[0, 1]) if var_x > 0 and var_y > 0 else math.nan
    spread = var_x + var_y
    worth = spread / var_d if var_d > 0 else math.inf if spread > 0 else math.nan
    mean = float((y - x).mean())
    effect = mean / math.sqrt(spread / 2) if spread > 0 else math.copysign(math.inf, mean) if mean else 0.0
    return correlation, worth, effect


def _variance(values: F8) -> float:
    """Sample variance; exactly 0 for equal values, whose computed mean may be a rounding off."""
    return 0.0 if (values == values[0]).all() else float(values.var(ddof=1))


def _p_of_mean(differences: F8) -> float:
    """Two-sided p of Student's t for a mean of zero."""
    n = len(differences)
    if n < 2:
        return math.nan
    mean, variance = float(differences.mean()), _variance(differences)
    if variance == 0:
        return 1.0 if mean == 0 else 0.0
    from scipy.special import stdtr

    return float(2 * stdtr(n - 1, -abs(mean) / math.sqrt(variance / n)))


def _mcnemar(more: int, less: int) -> float:
    """Two-sided exact p that as many pairs change one way as the other."""
    from scipy.special import bdtr

    return min(1.0, 2 * float(bdtr(min(more, less), more + less, 0.5))) if more + less else 1.0
