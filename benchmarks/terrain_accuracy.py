"""Measure the bundled terrain against a 1 km reference that is not part of the project.

    python benchmarks/terrain_accuracy.py [--reference PATH] [--resolution 1000]

The reference (elevations, basin and district polygons on a 1 km grid) is looked up in ``--reference``, then in the
environment variable STANDOFF_REFERENCE, then in ../shared/facts/terrain beside the repository. Exit code 0 when the
targets are met or there is no reference, 1 when one is missed.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sim.world.terrain.build import build_terrain  # noqa: E402
from sim.world.terrain.model import Terrain  # noqa: E402

FOLDER = ROOT / "scenarios" / "terrain"
NAME = "panjshir"


def build(resolution_m: float) -> tuple[Terrain, float]:
    """The bundled terrain and the seconds its building took."""
    values = {
        "terrain.source": "bundled",
        "terrain.folder": NAME,
        "terrain.file": None,
        "terrain.resolution_m": resolution_m,
        "terrain.relief_scale": 1.0,
    }
    start = time.perf_counter()
    return build_terrain(values, FOLDER), time.perf_counter() - start


def on_reference(terrain: Terrain, reference: dict[str, np.ndarray]) -> tuple[np.ndarray, ...]:
    """Elevation, basin share and district of the reference cells that the terrain covers, and their index.

    Finer cells are averaged into the reference cell that holds their centre; coarser cells are read at its centre.
    """
    x, y = reference["x_utm42n"], reference["y_utm42n"]
    rows, cols = terrain.shape
    if terrain.cell_m <= 1000.0:
        east = terrain.x0_m + np.arange(cols) * terrain.cell_m
        north = terrain.y0_m - np.arange(rows) * terrain.cell_m
        col = np.rint((east - x[0]) / 1000.0).astype(int)
        row = np.rint((y[0] - north) / 1000.0).astype(int)
        flat = (row[:, None] * len(x) + col[None, :]).ravel()
        cells, at = np.unique(flat, return_inverse=True)
        count = np.bincount(at)
        z = np.bincount(at, terrain.elevation_m.ravel()) / count
        basin = np.bincount(at, terrain.basin.ravel()) / count
        first = np.full(len(cells), -1)
        first[at] = terrain.district.ravel()
        return z, basin, first, cells
    col = np.rint((x - terrain.x0_m) / terrain.cell_m).astype(int)
    row = np.rint((terrain.y0_m - y) / terrain.cell_m).astype(int)
    inside = ((row >= 0) & (row < rows))[:, None] & ((col >= 0) & (col < cols))[None, :]
    r, c = np.meshgrid(np.clip(row, 0, rows - 1), np.clip(col, 0, cols - 1), indexing="ij")
    picked = tuple(a[r, c][inside].astype(float) for a in (terrain.elevation_m, terrain.basin, terrain.district))
    return (*picked, np.flatnonzero(inside))


def river_falls(terrain: Terrain) -> bool:
    """Whether the river is one chain of cells that rises from the mouth to the head without a step down."""
    row, col = np.nonzero(terrain.river)
    order = np.argsort(terrain.elevation_m[row, col])
    steps = np.maximum(np.abs(np.diff(row[order])), np.abs(np.diff(col[order])))
    rise = np.diff(terrain.elevation_m[row, col][order])
    return bool((steps == 1).all() and (rise > 0).all())


def pass_errors(terrain: Terrain) -> dict[str, float]:
    """Elevation of each pass cell less the recommended elevation of the pass, m."""
    with (FOLDER / NAME / "passes.csv").open(encoding="utf-8") as stream:
        listed = {row["id"]: float(row["elevation_m"]) for row in csv.DictReader(stream)}
    return {p.id: p.elevation_m - listed[p.id] for p in terrain.passes}


def print_districts(terrain: Terrain, theirs: np.ndarray, names: list[str], ours: np.ndarray) -> None:
    """Area built and listed, and how much of our district lies in the reference polygon of the same name."""
    with (FOLDER / NAME / "districts.csv").open(encoding="utf-8") as stream:
        listed = {row["id"]: float(row["area_km2"]) for row in csv.DictReader(stream)}
    listed["dara"] -= listed["abshar"]  # the listed polygon holds both
    print("district    built km2  listed km2  in the reference polygon")
    for i, district in enumerate(terrain.districts):
        area = float((terrain.district == i).sum()) * terrain.cell_m**2 / 1e6
        polygon = "Dara" if district.id == "abshar" else district.name  # the reference has no polygon for it
        mine = ours == i
        share = float((theirs[mine] == names.index(polygon) + 1).mean()) if polygon in names else float("nan")
        print(f"{district.id:10s}  {area:9.0f}  {listed[district.id]:10.0f}  {share:6.0%}")


def main(arguments: list[str] | None = None) -> int:
    """Build, measure, print; the exit code."""
    parser = argparse.ArgumentParser(description="Measure the bundled terrain against a 1 km reference.")
    default = os.environ.get("STANDOFF_REFERENCE") or str(
        Path("..") / "shared" / "facts" / "terrain" / "reference_1km.npz"
    )
    parser.add_argument("--reference", default=default)
    parser.add_argument("--resolution", type=float, default=1000.0)
    options = parser.parse_args(arguments)

    terrain, seconds = build(options.resolution)
    errors = pass_errors(terrain)
    worst = max(errors, key=lambda name: abs(errors[name]))
    falls = river_falls(terrain)
    print(f"cells of {terrain.cell_m:.0f} m, {terrain.shape[0]} x {terrain.shape[1]}, built in {seconds:.2f} s")
    print(f"river falls all the way: {'yes' if falls else 'NO'}")
    print(f"worst pass: {worst} {errors[worst]:+.0f} m (target within 120 m)")
    path = Path(options.reference) if Path(options.reference).is_absolute() else ROOT / options.reference
    if not path.is_file():
        print("No reference found: elevations, basin and districts are not measured.")
        print("Name one with --reference or STANDOFF_REFERENCE.")
        return 0

    with np.load(path) as file:
        reference = {key: file[key] for key in file.files}
    z, share, district, cells = on_reference(terrain, reference)
    error = z - reference["elevation_m"].ravel()[cells]
    rms, bias = float(np.sqrt((error**2).mean())), float(error.mean())
    theirs = reference["basin"].ravel()[cells].astype(bool)
    ours = share >= 0.5
    overlap = float((ours & theirs).sum() / (ours | theirs).sum())
    print(f"RMS error {rms:.0f} m (target 150), bias {bias:+.1f} m (target within 20), {len(cells)} cells")
    print(f"basin: IoU {overlap:.3f} (target 0.90), {ours.sum()} against {theirs.sum()} km2")
    names = [str(name) for name in reference["district_names"]]
    print_districts(terrain, reference["district"].ravel()[cells], names, district)
    met = falls and abs(errors[worst]) <= 120 and rms <= 150 and abs(bias) <= 20 and overlap >= 0.9
    print("targets met" if met else "TARGETS MISSED")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
