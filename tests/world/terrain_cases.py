"""What the terrain tests share: parameter values, and ways over the grid."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.ndimage import label

from sim.params import Value
from sim.world.terrain.build import build_terrain
from sim.world.terrain.model import B1, Terrain

FOLDER = Path(__file__).resolve().parents[2] / "scenarios" / "terrain"
EIGHT = np.ones((3, 3))


def values(**changes: Value) -> dict[str, Value]:
    """Terrain entries of a scenario; a change is named by the last part of its key."""
    base: dict[str, Value] = {
        "source": "bundled",
        "folder": "panjshir",
        "file": None,
        "resolution_m": 1000.0,
        "relief_scale": 1.0,
        "synthetic_length_km": 60.0,
        "synthetic_floor_width_km": 1.5,
        "synthetic_ridge_height_m": 2200.0,
        "synthetic_gates": 2,
        "synthetic_side_valleys": 4,
        "synthetic_passes": 3,
        "synthetic_mouth_elevation_m": 1600.0,
        "synthetic_gradient_m_per_km": 10.0,
        "synthetic_people": 100_000,
        "synthetic_precip_region": "upper",
    }
    assert set(changes) <= set(base)
    return {f"terrain.{key}": value for key, value in (base | changes).items()}


def built(**changes: Value) -> Terrain:
    """The terrain of ``values(**changes)``."""
    return build_terrain(values(**changes), FOLDER)


def regions(open_cells: B1) -> np.ndarray:
    """Number of the connected region of each open cell, for moves in eight directions; 0 where closed."""
    return np.asarray(label(open_cells, EIGHT)[0])


def leaks(terrain: Terrain) -> bool:
    """Whether any way leads from the basin to outside with all passages closed."""
    region = regions(~terrain.rock & ~terrain.divide & ~terrain.passage)
    return bool(set(region[terrain.basin & (region > 0)]) & set(region[~terrain.basin & (region > 0)]))


def cut_off(terrain: Terrain) -> list[str]:
    """Sites that cannot be reached from the first one."""
    region = regions(~terrain.rock & (~terrain.divide | terrain.passage))
    home = region[terrain.sites[0].row, terrain.sites[0].col]
    return [s.id for s in terrain.sites if region[s.row, s.col] == 0 or region[s.row, s.col] != home]
