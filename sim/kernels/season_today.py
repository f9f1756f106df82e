"""A day of the drawn weather takes effect."""

from __future__ import annotations

from sim.kernels import kernel


@kernel
def take_day(
    day, skies, temperatures, swes, lines, levels, passes, factors, sky, temperature_c, swe_mm, line_m, snow_level,
    pass_open, weather_factor,
):  # fmt: skip
    """Copy row ``day`` of the drawn arrays into today's."""
    sky[0] = skies[day]
    for b in range(len(temperature_c)):  # loops, because slices take seconds to compile
        temperature_c[b] = temperatures[day, b]
        swe_mm[b] = swes[day, b]
    for m in range(len(line_m)):
        line_m[m] = lines[day, m]
        snow_level[m] = levels[day, m]
    for p in range(len(pass_open)):
        pass_open[p, 0] = passes[day, p, 0]
        pass_open[p, 1] = passes[day, p, 1]
    for k in range(len(weather_factor)):
        weather_factor[k] = factors[day, k]
