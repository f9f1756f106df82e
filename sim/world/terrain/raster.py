"""A user's own elevation file (GeoTIFF, HGT, whatever GDAL reads), resampled to the grid."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pyproj import Transformer
from scipy.ndimage import distance_transform_edt

from sim.errors import InputError
from sim.world.terrain.grid import Grid
from sim.world.terrain.model import F8
from sim.world.terrain.places import Places


def read_elevation(file: Path, grid: Grid, places: Places) -> F8:
    """Mean elevation (rows, cols) of each cell, m, from ``file``.

    The file must cover every place of ``places``; cells it leaves out at the edge of the window, and small
    voids, take the nearest known elevation. Raises ``InputError`` when it cannot be read or covers too little.
    """
    try:
        import rasterio
    except ImportError:
        raise InputError(
            f"terrain.file: reading {file} needs rasterio, which is not installed. "
            "Install it with: pip install 'standoff[dem]'"
        ) from None
    if not file.is_file():
        raise InputError(f"terrain.file: there is no file {file}.")
    try:
        with rasterio.open(file) as source:
            if source.crs is None:
                raise InputError(
                    f"{file}: has no coordinate system, so it cannot be laid on the map. "
                    "Write one into it, for example with gdal_edit.py -a_srs EPSG:4326."
                )
            z = _resample(source, grid)
            has = rasterio.warp.transform_bounds(source.crs, 4326, *source.bounds)
    except rasterio.errors.RasterioError as error:
        raise InputError(f"{file}: cannot be read as an elevation file ({error}).") from None
    _check_cover(file, z, grid, places, has)
    void = np.isnan(z)
    if void.any():
        row, col = distance_transform_edt(void, return_distances=False, return_indices=True)
        z = z[row, col]
    return z


def _resample(source: object, grid: Grid) -> F8:
    """The first band of an open rasterio dataset, averaged over each cell; NaN where it has no data."""
    import rasterio
    from rasterio.transform import from_origin
    from rasterio.warp import Resampling, reproject

    half = grid.cell_m / 2
    z = np.full(grid.shape, np.nan)
    reproject(
        rasterio.band(source, 1),
        z,
        dst_transform=from_origin(grid.x0_m - half, grid.y0_m + half, grid.cell_m, grid.cell_m),
        dst_crs=f"EPSG:{grid.epsg}",
        dst_nodata=np.nan,
        init_dest_nodata=True,
        resampling=Resampling.average,
    )
    return z


def _check_cover(file: Path, z: F8, grid: Grid, places: Places, has: tuple[float, float, float, float]) -> None:
    """Refuse a file that has no elevation at a place, or none for a tenth of the country between them."""
    points = np.vstack(
        [
            places.river[:, 1:3],
            np.array([spot.at for spot in places.spots]).reshape(-1, 2),
            np.array([crossing.at for crossing in places.crossings]).reshape(-1, 2),
        ]
    )
    cells = grid.cells(points)
    (top, left), (bottom, right) = cells.min(axis=0), cells.max(axis=0)
    between = z[top : bottom + 1, left : right + 1]
    if not np.isnan(z[cells[:, 0], cells[:, 1]]).any() and np.isnan(between).mean() < 0.1:
        return
    to_degrees = Transformer.from_crs(grid.epsg, 4326, always_xy=True)
    need = to_degrees.transform_bounds(*points.min(axis=0), *points.max(axis=0))
    raise InputError(
        f"{file}: does not cover {places.name}. The file covers {_box(has)}; "
        f"needed is {_box(need)}. Merge neighbouring tiles into one file, for example with gdal_merge.py."
    )


def _box(bounds: tuple[float, float, float, float]) -> str:
    west, south, east, north = bounds
    return f"longitude {west:.2f} to {east:.2f}, latitude {south:.2f} to {north:.2f}"
