"""Elevations on the grid: a linear TIN over known points, with the river cut in and the passes set."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import LinearNDInterpolator, NearestNDInterpolator

from sim.world.terrain.grid import Grid, chain
from sim.world.terrain.model import F8, I4
from sim.world.terrain.places import Places

FALL_M_PER_KM = 0.5
"""The least fall that the river keeps, so that water and the model know which way is down."""


@dataclass(frozen=True)
class River:
    """The main river on the grid, from the mouth up.

    cells: (n, 2) rows and columns, each a neighbour of the one before. km: (n,) distance from the mouth.
    elevation_m: (n,) strictly rising. width_m: (n,) width of the floor.
    """

    cells: I4
    km: F8
    elevation_m: F8
    width_m: F8


def lay_river(grid: Grid, places: Places, z: F8 | None = None) -> River:
    """The river of ``places`` as a chain of cells with rising elevations.

    Levels are those listed with the river, or those of ``z`` (rows, cols) where it is given, cut down to the
    lowest cell upstream of each.
    """
    line = places.river
    cells, place = chain(grid, line[:, 1:3])
    index = np.arange(len(line))
    km, level, width = (np.interp(place, index, line[:, k]) for k in (0, 3, 4))
    if z is not None:
        level = np.minimum.accumulate(z[cells[::-1, 0], cells[::-1, 1]])[::-1]
    tilt = FALL_M_PER_KM * grid.cell_m / 1000 * np.arange(len(cells))
    return River(cells, km, np.maximum.accumulate(level - tilt) + tilt + tilt / 100, width)


def tin(grid: Grid, places: Places) -> F8:
    """Mean elevation (rows, cols) of each cell, m, by linear interpolation between all known points.

    Corners beyond the outermost points take the nearest one. Source of the method and of its 122 m error
    against a 1 km reference: spot_heights.csv of the terrain folder.
    """
    known = np.vstack(
        [
            places.heights,
            places.river[:, 1:4],
            np.array([(*p.at, p.elevation_m) for p in places.crossings]).reshape(-1, 3),
        ]
    )
    _, once = np.unique(np.round(known[:, :2]), axis=0, return_index=True)
    known = known[np.sort(once)]
    split = 2
    x, y = grid.centres(split)
    at = np.column_stack([a.ravel() for a in np.meshgrid(x, y)])
    z = LinearNDInterpolator(known[:, :2], known[:, 2])(at)
    beyond = np.isnan(z)
    if beyond.any():
        z[beyond] = NearestNDInterpolator(known[:, :2], known[:, 2])(at[beyond])
    mean: F8 = z.reshape(grid.rows, split, grid.cols, split).mean(axis=(1, 3))
    return mean


def enforce(grid: Grid, z: F8, places: Places, river: River) -> F8:
    """``z`` with every pass at its elevation and the river cut in; the river wins where they meet."""
    z = z.copy()
    for crossing in places.crossings:
        z[grid.cell(crossing.at)] = crossing.elevation_m
    z[river.cells[:, 0], river.cells[:, 1]] = river.elevation_m
    return z
