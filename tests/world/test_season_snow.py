"""Snow, passes and the calendar against numbers worked out by hand."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest

from sim.kernels import season as kernels
from sim.kernels.draws import uniform
from sim.world.almanac import climate_day, smooth_year

KEY = np.uint64(7)


def pack(temperature, total_mm, elevation=(3000.0,), orographic=(1.0,), bare=(), melt=4.0, lapse=0.006):
    """Snow water (days, sites) with each day a month of its own that brings ``total_mm`` of that day."""
    days, sites = len(temperature), len(elevation)
    start = np.zeros(days, bool)
    start[list(bare)] = True
    warmth, swe, fresh = (np.empty((days, sites), np.float32) for _ in range(3))
    kernels.snowpack(
        np.array(temperature, float), np.full(days, lapse), 3000.0, np.ones(days), np.arange(days),
        np.array(total_mm, float)[:, None], start, np.array(elevation), np.array(orographic),
        np.zeros(sites, np.int64), 1.0, 1.0, melt, warmth, swe, fresh,
    )  # fmt: skip
    return warmth, swe, fresh


@pytest.mark.parametrize(
    ("degrees", "share"), [(-5.0, 1.0), (0.0, 1.0), (0.5, 0.75), (1.0, 0.5), (1.5, 0.25), (2.0, 0.0), (9.0, 0.0)]
)
def test_rain_turns_to_snow_between_two_and_zero_degrees(degrees, share):
    assert kernels.snow_share(degrees, 1.0, 1.0) == pytest.approx(share)


def test_degree_days_melt_what_lies():
    # 30 mm falls at -4; then +2.5 K takes 10 mm a day; +6 K would take 24 and finds 10
    _, swe, fresh = pack([-4, 2.5, 2.5, 6], [30, 0, 0, 0])
    assert swe[:, 0].tolist() == [30, 20, 10, 0]
    assert fresh[:, 0].tolist() == [30, 0, 0, 0]


def test_rain_does_not_add_and_mixed_snow_adds_half():
    _, swe, fresh = pack([-4, 1.0, 5.0], [30, 20, 50])
    assert fresh[:, 0].tolist() == [30, 10, 0]
    assert swe[:, 0].tolist() == [30, 36, 16]  # +10 - 4, then -20


def test_height_cools_and_catches_more():
    warmth, swe, _ = pack([3.0], [40], elevation=(3000.0, 4000.0), orographic=(1.0, 1.25))
    assert warmth[0].tolist() == [3.0, -3.0]
    assert swe[0].tolist() == [0.0, 50.0]


def test_snow_year_begins_bare():
    _, swe, _ = pack([-4, -4, -4], [30, 10, 10], bare=[2])
    assert swe[:, 0].tolist() == [30, 40, 10]


def test_pass_shuts_above_and_reopens_below():
    swe = np.array([0, 39, 40, 41, 30, 20, 19.9, 39, 41], np.float32)[:, None]
    is_open = np.empty((9, 1, 2), bool)
    kernels.close_passes(swe, 0, np.array([40.0, 200.0]), np.array([20.0, 100.0]), is_open)
    assert is_open[:, 0, 0].tolist() == [True, True, True, False, False, False, True, True, False]
    assert is_open[:, 0, 1].all()


def test_snowline_lies_between_bands():
    bands = np.array([1000.0, 1100.0, 1200.0])
    swe = np.array([[0, 20, 60], [50, 50, 50], [0, 0, 40], [60, 0, 60]], np.float32)
    line = np.empty((4, 1))
    kernels.snowlines(swe, bands, np.array([40.0]), line)
    # half way from 20 to 60; all above; none; from 0 to 60 at two thirds, whatever lies below
    assert line[:, 0] == pytest.approx([1150.0, 1000.0, 9000.0, 1100.0 + 200.0 / 3.0])


def test_a_dry_month_gets_its_likeliest_day():
    wet, share = np.zeros(10, np.int64), np.empty(10)
    month = np.array([-1] * 2 + [0] * 8)
    kernels.share_of_month(KEY, 100, month, wet, share)
    day = 2 + int(np.argmin([uniform(KEY, 2, 102 + i, 0, 0) for i in range(8)]))
    assert np.flatnonzero(share).tolist() == [day]
    assert share[day] == 1.0


def test_wet_days_follow_the_chain():
    days = 40_000
    wet, noise = np.empty(days, np.int64), np.empty(days)
    kernels.wet_and_noise(KEY, 1, np.zeros(days, bool), np.full(days, 0.3), 0.4, 0.7, wet, noise)
    assert wet.mean() == pytest.approx(0.3, abs=0.015)
    assert wet[1:][wet[:-1] == 1].mean() == pytest.approx(0.3 + 0.4 * 0.7, abs=0.02)  # p + r (1 - p)
    assert noise.std() == pytest.approx(1.0, abs=0.03)
    assert np.corrcoef(noise[1:], noise[:-1])[0, 1] == pytest.approx(0.7, abs=0.02)


def test_month_totals_keep_mean_and_spread():
    mean, sd, months = 40.0, 20.0, 20_000
    total = np.empty((months, 1))
    tags = np.arange(months)
    log_sd = np.full((months, 1), math.sqrt(math.log(1.0 + (sd / mean) ** 2)))
    kernels.month_totals(KEY, tags, tags, np.full((months, 1), mean), log_sd, 0.15, total)
    assert total.mean() == pytest.approx(mean, rel=0.03)
    assert total.std() == pytest.approx(sd, rel=0.06)


def test_sky_by_amount_then_by_wetness():
    sky = np.empty(3, np.int8)
    kernels.skies(KEY, 1, np.array([12.0, 2.0, 0.0]), np.array([1, 1, 0]), np.zeros(3), 10.0, sky)
    assert sky.tolist() == [2, 1, 0]


def test_smooth_year_passes_through_the_months():
    monthly = np.array([-8.0, -6, -2, 4, 8, 13, 16, 15, 11, 5, -1, -6])
    middle = np.array([dt.date(2001, 1, 1).toordinal() + (i + 0.5) * 365 / 12 - 0.5 for i in range(12)])
    assert smooth_year(monthly, middle) == pytest.approx(monthly)


def test_longer_winter_leaves_midwinter_and_the_year_alone():
    day = np.arange(dt.date(2000, 9, 1).toordinal(), dt.date(2002, 9, 1).toordinal())
    assert (climate_day(day, 1.0) == day).all()
    place = climate_day(day, 1.5)
    assert (np.diff(place) > 0.0).all()
    middle = dt.date(2001, 1, 15).toordinal()
    assert place[day == middle] == pytest.approx(middle)
    assert place[day == middle + 365] == pytest.approx(middle + 365)
    # tan(60 x 360/365 deg) / 1.5 = 0.3783 -> 42.04 days: what 60 days before midwinter now has, 42 days before had
    assert place[day == middle - 60] == pytest.approx(middle - 42.04, abs=0.01)
