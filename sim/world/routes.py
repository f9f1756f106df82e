"""Ways through the terrain: which neighbour leads to which site, for each mobility class and snow line.

Computed once per terrain, kept on disk by content and memory-mapped; a run only looks up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.cache import cache_folder, prune, source_hash, write_atomically
from sim.codes import FOOT, MOBILITY_NAMES, PACK, VEHICLE
from sim.kernels import paths, travel
from sim.kernels.paths import spread
from sim.kernels.travel import TravelRates
from sim.params import Parameter, Value
from sim.world.terrain.model import Terrain

OFF_PATH = Parameter("movement.off_path", "speed off road and track, as a share of that on it", "x", "float", 0.2, 1)
LOAD = Parameter("movement.load", "speed of a loaded person, as a share of an unloaded one", "x", "float", 0.4, 1)
ALTITUDE = Parameter("movement.altitude_loss", "loss of speed above 1,500 m", "share/100 m", "float", 0, 0.02)
SNOW = Parameter("movement.snow_factor", "speed on foot in deep snow, as a share", "x", "float", 0.1, 1)
COLUMN = Parameter(
    "movement.column_speed", "speed of a military column, as a share of a lone vehicle", "x", "float", 0.1, 1
)
PACK_SLOPE = Parameter(
    "movement.pack_slope", "steepest slope that pack animals climb off track", "m/m", "float", 0.2, 1.5
)
PARAMETERS = (OFF_PATH, LOAD, ALTITUDE, SNOW, COLUMN, PACK_SLOPE)

SNOW_LINES_M = np.array([9000.0, *np.arange(4750.0, 1249.0, -250.0)])
"""Elevations above which snow hampers a class; one path field each. The first means no snow anywhere."""
KEPT = 40
"""Terrains whose routes are kept on disk, about 12 MB each at 1 km."""
_SOURCE = source_hash(Path(__file__), Path(str(paths.__file__)), Path(str(travel.__file__)))
FIELD_CLASSES = (FOOT, VEHICLE)
"""Classes that groups move by; pack animals only carry, so they need hours between sites but no field."""


@dataclass(frozen=True)
class Routes:
    """Path fields and travel times.

    direction: int8 (FIELD_CLASSES, snow lines, sites, cells), neighbour number 0-7 towards the site, -1 at the
    site or where no way leads there. hours: float32 (mobility, snow lines, from, to), 1e9 where there is none.
    nearest: int32 (cells), index of the nearest site on foot without snow, -1 on rock.
    key: hash of what they were made from.
    """

    direction: NDArray[np.int8]
    hours: NDArray[np.float32]
    nearest: NDArray[np.int32]
    rates: TravelRates
    key: str


def travel_rates(values: Mapping[str, Value]) -> TravelRates:
    """The travel rule's numbers from the scenario's values."""
    return TravelRates(*(float(values[p.key]) for p in PARAMETERS))  # type: ignore[arg-type]


def open_cells(terrain: Terrain) -> NDArray[np.bool_]:
    """Cells that can be entered: no rock, and on the divide only the passes."""
    return ~terrain.rock & (~terrain.divide | terrain.passage)


def build_routes(terrain: Terrain, values: Mapping[str, Value]) -> Routes:
    """Routes of a terrain, read from the cache when there, else computed and kept there."""
    rates = travel_rates(values)
    key = _key(terrain, rates)
    folder = cache_folder() / "routes" / key
    names = ("direction", "hours", "nearest")
    try:
        direction, hours, nearest = (_mapped(folder / f"{name}.npy") for name in names)
    except FileNotFoundError:  # not there, or another process has just pruned it
        direction, hours, nearest = _compute(terrain, rates)
        for name, data in zip(names, (direction, hours, nearest), strict=True):
            write_atomically(folder / f"{name}.npy", partial(np.save, arr=data))
        prune(folder.parent, KEPT)
    return Routes(direction, hours, nearest, rates, key)


def _mapped(path: Path) -> NDArray:
    """The array of a file, memory-mapped read-only but seen as a plain array, which kernels dispatch faster."""
    return np.asarray(np.load(path, mmap_mode="r"))


def _key(terrain: Terrain, rates: TravelRates) -> str:
    digest = hashlib.sha256(f"{_SOURCE} {rates} {terrain.cell_m} {SNOW_LINES_M}".encode())
    for grid in (terrain.elevation_m, terrain.surface, terrain.road_kmh, open_cells(terrain)):
        digest.update(np.ascontiguousarray(grid).tobytes())
    digest.update(repr([(site.row, site.col) for site in terrain.sites]).encode())
    return digest.hexdigest()[:24]


def _compute(terrain: Terrain, rates: TravelRates) -> tuple[NDArray, NDArray, NDArray]:
    rows, cols = terrain.shape
    cells = np.array([site.row * cols + site.col for site in terrain.sites], np.int32)
    n_sites, n_lines = len(cells), len(SNOW_LINES_M)
    grids = (
        terrain.elevation_m.astype(np.float64),
        terrain.surface,
        terrain.road_kmh.astype(np.float64),
        open_cells(terrain),
    )
    direction = np.full((len(FIELD_CLASSES), n_lines, n_sites, rows * cols), -1, np.int8)
    hours = np.full((len(MOBILITY_NAMES), n_lines, n_sites, n_sites), 1e9, np.float32)

    def field(job: tuple[int, int]) -> None:
        mobility, site = job
        time, towards, label = _scratch(rows, cols)
        for k, line in enumerate(SNOW_LINES_M):
            spread(cells[site : site + 1], mobility, line, terrain.cell_m / 1000, *grids, rates, time, towards, label)
            hours[mobility, k, :, site] = time.ravel()[cells]
            if mobility in FIELD_CLASSES:
                direction[FIELD_CLASSES.index(mobility), k, site] = towards.ravel()

    jobs = [(mobility, site) for mobility in (FOOT, PACK, VEHICLE) for site in range(n_sites)]
    field(jobs[0])  # compile before the threads start
    with ThreadPoolExecutor() as pool:  # the kernel releases the GIL
        list(pool.map(field, jobs[1:]))
    time, towards, label = _scratch(rows, cols)
    spread(cells, FOOT, 9000.0, terrain.cell_m / 1000, *grids, rates, time, towards, label)
    return direction, hours, label.ravel().copy()


def _scratch(rows: int, cols: int) -> tuple[NDArray, NDArray, NDArray]:
    return np.empty((rows, cols)), np.empty((rows, cols), np.int8), np.empty((rows, cols), np.int32)
