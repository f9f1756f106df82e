"""Where water goes: priority-flood routing, the basin of the mouth, and the level of the river below."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from sim.world.terrain.grid import STEPS, Grid
from sim.world.terrain.model import B1, F8, I4
from sim.world.terrain.surface import River

CHANNEL_KM2 = 60.0
"""Country that must drain through a cell outside the basin for it to count as a river."""


@dataclass(frozen=True)
class Drainage:
    """down: (n,) flat index of the next cell downstream, itself at the border. order: (n,) cells, downstream
    ones first."""

    down: I4
    order: I4


BURN_M = 30.0
"""The river is cut this much deeper while water is routed, so that no cell beside it carries its water past."""


def route(z: F8, river: River) -> Drainage:
    """Drain every cell of ``z`` (rows, cols) to the border through its lowest neighbour, out of pits too.

    Priority-flood with pointers (Barnes, Lehman, Mulla 2014, doi:10.1016/j.cageo.2013.04.024): cells are
    flooded from the border inwards in order of level, and each drains to the neighbour that flooded it first.
    """
    rows, cols = z.shape
    wide = np.full((rows + 2, cols + 2), np.nan)
    wide[1:-1, 1:-1] = z
    wide[river.cells[:, 0] + 1, river.cells[:, 1] + 1] -= BURN_M
    level = wide.ravel().tolist()
    width = cols + 2
    offsets = [r * width + c for r, c in STEPS]
    down = [-1] * len(level)
    heap: list[tuple[float, int]] = []
    for row in range(1, rows + 1):
        for col in range(1, cols + 1):
            i = row * width + col
            if row in (1, rows) or col in (1, cols):
                down[i] = i
                heapq.heappush(heap, (level[i], i))
    order = []
    while heap:
        height, i = heapq.heappop(heap)
        order.append(i)
        for offset in offsets:
            j = i + offset
            if down[j] < 0 and level[j] == level[j]:  # not yet flooded, and not the NaN frame
                down[j] = i
                heapq.heappush(heap, (max(height, level[j]), j))
    inner = np.arange(len(level)).reshape(rows + 2, width)[1:-1, 1:-1].ravel()
    renumber = np.zeros(len(level), dtype=np.int32)
    renumber[inner] = np.arange(inner.size, dtype=np.int32)
    return Drainage(renumber[np.array(down)[inner]], renumber[np.array(order)])


def basin_of(drainage: Drainage, river: I4) -> B1:
    """(n,) True for the cells whose water reaches the river, given as flat cells from the mouth up."""
    inside = np.zeros(len(drainage.down), dtype=bool)
    inside[river] = True
    down = drainage.down.tolist()
    for i in drainage.order.tolist():
        if inside[down[i]]:
            inside[i] = True
    return inside


def upstream_km2(drainage: Drainage, cell_m: float) -> F8:
    """(n,) country that drains through each cell, km2."""
    area = [cell_m * cell_m / 1e6] * len(drainage.down)
    down = drainage.down.tolist()
    for i in reversed(drainage.order.tolist()):
        if down[i] != i:
            area[down[i]] += area[i]
    return np.array(area)


def river_level(grid: Grid, z: F8, drainage: Drainage, basin: B1, river: River, head_km: float) -> F8:
    """(rows, cols) elevation of the river below each cell, m: the level about which relief is scaled.

    Inside the basin that is the main river where the cell's water reaches it, or the river at ``head_km`` for
    all that lies above: there the valley floor ends and the slope of the ridge begins. Outside, the first stream that
    drains ``CHANNEL_KM2``. Smoothed over about 3 km so that no step is left along the divide when the
    mountains are taken away, and never above the cell itself.
    """
    level = z.ravel().copy()
    on_river = np.zeros(level.size, dtype=bool)
    floor = river.km <= head_km
    on_river[grid.flat(river.cells[floor])] = True
    stream = np.where(basin.ravel(), on_river, upstream_km2(drainage, grid.cell_m) > CHANNEL_KM2)
    down = drainage.down.tolist()
    for i in drainage.order.tolist():
        if not stream[i] and down[i] != i:
            level[i] = level[down[i]]
    smooth = gaussian_filter(level.reshape(grid.shape), 3000.0 / grid.cell_m, mode="nearest")
    smooth.ravel()[grid.flat(river.cells[floor])] = river.elevation_m[floor]
    return np.minimum(smooth, z)
