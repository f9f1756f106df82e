"""What a run came to, judged from made-up days."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim import codes
from sim.observe.outcome import Outcome, judge
from sim.observe.series import Series

DAYS = 20
A, D, N = codes.ATTACKER, codes.DEFENDER, codes.NOBODY


def days(holders: list[int], **columns: float) -> Series:
    """One district with one floor site, whose holder is given day by day; columns are the same on every day."""
    series = Series.new(DAYS, 1, 1)
    series.floor[:, 0] = series.holder[:, 0] = holders
    series.held[:, 0] = [holder == A for holder in holders]
    series.claims[:] = D
    series.phase[:] = codes.P_ASSAULT
    for name, value in ({"defender_active": 100.0} | columns).items():
        series.column(name)[:] = value
    return series


def judged(series: Series, onset_day: float = np.nan, **more: Any) -> Outcome:
    return judge(series, np.array([True]), np.array([0]), 100, 200, onset_day, **more)


@pytest.mark.parametrize(
    ("holders", "to_winter", "through"),
    [
        ([D] * 20, True, True),
        ([D] * 12 + [A] * 8, True, False),
        ([D] * 12 + [N] * 8, True, False),  # what nobody holds the defender does not hold
        ([D] * 10 + [N] * 10, False, False),
        ([A] + [D] * 19, False, False),  # held on every day from the start, not only on the last
    ],
)
def test_the_floor_is_held_to_winter_by_the_defender_on_every_day(
    holders: list[int], to_winter: bool, through: bool
) -> None:
    """The passes close on day 10."""
    bits = judged(days(holders), onset_day=10.0).bits
    assert (bits["held_to_winter"], bits["held_through_winter"]) == (to_winter, through)


def test_without_a_winter_in_the_run_it_is_held_to_its_end() -> None:
    for onset in (np.nan, 20.0, 99.0):
        assert judged(days([D] * 20), onset_day=onset).bits["held_to_winter"]
        assert not judged(days([D] * 19 + [A]), onset_day=onset).bits["held_to_winter"]


def test_one_site_of_many_is_enough_and_sites_off_the_floor_are_not() -> None:
    series = days([A] * DAYS)
    holder = np.array([[A, D, A]] * DAYS, np.int8)
    both = Series(**{name: getattr(series, name) for name in Series.__dataclass_fields__} | {"holder": holder})
    for sites, held in (([0, 1], True), ([0, 2], False)):
        bits = judge(both, np.array([True]), np.array(sites), 100, 200, np.nan).bits
        assert bits["held_through_winter"] is held


def test_the_first_assault_is_the_first_day_on_which_attackers_are_engaged() -> None:
    series = days([D] * DAYS)
    assert np.isnan(judged(series).quantities["first_assault_day"])
    series.column("attacker_engaged")[[2, 7]] = 10.0
    series.phase[:5] = codes.P_MASS  # skirmishes before the assault do not count
    assert judged(series).quantities["first_assault_day"] == 7


def test_who_is_lost_to_cold_is_counted_apart_from_who_is_lost_to_fighting() -> None:
    found = judged(days([D] * DAYS, attacker_out=7, defender_out=5, attacker_invalided=3, defender_invalided=2))
    names = ("attacker_losses", "defender_losses", "attacker_invalided", "defender_invalided")
    assert [found.quantities[name] for name in names] == [7, 5, 3, 2]


@pytest.mark.parametrize(
    ("holders", "active", "outcome"),
    [
        ([D] * 20, 100, "defended"),
        ([D] * 14 + [A] * 6, 100, "contested"),  # six days are no week
        ([D] * 13 + [A] * 7, 100, "occupied_resistance_survives"),
        ([D] * 13 + [A] * 7, 4, "collapsed"),  # fewer than a twentieth of a hundred
        ([A] * 13 + [N] * 7, 100, "withdrawn"),
    ],
)
def test_outcomes_by_hand(holders: list[int], active: float, outcome: str) -> None:
    assert judged(days(holders, defender_active=active)).outcome == outcome
