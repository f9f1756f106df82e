"""What a terrain is, whoever built it: the frozen grid and the places on it. Everything above reads only this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

F4 = NDArray[np.float32]
F8 = NDArray[np.float64]
I1 = NDArray[np.int8]
I4 = NDArray[np.int32]
B1 = NDArray[np.bool_]

OFF_ROAD, TRACK, GRAVEL, PAVED = 0, 1, 2, 3
"""Surface codes of a cell, worst to best."""

SiteKind = Literal["centre", "village", "side", "pass", "gate", "staging"]


@dataclass(frozen=True, slots=True)
class Site:
    """A place groups can be ordered to. ``floor`` sites lie on the valley floor and main route.

    kind: centre (district centre), village (on the floor), side (in a side valley), gate (narrows that a
    defender can hold), pass (crossing of the divide), staging (outside: an axis of the attacker starts here,
    or a corridor of outside support ends here).
    ``district`` indexes ``Terrain.districts`` or is -1 outside. ``valley_km`` is the distance along the river
    from the mouth, NaN off the river. ``people`` are the residents who live around it.
    """

    id: str
    name: str
    kind: SiteKind
    row: int
    col: int
    district: int
    floor: bool
    valley_km: float
    elevation_m: float
    people: int


@dataclass(frozen=True, slots=True)
class District:
    """An administrative district; ``main`` when the main valley floor runs through it. ``order`` from the mouth."""

    id: str
    name: str
    order: int
    main: bool
    people: int
    centre_site: int


@dataclass(frozen=True, slots=True)
class Pass:
    """A crossing of the divide. ``site`` indexes ``Terrain.sites`` (kind "pass").

    ``orographic`` multiplies regional precipitation at the crossing; ``precip_region`` names the row of the
    climate table that it takes its monthly totals from. ``leads_to`` is the country outside.
    """

    id: str
    name: str
    site: int
    elevation_m: float
    orographic: float
    precip_region: str
    leads_to: str


@dataclass(frozen=True)
class Terrain:
    """A grid of square cells, row 0 in the north, column 0 in the west; all arrays are (rows, cols).

    elevation_m: mean elevation of the cell, m. floor_m: elevation of the river that drains it, m (the level
    about which ``relief_scale`` flattens). slope: steepest gradient, m/m. ruggedness_m: standard deviation of
    elevation within 1.5 km, m. basin: drains to the valley mouth. district: index or -1. floor: valley floor or
    main route. river: a cell of the main river, mouth to head. surface: OFF_ROAD, TRACK, GRAVEL, PAVED.
    road_kmh: free speed of vehicles on the cell's road or jeep track, 0 where none. divide: ridge cells that
    part the basin from outside, to be crossed only in pass cells (False where the relief is too low to part
    anything). passage: cells of passes and of the mouth, where the divide may be crossed. rock: nobody stands
    here. The outermost ring of cells is always rock.
    """

    name: str
    cell_m: float
    x0_m: float
    """Easting of the centre of cell (0, 0), m."""
    y0_m: float
    """Northing of the centre of cell (0, 0), m; rows run south."""
    epsg: int
    elevation_m: F4
    floor_m: F4
    slope: F4
    ruggedness_m: F4
    basin: B1
    district: I1
    floor: B1
    river: B1
    surface: I1
    road_kmh: F4
    divide: B1
    passage: B1
    rock: B1
    sites: tuple[Site, ...]
    districts: tuple[District, ...]
    passes: tuple[Pass, ...]
    sources: tuple[str, ...]
    roads: tuple[tuple[str, F8], ...] = ()
    """Name and (n, 2) polyline of easting, northing in m, for maps only."""

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.elevation_m.shape

    def site_index(self, site_id: str) -> int:
        """Index of the site with this id; KeyError when there is none."""
        for i, site in enumerate(self.sites):
            if site.id == site_id:
                return i
        raise KeyError(site_id)
