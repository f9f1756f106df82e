"""Districts, from points whose district is known, along the water."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from sim.world.terrain.drainage import Drainage, upstream_km2
from sim.world.terrain.drape import mark
from sim.world.terrain.grid import Grid
from sim.world.terrain.model import B1, I1, I4
from sim.world.terrain.places import Places
from sim.world.terrain.surface import River


def lay_districts(
    grid: Grid, places: Places, drainage: Drainage, basin: B1, river: River, sites: list[tuple[int, int]]
) -> I1:
    """District of every basin cell: that of the known place nearest to it along the water, -1 outside.

    Known places are the marks of ``places`` and ``sites``, the cell of each spot. Distances run along the
    drainage, so a side valley goes to the villages in it or at its mouth, and ridges part districts as they do
    on the ground.
    """
    index = {quarter.id: i for i, quarter in enumerate(places.quarters)}
    inside = basin.ravel()
    label = np.full(inside.size, -1, dtype=np.int8)
    known = [
        *zip(_by_the_water(grid, grid.cells(places.marks), drainage, river), places.mark_district, strict=True),
        *((cell, spot.district) for cell, spot in zip(sites, places.spots, strict=False)),
    ]
    for (row, col), name in known:
        if name and basin[row, col]:
            label[row * grid.cols + col] = index[name]
    seeds = np.flatnonzero(label >= 0)
    if not len(seeds):
        return label.reshape(grid.shape)
    here = np.flatnonzero(inside & inside[drainage.down])
    main = grid.flat(river.cells)
    here, there = np.concatenate([here, main[1:]]), np.concatenate([drainage.down[here], main[:-1]])
    diagonal = (here // grid.cols != there // grid.cols) & (here % grid.cols != there % grid.cols)
    pairs = np.unique(np.column_stack([here, there, diagonal]), axis=0)  # a link listed twice would count twice
    length = np.where(pairs[:, 2], np.sqrt(2), 1.0)
    graph = coo_matrix((length, (pairs[:, 0], pairs[:, 1])), shape=(inside.size,) * 2).tocsr()
    source = dijkstra(graph, directed=False, indices=seeds, min_only=True, return_predecessors=True)[2]
    label[inside] = label[source[inside]]
    return label.reshape(grid.shape)


def _by_the_water(grid: Grid, cells: I4, drainage: Drainage, river: River) -> list[tuple[int, int]]:
    """``cells`` moved to the wettest cell within 1 km, for villages lie by a stream; the main river stays out.

    Without this a village whose cell happens to lie beside the stream of its valley would not stand for it.
    """
    wet = upstream_km2(drainage, grid.cell_m).reshape(grid.shape)
    wet[river.cells[:, 0], river.cells[:, 1]] = 0.0
    on_river = mark(grid.shape, river.cells)
    reach = max(1, round(1000.0 / grid.cell_m))
    moved = []
    for row, col in cells.tolist():
        top, left = max(0, row - reach), max(0, col - reach)
        near = wet[top : row + reach + 1, left : col + reach + 1]
        best = np.unravel_index(int(near.argmax()), near.shape)
        stays = on_river[row, col] or on_river[top : row + reach + 1, left : col + reach + 1].any()
        moved.append((row, col) if stays else (top + int(best[0]), left + int(best[1])))
    return moved
