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
    temperature_c[:] = temperatures[day]
    swe_mm[:] = swes[day]
    line_m[:] = lines[day]
    snow_level[:] = levels[day]
    pass_open[:, :] = passes[day]
    weather_factor[:] = factors[day]
