"""A relief map of a terrain, as a PNG to print or to put on a wall."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import numpy as np

from sim.report.map_labels import Label, place_labels
from sim.world.terrain.model import F8, GRAVEL, PAVED, TRACK, Terrain

NOTICE = "A teaching model, not a forecast."

TINTS = ("#d1495b", "#3f7cac", "#e8a33d", "#5a9367", "#8e6fb1", "#2f9c95", "#c86b98", "#8a7a3b")
RELIEF = ("#e4ead6", "#eeecd2", "#efe3c4", "#e3d3b4", "#d6c5ad", "#d8d0c6", "#f4f2ef")
ROAD_STYLE: dict[str, dict[str, Any]] = {
    "paved road": {"color": "#8c2f1b", "lw": 2.4},
    "gravel road": {"color": "#a8552f", "lw": 1.7},
    "jeep track": {"color": "#6b4a35", "lw": 1.2, "ls": (0, (5, 2))},
    "mule track": {"color": "#6b5a4c", "lw": 0.8, "ls": (0, (1.2, 1.8))},
}
MARKER: dict[str, dict[str, Any]] = {
    "centre": {"marker": "s", "ms": 8, "mfc": "#1d1d1d"},
    "village": {"marker": "o", "ms": 5, "mfc": "#ffffff"},
    "side": {"marker": "o", "ms": 4, "mfc": "#cfcfcf"},
    "gate": {"marker": "D", "ms": 7, "mfc": "#f2c14e"},
    "pass": {"marker": "^", "ms": 6, "mfc": "#ffffff"},
    "staging": {"marker": "P", "ms": 9, "mfc": "#3d5a80"},
}
KIND_NAMES = {
    "centre": "district centre",
    "village": "village on the floor",
    "side": "side-valley village",
    "gate": "gate (narrows)",
    "pass": "pass",
    "staging": "place outside",
}


def write_relief_map(terrain: Terrain, path: Path, title: str) -> None:
    """Draw ``terrain`` with its districts, roads, river, passes and sites, and write it to ``path`` (PNG)."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rows, cols = terrain.shape
    width = 15.0
    side, top, foot = 0.35, 0.65, 1.35  # margins, inches
    height = (width - 2 * side) * rows / cols + top + foot
    figure = Figure(figsize=(width, height), dpi=130, facecolor="white")
    FigureCanvasAgg(figure)  # no window, no pyplot, nothing global
    axes = figure.add_axes((side / width, foot / height, 1 - 2 * side / width, 1 - (top + foot) / height))
    extent = _extent_km(terrain)
    axes.set(xlim=extent[:2], ylim=extent[2:], xticks=[], yticks=[])
    shading = _draw_relief(axes, terrain, extent)
    _draw_districts(axes, terrain)
    _draw_lines(axes, terrain)
    labels = _draw_sites(axes, terrain) + _district_labels(terrain)
    place_labels(axes, labels)
    _draw_furniture(figure, axes, terrain, shading, (foot / height, side / width))
    _draw_scale_and_north(axes, terrain)
    figure.text(side / width, 1 - 0.42 / height, title, fontsize=20, weight="bold", va="center")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, format="png")


def _extent_km(terrain: Terrain) -> tuple[float, float, float, float]:
    rows, cols = terrain.shape
    west = terrain.x0_m - terrain.cell_m / 2
    north = terrain.y0_m + terrain.cell_m / 2
    return (
        west / 1e3,
        (west + cols * terrain.cell_m) / 1e3,
        (north - rows * terrain.cell_m) / 1e3,
        north / 1e3,
    )


def _at_km(terrain: Terrain, row: Any, col: Any) -> tuple[Any, Any]:
    """Easting and northing, km, of a cell's centre; rows and columns may be numbers or arrays."""
    return (terrain.x0_m + col * terrain.cell_m) / 1e3, (terrain.y0_m - row * terrain.cell_m) / 1e3


