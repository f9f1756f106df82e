"""Where a share passes a level: a map of two factors that is fine along the tipping line and coarse elsewhere.

A quadtree over the nodes of the full grid (Finkel, Bentley 1974), split where the line is. It starts from coarse cells;
these are halved when a corner's interval straddles the level, and every cell while nodes on both sides of it are known
in it or on its edge. So the line is followed from cell to cell down to the full grid. Nodes get few runs first, and all
of them by the line or where few leave open on which side they are. What is found at a node is what the full grid would
have there: same point, same runs.

What lies wholly between coarse nodes, an island or a bay narrower than a coarse cell, can be missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Node = tuple[int, int]
Cell = tuple[int, int, int]
"""Length of its side in steps of the full grid, and its lowest node."""


class Estimate(NamedTuple):
    """A share or mean with its interval; NaN where no run could tell."""

    share: float
    low: float
    high: float


Evaluate = Callable[[Sequence[Node], int], Sequence[Estimate]]
"""Nodes, and how many runs each is to have in all → their estimates in the same order."""


@dataclass(frozen=True, eq=False)
class RefinedMap:
    """What is known of a grid of nodes (x, y). Arrays are (x nodes, y nodes); NaN, and 0 ``runs``, where not visited.

    ``filled`` is linear between visited nodes. ``lines`` holds the tipping line: float64 (points, 2), in nodes.
    ``steps`` lists the batches that were asked for: nodes, and runs each was to have.
    """

    at: float
    share: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    runs: NDArray[np.int64]
    filled: NDArray[np.float64]
    lines: tuple[NDArray[np.float64], ...]
    steps: tuple[tuple[int, int], ...]

    @property
    def visited(self) -> list[Node]:
        """The nodes that were looked at, by x, then y."""
        return [(int(i), int(j)) for i, j in np.argwhere(self.runs > 0)]

    @property
    def total_runs(self) -> int:
        """Runs made at all nodes."""
        return int(self.runs.sum())


def refine(
    shape: Node, evaluate: Evaluate, *, levels: int, runs: int, first: int | None = None, at: float = 0.5
) -> RefinedMap:
    """Find where the estimates pass ``at`` on a grid of ``shape`` nodes.

    Coarse cells are 2 ** ``levels`` steps wide, which must divide both sides. ``runs`` are made at nodes by the line,
    ``first`` at all others that are clearly on one side. The same estimates give the same map.
    """
    side = 2**levels
    if any((n - 1) % side or n <= side for n in shape):
        raise ValueError(f"a grid of {shape} nodes has no whole cells of {side} steps")
    work = _Work(shape, evaluate, at, runs, runs if first is None else min(first, runs), side)
    leaves: set[Cell] = {(side, i, j) for i in range(0, shape[0] - 1, side) for j in range(0, shape[1] - 1, side)}
    work.visit({node for cell in leaves for node in _corners(cell)})
    while True:
        crossed = {cell for cell in leaves if work.may_be_crossed(cell)}
        if split := {cell for cell in crossed if cell[0] > 1}:
            children = {child for cell in split for child in _halves(cell)}
            leaves = (leaves - split) | children
            work.visit({node for cell in children for node in _corners(cell)})
        elif not work.top_up({node for cell in crossed for node in _corners(cell)}):
            break
    filled = _fill(work.share, leaves)
    return RefinedMap(
        at, work.share, work.low, work.high, work.runs, filled, tipping_lines(filled, at), tuple(work.steps)
    )


def tipping_lines(values: NDArray[np.float64], at: float) -> tuple[NDArray[np.float64], ...]:
    """Where ``values`` (x nodes, y nodes) pass ``at``: polylines float64 (points, 2), in nodes.

    A node that just touches the level makes a line without length, which is left out.
    """
    from contourpy import contour_generator

    if min(values.shape) < 2:
        return ()
    found = contour_generator(z=np.ma.masked_invalid(values.T)).lines(at)
    lines = [np.asarray(line, np.float64) for line in found]
    return tuple(line for line in lines if len(line) > 1 and np.ptp(line, axis=0).max() > 1e-9)


class _Work:
    """What is known so far."""

    def __init__(self, shape: Node, evaluate: Evaluate, at: float, runs: int, first: int, coarse: int) -> None:
        self.evaluate, self.at, self.most, self.first, self.coarse = evaluate, at, runs, first, coarse
        self.share, self.low, self.high = (np.full(shape, np.nan) for _ in range(3))
        self.runs = np.zeros(shape, np.int64)
        self.steps: list[tuple[int, int]] = []

    def visit(self, nodes: Iterable[Node]) -> None:
        """Look at new nodes with few runs, then with all where these leave open on which side they are."""
        new = sorted(node for node in nodes if not self.runs[node])
        self._ask(new, self.first)
        self.top_up(node for node in new if self.low[node] <= self.at <= self.high[node])

    def top_up(self, nodes: Iterable[Node]) -> bool:
        """Give nodes all their runs; whether any lacked some."""
        lacking = sorted(node for node in nodes if 0 < self.runs[node] < self.most)
        self._ask(lacking, self.most)
        return bool(lacking)

    def may_be_crossed(self, cell: Cell) -> bool:
        """Whether known nodes in the cell or on its edge are on both sides, or, for a coarse cell, might be.

        Doubt halves coarse cells only: further down it found no more of the line and took twice the nodes.
        """
        side, i, j = cell
        inside = np.s_[i : i + side + 1, j : j + side + 1]
        known = self.share[inside][np.isfinite(self.share[inside])]
        if bool((known < self.at).any()) and bool((known >= self.at).any()):
            return True
        return side == self.coarse and bool(((self.low[inside] <= self.at) & (self.high[inside] >= self.at)).any())

    def _ask(self, nodes: Sequence[Node], runs: int) -> None:
        if not nodes:
            return
        for node, estimate in zip(nodes, self.evaluate(nodes, runs), strict=True):
            self.share[node], self.low[node], self.high[node] = estimate
            self.runs[node] = runs
        self.steps.append((len(nodes), runs))


def _corners(cell: Cell) -> tuple[Node, ...]:
    side, i, j = cell
    return (i, j), (i + side, j), (i, j + side), (i + side, j + side)


def _halves(cell: Cell) -> tuple[Cell, ...]:
    side, i, j = cell
    half = side // 2
    return tuple((half, *node) for node in ((i, j), (i + half, j), (i, j + half), (i + half, j + half)))


def _fill(share: NDArray[np.float64], leaves: Iterable[Cell]) -> NDArray[np.float64]:
    """Linear between the corners of each cell, large cells first; visited nodes keep what was found."""
    filled = share.copy()
    for cell in sorted(leaves, reverse=True):
        side, i, j = cell
        a, b, c, d = (share[node] for node in _corners(cell))
        u, v = (axis / side for axis in np.ogrid[0 : side + 1, 0 : side + 1])
        filled[i : i + side + 1, j : j + side + 1] = (a * (1 - u) + b * u) * (1 - v) + (c * (1 - u) + d * u) * v
    known = np.isfinite(share)
    filled[known] = share[known]
    return filled
