"""The calendar that the season's levers bend: what is known of each day before any draw."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.world.climate import Climate
from sim.world.season import Levers

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
B1 = NDArray[np.bool_]

_EPOCH = dt.date(1970, 1, 1).toordinal()
_SEPTEMBER = 8  # months since January
_MIDWINTER = (1, 15)  # month and day about which a winter is stretched: the coldest of the year


@dataclass(frozen=True, eq=False)
class Almanac:
    """One entry a day from a calendar 1 September; the first ``spin`` days come before the run.

    first: ordinal of day 0. By day: fresh (a calendar 1 September), bare (the climate's 1 September), month (row
    of the totals, -1 before the climate's first), year (the climate's season year), normals_c at the reference
    elevation, lapse (K/m), wet_share (share of days), cloud (share of dry days overcast). By month: name and
    season year, tags of draws; mean_mm and log_sd (months, regions), of the month's total.
    """

    first: int
    spin: int
    fresh: B1
    bare: B1
    month: I8
    year: I8
    normals_c: F8
    lapse: F8
    wet_share: F8
    cloud: F8
    month_name: I8
    month_year: I8
    mean_mm: F8
    log_sd: F8


def build_almanac(climate: Climate, levers: Levers, shift: int, start: dt.date, days: int) -> Almanac:
    """The almanac of a run: the climate comes ``shift`` days late and its winter lasts ``levers.length``.

    Whole months and season years are laid out, so that no date's weather depends on ``start`` or ``days``.
    """
    begin = start.toordinal()
    day = np.arange(begin - 850, begin + days + 80)
    place = climate_day(day - shift, levers.length)
    month = _months(place)
    year = (month - _SEPTEMBER) // 12
    bare = np.diff(year, prepend=year[0]) > 0
    fresh = np.diff((_months(day) - _SEPTEMBER) // 12, prepend=0) > 0
    opening = int(day[bare & (day <= begin)][-1])  # the snow year that holds the start
    first = int(day[fresh & (day <= opening)][-1])
    last_month = month[day == begin + days - 1][0]
    keep = (day >= first) & (month <= last_month)
    day, place, month, year, bare, fresh = (a[keep] for a in (day, place, month, year, bare, fresh))

    name = np.arange(month[day == opening][0], last_month + 1)
    number = np.where(day < opening, -1, month - name[0])
    winter = winter_weight(place)
    lasts = np.bincount(number[number >= 0], minlength=len(name))
    depth = np.bincount(number[number >= 0], winter[number >= 0], len(name)) / lasts
    stretch = lasts / _month_days(name) * levers.severity**depth
    mean, spread = climate.precip_mm[name % 12], climate.precip_sd_mm[name % 12]
    wet = climate.precip_mm[month % 12, climate.valley] / _month_days(month) / levers.wet_day_amount
    wet = np.clip(wet, 0.01, 0.7)
    return Almanac(
        first=first,
        spin=begin - first,
        fresh=fresh,
        bare=bare,
        month=number,
        year=year,
        normals_c=smooth_year(climate.temperature_c, place)
        - levers.severity_cooling * np.log2(levers.severity) * winter,
        lapse=smooth_year(climate.lapse, place),
        wet_share=wet,
        cloud=np.maximum(climate.cloud[month % 12] - wet, 0.0) / (1.0 - wet),
        month_name=name,
        month_year=(name - _SEPTEMBER) // 12,
        mean_mm=mean * stretch[:, None],
        log_sd=np.sqrt(np.log1p((levers.year_spread * spread / mean) ** 2)),
    )


def climate_day(ordinal: NDArray[np.int64], length: float) -> F8:
    """The day of the normal climate, as an ordinal, that rules each calendar day when winter is stretched.

    Around midwinter the calendar runs ``1 / length`` as fast, around midsummer ``length`` as fast, so that a year
    stays a year: the angle from midwinter is mapped by tan(a') = tan(a) / length.
    """
    if length == 1.0:
        return ordinal.astype(float)
    years = np.arange(dt.date.fromordinal(int(ordinal[0])).year - 1, dt.date.fromordinal(int(ordinal[-1])).year + 3)
    middles = np.array([dt.date(int(year), *_MIDWINTER).toordinal() for year in years])
    before = np.searchsorted(middles, ordinal, side="right") - 1
    year_days = np.diff(middles)[before]
    angle = np.pi * (ordinal - middles[before]) / year_days
    bent = np.arctan2(np.sin(angle) / length, np.cos(angle)) / np.pi
    return middles[before] + bent * year_days


def winter_weight(place: F8) -> F8:
    """1 in midwinter, 0 in midsummer, a cosine between; of a climate day."""
    return 0.5 + 0.5 * np.cos(2.0 * np.pi * (_year_share(place) - 14.0 / 365.0))


def smooth_year(monthly: F8, place: F8) -> F8:
    """Daily values through twelve mid-month values: the trigonometric interpolation of a periodic year."""
    waves = np.fft.rfft(monthly) / 12.0
    angle = 2.0 * np.pi * (_year_share(place) - 0.5 / 12.0)
    out = np.full(place.shape, waves[0].real)
    for k in range(1, 7):
        both = 1.0 if k == 6 else 2.0  # the last wave of an even number of points has no partner
        out += both * (waves[k].real * np.cos(k * angle) - waves[k].imag * np.sin(k * angle))
    return out


def _months(place: F8 | I8) -> I8:
    """Months since January 1970 of ordinals."""
    return (np.floor(place).astype(np.int64) - _EPOCH).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _month_days(month: I8) -> I8:
    """Days in each month, months since January 1970."""
    start = month.astype("datetime64[M]").astype("datetime64[D]")
    return ((month + 1).astype("datetime64[M]").astype("datetime64[D]") - start).astype(np.int64)


def _year_share(place: F8) -> F8:
    """Part of the year gone by, 0 to 1, of ordinals."""
    whole = np.floor(place).astype(np.int64) - _EPOCH
    year = whole.astype("datetime64[D]").astype("datetime64[Y]")
    start = year.astype("datetime64[D]").astype(np.int64)
    end = (year + 1).astype("datetime64[D]").astype(np.int64)
    return (place - _EPOCH - start + 0.5) / (end - start)
