"""The grid itself: where its cells lie, and lines turned into chains of cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.world.terrain.model import F8, I4
from sim.world.terrain.places import Window

STEPS = ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))
"""The eight moves to a neighbour, rows then columns."""

SQUARE = np.ones((3, 3), dtype=bool)


@dataclass(frozen=True, slots=True)
class Grid:
    """Square cells over a window; row 0 in the north. ``x0_m``, ``y0_m``: centre of cell (0, 0)."""

    cell_m: float
    x0_m: float
    y0_m: float
    rows: int
    cols: int
    epsg: int

    @classmethod
    def over(cls, window: Window, cell_m: float) -> Grid:
        """The grid that covers ``window`` with cells of ``cell_m``, from the north-west corner."""
        return cls(
            cell_m,
            window.west_m + cell_m / 2,
            window.north_m - cell_m / 2,
            int(np.ceil((window.north_m - window.south_m) / cell_m - 1e-9)),
            int(np.ceil((window.east_m - window.west_m) / cell_m - 1e-9)),
            window.epsg,
        )

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.rows, self.cols

    def centres(self, split: int = 1) -> tuple[F8, F8]:
        """Eastings (cols * split,) and northings (rows * split,) of cell centres, or of parts of cells."""
        part = (np.arange(max(self.rows, self.cols) * split) + 0.5) / split - 0.5
        return (
            self.x0_m + part[: self.cols * split] * self.cell_m,
            self.y0_m - part[: self.rows * split] * self.cell_m,
        )

    def cells(self, points: F8) -> I4:
        """Rows and columns (n, 2) of the cells that hold ``points`` (n, 2), clipped to inside the outer ring."""
        points = np.asarray(points, dtype=float).reshape(-1, 2)
        row = np.rint((self.y0_m - points[:, 1]) / self.cell_m)
        col = np.rint((points[:, 0] - self.x0_m) / self.cell_m)
        return np.column_stack([np.clip(row, 1, self.rows - 2), np.clip(col, 1, self.cols - 2)]).astype(np.int32)

    def cell(self, point: tuple[float, float]) -> tuple[int, int]:
        """Row and column of the cell that holds ``point``."""
        row, col = self.cells(np.array(point))[0]
        return int(row), int(col)

    def flat(self, cells: I4) -> I4:
        """Flat index (n,) of ``cells`` (n, 2), row by row."""
        index: I4 = cells[:, 0] * self.cols + cells[:, 1]
        return index

    def xy(self, cells: I4) -> F8:
        """Eastings and northings (n, 2) of the centres of ``cells`` (n, 2)."""
        cells = np.asarray(cells).reshape(-1, 2)
        return np.column_stack([self.x0_m + cells[:, 1] * self.cell_m, self.y0_m - cells[:, 0] * self.cell_m]).astype(
            float
        )


def chain(grid: Grid, line: F8) -> tuple[I4, F8]:
    """The 8-connected cells (n, 2) along ``line`` (m, 2), without loops, and the place on the line of each.

    The place is the fractional index into ``line`` at which the cell is first entered.
    """
    fine = np.linspace(0.0, len(line) - 1.0, 8 * len(line) * max(1, round(1000 / grid.cell_m)))
    index = np.arange(len(line))
    points = np.column_stack([np.interp(fine, index, line[:, k]) for k in (0, 1)])
    path: list[tuple[int, int]] = []
    places: list[float] = []
    at: dict[tuple[int, int], int] = {}
    for (row, col), place in zip(grid.cells(points).tolist(), fine, strict=True):
        key = (row, col)
        # A neighbour of an earlier cell cuts the corner: the chain goes straight there from it.
        back = [at[k] for r, c in STEPS if (k := (row + r, col + c)) in at]
        keep = at[key] if key in at else min(back, default=len(path) - 1)
        if key in at and keep == len(path) - 1:
            continue
        for gone in path[keep + 1 :]:
            del at[gone]
        del path[keep + 1 :], places[keep + 1 :]
        if key not in at:
            at[key] = len(path)
            path.append(key)
            places.append(float(place))
    return np.array(path, dtype=np.int32), np.array(places)
