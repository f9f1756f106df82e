"""The valley's districts in two scenarios side by side: who controls the floors at the end, and what differs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import codes
from sim.experiment.ensemble import Ensemble
from sim.experiment.pairs.compare import Comparison
from sim.report import figures as look
from sim.report.pairs.compare_words import labels, told
from sim.scenario import scenario_folder
from sim.world.terrain.model import Terrain
from sim.world.world import build_world

MOST = 4
"""Alternatives on one map."""
_LOW, _MIDDLE = look.DEFENDER, "#F4F4F1"


def taken_at_end(ensemble: Ensemble) -> NDArray[np.float64]:
    """(districts,): share of runs in which the attacker controls the floor at the end of the last day."""
    held = [result.floor[-1] == codes.ATTACKER for result in ensemble.finished if result.floor is not None]
    return np.mean(held, axis=0) if held else np.full(len(ensemble.districts), np.nan)


def draw_map(figure: Any, comparison: Comparison) -> None:
    """A row for each alternative: the baseline, the alternative, and what differs where the districts are the same."""
    others = comparison.alternatives[:MOST]
    every = figure.subplots(len(others), 3, squeeze=False)
    base, names = comparison.baseline, labels(comparison)
    ground, share = _terrain(base), taken_at_end(base)
    for row, (letter, name, other) in enumerate(zip(comparison.letters[1:], names[1:], others, strict=False)):
        there, shares = _terrain(other.ensemble), taken_at_end(other.ensemble)
        _panel(every[row][0], ground, share, names[0], (0.0, 1.0))
        _panel(every[row][1], there, shares, name, (0.0, 1.0))
        if [d.name for d in ground.districts] == [d.name for d in there.districts]:
            _panel(every[row][2], there, shares - share, f"{letter} minus A", (-1.0, 1.0))
        else:
            every[row][2].text(0.5, 0.5, "other districts:\nno difference drawn", ha="center", va="center", wrap=True)
            every[row][2].axis("off")
    _bars(figure, every)


def _terrain(ensemble: Ensemble) -> Terrain:
    return build_world(ensemble.scenario.values, scenario_folder() / "terrain").terrain


def _colours() -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("sides", [_LOW, _MIDDLE, look.ATTACKER])


def _panel(axes: Any, terrain: Terrain, values: NDArray[np.float64], title: str, limits: tuple[float, float]) -> None:
    """Districts tinted over a soft hillshade, each with its name and number, of 100 runs."""
    from matplotlib.colors import LightSource, Normalize

    signed = limits[0] < 0
    inside = terrain.district >= 0
    rows, cols = (np.flatnonzero(inside.any(axis=axis)) for axis in (1, 0))
    top, left = max(rows[0] - 3, 0), max(cols[0] - 3, 0)
    part = (slice(top, rows[-1] + 4), slice(left, cols[-1] + 4))
    shade = LightSource(azdeg=315, altdeg=45).hillshade(
        terrain.elevation_m.astype(float), vert_exag=1.5, dx=terrain.cell_m, dy=terrain.cell_m
    )[part]
    picture = np.repeat(0.72 + 0.25 * shade[..., None], 3, axis=2)
    scale, colours = Normalize(*limits), _colours()
    district = terrain.district[part]
    for d, value in enumerate(values):
        cells = district == d
        if cells.any() and np.isfinite(value):
            picture[cells] = np.array(colours(scale(value))[:3]) * (0.8 + 0.2 * shade[cells][:, None])
    axes.imshow(np.clip(picture, 0, 1), interpolation="nearest", zorder=0)
    for d in range(len(values)):
        cells = district == d
        if cells.any():
            axes.contour(cells.astype(float), [0.5], colors="#4A4A4A", linewidths=0.6, zorder=2)
    _numbers(axes, terrain, district, values, signed)
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_title(look.wrapped(title, 34), loc="left", fontsize=look.SIZE, color=look.INK)


def _numbers(axes: Any, terrain: Terrain, district: NDArray[Any], values: NDArray[np.float64], signed: bool) -> None:
    """Name and number at the inmost cell of each district."""
    from matplotlib.patheffects import withStroke
    from scipy.ndimage import distance_transform_edt

    for d, value in enumerate(values):
        cells = np.pad(district == d, 1)
        if not cells.any() or not np.isfinite(value):
            continue
        row, col = np.unravel_index(int(distance_transform_edt(cells).argmax()), cells.shape)
        number = told(100 * value, 0, sign=signed)
        axes.text(
            float(col) - 1, float(row) - 1, f"{terrain.districts[d].name}\n{number}", ha="center", va="center",
            fontsize=look.SIZE - 3, color=look.INK, linespacing=0.95, zorder=5,
            path_effects=[withStroke(linewidth=1.8, foreground="white", alpha=0.8)],
        )  # fmt: skip


def _bars(figure: Any, every: Any) -> None:
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    for columns, limits, words in (
        (every[:, :2], (0, 100), "of 100 runs, floor under the attacker's control at the end"),
        (every[:, 2], (-100, 100), "more, or fewer, of 100 runs"),
    ):
        scale = ScalarMappable(Normalize(*limits), _colours())
        bar = figure.colorbar(scale, ax=columns, orientation="horizontal", fraction=0.05, pad=0.02, aspect=30)
        bar.set_label(words, fontsize=look.SIZE - 1, color=look.INK)
        bar.ax.tick_params(labelsize=look.SIZE - 1.5)
        bar.outline.set_visible(False)
