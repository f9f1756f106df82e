"""The levers of the season: what a scenario may set about climate, weather and snow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields

from sim.params import Parameter, Value

PARAMETERS = (
    Parameter(
        "season.winter_onset",
        "date by which the high passes are expected to close to vehicles (only month and day count); 'none' leaves "
        "the climate as it is, a date shifts its whole calendar",
        "date",
        kind="date",
        low=dt.date(1980, 1, 1),
        high=dt.date(2030, 12, 31),
        optional=True,
    ),
    Parameter("season.severity", "winter precipitation, times the normal; cold follows it", "x", low=0.5, high=2.0),
    Parameter("season.severity_cooling", "colder midwinter for each doubling of severity", "K", low=0.0, high=6.0),
    Parameter("season.length", "length of the winter, times the normal", "x", low=0.5, high=1.5),
    Parameter("season.year_spread", "difference between years, times the measured one", "x", low=0.0, high=2.0),
    Parameter(
        "season.year_correlation",
        "share of the spread of monthly precipitation that one year has in common",
        "share",
        low=0.0,
        high=1.0,
    ),
    Parameter(
        "season.year_temperature_sd", "spread of a year's mean temperature between years", "K", low=0.0, high=3.0
    ),
    Parameter("season.temperature_sd", "day-to-day spread of temperature", "K", low=0.0, high=8.0),
    Parameter(
        "season.temperature_memory",
        "correlation of a day's temperature departure with the day before",
        "1",
        low=0.0,
        high=0.95,
    ),
    Parameter("season.wet_cooling", "wet days colder than the month's mean by", "K", low=0.0, high=6.0),
    Parameter("season.wet_day_amount", "precipitation of a wet day in the valley", "mm", low=2.0, high=20.0),
    Parameter("season.wet_persistence", "correlation of a wet day with the day before", "1", low=0.0, high=0.8),
    Parameter("season.storm_amount", "precipitation from which a wet day is a storm", "mm/day", low=1.0, high=50.0),
    Parameter("season.snow_temperature", "temperature at which half falls as snow", "degC", low=-1.0, high=3.0),
    Parameter(
        "season.melt_factor", "snow melt for each degree of daily mean above freezing", "mm/K/day", low=1.0, high=9.0
    ),
    Parameter("season.close_vehicle_swe", "snow water at which a pass shuts to vehicles", "mm", low=5.0, high=200.0),
    Parameter("season.close_pack_swe", "snow water at which a pass shuts to pack animals", "mm", low=20.0, high=800.0),
    Parameter(
        "season.reopen_share", "a shut pass reopens below this share of the closing depth", "1", low=0.1, high=1.0
    ),
)


@dataclass(frozen=True, slots=True)
class Levers:
    """The season's parameters; one field for each key ``season.<field>``. Hashable, so results can be cached."""

    winter_onset: dt.date | None
    severity: float
    severity_cooling: float
    length: float
    year_spread: float
    year_correlation: float
    year_temperature_sd: float
    temperature_sd: float
    temperature_memory: float
    wet_cooling: float
    wet_day_amount: float
    wet_persistence: float
    storm_amount: float
    snow_temperature: float
    melt_factor: float
    close_vehicle_swe: float
    close_pack_swe: float
    reopen_share: float


def read_levers(values: Mapping[str, Value]) -> Levers:
    """Pick the season's levers out of a scenario's values by key."""
    return Levers(**{field.name: values[f"season.{field.name}"] for field in fields(Levers)})  # type: ignore[arg-type]
