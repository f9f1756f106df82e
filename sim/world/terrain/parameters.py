"""What a scenario can set about the terrain."""

from __future__ import annotations

from collections.abc import Mapping

from sim.params import Parameter, Value

PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "terrain.source",
        "Where elevations come from: the bundled spot heights, a made-up valley, or your own elevation file",
        "-",
        "choice",
        choices=("bundled", "synthetic", "file"),
    ),
    Parameter(
        "terrain.folder",
        "Folder of places, roads and districts: a name under scenarios/terrain or a path",
        "-",
        "text",
    ),
    Parameter("terrain.file", "Your elevation file (GeoTIFF, HGT, ...), m above sea", "-", "text", optional=True),
    Parameter("terrain.resolution_m", "Side of a grid cell", "m", low=250.0, high=2000.0),
    Parameter(
        "terrain.relief_scale",
        "Heights above the valley floor are multiplied by this; 0 takes the mountains away",
        "x",
        low=0.0,
        high=2.0,
    ),
    Parameter("terrain.synthetic_length_km", "Made-up valley: length of the river", "km", low=20.0, high=150.0),
    Parameter("terrain.synthetic_floor_width_km", "Made-up valley: width of the floor", "km", low=0.3, high=5.0),
    Parameter("terrain.synthetic_ridge_height_m", "Made-up valley: ridge above the floor", "m", low=0.0, high=3500.0),
    Parameter("terrain.synthetic_gates", "Made-up valley: narrows that can be held", "count", "int", low=0, high=5),
    Parameter("terrain.synthetic_side_valleys", "Made-up valley: side valleys", "count", "int", low=0, high=16),
    Parameter(
        "terrain.synthetic_passes",
        "Made-up valley: passes over the ridge (the first one at the head)",
        "count",
        "int",
        low=1,
        high=12,
    ),
    Parameter(
        "terrain.synthetic_mouth_elevation_m",
        "Made-up valley: elevation of the mouth",
        "m",
        low=0.0,
        high=3000.0,
    ),
    Parameter("terrain.synthetic_gradient_m_per_km", "Made-up valley: fall of the river", "m/km", low=1.0, high=40.0),
    Parameter("terrain.synthetic_people", "Made-up valley: residents", "people", "int", low=0, high=1_000_000),
    Parameter(
        "terrain.synthetic_precip_region",
        "Made-up valley: row of the climate table that its passes take their precipitation from",
        "-",
        "text",
    ),
)


def number(values: Mapping[str, Value], key: str) -> float:
    """The number under ``key``."""
    value = values[key]
    assert isinstance(value, (int, float)), key
    return float(value)


def text(values: Mapping[str, Value], key: str) -> str:
    """The text under ``key``."""
    value = values[key]
    assert isinstance(value, str), key
    return value
