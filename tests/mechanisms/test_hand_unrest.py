"""Unrest elsewhere, by hand: how many would rise, how often they do, and whom that draws away."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from model_cases import KEY, call, rates, tiny

from sim.codes import AT_HOME
from sim.kernels.unrest import DAYS_IN_MONTH, UnrestRates, active_share, unrest_day
from sim.state import State

USUAL: dict[str, Any] = {
    "provinces": 33, "chance": 0.02, "reference": 0.6, "threshold": 0.1, "arrest": 0.5, "days": 30.0, "draw": 0.02,
    "most_drawn": 0.5,
}  # fmt: skip


@pytest.mark.parametrize(
    ("legitimacy", "threshold", "arrest", "share"),
    [
        (0.6, 0.1, 0.5, 0.225),  # r up to 0.6: 0.6 * (1 - 0.25) - 0.5 * 0.36 / 0.8
        (0.8, 0.1, 0.5, 0.05),  # r up to 0.2: 0.2 * 0.5 - 0.5 * 0.04 / 0.4
        (0.9, 0.1, 0.5, 0.0),  # grievance is nowhere above the threshold
        (0.5, 0.1, 0.0, 0.8),  # nobody fears arrest: H above 0.2
        (0.0, 0.1, 0.5, 0.65),  # even the most careful: 0.9 - 0.25
    ],
)
def test_the_share_who_would_rise_is_epsteins(legitimacy: float, threshold: float, arrest: float, share: float) -> None:
    assert active_share(legitimacy, threshold, arrest) == pytest.approx(share)
    hardship, caution = np.meshgrid((np.arange(1000) + 0.5) / 1000, (np.arange(1000) + 0.5) / 1000)
    rise = hardship * (1 - legitimacy) - caution * arrest > threshold
    assert share == pytest.approx(rise.mean(), abs=0.003)


def month(legitimacy: float, span: int = 4000, **more: Any) -> np.ndarray:
    """Provinces in unrest on each of many days."""
    state = tiny()
    state.legitimacy[AT_HOME] = legitimacy
    return np.array([day(state, tick, **more).unrest[0] for tick in range(0, 4 * span, 4)])


def day(state: State, tick: int, **more: Any) -> State:
    call(unrest_day, state, tick=tick, rates=rates(UnrestRates, **USUAL | more))
    return state


def test_at_the_reference_provinces_rise_at_the_rate_of_the_parameter() -> None:
    """0.02 a month in each quiet province, each for thirty days: about two thirds of a province at any time."""
    expected = 33 * 0.02 * 30 / DAYS_IN_MONTH
    assert month(0.6).mean() == pytest.approx(expected, rel=0.2)


def test_a_weaker_claim_to_rule_makes_more_unrest_and_a_strong_one_none() -> None:
    assert month(0.5).mean() > 1.2 * month(0.6).mean() > 2 * month(0.8).mean() > 0
    assert month(0.95).sum() == 0


def test_numbers_are_whole_and_within_the_provinces() -> None:
    seen = month(0.0, provinces=3, chance=0.1, days=365.0)
    assert (seen == np.round(seen)).all()
    assert seen.max() == 3
    assert seen.min() == 0


def test_unrest_dies_down() -> None:
    state = tiny()
    state.legitimacy[AT_HOME], state.unrest[0] = 1.0, 20
    for tick in range(0, 4 * 30, 4):
        day(state, tick)
    assert 3 <= state.unrest[0] <= 12  # 20 / e = 7.4
    for tick in range(4 * 30, 4 * 400, 4):
        day(state, tick)
    assert state.unrest[0] == 0


@pytest.mark.parametrize(("provinces", "drawn"), [(0, 0.0), (5, 0.1), (33, 0.5)])
def test_each_province_draws_its_share_of_the_attackers_up_to_a_limit(provinces: int, drawn: float) -> None:
    state = tiny()
    state.legitimacy[AT_HOME], state.unrest[0] = 1.0, provinces
    day(state, 0, days=1e12)
    assert state.drawn_away[0] == pytest.approx(drawn)


def test_luck_belongs_to_the_day() -> None:
    """Two runs that differ in the claim to rule share their draws: the weaker claim never has fewer risings a day."""
    a, b = tiny(), tiny()
    a.legitimacy[AT_HOME], b.legitimacy[AT_HOME] = 0.4, 0.6
    for tick in range(0, 4000, 4):
        a.unrest[0] = b.unrest[0] = 0
        call(unrest_day, a, tick=tick, key=KEY, rates=rates(UnrestRates, **USUAL))
        call(unrest_day, b, tick=tick, key=KEY, rates=rates(UnrestRates, **USUAL))
        assert a.unrest[0] >= b.unrest[0]
