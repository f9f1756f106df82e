"""Drawing the flat tables from a terrain and its routes; needed once a terrain, so what is heavy stays in here."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from sim.codes import FOOT
from sim.world.daily import BANDS_M
from sim.world.routes import Routes
from sim.world.tables import F8, I4, Tables
from sim.world.terrain.model import Terrain

FLOOR_M = 120.0
"""Height above the river up to which ground counts as valley floor, on which a force deploys abreast (assumed)."""
RUGGED_M = 250.0
"""Standard deviation of elevation within 1.5 km that counts as fully rugged (assumed)."""


def build_tables(terrain: Terrain, routes: Routes) -> Tables:
    """Draw the tables from a terrain and its routes."""
    rows, cols = terrain.shape
    z = terrain.elevation_m.astype(np.float64)
    sites = terrain.sites
    hours = routes.hours[FOOT, 0].astype(np.float64)
    chain = [i for i, s in enumerate(sites) if s.floor and s.district >= 0 and np.isfinite(s.valley_km)]
    chain.sort(key=lambda i: (sites[i].valley_km, i))
    rank = np.full(len(sites), -1, np.int32)
    rank[chain] = np.arange(len(chain))
    upstream = np.full(len(sites), -1, np.int32)
    upstream[chain[:-1]] = chain[1:]
    pass_at = np.full(rows * cols, -1, np.int32)
    for p, crossing in enumerate(terrain.passes):
        site = sites[crossing.site]
        pass_at[site.row * cols + site.col] = p
    road_site_at = np.full(rows * cols, -1, np.int32)
    for i in chain:
        road_site_at[sites[i].row * cols + sites[i].col] = i
    gate_of = np.full(len(sites), -1, np.int32)
    for i, site in enumerate(sites):
        if site.kind != "staging" and chain:
            nearest = min(chain, key=lambda c: hours[i, c])
            gate_of[i] = nearest if hours[i, nearest] < 1e8 else -1
        if site.kind == "pass":
            upstream[i] = gate_of[i]
    cell_km = terrain.cell_m / 1000
    window = 2 * round(2.0 / cell_km) + 1
    return Tables(
        z=z,
        surface=terrain.surface,
        kmh=terrain.road_kmh.astype(np.float64),
        pass_at=pass_at,
        road_site_at=road_site_at,
        band=np.clip(np.rint((z - BANDS_M[0]) / 100), 0, len(BANDS_M) - 1).astype(np.int32).ravel(),
        rugged=np.clip(terrain.ruggedness_m / RUGGED_M, 0, 1).astype(np.float64).ravel(),
        height_m=np.maximum(z - terrain.floor_m, 0).ravel(),
        open_share=ndimage.uniform_filter((z - terrain.floor_m < FLOOR_M).astype(np.float64), window).ravel(),
        site_cell=np.array([s.row * cols + s.col for s in sites], np.int32),
        site_district=np.array([s.district for s in sites], np.int32),
        on_floor=np.array([s.district >= 0 and (s.floor or s.kind == "centre") for s in sites]),
        is_side=np.array([s.kind == "side" for s in sites]),
        chain=np.array(chain, np.int32),
        chain_rank=rank,
        upstream=upstream,
        gate_of=gate_of,
        refuge=_refuges(terrain, hours),
        pass_sites=np.array([p.site for p in terrain.passes], np.int32),
        foot_hours=hours,
    )


def _refuges(terrain: Terrain, hours: F8) -> I4:
    """Nearest side site of each site, of its own district when there is one; itself when it is one."""
    sides = [i for i, s in enumerate(terrain.sites) if s.kind == "side"]
    refuge = np.arange(len(terrain.sites), dtype=np.int32)
    for i, site in enumerate(terrain.sites):
        if site.kind == "side" or not sides:
            continue
        own = [s for s in sides if terrain.sites[s].district == site.district]
        refuge[i] = min(own or sides, key=lambda s: (hours[i, s], s))
    return refuge
