"""The season's daily loop: temperature, wet days, amounts, snowpack, passes.

Days run from a calendar 1 September before the run; sites are elevation bands first, then passes.
"""

from __future__ import annotations

import math

from sim.codes import CLEAR, D_AMOUNT, D_SKY, D_TEMPERATURE, D_WETNESS, D_YEAR, OVERCAST, STORM
from sim.kernels import kernel
from sim.kernels.draws import normal, uniform

NO_SNOWLINE = 9000.0


@kernel
def wet_and_noise(key, first, fresh, wet_share, persistence, memory, wet, noise):
    """Fill wet (days,) 0/1, a two-state Markov chain, and noise (days,), a standard AR(1).

    Both start afresh from their stationary law where ``fresh`` is set (every calendar 1 September), so that no
    date's weather depends on the day a run begins.
    """
    kick = math.sqrt(1.0 - memory * memory)
    x = 0.0
    was_wet = 0
    for i in range(wet.shape[0]):
        e = normal(key, D_TEMPERATURE, first + i, 0, 0)
        p = wet_share[i]
        if fresh[i]:
            x = e
        else:
            x = memory * x + kick * e
            p = p + persistence * (1.0 - p) if was_wet else p * (1.0 - persistence)
        was_wet = 1 if uniform(key, D_WETNESS, first + i, 0, 0) < p else 0
        noise[i] = x
        wet[i] = was_wet


@kernel
def share_of_month(key, first, month, wet, share):
    """Fill share (days,): the part of its month's total that falls on each day, exponential over wet days.

    The month's total itself is drawn from the climate's year-to-year spread, so days must add up to it: left
    free, the scatter of daily sums would come on top of the measured one. A month without a wet day gets one.
    """
    days = wet.shape[0]
    i = 0
    while i < days:
        last = i
        while last < days and month[last] == month[i]:
            last += 1
        if month[i] >= 0:
            total = 0.0
            likeliest = i
            lowest = 2.0
            for j in range(i, last):
                u = uniform(key, D_WETNESS, first + j, 0, 0)
                if u < lowest:
                    lowest = u
                    likeliest = j
                total += wet[j]
            if total == 0.0:
                wet[likeliest] = 1
            total = 0.0
            for j in range(i, last):
                share[j] = -math.log(uniform(key, D_AMOUNT, first + j, 0, 0)) if wet[j] else 0.0
                total += share[j]
            for j in range(i, last):
                share[j] /= total
        else:
            for j in range(i, last):
                share[j] = 0.0
        i = last


@kernel
def month_totals(key, month_name, month_year, mean, log_sd, common, total):
    """Fill total (months, regions), mm: lognormal about the mean, one common shock for all regions.

    ``common`` is the share of the log variance that a whole winter has in common.
    """
    for m in range(mean.shape[0]):
        z = math.sqrt(common) * normal(key, D_YEAR, month_year[m], 2, 0)
        z += math.sqrt(1.0 - common) * normal(key, D_YEAR, month_name[m], 3, 0)
        for r in range(mean.shape[1]):
            s = log_sd[m, r]
            total[m, r] = mean[m, r] * math.exp(s * z - 0.5 * s * s)


@kernel
def temperatures(key, year, normals, wet_share, wet, noise, noise_sd, year_sd, wet_cooling, out):
    """Fill out (days,): mean temperature at the reference elevation, degC. Wet days cold, dry ones warm, mean kept."""
    last_year = -1
    anomaly = 0.0
    for i in range(out.shape[0]):
        if year[i] != last_year:
            last_year = year[i]
            anomaly = year_sd * normal(key, D_YEAR, last_year, 1, 0)
        p = wet_share[i]
        cold = -wet_cooling if wet[i] else wet_cooling * p / (1.0 - p)
        out[i] = normals[i] + anomaly + noise_sd * noise[i] + cold


@kernel
def snow_share(temperature, middle, half_width):
    """Share of precipitation that falls as snow: 1 below, 0 above, linear over twice ``half_width`` K."""
    share = (middle + half_width - temperature) / (2.0 * half_width)
    return min(max(share, 0.0), 1.0)


@kernel
def snowpack(
    temperature, lapse, reference_m, share, month, total, bare,
    elevation, orographic, region, middle, half_width, melt, site_temperature, swe, snowfall,
):  # fmt: skip
    """Fill site_temperature, swe, snowfall (days, sites): accumulation, then degree-day melt.

    ``melt`` mm per day and K above 0 degC. The pack starts at nothing where ``bare`` is set (climate's 1 September).
    """
    for i in range(temperature.shape[0]):
        raining = month[i] >= 0 and share[i] > 0.0
        for s in range(elevation.shape[0]):
            warm = temperature[i] - lapse[i] * (elevation[s] - reference_m)
            held = 0.0 if i == 0 or bare[i] else float(swe[i - 1, s])
            fresh = 0.0
            if raining:
                fresh = share[i] * total[month[i], region[s]] * orographic[s]
                fresh *= snow_share(warm, middle, half_width)
            swe[i, s] = max(held + fresh - melt * max(warm, 0.0), 0.0)
            snowfall[i, s] = fresh
            site_temperature[i, s] = warm


@kernel
def close_passes(swe, first_site, close, reopen, is_open):
    """Fill is_open (days, passes, modes): shut above ``close`` mm until the pack is below ``reopen`` mm again.

    ``swe`` (days, sites) starts on bare ground, so all are open before day 0; passes are its columns from
    ``first_site``.
    """
    for p in range(is_open.shape[1]):
        for k in range(is_open.shape[2]):
            opened = True
            for d in range(is_open.shape[0]):
                depth = swe[d, first_site + p]
                opened = depth < reopen[k] or (opened and depth <= close[k])
                is_open[d, p, k] = opened


@kernel
def snowlines(swe, bands, close, line):
    """Fill line (days, modes), m: lowest elevation from which every higher band holds more than ``close`` mm."""
    top = bands.shape[0] - 1
    for d in range(line.shape[0]):
        for k in range(line.shape[1]):
            b = top
            while b >= 0 and swe[d, b] > close[k]:
                b -= 1
            if b == top:
                line[d, k] = NO_SNOWLINE
            elif b < 0:
                line[d, k] = bands[0]
            else:  # between a band with too little and one with too much
                low = float(swe[d, b])
                part = (close[k] - low) / (float(swe[d, b + 1]) - low)
                line[d, k] = bands[b] + part * (bands[b + 1] - bands[b])


@kernel
def skies(key, first, precip, wet, cloud, storm_mm, sky):
    """Fill sky (days,): storm above ``storm_mm`` in the valley, overcast when wet or by the month's dry cloud."""
    for i in range(sky.shape[0]):
        if precip[i] >= storm_mm:
            sky[i] = STORM
        elif wet[i] or uniform(key, D_SKY, first + i, 0, 0) < cloud[i]:
            sky[i] = OVERCAST
        else:
            sky[i] = CLEAR
