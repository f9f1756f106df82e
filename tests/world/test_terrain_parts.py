"""Parts of the terrain builder against cases worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.world.terrain import relief
from sim.world.terrain.drainage import basin_of, route, upstream_km2
from sim.world.terrain.grid import Grid, chain
from sim.world.terrain.paths import course
from sim.world.terrain.places import Window
from sim.world.terrain.surface import River

WINDOW = Window(32642, 0.0, 0.0, 5000.0, 4000.0)
NO_RIVER = River(np.zeros((0, 2), dtype=np.int32), np.zeros(0), np.zeros(0), np.zeros(0))


def test_grid_covers_the_window_from_the_north_west() -> None:
    grid = Grid.over(WINDOW, 1000.0)
    assert grid.shape == (4, 5)
    assert (grid.x0_m, grid.y0_m) == (500.0, 3500.0)
    assert grid.cell((1600.0, 2400.0)) == (1, 1)
    assert grid.cell((-9e9, 9e9)) == (1, 1)  # clipped to inside the outer ring
    np.testing.assert_array_equal(grid.xy(np.array([[1, 3]], dtype=np.int32)), [[3500.0, 2500.0]])


def test_chain_cuts_corners_and_loops() -> None:
    grid = Grid.over(Window(32642, 0.0, 0.0, 8000.0, 8000.0), 1000.0)
    # East along row 5, up, and back over itself: the loop goes, the corner becomes a diagonal.
    line = np.array([(1500.0, 2500.0), (3500.0, 2500.0), (3500.0, 4500.0)])
    cells, place = chain(grid, line)
    assert cells.tolist() == [[5, 1], [5, 2], [4, 3], [3, 3]]
    assert (np.diff(place) > 0).all()


def test_water_leaves_a_pit_over_its_lowest_rim() -> None:
    z = np.full((5, 5), 9.0)
    z[2, 2], z[2, 3], z[2, 4] = 1.0, 4.0, 2.0
    drainage = route(z, NO_RIVER)
    down = drainage.down.reshape(5, 5)
    assert down[2, 2] == 2 * 5 + 3
    assert down[2, 3] == 2 * 5 + 4 == down[2, 4]
    basin = basin_of(drainage, np.array([2 * 5 + 3], dtype=np.int32)).reshape(5, 5)
    assert basin[2, 2] and basin[2, 3] and not basin[2, 4]
    assert upstream_km2(drainage, 1000.0)[2 * 5 + 4] >= 3.0
    assert upstream_km2(drainage, 1000.0)[drainage.down == np.arange(25)].sum() == 25.0


def test_slope_of_a_plane() -> None:
    rows, cols = np.indices((6, 6))
    slope = relief.steepness(300.0 * cols + 400.0 * rows, 1000.0)
    np.testing.assert_allclose(slope[1:-1, 1:-1], 0.5)


def test_ruggedness_of_a_step() -> None:
    """Nine cells, three of them 300 m higher: sqrt(1/3 * 2/3) * 300 = 141.4 m."""
    z = np.zeros((7, 7))
    z[:, 4:] = 300.0
    assert relief.ruggedness(z, 1000.0)[3, 3] == pytest.approx(300.0 * np.sqrt(2) / 3)
    assert relief.ruggedness(z, 1000.0)[3, 1] == 0.0


def test_relief_is_scaled_about_the_river() -> None:
    z, floor = np.array([2000.0, 3000.0]), np.array([2000.0, 2200.0])
    np.testing.assert_array_equal(relief.scale_relief(z, floor, 0.5), [2000.0, 2600.0])
    np.testing.assert_array_equal(relief.scale_relief(z, floor, 0.0), floor)


def test_rim_stops_diagonal_moves() -> None:
    basin = np.zeros((6, 6), dtype=bool)
    basin[np.triu_indices(6)] = True  # a diagonal border, the leakiest there is
    rim = relief.rim_of(basin)
    for r, c in zip(*np.nonzero(basin & ~rim), strict=True):
        assert basin[max(0, r - 1) : r + 2, max(0, c - 1) : c + 2].all()


def test_a_crest_of_less_than_600_m_parts_nothing() -> None:
    """Five basin cells in the upper row, their neighbours outside in the lower row."""
    basin = np.array([[True] * 5, [False] * 5])
    z = np.array([[2000.0, 2000.0, 2601.0, 2000.0, 2000.0], [2599.0, 2599.0, 2599.0, 2601.0, 2601.0]])
    divide = relief.divide_of(basin, relief.rim_of(basin), z, np.full((2, 5), 2000.0))
    assert divide.tolist() == [[False, False, True, False, True], [False] * 5]


def test_rock_is_the_ring_and_what_is_too_high_or_too_steep_unless_kept() -> None:
    z, slope, kept = np.full((5, 5), 3000.0), np.zeros((5, 5)), np.zeros((5, 5), dtype=bool)
    z[2, 1] = z[2, 2] = 5001.0
    slope[2, 3] = relief.too_steep(1000.0) + 0.01
    kept[2, 2] = True
    rock = relief.rock_of(z, slope, 1000.0, kept)
    assert rock[1:-1, 1:-1].tolist() == [[False] * 3, [True, False, True], [False] * 3]
    assert rock.sum() == 16 + 2
    assert relief.too_steep(500.0) == pytest.approx(0.75)


def test_a_road_goes_round_a_hill_and_over_a_plain() -> None:
    grid = Grid.over(Window(32642, 0.0, 0.0, 9000.0, 9000.0), 1000.0)
    z, weight = np.zeros(grid.shape), np.ones(grid.shape)
    assert course(grid, z, weight, (4, 1), (4, 7)).tolist() == [[4, c] for c in range(1, 8)]
    z[3:6, 4] = 2000.0
    way = course(grid, z, weight, (4, 1), (4, 7))
    assert z[way[:, 0], way[:, 1]].max() == 0.0
    assert way[0].tolist() == [4, 1] and way[-1].tolist() == [4, 7]
    assert (np.abs(np.diff(way, axis=0)).max(axis=1) == 1).all()
