"""Flat arrays that kernels read: what the terrain and its routes say about each cell and site."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

F8 = NDArray[np.float64]
I4 = NDArray[np.int32]
I1 = NDArray[np.int8]
B1 = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Tables:
    """Cells are numbered row * columns + column; sites and districts as in the terrain.

    Grids (rows, cols): z, surface, kmh. By cell: pass_at (index or -1), road_site_at (floor site or -1),
    band (of elevation), rugged (0-1),
    height_m (above the river that drains it), open_share (of the cells within 2 km, those on the
    valley floor: times the window's width it is the front on which a force can deploy).
    By site: site_cell, site_district, on_floor, is_side, chain_rank (place among floor sites from the mouth,
    -1 off it), upstream (next floor site, -1), gate_of (floor site through which it is reached,
    -1 outside), refuge (nearest side site). chain: floor sites from the mouth.
    """

    z: F8
    surface: I1
    kmh: F8
    pass_at: I4
    road_site_at: I4
    band: I4
    rugged: F8
    height_m: F8
    open_share: F8
    site_cell: I4
    site_district: I4
    on_floor: B1
    is_side: B1
    chain: I4
    chain_rank: I4
    upstream: I4
    gate_of: I4
    refuge: I4
    pass_sites: I4
    foot_hours: F8
