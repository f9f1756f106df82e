"""Places become sites, districts and passes of the finished terrain, each on a cell that can be stood on."""

from __future__ import annotations

import numpy as np

from sim.world.terrain.drape import river_km
from sim.world.terrain.grid import Grid
from sim.world.terrain.model import B1, F8, District, Pass, Site
from sim.world.terrain.places import Places, Spot
from sim.world.terrain.surface import River


def _nearest(grid: Grid, spot: Spot, allowed: B1) -> tuple[int, int]:
    """The allowed cell nearest to ``spot``; the spot's own cell when none is allowed."""
    rows, cols = np.nonzero(allowed)
    if not len(rows):
        return grid.cell(spot.at)
    at = grid.xy(np.column_stack([rows, cols]))
    best = int(np.argmin(np.hypot(at[:, 0] - spot.at[0], at[:, 1] - spot.at[1])))
    return int(rows[best]), int(cols[best])


def site_cells(grid: Grid, places: Places, basin: B1, rim: B1, floor: B1) -> list[tuple[int, int]]:
    """A cell for every spot, then for every pass: floor sites on the floor, staging outside the basin.

    A side-valley place keeps off the rim of the basin, so that it never counts as part of the divide.
    """
    inner = np.zeros(grid.shape, dtype=bool)
    inner[1:-1, 1:-1] = True
    cells = []
    for spot in places.spots:
        if spot.kind == "staging":
            allowed = inner & ~basin
        elif spot.floor:
            allowed = inner & floor
        else:
            allowed = inner & basin & ~rim
        cells.append(_nearest(grid, spot, allowed))
    return cells + [grid.cell(crossing.at) for crossing in places.crossings]


def make_sites(
    grid: Grid, places: Places, cells: list[tuple[int, int]], z: F8, river: River, floor: B1
) -> tuple[Site, ...]:
    """The sites in the order of ``site_cells``; passes are called ``pass-<id>`` and belong to no district."""
    index = {quarter.id: i for i, quarter in enumerate(places.quarters)}
    nearest = river_km(grid, river)[1]
    sites = []
    for spot, (row, col) in zip(places.spots, cells, strict=False):
        km = spot.valley_km
        if spot.floor and np.isnan(km):
            km = float(river.km[nearest[row, col]])
        sites.append(
            Site(
                spot.id,
                spot.name,
                spot.kind,
                row,
                col,
                index.get(spot.district, -1),
                spot.floor and bool(floor[row, col]),
                km,
                float(z[row, col]),
                spot.people,
            )
        )
    for crossing, (row, col) in zip(places.crossings, cells[len(places.spots) :], strict=True):
        sites.append(
            Site(
                f"pass-{crossing.id}",
                crossing.name,
                "pass",
                row,
                col,
                -1,
                False,
                float("nan"),
                float(z[row, col]),
                0,
            )
        )
    return tuple(sites)


def make_districts(places: Places, sites: tuple[Site, ...]) -> tuple[District, ...]:
    """The districts, in order from the mouth as the places list them."""
    at = {site.id: i for i, site in enumerate(sites)}
    return tuple(District(q.id, q.name, q.order, q.main, q.people, at.get(q.centre_site, -1)) for q in places.quarters)


def make_passes(places: Places, sites: tuple[Site, ...]) -> tuple[Pass, ...]:
    """The passes; the elevation is that of the pass after relief scaling."""
    at = {site.id: i for i, site in enumerate(sites)}
    return tuple(
        Pass(
            c.id,
            c.name,
            (i := at[f"pass-{c.id}"]),
            sites[i].elevation_m,
            c.orographic,
            c.precip_region,
            c.leads_to,
        )
        for c in places.crossings
    )
