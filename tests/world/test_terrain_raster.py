"""A user's own elevation file: read where it covers the valley, refused with a reason where not."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from terrain_cases import FOLDER, built, cut_off, leaks

from sim.errors import InputError
from sim.world.terrain.grid import Grid
from sim.world.terrain.sources import read_places
from sim.world.terrain.surface import tin

rasterio = pytest.importorskip("rasterio")
from rasterio.transform import from_origin  # noqa: E402

WHOLE = (69.0, 36.2, 0.02, 80, 70)
"""West, north, degrees per pixel, columns, rows of a file that covers the window."""


def write_dem(
    path: Path, west: float, north: float, step: float, cols: int, rows: int, crs: str | None = "EPSG:4326"
) -> Path:
    """A small GeoTIFF that holds the bundled elevations, in degrees."""
    places = read_places(FOLDER / "panjshir")
    from pyproj import Transformer

    lon = west + (np.arange(cols) + 0.5) * step
    lat = north - (np.arange(rows) + 0.5) * step
    x, y = Transformer.from_crs(4326, 32642, always_xy=True).transform(*np.meshgrid(lon, lat))
    grid = Grid.over(places.window, 2000.0)
    cells = grid.cells(np.column_stack([x.ravel(), y.ravel()]))
    z = tin(grid, places)[cells[:, 0], cells[:, 1]].reshape(rows, cols)
    with rasterio.open(
        path, "w", driver="GTiff", width=cols, height=rows, count=1, dtype="int16", nodata=-32768, crs=crs,
        transform=from_origin(west, north, step, step),
    ) as file:  # fmt: skip
        file.write(z.astype("int16"), 1)
    return path


def test_a_file_that_covers_the_valley_is_built(tmp_path: Path) -> None:
    file = write_dem(tmp_path / "dem.tif", *WHOLE)
    own = built(source="file", file=str(file), resolution_m=2000.0)
    bundled = built(resolution_m=2000.0)
    assert np.abs(own.elevation_m - bundled.elevation_m)[2:-2, 2:-2].mean() < 200
    assert 0.8 < own.basin.sum() / bundled.basin.sum() < 1.2
    levels = np.sort(own.elevation_m[own.river])
    assert (np.diff(levels) > 0).all()
    assert not leaks(own)
    assert cut_off(own) == []


def test_a_file_that_is_too_small_is_refused_with_what_it_covers(tmp_path: Path) -> None:
    file = write_dem(tmp_path / "small.tif", 69.0, 35.5, 0.02, 30, 30)
    with pytest.raises(
        InputError,
        match=r"small\.tif: does not cover.*longitude 69\.00 to 69\.60, latitude 34\.90 to 35\.50; needed",
    ):
        built(source="file", file=str(file), resolution_m=2000.0)


def test_files_that_cannot_be_used_are_refused(tmp_path: Path) -> None:
    text = tmp_path / "note.tif"
    text.write_text("not a raster")
    with pytest.raises(InputError, match=r"note\.tif: cannot be read"):
        built(source="file", file=str(text))
    with pytest.raises(InputError, match="there is no file"):
        built(source="file", file=str(tmp_path / "absent.tif"))
    with pytest.raises(InputError, match="name of an elevation file is needed"):
        built(source="file")


def test_a_file_without_coordinate_system_is_refused(tmp_path: Path) -> None:
    file = write_dem(tmp_path / "bare.tif", *WHOLE, crs=None)
    with pytest.raises(InputError, match="no coordinate system"):
        built(source="file", file=str(file))


def test_without_rasterio_the_message_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rasterio", None)
    with pytest.raises(InputError, match=r"pip install 'standoff\[dem\]'"):
        built(source="file", file="dem.tif")
