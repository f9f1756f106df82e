"""The season as a whole: what may not move it, and what its levers must move."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from sim.errors import InputError
from sim.kernels.draws import replicate_key
from sim.world.climate import Crossing, load_climate
from sim.world.daily import BY_PACK, BY_VEHICLE
from sim.world.season import PARAMETERS, Levers, read_levers
from sim.world.weather import climate_onset, closing_days, draw_weather, winter_shift

ROOT = Path(__file__).parents[2]
CLIMATE = load_climate(ROOT / "scenarios" / "terrain" / "panjshir")
PASSES = (Crossing(4400.0, 1.3, "upper"), Crossing(3600.0, 1.25, "andarab"), Crossing(3366.0, 1.25, "salang"))
AUTUMN = dt.date(2021, 9, 1)
BASE = {
    "winter_onset": None,
    "severity": 1.0,
    "severity_cooling": 2.0,
    "length": 1.0,
    "year_spread": 1.0,
    "year_correlation": 0.15,
    "year_temperature_sd": 0.8,
    "temperature_sd": 3.0,
    "temperature_memory": 0.7,
    "wet_cooling": 3.0,
    "wet_day_amount": 6.3,
    "wet_persistence": 0.3,
    "storm_amount": 10.0,
    "snow_temperature": 1.0,
    "melt_factor": 3.5,
    "close_vehicle_swe": 40.0,
    "close_pack_swe": 200.0,
    "reopen_share": 0.5,
}
DIGEST = """
import sys; sys.path[:0] = sys.argv[1:]
from test_season import digest
print(digest())
"""


def values(**changes):
    return {f"season.{key}": value for key, value in (BASE | changes).items()}


def draw(replicate=0, start=AUTUMN, days=244, passes=PASSES, **changes):
    return draw_weather(CLIMATE, values(**changes), replicate_key(1, replicate), start, days, passes)


def winters(count=150, days=365, **changes):
    return [draw(i, days=days, **changes) for i in range(count)]


def median_closing(weather, mode=BY_VEHICLE, place=0):
    return float(np.median([closing_days(w.pass_open[:, :, mode])[place] for w in weather]))


def arrays(weather):
    return {f.name: getattr(weather, f.name) for f in fields(weather) if f.name != "bands_m"}


def digest():
    weather = draw(3, start=dt.date(2021, 11, 20), days=40, severity=1.3, length=1.2)
    return hashlib.sha256(b"".join(a.tobytes() for a in arrays(weather).values())).hexdigest()


def test_shapes_and_types():
    weather = draw(days=100)
    assert weather.days == 100
    for name, array in arrays(weather).items():
        assert array.shape[0] == 100, name
        assert array.flags.c_contiguous, name
    assert weather.swe_mm.shape == weather.snowfall_mm.shape == weather.temperature_c.shape == (100, 46)
    assert weather.pass_open.shape == (100, 3, 2)
    assert weather.sky.dtype == np.int8
    assert (weather.swe_mm >= 0).all()


def test_same_key_same_weather_other_key_other_weather():
    one, same, other = draw(1), draw(1), draw(2)
    assert all((a == b).all() for a, b in zip(arrays(one).values(), arrays(same).values(), strict=True))
    assert not (one.temperature_c == other.temperature_c).all()


@pytest.mark.parametrize("changes", [{}, {"winter_onset": dt.date(2021, 10, 20)}, {"length": 1.4}])
@pytest.mark.parametrize("start", [dt.date(2021, 8, 24), dt.date(2021, 5, 3), dt.date(2021, 10, 7)])
def test_a_date_keeps_its_weather_whatever_the_start(start, changes):
    """Also across 1 September, and with snow lying at the start."""
    usual, other = draw(4, days=120, **changes), draw(4, start=start, days=300, **changes)
    day = dt.date(2021, 10, 20)
    here, there = (day - AUTUMN).days, (day - start).days
    for (name, a), b in zip(arrays(usual).items(), arrays(other).values(), strict=True):
        assert (a[here : here + 60] == b[there : there + 60]).all(), name


def test_asking_for_more_passes_or_fewer_days_moves_nothing():
    all_of, some = draw(5), draw(5, days=50, passes=PASSES[1:2])
    assert (all_of.swe_mm[:50] == some.swe_mm).all()
    assert (all_of.pass_open[:50, 1:2] == some.pass_open).all()


def test_spring_starts_with_the_winters_snow():
    weather = draw(start=dt.date(1982, 5, 15), days=60)
    assert weather.swe_mm[0, 34] > 100.0  # 4,400 m
    assert not weather.pass_open[0, 0, BY_VEHICLE]
    assert weather.snowline_m[-1, 0] > weather.snowline_m[0, 0]


def test_snowline_agrees_with_the_bands():
    weather = draw(6)
    for mode, depth in ((BY_VEHICLE, 40.0), (BY_PACK, 200.0)):
        above = weather.bands_m[None, :] > weather.snowline_m[:, mode][:, None]
        assert (weather.swe_mm[above] > depth).all()
    assert (weather.snowline_m[:, BY_PACK] >= weather.snowline_m[:, BY_VEHICLE]).all()


def test_totals_are_those_of_the_climate():
    """Twelve-month sums over 150 years: 477 mm a year in the valley, 111 mm its spread in the upper part."""
    rain = np.array([w.precip_mm.sum() for w in winters()])
    assert rain.mean() == pytest.approx(CLIMATE.precip_mm[:, CLIMATE.valley].sum(), rel=0.06)
    assert 85.0 < rain.std() < 150.0


def test_passes_close_when_the_reference_says():
    """Vehicle medians of the reference: Anjuman 7 November, Khawak 14 November, Salang 19 November; within 10 days."""
    weather = winters()
    for place, day in enumerate((67, 74, 79)):
        assert abs(median_closing(weather, place=place) - day) <= 10
    assert median_closing(weather, mode=BY_PACK) > median_closing(weather) + 60


@pytest.mark.parametrize("days", [14, -21])
def test_onset_moves_the_closing_by_as_much(days):
    own = AUTUMN + dt.timedelta(climate_onset(CLIMATE, read_levers(values())))
    asked = own + dt.timedelta(days)
    assert winter_shift(CLIMATE, read_levers(values(winter_onset=asked))) == days
    moved = median_closing(winters(winter_onset=asked)) - median_closing(winters())
    assert moved == pytest.approx(days, abs=5)


def test_onset_fixes_the_closing_whatever_the_severity():
    asked = dt.date(2021, 11, 1)
    for severity in (0.6, 1.8):
        weather = winters(winter_onset=asked, severity=severity)
        closing = [np.median(closing_days(w.pass_open[:, :, BY_VEHICLE])[:1]) for w in weather]
        assert np.median(closing) == pytest.approx((asked - AUTUMN).days, abs=8)


def test_shifted_winters_stay_paired():
    """The same days' noise under another calendar: closings of one key differ less than those of two keys."""
    usual, early = (
        [closing_days(w.pass_open[:, :, BY_VEHICLE])[0] for w in winters(winter_onset=x)]
        for x in (None, AUTUMN + dt.timedelta(60))
    )
    assert np.corrcoef(usual, early)[0, 1] > 0.5