def _draw_relief(axes: Any, terrain: Terrain, extent: tuple[float, float, float, float]) -> Any:
    """Pale tints by elevation under a soft hillshade; returns the colour scale for the legend."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import LightSource, LinearSegmentedColormap, Normalize
    from scipy.ndimage import zoom

    fine = zoom(terrain.elevation_m.astype(float), 4, order=1, mode="nearest", grid_mode=True)
    low, high = float(fine.min()), float(fine.max())
    scale = ScalarMappable(Normalize(low, max(high, low + 1)), LinearSegmentedColormap.from_list("relief", RELIEF))
    light = LightSource(azdeg=315, altdeg=45)
    shade = light.hillshade(fine, vert_exag=2.0, dx=terrain.cell_m / 4, dy=terrain.cell_m / 4)
    colour = scale.to_rgba(fine)[..., :3] * (0.62 + 0.42 * shade[..., None])
    axes.imshow(np.clip(colour, 0, 1), extent=extent, interpolation="bilinear", aspect="auto", zorder=0)
    return scale


def _draw_districts(axes: Any, terrain: Terrain) -> None:
    from matplotlib.colors import to_rgba

    tint = np.zeros((*terrain.shape, 4))
    rows, cols = (np.arange(n) for n in terrain.shape)
    x, y = _at_km(terrain, rows, cols)[0], _at_km(terrain, rows, cols)[1]
    for i in range(len(terrain.districts)):
        inside = terrain.district == i
        if not inside.any():
            continue
        tint[inside] = to_rgba(TINTS[i % len(TINTS)], 0.20)
        axes.contour(x, y, inside.astype(float), [0.5], colors="#5b5148", linewidths=1.0, zorder=2)
    axes.imshow(tint, extent=_extent_km(terrain), interpolation="nearest", aspect="auto", zorder=1)
    axes.contour(x, y, terrain.basin.astype(float), [0.5], colors="#3b332c", linewidths=2.0, zorder=2)


def _road_class(terrain: Terrain, line: F8) -> str:
    """The commonest class of the cells under a line."""
    col = np.clip(np.rint((line[:, 0] - terrain.x0_m) / terrain.cell_m).astype(int), 0, terrain.shape[1] - 1)
    row = np.clip(np.rint((terrain.y0_m - line[:, 1]) / terrain.cell_m).astype(int), 0, terrain.shape[0] - 1)
    surface = int(np.median(terrain.surface[row, col]))
    if surface >= GRAVEL:
        return "paved road" if surface == PAVED else "gravel road"
    return "jeep track" if surface == TRACK and np.median(terrain.road_kmh[row, col]) > 0 else "mule track"


def _draw_lines(axes: Any, terrain: Terrain) -> None:
    """The river from mouth to head, which is the order of its elevations, and the roads by class."""
    row, col = np.nonzero(terrain.river)
    upstream = np.argsort(terrain.elevation_m[row, col], kind="stable")
    x, y = _at_km(terrain, row[upstream].astype(float), col[upstream].astype(float))
    axes.plot(x, y, color="#4f8fbf", lw=2.6, zorder=3, solid_joinstyle="round")
    for _, line in terrain.roads:
        style = ROAD_STYLE[_road_class(terrain, line)]
        axes.plot(line[:, 0] / 1e3, line[:, 1] / 1e3, zorder=3.5 + style["lw"] / 10, **style)


def _draw_sites(axes: Any, terrain: Terrain) -> list[Label]:
    """Markers for all sites, and the labels they would like, most important first."""
    rank = {"centre": 0, "staging": 1, "gate": 2, "pass": 4, "village": 5, "side": 6}
    passes = {p.site: p for p in terrain.passes}
    labels = []
    for i, site in enumerate(terrain.sites):
        x, y = _at_km(terrain, site.row, site.col)
        style = MARKER[site.kind]
        axes.plot(x, y, ls="", mec="#1d1d1d", mew=0.8, zorder=6, **style)
        text, size, weight = site.name, 8.0, "normal"
        if site.kind == "pass":
            text, size = f"{passes[i].name}\n{passes[i].elevation_m:,.0f} m", 7.0
        elif site.kind in ("centre", "staging", "gate"):
            size, weight = 9.0, "bold" if site.kind == "centre" else "normal"
        labels.append(Label(text, (x, y), size, weight, rank[site.kind], site.kind == "pass"))
    return labels


def _district_labels(terrain: Terrain) -> list[Label]:
    """A wide-set name at the inmost cell of each district."""
    from scipy.ndimage import distance_transform_edt

    labels = []
    for i, district in enumerate(terrain.districts):
        inside = distance_transform_edt((terrain.district == i) & ~terrain.floor)
        row, col = np.unravel_index(int(inside.argmax()), terrain.shape)
        at = _at_km(terrain, float(row), float(col))
        labels.append(Label(" ".join(district.name.upper()), at, 11.0, "bold", -1, False, centred=True))
    return labels


def _draw_furniture(figure: Any, axes: Any, terrain: Terrain, scale: Any, margins: tuple[float, float]) -> None:
    """Legend, elevation scale and footer, below the map."""
    from matplotlib.lines import Line2D

    foot, side = margins
    present = {site.kind for site in terrain.sites}
    handles = [Line2D([], [], label=name, **style) for name, style in ROAD_STYLE.items()]
    handles.append(Line2D([], [], color="#4f8fbf", lw=2.6, label="river"))
    handles.append(Line2D([], [], color="#3b332c", lw=2.0, label="edge of the basin"))
    for kind, name in KIND_NAMES.items():
        if kind in present:
            style = MARKER[kind]
            handles.append(Line2D([], [], ls="", mec="#1d1d1d", label=name, **style))
    figure.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(side, foot * 0.95),
        ncols=4,
        fontsize=9,
        frameon=False,
        borderaxespad=0,
    )
    bar = figure.add_axes((0.70, foot * 0.70, 0.27, foot * 0.14))
    figure.colorbar(scale, cax=bar, orientation="horizontal").set_label("elevation, m", fontsize=9)
    bar.tick_params(labelsize=8)
    sources = "  ".join([NOTICE, f"Cells of {terrain.cell_m:,.0f} m.", *(s + "." for s in terrain.sources)])
    figure.text(side, foot * 0.06, "\n".join(textwrap.wrap(sources, 215)), fontsize=8, color="#444444", va="bottom")


def _draw_scale_and_north(axes: Any, terrain: Terrain) -> None:
    west, east, south, north = _extent_km(terrain)
    length = 20.0 if east - west > 60 else 5.0
    x, y = west + 0.03 * (east - west), south + 0.03 * (north - south)
    axes.plot([x, x + length], [y, y], color="#1d1d1d", lw=4, solid_capstyle="butt", zorder=9)
    axes.text(x + length / 2, y + 0.008 * (north - south), f"{length:.0f} km", ha="center", va="bottom", zorder=9)
    axes.annotate(
        "N",
        xy=(0.965, 0.975),
        xytext=(0.965, 0.915),
        xycoords="axes fraction",
        ha="center",
        va="center",
        fontsize=14,
        weight="bold",
        arrowprops={"arrowstyle": "-|>", "lw": 2, "color": "#1d1d1d"},
        zorder=9,
    )
