"""Paired differences against hand computation, published tables, scipy and simulation."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiment.pairs.paired import FEWEST_CHANGED, PairedDifference, firm, newcombe

NAN = math.nan


def test_numbers_by_hand() -> None:
    """Differences 1, 3, 2: mean 2, sd 1, t(2) = 4.3027, half 4.3027 / sqrt 3 = 2.4841.

    a = 1, 2, 6: variance 7; b = 2, 5, 8: variance 9; covariance 15 / 2. Worth (7 + 9) / 1.
    """
    d = PairedDifference.of_numbers([1, 2, 6], [2, 5, 8], "days")
    assert (d.difference, d.pairs, d.a, d.b) == (2.0, 3, 3.0, 5.0)
    assert (d.low, d.high) == pytest.approx((2 - 2.48414, 2 + 2.48414), abs=1e-5)
    assert d.worth == pytest.approx(16.0)
    assert d.correlation == pytest.approx(7.5 / math.sqrt(63))
    assert d.effect == pytest.approx(2 / math.sqrt(8))
    assert (d.higher, d.lower, d.equal) == (3, 0, 0)


def test_numbers_agree_with_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(4)
    a = rng.normal(size=30)
    b = a + rng.normal(0.3, 1, 30)
    theirs = stats.ttest_rel(b, a)
    interval = theirs.confidence_interval(0.95)
    d = PairedDifference.of_numbers(a, b, "t")
    assert (d.low, d.high, d.p) == pytest.approx((interval.low, interval.high, theirs.pvalue), rel=1e-12)


def test_runs_in_which_it_happened_in_one_arm_only_are_counted_apart() -> None:
    d = PairedDifference.of_numbers([1, NAN, 3, NAN, 5, 7], [2, 2, NAN, NAN, 5, 6], "day")
    assert (d.pairs, d.only_a, d.only_b) == (3, 1, 1)
    assert (d.difference, d.higher, d.lower, d.equal) == (0.0, 1, 1, 1)
    assert (d.a, d.b) == pytest.approx((13 / 3, 13 / 3))  # over the same pairs as the difference


@pytest.mark.parametrize(("a", "b"), [([], []), ([NAN], [1.0]), ([1.0], [2.0])])
def test_too_few_pairs_say_nothing(a: list[float], b: list[float]) -> None:
    d = PairedDifference.of_numbers(a, b, "day")
    assert all(math.isnan(x) for x in (d.low, d.high, d.p, d.worth, d.correlation, d.effect))
    assert not d.clear
    assert firm({"x": d}) == frozenset()


def test_pairs_that_are_equal_or_all_differ_by_the_same() -> None:
    same = PairedDifference.of_numbers([1, 2, 3], [1, 2, 3], "t")
    assert (same.difference, same.low, same.high, same.p, same.effect) == (0, 0, 0, 1, 0)
    assert same.worth == math.inf and same.correlation == pytest.approx(1.0)
    shifted = PairedDifference.of_numbers([0.1] * 8, [0.3] * 8, "t")
    assert shifted.low == pytest.approx(0.2) and shifted.high == pytest.approx(0.2)
    assert math.isnan(shifted.worth) and math.isnan(shifted.correlation) and shifted.effect == math.inf
    assert shifted.clear and shifted.p == 0


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=2, max_size=30))
def test_turned_round_it_is_the_negative(pairs: list[tuple[float, float]]) -> None:
    a, b = zip(*pairs, strict=True)
    one, other = PairedDifference.of_numbers(a, b, "t"), PairedDifference.of_numbers(b, a, "t")
    assert (one.difference, one.low, one.high) == pytest.approx((-other.difference, -other.high, -other.low))
    assert (one.higher, one.lower, one.only_a) == (other.lower, other.higher, other.only_b)


def by_definition(e: int, f: int, g: int, h: int) -> tuple[float, float]:
    """Newcombe's (1998) method 10 in his letters, written down anew: e, f, g, h for ++, +-, -+, --."""
    n, z = e + f + g + h, 1.959963984540054

    def roots(x: int) -> tuple[float, float]:  # of |p - x/n| = z sqrt(p (1-p) / n)
        a, b, c = 1 + z * z / n, -(2 * x / n + z * z / n), (x / n) ** 2
        root = math.sqrt(max(0.0, b * b - 4 * a * c))
        return (-b - root) / (2 * a), (-b + root) / (2 * a)

    (l2, u2), (l3, u3) = roots(e + f), roots(e + g)
    dl2, du2, dl3, du3 = (e + f) / n - l2, u2 - (e + f) / n, (e + g) / n - l3, u3 - (e + g) / n
    product = (e + f) * (g + h) * (e + g) * (f + h)
    numerator = e * h - f * g
    numerator = numerator - n / 2 if numerator > n / 2 else 0 if numerator >= 0 else numerator
    phi = numerator / math.sqrt(product) if product else 0.0
    delta = math.sqrt(dl2**2 - 2 * phi * dl2 * du3 + du3**2)
    epsilon = math.sqrt(du2**2 - 2 * phi * du2 * dl3 + dl3**2)
    return (f - g) / n - delta, (f - g) / n + epsilon


