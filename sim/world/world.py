"""The world of a scenario: terrain, climate, routes and the tables drawn from them. Built once, shared by all runs."""

from __future__ import annotations

import datetime as dt
import hashlib
import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.cache import cache_folder, prune, source_hash, surroundings, write_atomically
from sim.codes import FOOT
from sim.errors import InputError, nearest
from sim.params import Parameter, Value
from sim.scenario.own_files import content_digest, own_files
from sim.world import routes as ways
from sim.world import season
from sim.world.climate import Climate, load_climate
from sim.world.routes import Routes, build_routes
from sim.world.tables import Tables
from sim.world.terrain import parameters as ground
from sim.world.terrain.model import Terrain
from sim.world.weather import Weather, draw_weather

PARAMETERS: tuple[Parameter, ...] = (*ground.PARAMETERS, *season.PARAMETERS, *ways.PARAMETERS)

I4 = NDArray[np.int32]
T = TypeVar("T")
KEPT = 40
"""Terrains kept on disk."""


@dataclass(frozen=True, eq=False)
class World:
    """All that no run changes."""

    terrain: Terrain
    climate: Climate
    routes: Routes
    tables: Tables

    def weather(self, values: Mapping[str, Value], key: np.uint64, start: dt.date, days: int) -> Weather:
        """The weather of one replicate: the same for every scenario with the same season and terrain."""
        return draw_weather(self.climate, values, key, start, days, self.terrain.passes)


def build_world(values: Mapping[str, Value], terrain_folders: Path) -> World:
    """The world that the values ask for; built at most once a process, terrain and routes once a machine."""
    relevant = {k: v for k, v in values.items() if k.startswith("terrain.") or k.startswith("movement.")}
    files = own_files(values)
    return _world(tuple(sorted(relevant.items())), terrain_folders, content_digest(files) if files else "")


@lru_cache(maxsize=8)
def _world(relevant: tuple[tuple[str, Value], ...], terrain_folders: Path, _content: str) -> World:
    values = dict(relevant)
    terrain = _kept("terrain", _terrain_key(values, terrain_folders), partial(_build_terrain, values, terrain_folders))
    routes = build_routes(terrain, values)
    tables = _kept("tables", _tables_key(routes.key), partial(_build_tables, terrain, routes))
    return World(terrain, load_climate(terrain_folders / str(values["terrain.folder"])), routes, tables)


def _build_terrain(values: Mapping[str, Value], folders: Path) -> Terrain:
    from sim.world.terrain.build import build_terrain  # heavy, and seldom needed: the cache has it

    return build_terrain(values, folders)


def _build_tables(terrain: Terrain, routes: Routes) -> Tables:
    from sim.world.build_tables import build_tables

    return build_tables(terrain, routes)


def _terrain_key(values: Mapping[str, Value], folders: Path) -> str:
    """Hash of everything that a terrain is made from."""
    asked = sorted((k, repr(v)) for k, v in values.items() if k.startswith("terrain."))
    code = sorted(Path(__file__).parent.glob("terrain/*.py"))
    data = [p for p in sorted((folders / str(values["terrain.folder"])).glob("*")) if p.is_file()]
    if values["terrain.source"] == "file" and values["terrain.file"]:
        data += [p for p in [Path(str(values["terrain.file"]))] if p.is_file()]
    return hashlib.sha256(f"{asked} {source_hash(*code, *data)} {surroundings()}".encode()).hexdigest()[:24]


def _tables_key(routes_key: str) -> str:
    here = Path(__file__).parent
    code = source_hash(here / "tables.py", here / "build_tables.py", here / "daily.py")
    return hashlib.sha256(f"{routes_key} {code} {surroundings()}".encode()).hexdigest()[:24]


def _kept(kind: str, key: str, build: Callable[[], T]) -> T:
    """The object from the cache, or built and kept there under its key."""
    path = cache_folder() / kind / f"{key}.pickle"
    try:
        with path.open("rb") as stream:
            return pickle.load(stream)
    except FileNotFoundError:
        pass
    except (pickle.UnpicklingError, EOFError, AttributeError, ImportError):
        path.unlink(missing_ok=True)  # torn or foreign: build it anew
    built = build()
    write_atomically(path, partial(pickle.dump, built, protocol=5))
    prune(path.parent, KEPT)
    return built


def site_number(world: World, key: str, site_id: str) -> int:
    """Index of the site that a parameter names; an InputError with the nearest id when there is none."""
    try:
        return world.terrain.site_index(site_id)
    except KeyError:
        known = [site.id for site in world.terrain.sites]
        raise InputError(
            f'{key} = "{site_id}": the terrain "{world.terrain.name}" has no such site.{nearest(site_id, known)}'
            f" Sites: {', '.join(known)}"
        ) from None


def objectives(world: World, bases: list[int]) -> I4:
    """For each base of an axis the sites to take, nearest first on foot: the floor, and passes on the way in.

    Returns int32 (axes, n), padded with -1.
    """
    tables = world.tables
    hours = world.routes.hours[FOOT, 0]
    chain = [int(s) for s in tables.chain]
    rows = []
    for base in bases:
        own = [s for s in chain if hours[base, s] < 1e8]
        first = min(own, key=lambda s: (float(hours[base, s]), s), default=-1)
        gates = [
            p.site
            for p in world.terrain.passes
            if first >= 0 and hours[base, p.site] + hours[p.site, first] <= 1.001 * hours[base, first]
        ]
        nearer = {s: any(hours[b, s] < hours[base, s] for b in bases) for s in own}
        # from where the axis enters outward, what lies nearer to this axis than to another first
        own.sort(key=lambda s: (nearer[s], float(hours[first, s]), s))
        rows.append(sorted(set(gates), key=lambda s: float(hours[base, s])) + own)
    width = max((len(row) for row in rows), default=1) or 1
    table = np.full((len(rows), width), -1, np.int32)
    for a, row in enumerate(rows):
        table[a, : len(row)] = row
    return table
