"""The weather of a replicate, drawn before its run: the same in every scenario that sets the same season."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError
from sim.kernels.draws import mix
from sim.params import Value
from sim.world.climate import Climate, Crossing
from sim.world.daily import BY_VEHICLE, Plan, Weather, draw_planned, plan_weather
from sim.world.season import Levers, read_levers

SEASONAL_DAYS = 30
"""A pass is shut for the season when it stays shut so long: fits the reference's shares of winters without closing."""
_ONSET_WINTERS = 200
_FARTHEST_SHIFT = 90  # days
_YEAR = 365  # days; stands for a winter without closing


class PassLike(Protocol):
    """A pass, as the terrain has it."""

    @property
    def elevation_m(self) -> float:
        """Elevation of the crossing."""

    @property
    def orographic(self) -> float:
        """Factor on the region's precipitation."""

    @property
    def precip_region(self) -> str:
        """Region of the climate table."""


def draw_weather(
    climate: Climate,
    values: Mapping[str, Value],
    key: np.uint64,
    start: dt.date,
    days: int,
    passes: Sequence[PassLike],
) -> Weather:
    """Draw one replicate's weather from ``values`` (keys ``season.…``) and its key.

    A date's weather does not depend on ``start``, ``days`` or the passes asked for. The snow year begins bare on
    1 September; nothing is carried over a summer.
    """
    sites = tuple(Crossing(float(p.elevation_m), float(p.orographic), p.precip_region) for p in passes)
    return draw_planned(_plan(climate, read_levers(values), start, days, sites), key)


def winter_shift(climate: Climate, levers: Levers) -> int:
    """Days by which ``winter_onset`` moves the climate's calendar; negative is earlier, 0 for no date.

    Only month and day of the lever count: it is compared with the nearest of the climate's own onsets.
    """
    if levers.winter_onset is None:
        return 0
    own = climate_onset(climate, levers)
    if own >= _YEAR:
        raise InputError(
            "season.winter_onset cannot be met: with these season parameters the high passes do not close in "
            'most winters. Raise season.severity or set season.winter_onset = "none".'
        )
    usual = dt.date(levers.winter_onset.year, 9, 1) + dt.timedelta(days=own)
    shift = ((levers.winter_onset - usual).days + 182) % _YEAR - 182
    if abs(shift) > _FARTHEST_SHIFT:
        raise InputError(
            f"season.winter_onset = {levers.winter_onset} lies {abs(shift)} days from the climate's own onset, "
            f"{usual.day} {usual:%B}; at most {_FARTHEST_SHIFT} days either way are allowed."
        )
    return shift


def climate_onset(climate: Climate, levers: Levers) -> int:
    """Days from 1 September to the day the climate itself is expected to close the high passes to vehicles.

    The median over 200 winters of the median over the climate's high crossings, 365 where they stay open; cached.
    The terrain has no part in it, so that flattened mountains get the same weather.
    """
    return _climate_onset(climate, replace(levers, winter_onset=None))


def closing_days(is_open: NDArray[np.bool_], at_least: int = 1) -> NDArray[np.int64]:
    """First day of each pass's longest spell shut: is_open (days, passes) -> (passes,).

    -1 where no spell lasts ``at_least`` days, or to the end.
    """
    return _longest_spell(is_open, at_least)[0]


def reopening_days(is_open: NDArray[np.bool_], at_least: int = 1) -> NDArray[np.int64]:
    """First day open after the spell of ``closing_days``; the number of days where still shut, -1 where none."""
    return _longest_spell(is_open, at_least)[1]


def _longest_spell(is_open: NDArray[np.bool_], at_least: int) -> NDArray[np.int64]:
    """Start and end of each pass's longest spell shut: (2, passes)."""
    out = np.full((2, is_open.shape[1]), -1, dtype=np.int64)
    for p in range(is_open.shape[1]):
        edges = np.flatnonzero(np.diff(is_open[:, p], prepend=True, append=True))
        if len(edges):
            starts, ends = edges[0::2], edges[1::2]
            longest = np.argmax(ends - starts)
            if ends[longest] == len(is_open) or ends[longest] - starts[longest] >= at_least:
                out[:, p] = starts[longest], ends[longest]
    return out


@lru_cache(maxsize=64)
def _climate_onset(climate: Climate, levers: Levers) -> int:
    plan = plan_weather(climate, levers, 0, dt.date(2001, 9, 1), _YEAR, climate.high_passes)
    medians = []
    for winter in range(_ONSET_WINTERS):
        weather = draw_planned(plan, np.uint64(mix(np.uint64(winter))))
        closing = closing_days(weather.pass_open[:, :, BY_VEHICLE], SEASONAL_DAYS)
        medians.append(np.median(np.where(closing < 0, _YEAR, closing)))
    return round(float(np.median(medians)))


@lru_cache(maxsize=64)
def _plan(climate: Climate, levers: Levers, start: dt.date, days: int, passes: tuple[Crossing, ...]) -> Plan:
    return plan_weather(climate, levers, winter_shift(climate, levers), start, days, passes)
