"""One door to the ground: ``build_terrain`` makes a ``Terrain`` from any of the three sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from sim.errors import InputError
from sim.params import Value
from sim.world.terrain import relief
from sim.world.terrain.districts import lay_districts
from sim.world.terrain.drainage import basin_of, river_level, route
from sim.world.terrain.drape import lay_floor, lay_roads, mark
from sim.world.terrain.grid import Grid
from sim.world.terrain.model import F8, Terrain
from sim.world.terrain.parameters import PARAMETERS, number, text
from sim.world.terrain.places import Places
from sim.world.terrain.settle import make_districts, make_passes, make_sites, site_cells
from sim.world.terrain.sources import read_places
from sim.world.terrain.surface import River, enforce, lay_river, tin

__all__ = ["PARAMETERS", "build_terrain"]

Folder = Callable[[str], Path] | Path


def build_terrain(values: Mapping[str, Value], folder: Folder) -> Terrain:
    """The terrain that the ``terrain.*`` entries of ``values`` ask for.

    ``folder`` is the directory of terrain folders, or a function from the value of ``terrain.folder`` to a path.
    Raises ``InputError`` for a file or folder that is missing, unreadable or too small.
    """
    source = text(values, "terrain.source")
    cell_m = number(values, "terrain.resolution_m")
    if source == "synthetic":
        from sim.world.terrain.synthetic import made_up

        places, elevation = made_up(values)
        grid = Grid.over(places.window, cell_m)
        z = elevation(grid)
        river = lay_river(grid, places)
    else:
        places = read_places(_find(text(values, "terrain.folder"), folder))
        grid = Grid.over(places.window, cell_m)
        if source == "file":
            from sim.world.terrain.raster import read_elevation

            name = values["terrain.file"]
            if not isinstance(name, str):
                raise InputError('terrain.file: terrain.source is "file", so the name of an elevation file is needed.')
            z = read_elevation(Path(name), grid, places)
            river = lay_river(grid, places, z)
        else:
            z = tin(grid, places)
            river = lay_river(grid, places)
    return _assemble(grid, enforce(grid, z, places, river), places, river, values)


def _find(name: str, folder: Folder) -> Path:
    if not isinstance(folder, Path):
        return folder(name)
    return folder / name  # an absolute name replaces the folder


def _assemble(grid: Grid, z: F8, places: Places, river: River, values: Mapping[str, Value]) -> Terrain:
    """Drain, scale and drape. Basin and roads come from the true relief, so they stay when it is scaled."""
    drainage = route(z, river)
    basin = basin_of(drainage, grid.flat(river.cells)).reshape(grid.shape)
    rim = relief.rim_of(basin)
    roads = lay_roads(grid, z, places, river, rim)
    floor = lay_floor(grid, z, basin, river, roads, places.floor_head_km)
    cells = site_cells(grid, places, basin, rim, floor)

    level = river_level(grid, z, drainage, basin, river, places.floor_head_km)
    scaled = relief.scale_relief(z, level, number(values, "terrain.relief_scale"))
    slope = relief.steepness(scaled, grid.cell_m)
    divide = relief.divide_of(basin, rim, scaled, level)
    on_route = np.logical_or.reduce([mark(grid.shape, r) for r in roads.routes], initial=False)
    at_site = mark(grid.shape, np.array(cells, dtype=np.int32).reshape(-1, 2))
    passage = (rim & (on_route | floor | ~divide)) | mark(
        grid.shape, np.array([grid.cell(c.at) for c in places.crossings], dtype=np.int32).reshape(-1, 2)
    )
    kept = passage | on_route | at_site | floor | (roads.surface > 0) | mark(grid.shape, river.cells)
    sites = make_sites(grid, places, cells, scaled, river, floor)
    return Terrain(
        name=places.name,
        cell_m=grid.cell_m,
        x0_m=grid.x0_m,
        y0_m=grid.y0_m,
        epsg=grid.epsg,
        elevation_m=scaled.astype(np.float32),
        floor_m=level.astype(np.float32),
        slope=slope.astype(np.float32),
        ruggedness_m=relief.ruggedness(scaled, grid.cell_m).astype(np.float32),
        basin=basin,
        district=lay_districts(grid, places, drainage, basin, river, cells),
        floor=floor,
        river=mark(grid.shape, river.cells),
        surface=roads.surface,
        road_kmh=roads.kmh.astype(np.float32),
        divide=divide,
        passage=passage,
        rock=relief.rock_of(scaled, slope, grid.cell_m, kept),
        sites=sites,
        districts=make_districts(places, sites),
        passes=make_passes(places, sites),
        sources=places.sources,
        roads=roads.lines,
    )