def test_only_month_and_day_of_the_onset_count():
    shifts = {winter_shift(CLIMATE, read_levers(values(winter_onset=dt.date(y, 10, 25)))) for y in (1983, 2021)}
    assert len(shifts) == 1 or max(shifts) - min(shifts) == 1  # leap years


def test_an_onset_out_of_season_is_refused():
    with pytest.raises(InputError, match=r"season\.winter_onset = 2021-06-01 lies .* at most 90 days"):
        draw(winter_onset=dt.date(2021, 6, 1))


def test_an_onset_in_a_climate_without_one_is_refused():
    with pytest.raises(InputError, match="cannot be met"):
        draw(winter_onset=dt.date(2021, 11, 1), severity=0.5, close_vehicle_swe=200.0, melt_factor=9.0, length=0.5)


@pytest.mark.parametrize("end", ["low", "high"])
@pytest.mark.parametrize("parameter", PARAMETERS[1:], ids=lambda p: p.key)
def test_the_ends_of_every_range_give_weather(parameter, end):
    changes = {parameter.key.split(".")[1]: getattr(parameter, end)}
    weather = draw(8, start=dt.date(2021, 8, 24), days=400, **changes)
    for name, array in arrays(weather).items():
        assert np.isfinite(array).all(), name
    assert weather.precip_mm.sum() > 100.0


def test_severity_brings_more_snow_and_earlier_closing():
    deep, usual, light = (winters(60, severity=s) for s in (2.0, 1.0, 0.5))
    lying = [np.mean([w.swe_mm[180, 20] for w in group]) for group in (deep, usual, light)]
    assert lying[0] > 1.5 * lying[1] > 2.0 * lying[2]
    assert median_closing(deep) < median_closing(usual) < median_closing(light)
    assert np.mean([w.temperature_c[130] for w in deep]) < np.mean([w.temperature_c[130] for w in usual]) - 1.5


def test_longer_winter_closes_earlier_and_reopens_later():
    shut = [np.mean([(~w.pass_open[:, 0, BY_VEHICLE]).sum() for w in winters(60, length=x)]) for x in (0.6, 1.0, 1.4)]
    assert shut[0] + 20 < shut[1] < shut[2] - 20


def test_no_spread_leaves_years_alike():
    alike, usual = ([w.precip_mm.sum() for w in winters(60, year_spread=x)] for x in (0.0, 1.0))
    assert np.std(alike) < 1e-6 * np.mean(alike)
    assert np.std(usual) > 50.0


def test_every_lever_is_declared_and_read():
    assert [f"season.{field.name}" for field in fields(Levers)] == [p.key for p in PARAMETERS]
    code = "".join((ROOT / "sim" / "world" / f"{name}.py").read_text() for name in ("almanac", "daily", "weather"))
    unread = [f.name for f in fields(Levers) if not re.search(rf"\b(levers|v)\.{f.name}\b", code)]
    assert not unread


def test_same_numbers_without_the_compiler():
    result = subprocess.run(
        [sys.executable, "-c", DIGEST, str(ROOT), str(Path(__file__).parent)],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert result.stdout.strip() == digest()
