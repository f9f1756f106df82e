"""The tipping line, found with few runs: on known functions, with the luck of runs, beside the full grid."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.experiment.statistics import wilson
from sim.experiment.sweeps.tipping import Estimate, Node, RefinedMap, refine, tipping_lines

N, LEVELS, RUNS, FIRST = 33, 3, 100, 25
Array = NDArray[np.float64]


def field(name: str) -> Array:
    """Above 0 on one side of a line, over the unit square, (x nodes, y nodes)."""
    x, y = np.meshgrid(*[np.linspace(0, 1, N)] * 2, indexing="ij")
    return {
        "line": x - 0.37 - 0.4 * (y - 0.5),
        "curve": x - 0.5 - 0.25 * np.sin(5 * y),
        "ring": 0.3 - np.hypot(x - 0.45, y - 0.55),
        "islet": 0.1 - np.hypot(x - 0.375, y - 0.375),  # between the coarse nodes at 0.25 and 0.5
        "flat": np.ones_like(x),
    }[name]


def luck(width: float, paired: bool, seed: int) -> Callable[[Array, Sequence[Node], int], list[Estimate]]:
    """Runs that succeed where field + width * luck is above 0; the first runs of a node are always the same."""
    rng = np.random.default_rng(seed)
    drawn = rng.logistic(size=RUNS) if paired else rng.logistic(size=(N, N, RUNS))

    def evaluate(values: Array, nodes: Sequence[Node], runs: int) -> list[Estimate]:
        found = []
        for node in nodes:
            own = drawn if paired else drawn[node]
            count = int((values[node] + width * own[:runs] > 0).sum())
            found.append(Estimate(count / runs, *wilson(count, runs)))
        return found

    return evaluate


def both(name: str, width: float, paired: bool, seed: int, first: int = FIRST) -> tuple[RefinedMap, Array]:
    """The refined map, and the shares on the full grid."""
    evaluate = partial(luck(width, paired, seed), field(name))
    full = [e.share for e in evaluate([(i, j) for i in range(N) for j in range(N)], RUNS)]
    refined = refine((N, N), evaluate, levels=LEVELS, runs=RUNS, first=first)
    return refined, np.array(full).reshape(N, N)


def dense(lines: Sequence[Array]) -> Array:
    pieces = [a + (b - a) * t for line in lines for a, b in pairwise(line) for t in (0, 0.5)]
    return np.array(pieces)


def away(a: Array, b: Array) -> float:
    """Mean distance of points of one line to the next of the other, in steps of the full grid."""
    return float(np.sqrt(((a[:, None] - b[None]) ** 2).sum(2)).min(1).mean())


@pytest.mark.parametrize("paired", [True, False])
@pytest.mark.parametrize("name", ["line", "curve", "ring"])
def test_the_line_is_that_of_the_full_grid(name: str, paired: bool) -> None:
    refined, full = both(name, 0.02, paired, 1)
    ours, theirs = dense(refined.lines), dense(tipping_lines(full, 0.5))
    assert away(ours, theirs) < 1e-9 and away(theirs, ours) < 1e-9
    assert len(refined.visited) < 0.29 * N * N
    assert refined.total_runs < 0.19 * RUNS * N * N


@pytest.mark.parametrize("paired", [True, False])
def test_a_soft_tipping_is_found_as_well_as_by_the_full_grid(paired: bool) -> None:
    errors = []
    for seed in range(3):
        refined, full = both("curve", 0.15, paired, seed)
        truth = dense(tipping_lines(field("curve"), 0.0))
        errors.append([away(truth, dense(refined.lines)), away(truth, dense(tipping_lines(full, 0.5)))])
        assert refined.total_runs < 0.4 * RUNS * N * N
    ours, theirs = np.mean(errors, axis=0)
    assert ours <= theirs + 0.05


def test_nodes_by_the_line_have_all_runs_and_are_those_of_the_full_grid() -> None:
    refined, full = both("curve", 0.05, False, 2)
    known = refined.runs == RUNS
    assert np.array_equal(refined.share[known], full[known])
    assert set(np.unique(refined.runs)) == {0, FIRST, RUNS}
    for line in refined.lines:
        for x, y in line:
            i, j = int(min(x, N - 2)), int(min(y, N - 2))
            assert (refined.runs[i : i + 2, j : j + 2] == RUNS).any()
    assert refined.steps[0] == (25, FIRST)  # 5 x 5 coarse nodes


def test_few_runs_first_save_runs_and_change_no_line() -> None:
    few, _ = both("ring", 0.05, True, 4)
    all_, _ = both("ring", 0.05, True, 4, first=RUNS)
    assert away(dense(few.lines), dense(all_.lines)) < 1e-9
    assert few.total_runs < 0.8 * all_.total_runs


def test_what_lies_between_coarse_nodes_is_missed() -> None:
    refined, full = both("islet", 0.002, True, 0)
    assert tipping_lines(full, 0.5) and not refined.lines  # the limit that the module states
    assert len(refined.visited) == 25


def test_no_line_no_search() -> None:
    refined, _ = both("flat", 0.05, True, 0)
    assert refined.lines == ()
    assert (len(refined.visited), refined.total_runs) == (25, 25 * FIRST)
    assert np.isfinite(refined.filled).all()


def test_the_same_again() -> None:
    one, two = both("ring", 0.1, False, 9)[0], both("ring", 0.1, False, 9)[0]
    assert one.steps == two.steps
    assert np.array_equal(one.filled, two.filled)


def test_filled_is_linear_between_visited_nodes() -> None:
    def plane(nodes: Sequence[Node], runs: int) -> list[Estimate]:
        return [Estimate(v, v, v) for v in (0.3 + 0.01 * i + 0.002 * j for i, j in nodes)]

    found = refine((17, 9), plane, levels=2, runs=10)
    i, j = np.meshgrid(range(17), range(9), indexing="ij")
    assert np.allclose(found.filled, 0.3 + 0.01 * i + 0.002 * j)
    assert len(found.visited) == 5 * 3


def test_nodes_without_a_run_do_not_stop_the_search() -> None:
    def holed(nodes: Sequence[Node], runs: int) -> list[Estimate]:
        return [Estimate(np.nan, -np.inf, np.inf) if n == (8, 8) else Estimate(n[0] / 16, 0, 1) for n in nodes]

    found = refine((17, 17), holed, levels=2, runs=10)
    assert np.isnan(found.share[8, 8])
    assert any((abs(line[:, 0] - 8) < 1.01).all() for line in found.lines)


def test_a_grid_of_odd_pieces_is_no_grid() -> None:
    with pytest.raises(ValueError, match="no whole cells of 8 steps"):
        refine((30, 33), lambda nodes, runs: [], levels=3, runs=10)


def test_a_node_that_touches_the_level_is_no_line() -> None:
    peak = np.zeros((5, 5))
    peak[2, 2] = 0.5
    assert tipping_lines(peak, 0.5) == ()
    peak[2, 2] = 0.6
    (around,) = tipping_lines(peak, 0.5)
    assert len(around) == 5