@pytest.mark.parametrize(
    "table",
    [(36, 12, 2, 0), (20, 12, 2, 16), (36, 14, 0, 0), (0, 30, 20, 0), (97, 3, 0, 0), (50, 0, 0, 50), (5, 1, 0, 9)],
)
def test_shares_by_the_definition(table: tuple[int, int, int, int]) -> None:
    both, first_only, second_only, neither = table
    difference, low, high = newcombe(both, first_only, second_only, neither)
    assert difference == pytest.approx((first_only - second_only) / sum(table))
    assert (low, high) == pytest.approx(by_definition(*table), abs=1e-12)
    assert -1 <= low <= difference <= high <= 1


@pytest.mark.parametrize(
    ("table", "published"),
    [
        # Newcombe (1998), Statistics in Medicine 17:2635
        ((36, 12, 2, 0), (0.2, 0.0569, 0.3404)),
        # Cavo and others (2012), complete response before and after a therapy, in Fagerland, Lydersen and Laake,
        # Statistical Analysis of Contingency Tables (2017), chapter 8
        ((59, 6, 16, 80), (-0.0621, -0.1186, -0.0046)),
    ],
)
def test_shares_as_published(table: tuple[int, int, int, int], published: tuple[float, float, float]) -> None:
    assert tuple(round(x, 4) for x in newcombe(*table)) == published


def test_bits_by_hand() -> None:
    """8 pairs: 3 with both, 2 only in b, 1 only in a, 2 with neither."""
    a = [True] * 3 + [False] * 2 + [True] + [False] * 2
    b = [True] * 3 + [True] * 2 + [False] + [False] * 2
    d = PairedDifference.of_bits(a, b)
    assert (d.difference, d.a, d.b) == (0.125, 0.5, 0.625)
    assert (d.higher, d.lower, d.equal, d.pairs) == (2, 1, 5, 8)
    assert (d.low, d.high) == newcombe(3, 2, 1, 2)[1:]
    turned = PairedDifference.of_bits(b, a)
    assert (turned.difference, turned.low, turned.high) == pytest.approx((-d.difference, -d.high, -d.low))


def test_p_of_bits_is_mcnemar_exact() -> None:
    """Cavo's 6 against 16 changes: P = 0.052479 in the book named above."""
    a = [True] * 59 + [True] * 6 + [False] * 16 + [False] * 80
    b = [True] * 59 + [False] * 6 + [True] * 16 + [False] * 80
    assert PairedDifference.of_bits(a, b).p == pytest.approx(0.052479, abs=5e-7)
    assert PairedDifference.of_bits(a, a).p == 1.0
    assert math.isnan(PairedDifference.of_bits([], []).difference)


def test_few_pairs_that_differ_are_never_clear() -> None:
    """Four of a hundred, all one way: the t interval leaves out zero, the sign test gives 1 in 8."""
    changed = PairedDifference.of_numbers([0.0] * 100, [1.0] * 4 + [0.0] * 96, "t")
    assert changed.low > 0 and changed.changed < FEWEST_CHANGED and not changed.clear
    assert PairedDifference.of_numbers([0.0] * 100, [1.0] * 6 + [0.0] * 94, "t").clear


def test_firm_agrees_with_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(8)
    clear = PairedDifference.of_numbers(range(9), range(1, 10), "t")
    for _ in range(50):
        ps = np.round(rng.beta(0.3, 2.0, 12), 4)
        found = {str(i): replace(clear, p=float(p)) for i, p in enumerate(ps)}
        theirs = stats.false_discovery_control(ps) <= 0.05
        assert firm(found) == {str(i) for i in np.flatnonzero(theirs)}


def test_t_intervals_cover() -> None:
    """Skewed pairs of counts, 40 a time: 95 % intervals hold the true difference 1 in 93 to 97 of 100."""
    rng = np.random.default_rng(17)
    shared = rng.gamma(3.0, 4.0, (3000, 40))
    a, b = rng.poisson(shared), rng.poisson(shared + 1.0)
    found = [PairedDifference.of_numbers(x, y, "t") for x, y in zip(a, b, strict=True)]
    assert 0.93 <= np.mean([d.low <= 1.0 <= d.high for d in found]) <= 0.97


@pytest.mark.parametrize(("base", "gain", "loss"), [(0.5, 0.3, 0.1), (0.3, 0.25, 0.2), (0.7, 0.1, 0.4)])
def test_newcombe_intervals_cover(base: float, gain: float, loss: float) -> None:
    """100 pairs: a happens with ``base``; b turns a no into yes with ``gain`` and a yes into no with ``loss``."""
    rng = np.random.default_rng(23)
    a = rng.random((4000, 100)) < base
    turned = rng.random(a.shape) < np.where(a, loss, gain)
    b = a ^ turned
    counts = [(x & y).sum(axis=1) for x, y in ((a, b), (~a, b), (a, ~b), (~a, ~b))]
    truth = (1 - base) * gain - base * loss
    found = [newcombe(*map(int, row)) for row in zip(*counts, strict=True)]
    assert 0.93 <= np.mean([low <= truth <= high for _, low, high in found]) <= 0.97
