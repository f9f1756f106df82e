"""What people made of the ground: valley floor, roads and pass routes, laid over the grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from sim.world.terrain.grid import Grid
from sim.world.terrain.model import B1, F8, I1, I4, OFF_ROAD, TRACK
from sim.world.terrain.paths import course, smooth_line
from sim.world.terrain.places import Places
from sim.world.terrain.surface import River

FLOOR_RISE_M = 150.0
"""Country higher than this above the river beside it is no valley floor, however near."""

PASS_REACH_M = 4000.0
"""How far from the mapped pass its route may cross the rim of the basin as the grid sees it."""


@dataclass(frozen=True)
class Roads:
    """surface, kmh: as in ``Terrain``. main: cells of roads that keep to the river. routes: cells of each pass
    route, from the valley to outside. lines: for maps."""

    surface: I1
    kmh: F8
    main: B1
    routes: tuple[I4, ...]
    lines: tuple[tuple[str, F8], ...]


def mark(shape: tuple[int, int], cells: I4) -> B1:
    """A mask that is True on ``cells`` (n, 2)."""
    mask = np.zeros(shape, dtype=bool)
    mask[cells[:, 0], cells[:, 1]] = True
    return mask


def _runs(new: B1) -> list[slice]:
    """Stretches of a course where it is new, with the cell before and after, so that a map draws no line twice."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], new, [False]]).astype(np.int8)))
    return [slice(max(0, int(a) - 1), int(b) + 1) for a, b in edges.reshape(-1, 2)]


def lay_roads(grid: Grid, z: F8, places: Places, river: River, rim: B1) -> Roads:
    """Lay the road segments, then the route of every pass, which keeps to them where it can."""
    surface = np.full(grid.shape, OFF_ROAD, dtype=np.int8)
    kmh = np.zeros(grid.shape)
    main = np.zeros(grid.shape, dtype=bool)
    on_river = mark(grid.shape, river.cells)
    lines: list[tuple[str, F8]] = []

    def lay(name: str, cells: I4, code: int, speed: float) -> None:
        row, col = cells[:, 0], cells[:, 1]
        new = surface[row, col] < code if speed else surface[row, col] == OFF_ROAD
        surface[row, col] = np.maximum(surface[row, col], code)
        kmh[row, col] = np.maximum(kmh[row, col], speed)
        lines.extend((name, smooth_line(grid.xy(cells[part]))) for part in _runs(new))

    for part in places.segments:
        weight = np.where(surface > OFF_ROAD, 0.5, 1.0)
        if part.follow == "river":
            weight = np.where(on_river, 0.1, weight)
        cells = course(grid, z, weight, grid.cell(part.start), grid.cell(part.end))
        lay(part.name, cells, part.surface, part.kmh)
        if part.follow == "river":
            main |= mark(grid.shape, cells)

    routes = []
    x, y = grid.centres()
    for pass_ in places.crossings:
        far = np.hypot(x[None, :] - pass_.at[0], y[:, None] - pass_.at[1]) > PASS_REACH_M
        # The rim is crossed near the pass and nowhere else.
        weight = np.where(surface > OFF_ROAD, 0.5, 1.0) * np.where(rim & far, 100.0, 1.0)
        top = grid.cell(pass_.at)
        up = course(grid, z, weight, grid.cell(pass_.inside), top)
        over = course(grid, z, weight, top, grid.cell(pass_.outside))
        route = np.vstack([up, over[1:]])
        routes.append(route)
        if pass_.trail:
            lay(pass_.name, route, TRACK, 0.0)
    return Roads(surface, kmh, main, tuple(routes), tuple(lines))


def river_km(grid: Grid, river: River) -> tuple[F8, I4]:
    """(rows, cols) distance from each cell centre to the river, m, and the index of the nearest river cell."""
    x, y = grid.centres()
    at = np.column_stack([a.ravel() for a in np.meshgrid(x, y)])
    distance, nearest = cKDTree(grid.xy(river.cells)).query(at)
    return distance.reshape(grid.shape), nearest.reshape(grid.shape).astype(np.int32)


def lay_floor(grid: Grid, z: F8, basin: B1, river: River, roads: Roads, head_km: float) -> B1:
    """Valley floor and main route: river cells up to ``head_km``, the floor beside them, and their road."""
    distance, nearest = river_km(grid, river)
    low = z - river.elevation_m[nearest] < FLOOR_RISE_M
    beside = (distance <= river.width_m[nearest] / 2) & low
    road = roads.main & (distance <= 2000.0)
    below_head = river.km[nearest] <= head_km
    on_river = mark(grid.shape, river.cells)
    floor: B1 = basin & below_head & (on_river | beside | road)
    return floor
