"""Season: today's weather, snow and passes, and what they do to movement, fire and flying.

The weather of the replicate was drawn before the run (``sim.world.weather``); here a day of it takes effect.
"""

from __future__ import annotations

import numpy as np

from sim.codes import FOOT, OVERCAST, PACK, STORM, VEHICLE
from sim.kernels.season_today import take_day
from sim.mechanisms.base import Mechanism, Run, Step, names
from sim.params import Parameter
from sim.world.routes import SNOW_LINES_M

EFFECT = Parameter("weather.effect", "strength of the weather factors, 1 as in the source", "x", "float", 0, 2)
COLD_BELOW = Parameter(
    "weather.cold_below", "temperature on the valley floor under which the cold tables hold", "degC", "float", -15, 5
)
CLEARING = Parameter(
    "roads.clearing", "how far ploughs keep roads open: 0 shuts them at the depth for unploughed vehicles, 1 at that "
    "for pack animals", "share", "float", 0, 1,
)  # fmt: skip
PARAMETERS = (EFFECT, COLD_BELOW, CLEARING)

ABOVE_ALL_M = 5500.0
"""Stands in for the snow line where there is none, when roads are cleared part of the way to it, m."""
FLOOR_M = 2000.0
"""Elevation whose temperature tells cold weather from mild, m."""

# mobility, attack, artillery, air, casualties. Cold rows: Dupuy's tables (parameters.csv D07-D09; storm D08,
# overcast D09); mild rows: the same tables' direction at smaller size (assumed).
MILD = np.array([[1, 1, 1, 1, 1], [1, 1, 0.95, 0.7, 0.95], [0.7, 0.8, 0.9, 0.3, 0.7]])
COLD = np.array([[0.95, 0.95, 0.95, 0.9, 0.8], [0.9, 0.9, 0.9, 0.7, 0.6], [0.5, 0.6, 0.8, 0.2, 0.3]])


def bind(run: Run) -> Step:
    """Look up the drawn weather; the step copies one day's row into the state."""
    state, weather = run.state, run.weather
    effect, cold_below = run.number(EFFECT), run.number(COLD_BELOW)
    floor = int(np.argmin(np.abs(weather.bands_m - FLOOR_M)))
    cold = weather.temperature_c[:, floor] < cold_below
    table = np.where(cold[:, None], COLD[weather.sky], MILD[weather.sky])
    factors = np.maximum(0.05, 1.0 + effect * (table - 1.0))
    lines = np.empty((weather.days, 3))
    lines[:, FOOT], lines[:, PACK] = weather.snowline_m[:, 0], weather.snowline_m[:, 1]
    lowest, highest = weather.snowline_m[:, 0], np.minimum(weather.snowline_m[:, 1], ABOVE_ALL_M)
    cleared = lowest + run.number(CLEARING) * (highest - lowest)
    lines[:, VEHICLE] = np.where(lowest < ABOVE_ALL_M, cleared, lowest)
    levels = np.abs(lines[:, :, None] - SNOW_LINES_M).argmin(axis=2).astype(np.int32)
    passes = weather.pass_open.astype(np.int8)
    temperature, swe = weather.temperature_c.astype(float), weather.swe_mm.astype(float)

    drawn = (weather.sky, temperature, swe, lines, levels, passes, factors)
    today = (
        state.sky, state.temperature_c, state.swe_mm, state.line_m, state.snow_level, state.pass_open,
        state.weather_factor,
    )  # fmt: skip
    return lambda tick: take_day(tick // 4, *drawn, *today)


assert (OVERCAST, STORM) == (1, 2)  # rows of the tables above

MECHANISM = Mechanism(
    name="season",
    models="daily weather, snow line, open passes, weather factors on movement, fire and flying",
    source="Dupuy, Numbers, Predictions and War, weather tables (parameters.csv D07-D11); MODEL: the season",
    parameters=PARAMETERS,
    reads=names(""),
    writes=names("sky temperature_c swe_mm line_m snow_level pass_open weather_factor"),
    bind=bind,
)
