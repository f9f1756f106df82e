"""What follows from elevations alone: scaled relief, slope, ruggedness, the divide, and where nobody stands."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import binary_dilation, convolve, minimum_filter

from sim.world.terrain.grid import SQUARE
from sim.world.terrain.model import B1, F8

DIVIDE_RISE_M = 600.0
"""A ridge lower than this above the river can be walked over anywhere. Judgement."""

ROCK_ABOVE_M = 5000.0
"""Nobody lingers above this: glaciers and faces, no village, pass or track in the sources is as high."""

RUGGED_WITHIN_M = 1500.0


def scale_relief(z: F8, floor: F8, factor: float) -> F8:
    """Heights above the river multiplied by ``factor``: 0 takes the mountains away, 1 leaves them."""
    return floor + factor * (z - floor)


def steepness(z: F8, cell_m: float) -> F8:
    """Steepest gradient of each cell, m/m, by central differences over its eight neighbours (Horn 1981)."""
    kernel = np.array([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]) / (8 * cell_m)
    return np.hypot(convolve(z, kernel, mode="nearest"), convolve(z, kernel.T, mode="nearest"))


def ruggedness(z: F8, cell_m: float) -> F8:
    """Standard deviation of elevation within 1.5 km of each cell, m."""
    reach = max(1, int(RUGGED_WITHIN_M / cell_m))
    offset = np.arange(-reach, reach + 1) * cell_m
    disc = (np.hypot(offset[:, None], offset[None, :]) <= max(RUGGED_WITHIN_M, cell_m)).astype(float)
    disc /= disc.sum()
    level = z - z.mean()
    spread = convolve(level**2, disc, mode="nearest") - convolve(level, disc, mode="nearest") ** 2
    return np.sqrt(np.maximum(spread, 0.0))


def rim_of(basin: B1) -> B1:
    """Basin cells with a neighbour outside, diagonals counted.

    Every move of one cell between the basin and the country outside starts or ends in one of them, so closing
    them closes the basin, diagonal moves included.
    """
    rim: B1 = basin & binary_dilation(~basin, SQUARE)
    return rim


def divide_of(basin: B1, rim: B1, z: F8, floor: F8) -> B1:
    """The part of the rim that parts the basin from outside: where its crest rises far enough above the river.

    The crest runs between a rim cell and its neighbours outside; its height is that of the higher of the rim cell
    and the lowest of those neighbours, over which one would leave.
    """
    beyond = minimum_filter(np.where(basin, np.inf, z), footprint=SQUARE, mode="constant", cval=np.inf)
    divide: B1 = rim & (np.where(rim, np.maximum(z, beyond), 0.0) - floor > DIVIDE_RISE_M)
    return divide


def too_steep(cell_m: float) -> float:
    """Gradient above which a whole cell counts as rock face, m/m: 0.65 at 1 km, 0.75 at 500 m, 0.85 at 250 m.

    Tobler's walking speed (parameters.csv D39) at 0.84, the gradient of 40 degrees, is 6 % of that on the level; the
    mean over a larger cell hides steeper faces within it, hence 0.1 less per doubling. Judgement.
    """
    return 0.65 - 0.1 * float(np.log2(cell_m / 1000.0))


def rock_of(z: F8, slope: F8, cell_m: float, kept: B1) -> B1:
    """Cells where nobody stands: too high, too steep, or on the outer ring; never a ``kept`` cell."""
    rock: B1 = ((z > ROCK_ABOVE_M) | (slope > too_steep(cell_m))) & ~kept
    rock[[0, -1], :] = True
    rock[:, [0, -1]] = True
    return rock
