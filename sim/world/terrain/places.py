"""What a valley is before it lies on a grid: points and lines in metres, from CSV files or made up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sim.world.terrain.model import F8, SiteKind


@dataclass(frozen=True, slots=True)
class Window:
    """Edges of the mapped country in metres of the projection ``epsg``."""

    epsg: int
    west_m: float
    south_m: float
    east_m: float
    north_m: float


@dataclass(frozen=True, slots=True)
class Crossing:
    """A pass and the two ends of its route: where it joins the valley, and where it comes out outside.

    ``trail`` tells whether a trodden track leads over it.
    """

    id: str
    name: str
    leads_to: str
    at: tuple[float, float]
    elevation_m: float
    inside: tuple[float, float]
    outside: tuple[float, float]
    trail: bool
    orographic: float
    precip_region: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of road or track between two ends; its course is found on the grid.

    ``surface`` is a code of ``model``; ``kmh`` is 0 where no vehicle passes. ``follow`` "river" keeps it to the
    river where there is one.
    """

    name: str
    start: tuple[float, float]
    end: tuple[float, float]
    surface: int
    kmh: float
    follow: Literal["river", "slope"]


@dataclass(frozen=True, slots=True)
class Quarter:
    """A district before its cells are known."""

    id: str
    name: str
    order: int
    main: bool
    people: int
    centre_site: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A site before it lies on a cell; ``district`` is an id or empty."""

    id: str
    name: str
    kind: SiteKind
    at: tuple[float, float]
    district: str
    floor: bool
    valley_km: float
    people: int


@dataclass(frozen=True)
class Places:
    """All that is draped on the grid.

    heights: (n, 3) easting, northing, elevation in m; may be empty when elevations come from elsewhere.
    river: (n, 5) distance from the mouth in km, easting, northing, elevation and floor width in m, from the
    mouth up. marks: (n, 2) points whose district is known, and ``mark_district`` their ids. ``floor_head_km``
    is where the main route leaves the river.
    """

    name: str
    window: Window
    heights: F8
    river: F8
    floor_head_km: float
    crossings: tuple[Crossing, ...]
    segments: tuple[Segment, ...]
    quarters: tuple[Quarter, ...]
    spots: tuple[Spot, ...]
    marks: F8
    mark_district: tuple[str, ...]
    sources: tuple[str, ...]
