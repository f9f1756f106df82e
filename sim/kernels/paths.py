"""Shortest travel times to a site over the whole grid: Dijkstra (1959) with a binary heap."""

from __future__ import annotations

import numpy as np

from sim.kernels import kernel
from sim.kernels.travel import BLOCKED, DCOL, DROW, step_hours


@kernel
def _push(heap_key, heap_cell, size, key, cell):
    i = size
    while i > 0:
        parent = (i - 1) >> 1
        if heap_key[parent] <= key:
            break
        heap_key[i] = heap_key[parent]
        heap_cell[i] = heap_cell[parent]
        i = parent
    heap_key[i] = key
    heap_cell[i] = cell


@kernel
def _pop(heap_key, heap_cell, size):
    """Drop the smallest entry of a heap of ``size``; the caller has read it."""
    key = heap_key[size - 1]
    cell = heap_cell[size - 1]
    i = 0
    while True:
        child = 2 * i + 1
        if child >= size - 1:
            break
        if child + 1 < size - 1 and heap_key[child + 1] < heap_key[child]:
            child += 1
        if heap_key[child] >= key:
            break
        heap_key[i] = heap_key[child]
        heap_cell[i] = heap_cell[child]
        i = child
    heap_key[i] = key
    heap_cell[i] = cell


@kernel
def spread(sources, mobility, line_m, cell_km, z, surface, kmh, open_cell, rates, hours, towards, label):
    """Travel hours from every cell to the nearest of ``sources`` (cell numbers).

    Grids are (rows, cols). Writes ``hours`` (float64, BLOCKED where unreachable), ``towards`` (int8, the
    neighbour to step to, -1 at a source or unreachable) and ``label`` (int32, index of the source, -1).
    """
    rows, cols = z.shape
    heap_key = np.empty(8 * rows * cols, np.float64)
    heap_cell = np.empty(8 * rows * cols, np.int32)
    hours[:, :] = BLOCKED
    towards[:, :] = -1
    label[:, :] = -1
    size = 0
    for index in range(len(sources)):
        r, c = sources[index] // cols, sources[index] % cols
        hours[r, c] = 0.0
        label[r, c] = index
        _push(heap_key, heap_cell, size, 0.0, sources[index])
        size += 1
    while size > 0:
        here, cell = heap_key[0], heap_cell[0]
        _pop(heap_key, heap_cell, size)
        size -= 1
        r, c = cell // cols, cell % cols
        if here > hours[r, c]:
            continue
        for k in range(8):
            rn, cn = r + DROW[k], c + DCOL[k]
            if rn < 0 or cn < 0 or rn >= rows or cn >= cols or not open_cell[rn, cn]:
                continue
            km = cell_km * (1.4142135623730951 if k % 2 else 1.0)
            # the group walks from the neighbour to here
            cost = step_hours(
                mobility,
                km,
                z[r, c] - z[rn, cn],
                max(z[r, c], z[rn, cn]),
                min(surface[r, c], surface[rn, cn]),
                min(kmh[r, c], kmh[rn, cn]),
                line_m,
                rates,
            )
            there = here + cost
            if there < hours[rn, cn] and cost < BLOCKED:
                hours[rn, cn] = there
                towards[rn, cn] = (k + 4) % 8
                label[rn, cn] = label[r, c]
                _push(heap_key, heap_cell, size, there, rn * cols + cn)
                size += 1
