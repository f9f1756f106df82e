"""Weather day by day and the kernels that make it; ``sim.world.weather`` is the way in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.kernels import season as kernels
from sim.world.almanac import Almanac, build_almanac
from sim.world.climate import Climate, Crossing
from sim.world.season import Levers

F4 = NDArray[np.float32]
F8 = NDArray[np.float64]
I1 = NDArray[np.int8]
I8 = NDArray[np.int64]
B1 = NDArray[np.bool_]

BANDS_M = np.arange(1000.0, 5501.0, 100.0)
"""Centres of the elevation bands, m."""
BY_VEHICLE, BY_PACK = 0, 1
"""Modes of ``Weather.pass_open`` and ``Weather.snowline_m``."""
_SNOW_HALF_WIDTH = 1.0  # K: rain and snow mix over 2 K (US Army Corps of Engineers 1956, Snow Hydrology)


@dataclass(frozen=True, eq=False)
class Weather:
    """Daily weather; day 0 is the start. Bands are 100 m of elevation about ``bands_m``.

    temperature_c, swe_mm (snow water lying), snowfall_mm (days, bands); precip_mm (days,) valley mean at the
    floor; sky (days,) CLEAR, OVERCAST or STORM; freezing_level_m (days,); snowline_m (days, 2): lowest elevation
    from which all ground above holds more snow than shuts it to vehicles and to pack animals, 9000 where none;
    pass_open (days, passes, 2) to vehicles and pack animals; pass_swe_mm (days, passes).
    """

    bands_m: F8
    temperature_c: F4
    swe_mm: F4
    snowfall_mm: F4
    precip_mm: F8
    sky: I1
    freezing_level_m: F8
    snowline_m: F8
    pass_open: B1
    pass_swe_mm: F4

    @property
    def days(self) -> int:
        """Number of days drawn."""
        return len(self.sky)


@dataclass(frozen=True, eq=False)
class Plan:
    """All that replicates share: almanac, thresholds, and the sites (bands, then passes)."""

    climate: Climate
    levers: Levers
    almanac: Almanac
    elevation: F8
    orographic: F8
    region: I8
    close: F8
    days: int

    @property
    def reopen(self) -> F8:
        """Snow water, mm, below which a shut pass opens again, by mode."""
        return self.close * self.levers.reopen_share


def plan_weather(
    climate: Climate, levers: Levers, shift: int, start: dt.date, days: int, passes: tuple[Crossing, ...]
) -> Plan:
    """Lay out what replicates share; the climate comes ``shift`` days late."""
    bands = len(BANDS_M)
    factor = np.interp(BANDS_M, climate.orographic_m, climate.orographic)
    regions = [climate.valley] * bands + [climate.region_index(p.precip_region) for p in passes]
    return Plan(
        climate=climate,
        levers=levers,
        almanac=build_almanac(climate, levers, shift, start, days),
        elevation=np.concatenate([BANDS_M, [p.elevation_m for p in passes]]),
        orographic=np.concatenate([factor, [p.orographic for p in passes]]),
        region=np.array(regions, dtype=np.int64),
        close=np.array([levers.close_vehicle_swe, levers.close_pack_swe]),
        days=days,
    )


def draw_planned(plan: Plan, key: np.uint64) -> Weather:
    """Run the kernels over the plan's days and cut off those before and after the run."""
    a, v, climate = plan.almanac, plan.levers, plan.climate
    span, sites, bands = len(a.month), len(plan.elevation), len(BANDS_M)
    wet = np.empty(span, np.int64)
    noise, share, temperature = np.empty(span), np.empty(span), np.empty(span)
    total = np.empty_like(a.mean_mm)
    kernels.wet_and_noise(key, a.first, a.fresh, a.wet_share, v.wet_persistence, v.temperature_memory, wet, noise)
    kernels.share_of_month(key, a.first, a.month, wet, share)
    kernels.month_totals(key, a.month_name, a.month_year, a.mean_mm, a.log_sd, v.year_correlation, total)
    kernels.temperatures(
        key, a.year, a.normals_c, a.wet_share, wet, noise,
        v.temperature_sd, v.year_temperature_sd * v.year_spread, v.wet_cooling, temperature,
    )  # fmt: skip
    warmth, swe, snowfall = (np.empty((span, sites), np.float32) for _ in range(3))
    kernels.snowpack(
        temperature, a.lapse, climate.reference_m, share, a.month, total, a.bare,
        plan.elevation, plan.orographic, plan.region,
        v.snow_temperature, _SNOW_HALF_WIDTH, v.melt_factor, warmth, swe, snowfall,
    )  # fmt: skip
    is_open = np.empty((span, sites - bands, 2), np.bool_)
    line, sky = np.empty((span, 2)), np.empty(span, np.int8)
    kernels.close_passes(swe, bands, plan.close, plan.reopen, is_open)
    kernels.snowlines(swe, BANDS_M, plan.close, line)
    precip = share * total[a.month, climate.valley]  # share is 0 where month is -1
    kernels.skies(key, a.first, precip, wet, a.cloud, v.storm_amount, sky)
    run = slice(a.spin, a.spin + plan.days)
    return Weather(
        bands_m=BANDS_M,
        temperature_c=warmth[run, :bands].copy(),
        swe_mm=swe[run, :bands].copy(),
        snowfall_mm=snowfall[run, :bands].copy(),
        precip_mm=precip[run].copy(),
        sky=sky[run].copy(),
        freezing_level_m=climate.reference_m + temperature[run] / a.lapse[run],
        snowline_m=line[run].copy(),
        pass_open=is_open[run].copy(),
        pass_swe_mm=swe[run, bands:].copy(),
    )
