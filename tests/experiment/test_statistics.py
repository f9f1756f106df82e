"""Intervals and rounding against values worked out by hand or by another library."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiment.statistics import Share, Spread, rounded_to, wilson


def test_wilson_by_hand() -> None:
    """5 of 10, z = 1.96: centre 0.5, half width 1.96/(1+0.38416) * sqrt(0.025 + 0.0096040) = 0.26341."""
    assert wilson(5, 10, z=1.96) == pytest.approx((0.23659, 0.76341), abs=1e-5)


def test_wilson_at_the_ends() -> None:
    """None of 10: 0 to z²/(n+z²) = 3.8416/13.8416."""
    assert wilson(0, 10, z=1.96) == pytest.approx((0.0, 0.277540), abs=1e-6)
    assert wilson(10, 10, z=1.96) == pytest.approx((0.722460, 1.0), abs=1e-6)
    assert all(math.isnan(bound) for bound in wilson(0, 0))


@pytest.mark.parametrize(("count", "of"), [(0, 1), (1, 1), (3, 7), (34, 100), (999, 1000)])
def test_wilson_agrees_with_scipy(count: int, of: int) -> None:
    stats = pytest.importorskip("scipy.stats")
    theirs = stats.binomtest(count, of).proportion_ci(method="wilson")
    assert wilson(count, of) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_naive_rounding_would_give_101() -> None:
    shares = {"a": 0.295, "b": 0.295, "c": 0.41}  # each rounded alone with half up: 30 + 30 + 41
    assert rounded_to(shares) == {"a": 30, "b": 29, "c": 41}


def test_three_thirds_and_whole_hundredths() -> None:
    assert rounded_to(dict.fromkeys("abc", 1 / 3)) == {"a": 34, "b": 33, "c": 33}
    exact = {"a": 0.29, "b": 0.57, "c": 0.14}  # 100 * 0.29 and 100 * 0.57 lie below the whole number
    assert rounded_to(exact) == {"a": 29, "b": 57, "c": 14}


@given(st.lists(st.integers(0, 400), min_size=1, max_size=6).filter(any))
def test_rounding_adds_up_and_is_never_a_point_off(counts: list[int]) -> None:
    shares = {str(i): count / sum(counts) for i, count in enumerate(counts)}
    whole = rounded_to(shares)
    assert sum(whole.values()) == 100
    assert all(abs(whole[name] - 100 * share) < 1 + 1e-6 for name, share in shares.items())


def test_nothing_to_round() -> None:
    assert rounded_to({"a": math.nan, "b": math.nan}) == {"a": 0, "b": 0}
    assert rounded_to({"a": 0.0}) == {"a": 0}


def test_spread_leaves_out_what_did_not_happen() -> None:
    spread = Spread.over_runs([1.0, 2.0, 3.0, 4.0, 5.0, math.nan], "days")
    assert (spread.count, spread.mean, spread.q50, spread.unit) == (5, 3.0, 3.0, "days")
    assert (spread.q05, spread.q25, spread.q75, spread.q95) == pytest.approx((1.2, 2.0, 4.0, 4.8))


def test_spread_of_nothing() -> None:
    spread = Spread.over_runs(np.array([math.nan]), "days")
    assert spread.count == 0
    assert math.isnan(spread.mean) and math.isnan(spread.q95)


def test_share_keeps_its_count() -> None:
    share = Share.of_runs(3, 4)
    assert (share.share, share.count, share.of) == (0.75, 3, 4)
    assert share.low < 0.75 < share.high
