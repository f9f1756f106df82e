"""Phase diagrams: what an outcome comes to over what was varied, with the line where it tips.

From a table of points only; see ``sim.experiment.points.table``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.experiment.sweeps.measures import Measure, measure
from sim.experiment.sweeps.spec import SweepSpec
from sim.experiment.sweeps.tipping import RefinedMap, tipping_lines
from sim.report import figures as look
from sim.report.sweeps.figures import bases_of
from sim.report.sweeps.phase_axes import MOST_PANELS, Axis, axes_of, matches, own_place, set_head, set_ticks
from sim.report.sweeps.phase_lines import draw_bars, draw_lines
from sim.report.sweeps.phase_samples import draw_samples
from sim.report.sweeps.sentence import runs_a_point, sentence
from sim.report.sweeps.words import (
    amount,
    level_text,
    name_of,
    parameters_of,
    settings,
    title_of,
    unit_of,
    upper_first,
    usual_level,
)
from sim.scenario import Scenario

if TYPE_CHECKING:
    import polars as pl

    from sim.experiment.sweeps.sweep import Sweep

MOST_LINES, MOST_NAMED = 6, 4
NUMBERED = 170
"""Cells of a panel up to which each carries its number."""
HATCH = "////"


@dataclass(frozen=True)
class Picture:
    """A figure with its name, title and description. The title is for a heading; the figure carries its own."""

    name: str
    title: str
    text: str
    figure: Any


@dataclass(frozen=True)
class _Panel:
    """One heat map: arrays (x levels, y levels), NaN where there is nothing."""

    fixed: Mapping[str, Any]
    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    runs: NDArray[np.int64]


def phase_pictures(
    frame: pl.DataFrame, spec: SweepSpec, bases: Sequence[Scenario], refined: RefinedMap | None = None
) -> list[Picture]:
    """One picture for each outcome of the spec."""
    return [phase_picture(frame, spec, bases, name, refined) for name in spec.outcomes]


def write_phase(sweep: Sweep, folder: Path) -> list[dict[str, str]]:
    """Write ``phase-OUTCOME.svg`` for each outcome of the spec, and return their rows for the manifest."""
    rows = []
    for picture in phase_pictures(sweep.table, sweep.spec, bases_of(sweep), sweep.refined):
        path = folder / f"{picture.name}.svg"
        look.save_svg(picture.figure, path, title=picture.title, description=picture.text)
        rows.append({"file": path.name, "title": picture.title, "text": picture.text})
    return rows


def phase_picture(
    frame: pl.DataFrame,
    spec: SweepSpec,
    bases: Sequence[Scenario],
    outcome: str,
    refined: RefinedMap | None = None,
    at: float | None = None,
) -> Picture:
    """An outcome over what was varied.

    Two factors: a heat map with the line where the outcome passes ``at`` (by default half of the runs). A third: one
    map for each of its values, up to 12; with more, means over the rest. One factor of numbers or dates: a line with
    its 95 % band, one for each value of a second factor that has no order. Choices alone: bars. A sample: each
    uncertainty against the outcome. The scenario as it is gets a frame where it lies inside.
    """
    found = measure(outcome)
    level = usual_level(spec, found) if at is None else at
    own = refined if spec.refine and measure(spec.refine.outcome).column == found.column else None
    title = f"{upper_first(title_of(found))}, {unit_of(found)}, {runs_a_point(frame, found)}"
    heading = f"{upper_first(outcome.removeprefix('outcome_').replace('_', ' '))}, by {_named(spec)}"
    if spec.design != "grid" and spec.uncertainties:
        figure, text = draw_samples(frame, spec, found, level, title)
        return Picture(f"phase-{outcome}", heading, f"{text} {sentence(frame, spec, outcome)}", figure)
    axes = axes_of(spec, frame)
    ranged = [axis for axis in axes if axis.is_ranged]
    base = bases[0] if len(bases) == 1 else None
    if len(axes) <= 2 and len(ranged) == 1 and all(len(a.levels) <= MOST_LINES for a in axes[1:]):
        figure, text = draw_lines(frame, axes, found, level, title, base)
    elif len(axes) == 1:
        figure, text = draw_bars(frame, axes[0], found, level, title, base)
    else:
        figure, text = _maps(frame, spec, axes, found, level, title, base, own)
    return Picture(f"phase-{outcome}", heading, f"{text} {sentence(frame, spec, outcome)}", figure)


def _named(spec: SweepSpec) -> str:
    """What was varied, in a heading."""
    names = [name_of(key) for key in spec.keys]
    if len(names) > MOST_NAMED:
        return f"{len(names)} factors"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _maps(
    frame: pl.DataFrame, spec: SweepSpec, axes: list[Axis], found: Measure, at: float | None, title: str,
    base: Scenario | None, refined: RefinedMap | None,
) -> tuple[Any, str]:  # fmt: skip
    """Heat maps over the first two axes, in panels over the rest."""
    x, y, *rest = axes
    if {x.key, y.key} == {f.key for f in spec.factors[:2]}:
        x, y = sorted((x, y), key=lambda axis: axis.key != spec.factors[0].key)
    many = math.prod(len(axis.levels) for axis in rest) > MOST_PANELS
    panels = _panels(frame, x, y, [] if many else rest, found)
    shape = _shape(len(panels), len(x.levels))
    width = max(5.6, min(10.5, 2.2 + shape[1] * max(2.2, 0.55 * len(x.levels) + 0.5)))
    height = 1.7 + shape[0] * max(2.4, min(4.6, 0.42 * len(y.levels) + 0.7))
    figure = look.new_figure(width, height)
    grid = figure.subplots(*shape, squeeze=False, sharex=True, sharey=True)
    limits = (0.0, 100.0) if found.is_share else _limits(panels)
    parameters = parameters_of(spec)
    marks: set[str] = set()
    image = None
    for place, panel in zip(grid.flat, panels, strict=False):
        own = own_place(base, [x, y]) if matches(base, panel.fixed) and not (many and rest) else None
        few = (panel.runs > 0) & (panel.runs < spec.replicates) if spec.refine else None
        image = _heat(place, panel, (x, y), found, at, limits, own, refined, few, marks)
        if panel.fixed:
            look.style_axes(place, title=look.wrapped(settings(panel.fixed, list(panel.fixed), parameters), 34))
    for place in grid.flat[len(panels) :]:
        place.set_visible(False)
    for place in grid[-1, :]:
        set_ticks(place, x, "x")
    for place in grid[:, 0]:
        set_ticks(place, y, "y")
    for place in grid[-1, :]:
        place.set_xlabel(look.wrapped(x.label, int(width * 9 / shape[1])), fontsize=look.SIZE, color=look.INK)
    figure.supylabel(look.wrapped(y.label, int(height * 8)), fontsize=look.SIZE, color=look.INK)
    bar = figure.colorbar(image, ax=grid, pad=0.02, aspect=28)
    bar.set_label("runs of 100" if found.is_share else found.unit, fontsize=look.SIZE)
    bar.ax.tick_params(labelsize=look.SIZE - 1)
    bar.outline.set_visible(False)
    notes = _notes(marks, found, at, spec)
    if many and rest:
        notes.append("means over " + ", ".join(axis.key for axis in rest))
    set_head(figure, title)
    if notes:
        told = look.wrapped("; ".join(notes), int(width * 14))
        figure.supxlabel(told, x=0.01, ha="left", fontsize=look.SIZE - 1.5, color=look.MUTED)
    return figure, _told(panels, x, y, found, notes, spec)


def _panels(frame: pl.DataFrame, x: Axis, y: Axis, rest: Sequence[Axis], found: Measure) -> list[_Panel]:
    """The table as arrays, one set for each combination of the other factors; means where several rows share a cell."""
    rows = found.bounds(frame)
    ends = [rows[name].to_numpy() for name in ("value", "low", "high")]
    xs, ys = (axis.numbers(frame) for axis in (x, y))
    runs = frame["runs"].to_list()
    others = [[axis.levels[number] for number in axis.numbers(frame)] for axis in rest]
    panels = []
    for fixed in product(*(axis.levels for axis in rest)):
        inside = [i for i in range(frame.height) if all(o[i] == f for o, f in zip(others, fixed, strict=True))]
        sums, counts = np.zeros((3, len(x.levels), len(y.levels))), np.zeros((len(x.levels), len(y.levels)))
        made = np.zeros(counts.shape, np.int64)
        for i in inside:
            made[xs[i], ys[i]] += runs[i]
            if np.isfinite(ends[0][i]):
                sums[:, xs[i], ys[i]] += [end[i] for end in ends]
                counts[xs[i], ys[i]] += 1
        with np.errstate(invalid="ignore"):
            value, low, high = sums / counts
        once = np.where(counts > 1, np.nan, 1.0)  # the interval of a mean over other factors is not that of its parts
        panels.append(
            _Panel(dict(zip((a.key for a in rest), fixed, strict=True)), value, low * once, high * once, made)
        )
    return panels


def _heat(
    place: Any, panel: _Panel, axes: tuple[Axis, Axis], found: Measure, at: float | None,
    limits: tuple[float, float], own: list[float] | None, refined: RefinedMap | None,
    few: NDArray[np.bool_] | None, marks: set[str],
) -> Any:  # fmt: skip
    """Draw one map into ``place``; what it had need to mark goes to ``marks``."""
    scale = 100.0 if found.is_share else 1.0
    shown = scale * (refined.filled if refined is not None else panel.value)
    nx, ny = shown.shape
    look.style_axes(place)
    image = place.pcolormesh(
        np.arange(nx + 1) - 0.5, np.arange(ny + 1) - 0.5, np.ma.masked_invalid(shown.T), cmap=look.HEAT,
        vmin=limits[0], vmax=limits[1], edgecolors="white", linewidth=0.5 if nx * ny <= NUMBERED else 0,
        rasterized=nx * ny > 5000,
    )  # fmt: skip
    place.set_facecolor(look.PALE)
    if at is not None:
        low, high = (panel.low, panel.high) if refined is None else (refined.low, refined.high)
        doubt = (low <= at) & (high >= at)
        _hatch(place, doubt)
        both = all(axis.is_ranged for axis in axes)
        lines = refined.lines if refined is not None else tipping_lines(panel.value, at) if both else ()
        for line in lines:
            place.plot(line[:, 0], line[:, 1], color="white", linewidth=4.2, solid_capstyle="round")
            place.plot(line[:, 0], line[:, 1], color=look.ATTACKER, linewidth=2.2, solid_capstyle="round")
        marks |= ({"doubt"} if doubt.any() else set()) | ({"line"} if lines else set())
    if refined is not None:
        seen = np.argwhere((refined.runs > 0) & ~few if few is not None else refined.runs > 0)
        place.plot(seen[:, 0], seen[:, 1], ".", color="#B0B0B0", markersize=3, markeredgewidth=0)
        marks |= {"seen", "filled"} if len(seen) else {"filled"}
    elif nx * ny <= NUMBERED:
        _write_numbers(place, shown, limits, found)
    if few is not None and few.any():
        spots = np.argwhere(few)
        style: dict[str, Any] = {"markersize": 5, "markeredgewidth": 1.1, "linestyle": "none", "zorder": 5}
        aside = (-0.36, 0.34) if refined is None else (0.0, 0.0)  # the middle of a cell may carry its number
        place.plot(
            spots[:, 0] + aside[0],
            spots[:, 1] + aside[1],
            marker="o",
            markerfacecolor="white",
            markeredgecolor=look.INK,
            label="few runs",
            **style,
        )
        marks.add("few")
    if own is not None and all(p.is_integer() for p in own):
        box = {"fill": False, "linewidth": 2.4, "edgecolor": look.INK, "zorder": 6, "clip_on": False}
        place.add_patch(_rectangle(int(own[0]), int(own[1]), **box))
        marks.add("own")
    elif own is not None:
        place.plot(*own, "D", color="white", markeredgecolor=look.INK, markersize=8, markeredgewidth=1.6, zorder=6)
        marks.add("between")
    if np.isnan(shown).any():
        marks.add("empty")
    place.set_xlim(-0.5, nx - 0.5)
    place.set_ylim(-0.5, ny - 0.5)
    return image


def _rectangle(i: int, j: int, **style: Any) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((i - 0.5, j - 0.5), 1, 1, **style)


def _hatch(place: Any, flags: NDArray[np.bool_]) -> None:
    for i, j in np.argwhere(flags):
        place.add_patch(_rectangle(int(i), int(j), fill=False, hatch=HATCH, edgecolor=(1, 1, 1, 0.55), linewidth=0))


def _write_numbers(place: Any, shown: NDArray[np.float64], limits: tuple[float, float], found: Measure) -> None:
    import matplotlib as mpl

    colours = mpl.colormaps[look.HEAT]
    span = (limits[1] - limits[0]) or 1.0
    small = look.SIZE - (0.5 if shown.size <= 60 else 2)
    for (i, j), value in np.ndenumerate(shown):
        if np.isfinite(value):
            ground = colours((value - limits[0]) / span)
            dark = float(np.dot(ground[:3], (0.299, 0.587, 0.114))) < 0.5
            told = amount(found, value / 100 if found.is_share else value)
            halo = {"boxstyle": "round,pad=0.12", "facecolor": ground, "edgecolor": "none"}
            place.text(
                i,
                j,
                told,
                ha="center",
                va="center",
                fontsize=small,
                color="white" if dark else look.INK,
                bbox=halo,
                zorder=5,
            )


def _limits(panels: Sequence[_Panel]) -> tuple[float, float]:
    values = np.concatenate([panel.value.ravel() for panel in panels])
    values = values[np.isfinite(values)]
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    return low, high if high > low else low + 1.0


def _shape(count: int, levels: int) -> tuple[int, int]:
    """Rows and columns of panels; wide maps get fewer columns."""
    columns = min(count, 2 if levels > 10 else 3 if levels > 5 else 4)
    return -(-count // columns), columns


def _notes(marks: set[str], found: Measure, at: float | None, spec: SweepSpec) -> list[str]:
    level = "" if at is None else level_text(found, at)
    texts = {
        "line": f"line: passes {level}",
        "doubt": f"hatched: the 95 % interval of luck contains {level}",
        "own": "frame: the scenario as it is",
        "between": "diamond: the scenario as it is",
        "seen": f"dots: looked at with all {spec.replicates} runs",
        "few": f"rings: looked at with fewer than {spec.replicates} runs",
        "filled": "the rest interpolated",
        "empty": "grey: not looked at" if spec.refine else "grey: no run to tell",
    }
    return [text for mark, text in texts.items() if mark in marks]


def _told(panels: Sequence[_Panel], x: Axis, y: Axis, found: Measure, notes: Sequence[str], spec: SweepSpec) -> str:
    least = spec.replicates if spec.refine else 0  # extremes of few runs are luck
    values = np.concatenate([panel.value[panel.runs >= least] for panel in panels])
    values = values[np.isfinite(values)]
    span = (
        f"from {amount(found, float(values.min()))} to {amount(found, float(values.max()))}"
        if len(values)
        else "nothing"
    )
    marked = f" {upper_first('; '.join(notes))}." if notes else ""
    return f"Heat map over {x.key} and {y.key}: {span} {unit_of(found)}.{marked}"
