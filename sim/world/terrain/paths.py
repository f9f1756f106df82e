"""Courses of roads and tracks: the easiest way over the grid between two cells."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from sim.world.terrain.grid import STEPS, Grid
from sim.world.terrain.model import F8, I4

EASY_GRADIENT = 0.15
"""Gradient at which a metre of road costs twice a level metre. Judgement, between cart roads and mule tracks."""

MARGIN_M = 8000.0
"""How far beyond the box around its two ends a course may swing out."""


def course(grid: Grid, z: F8, weight: F8, start: tuple[int, int], end: tuple[int, int]) -> I4:
    """Cells (n, 2) of the easiest way from ``start`` to ``end``, both included.

    A step costs its length times (1 + (gradient / EASY_GRADIENT)^2) times the mean ``weight`` (rows, cols) of its
    two cells.
    """
    ends = np.array([start, end])
    margin = int(MARGIN_M / grid.cell_m) + 1
    low = np.maximum(ends.min(axis=0) - margin, 1)
    high = np.minimum(ends.max(axis=0) + margin + 1, np.array(grid.shape) - 1)
    box = (slice(low[0], high[0]), slice(low[1], high[1]))
    height, load = z[box], weight[box]
    rows, cols = height.shape
    number = np.arange(rows * cols).reshape(rows, cols)
    sources, targets, costs = [], [], []
    for dr, dc in STEPS[4:]:  # four of the eight moves: the graph has no direction
        here = (slice(max(0, -dr), rows - max(0, dr)), slice(max(0, -dc), cols - max(0, dc)))
        there = (slice(max(0, dr), rows + min(0, dr)), slice(max(0, dc), cols + min(0, dc)))
        length = grid.cell_m * float(np.hypot(dr, dc))
        gradient = (height[there] - height[here]) / length
        cost = length * (1 + (gradient / EASY_GRADIENT) ** 2) * (load[there] + load[here]) / 2
        sources.append(number[here].ravel())
        targets.append(number[there].ravel())
        costs.append(cost.ravel())
    graph = coo_matrix(
        (np.concatenate(costs), (np.concatenate(sources), np.concatenate(targets))), shape=(rows * cols,) * 2
    ).tocsr()
    first, last = (int(number[tuple(end)]) for end in ends - low)
    before = dijkstra(graph, directed=False, indices=first, return_predecessors=True)[1]
    path = [last]
    while path[-1] != first:
        path.append(int(before[path[-1]]))
    back = np.array(path[::-1])
    return np.column_stack([back // cols + low[0], back % cols + low[1]]).astype(np.int32)


def smooth_line(points: F8) -> F8:
    """``points`` (n, 2) with the corners of the grid taken off, ends kept; for maps."""
    for _ in range(2):
        if len(points) > 2:
            points = np.vstack([points[:1], (points[:-2] + 2 * points[1:-1] + points[2:]) / 4, points[-1:]])
    return points
