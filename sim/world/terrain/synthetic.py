"""A made-up valley with the same parts as a real one, so that a single property can be varied by itself.

The river runs east to west in gentle bends; a ridge follows it on both sides and closes behind its head. Side
valleys alternate between the banks, passes sit at their heads, gates are narrows of the floor. No chance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from sim.params import Value
from sim.world.terrain.grid import Grid
from sim.world.terrain.layout import lay_out
from sim.world.terrain.model import F8
from sim.world.terrain.parameters import number
from sim.world.terrain.places import Places

RIDGE_KM = 13.0
"""Distance of the ridge crest from the river."""

BEND_KM = 2.5
"""How far the river swings to either side, and ``BEND_LENGTH_KM`` over what length."""

BEND_LENGTH_KM = 30.0

BAR_M = 40.0
"""Height of the bar of debris at the mouth."""

NARROW_KM = 2.0
"""Half length of a gate along the river."""


@dataclass(frozen=True)
class Shape:
    """The lines of a made-up valley. Lengths in km, elevations in m; x runs up the valley from the mouth."""

    length: float
    floor_width: float
    ridge_m: float
    mouth_m: float
    fall: float
    gates: tuple[float, ...]
    sides: tuple[tuple[float, int], ...]
    """Place along the river and bank (1 north, -1 south) of each side valley."""
    passes: tuple[tuple[float, int], ...]
    """Place along the river and bank of each pass; bank 0 is the head."""

    def bend(self, x: F8 | float) -> F8:
        """Northing of the river at ``x``; straight at its two ends."""
        ease = np.clip(np.asarray(x) / 6, 0, 1) * np.clip((self.length - np.asarray(x)) / 6, 0, 1)
        return BEND_KM * ease * np.sin(2 * np.pi * np.asarray(x) / BEND_LENGTH_KM)

    def river_m(self, x: F8 | float) -> F8:
        """Elevation of the river at ``x``."""
        return self.mouth_m + self.fall * np.asarray(x)

    def narrowing(self, x: F8 | float) -> F8:
        """1 in the middle of a gate, 0 away from gates."""
        x = np.asarray(x, dtype=float)
        return np.max([np.exp(-(((x - g) / NARROW_KM) ** 2)) for g in (*self.gates, -1e9)], axis=0)

    def width(self, x: F8 | float) -> F8:
        """Width of the floor at ``x``."""
        return self.floor_width * (1 - 0.8 * self.narrowing(x))

    def pass_at(self, index: int) -> tuple[float, float]:
        """Where pass ``index`` crosses the crest."""
        x, bank = self.passes[index]
        return (self.length + RIDGE_KM, 0.0) if bank == 0 else (x, float(self.bend(x)) + bank * RIDGE_KM)

    def pass_m(self, index: int) -> float:
        """Elevation of pass ``index``: 0.7 of the ridge above the river below it."""
        x, bank = self.passes[index]
        return float(self.river_m(self.length if bank == 0 else x)) + 0.7 * self.ridge_m


def shape_of(values: Mapping[str, Value]) -> Shape:
    """Spread gates, side valleys and passes evenly over the length asked for."""

    def count(key: str) -> int:
        return int(number(values, f"terrain.synthetic_{key}"))

    length = number(values, "terrain.synthetic_length_km")
    gates, sides, passes = count("gates"), count("side_valleys"), count("passes")
    side_at = tuple(
        ((i + 1) * 0.92 * length / (sides + 1) + 0.04 * length, 1 if i % 2 == 0 else -1) for i in range(sides)
    )
    free = [
        ((i + 0.5) * length / max(1, passes - 1), -1 if i % 2 == 0 else 1) for i in range(max(0, passes - 1 - sides))
    ]
    # The upper side valleys get the passes first: that is where ranges are crossed.
    over = [*side_at[::-1][: passes - 1], *free]
    return Shape(
        length=length,
        floor_width=number(values, "terrain.synthetic_floor_width_km"),
        ridge_m=number(values, "terrain.synthetic_ridge_height_m"),
        mouth_m=number(values, "terrain.synthetic_mouth_elevation_m"),
        fall=number(values, "terrain.synthetic_gradient_m_per_km"),
        gates=tuple(3.0 + i * 0.8 * length / max(1, gates) for i in range(gates)),
        sides=side_at,
        passes=((length, 0), *over),
    )


def made_up(values: Mapping[str, Value]) -> tuple[Places, Callable[[Grid], F8]]:
    """The places of the valley asked for, and its elevations as a function of the grid."""
    shape = shape_of(values)
    places = lay_out(
        shape,
        people=int(number(values, "terrain.synthetic_people")),
        precip_region=str(values["terrain.synthetic_precip_region"]),
    )
    return places, lambda grid: elevations(shape, grid)


def elevations(shape: Shape, grid: Grid) -> F8:
    """Elevation (rows, cols) of each cell centre, m."""
    east, north = (axis / 1000 for axis in grid.centres())
    x, y = np.meshgrid(east, north)
    at = np.column_stack([x.ravel(), y.ravel()])
    along = np.linspace(0, shape.length, int(shape.length * 10) + 1)
    line = cKDTree(np.column_stack([along, shape.bend(along)]))
    distance, nearest = (a.reshape(x.shape) for a in line.query(at))
    s = along[nearest]

    half = shape.width(s) / 2
    crest = RIDGE_KM
    up = np.clip((distance - half) / (crest - half), 0, 1)
    down = np.clip((distance - crest) / crest, 0, 1)
    open_country = _smooth((x + 3) / 6)  # the ridge fades out at the mouth
    outer = shape.mouth_m + 0.3 * shape.fall * s
    wall = shape.narrowing(s) * np.clip((distance - half) / 0.8, 0, 1) * np.clip(1 - distance / 8, 0, 1)
    ridge = shape.ridge_m * open_country * np.clip(_smooth(up) + 0.25 * wall, 0, 1.1)
    inside = shape.river_m(s) + 3 * distance + ridge
    z = inside + (outer - inside) * _smooth(down)
    z = np.where(x < 0, z + 2 * np.minimum(x, 0), z)  # the plain falls away from the mouth

    # A low bar across the mouth makes all water of the valley leave by the river.
    z = z + BAR_M * np.exp(-(((x + 0.5) / 1.5) ** 2)) * np.clip(distance, 0, 1)

    for place, bank in shape.sides:
        foot = float(shape.bend(place))
        t = np.clip((y - foot) * bank / (0.9 * crest), 0, 1)
        off = np.hypot(x - place, np.where(t <= 0, y - foot, np.maximum(0, (y - foot) * bank - 0.9 * crest)))
        bed = shape.river_m(place) + 10 * t + 0.6 * shape.ridge_m * t**1.5
        z = np.minimum(z, bed + max(0.25 * shape.ridge_m, 50) * off)
    for index in range(len(shape.passes)):
        px, py = shape.pass_at(index)
        z = np.minimum(z, shape.pass_m(index) + max(0.15 * shape.ridge_m, 50) * np.hypot(x - px, y - py))
    return z


def _smooth(t: F8) -> F8:
    """0 below 0, 1 above 1, and an even S between."""
    t = np.clip(t, 0, 1)
    return t * t * (3 - 2 * t)
