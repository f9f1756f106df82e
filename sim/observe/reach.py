"""How far a group can have come: the travel rule written a second time, with SciPy's search, to check the march."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from sim.codes import FOOT, VEHICLE
from sim.world.routes import open_cells
from sim.world.world import World

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

NEIGHBOURS = tuple((r, c) for r in (-1, 0, 1) for c in (-1, 0, 1) if (r, c) != (0, 0))
"""Row and column offsets of the eight neighbours."""
_AT_ONCE = 32  # sources searched together: their times over all cells are held in memory


class Reach:
    """Cheapest hours between cells, on foot or by vehicle at each step, whichever is quicker."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._open = open_cells(world.terrain)
        self._graphs: dict[bytes, csr_matrix] = {}

    def hours(self, start: I8, end: I8, line_m: F8, pass_open: NDArray[np.int8], limit: float) -> F8:
        """Hours from each cell of ``start`` to the one of ``end`` beside it; infinite beyond ``limit``."""
        graph = self._graph(line_m, pass_open)
        sources, which = np.unique(start, return_inverse=True)
        times = np.empty(len(start))
        for first in range(0, len(sources), _AT_ONCE):
            found = dijkstra(graph, indices=sources[first : first + _AT_ONCE], limit=limit)
            mine = (which >= first) & (which < first + _AT_ONCE)
            times[mine] = found[which[mine] - first, end[mine]]
        return times

    def _graph(self, line_m: F8, pass_open: NDArray[np.int8]) -> csr_matrix:
        """Hours of every step on a day with these snow lines and passes; the last one is kept."""
        key = line_m.tobytes() + pass_open.tobytes()
        if key not in self._graphs:
            self._graphs = {key: self._steps(line_m, pass_open)}
        return self._graphs[key]

    def _steps(self, line_m: F8, pass_open: NDArray[np.int8]) -> csr_matrix:
        rows, cols = self._world.tables.z.shape
        cell = np.arange(rows * cols).reshape(rows, cols)
        entries = []
        for down, right in NEIGHBOURS:
            here = (_span(rows, down), _span(cols, right))
            there = (_span(rows, -down), _span(cols, -right))
            cost = self._cost(here, there, down != 0 and right != 0, line_m, pass_open, cell)
            usable = np.isfinite(cost)
            entries.append((cost[usable], cell[here][usable], cell[there][usable]))
        cost, start, end = (np.concatenate(parts) for parts in zip(*entries, strict=True))
        return csr_matrix((cost, (start, end)), shape=(rows * cols, rows * cols))

    def _cost(
        self,
        here: tuple[slice, slice],
        there: tuple[slice, slice],
        diagonal: bool,
        line_m: F8,
        pass_open: NDArray[np.int8],
        cell: I8,
    ) -> F8:
        """Hours of the steps from the cells ``here`` to their neighbours ``there``; infinite where shut."""
        tables, rates = self._world.tables, self._world.routes.rates
        km = self._world.terrain.cell_m / 1000 * (np.sqrt(2.0) if diagonal else 1.0)
        low, high = np.sort([tables.z[here], tables.z[there]], axis=0)
        slope = (tables.z[there] - tables.z[here]) / (1000 * km)
        off_road = (tables.surface[here] == 0) | (tables.surface[there] == 0)
        speed = 6 * np.exp(-3.5 * np.abs(slope + 0.05)) * rates.load * np.where(off_road, rates.off_path, 1.0)
        speed = speed * np.maximum(0.4, 1 - rates.altitude_loss / 100 * np.maximum(0.0, high - 1500))
        speed = np.maximum(0.1, speed * np.where(high > line_m[FOOT], rates.snow_factor, 1.0))
        kmh = np.minimum(tables.kmh[here], tables.kmh[there]) * rates.column_speed
        kmh = np.where(high > line_m[VEHICLE], 0.0, kmh)
        number = tables.pass_at[cell[there]]
        on_foot, by_vehicle = (np.where(number >= 0, pass_open[number, mode] > 0, True) for mode in (1, 0))
        entered = self._open[here] & self._open[there]
        with np.errstate(divide="ignore"):
            walked = np.where(entered & on_foot, km / speed, np.inf)
            driven = np.where(entered & by_vehicle & (kmh > 0), km / kmh, np.inf)
        return np.minimum(walked, driven)


def _span(length: int, step: int) -> slice:
    """The cells of an axis that have a neighbour ``step`` further on."""
    return slice(max(0, -step), length - max(0, step))
