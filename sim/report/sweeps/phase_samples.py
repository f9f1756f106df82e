"""A sample of uncertainties: the two that matter most against each other, then each against the outcome."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.experiment.sweeps.factors import Factor
from sim.experiment.sweeps.measures import Measure
from sim.experiment.sweeps.spec import SweepSpec
from sim.report import figures as look
from sim.report.sweeps.figures import rank_correlations, sample_means
from sim.report.sweeps.phase_axes import Axis, set_head
from sim.report.sweeps.phase_lines import COLOURS, DASHES, SHAPES
from sim.report.sweeps.words import SAMPLES, axis_label, parameters_of, settings, value_text

if TYPE_CHECKING:
    import polars as pl

MOST_FACTORS, MOST_POLICIES = 11, 6
BINS = 6


def draw_samples(frame: pl.DataFrame, spec: SweepSpec, found: Measure, at: float | None, title: str) -> tuple[Any, str]:
    """A scatter of the two leading uncertainties, coloured by the outcome (mean over policies), and means by bins of
    each uncertainty, a line for each policy; dots are points."""
    scale = 100.0 if found.is_share else 1.0
    table = frame.with_columns(value=scale * found.bounds(frame)["value"]).filter(_known())
    means = sample_means(table, spec)
    ranked = rank_correlations(means, spec)
    factors = sorted(spec.uncertainties, key=lambda f: -abs(ranked.get(f, 0.0)))[:MOST_FACTORS]
    policies = table["policy"].unique().sort().to_list()
    told = policies[:MOST_POLICIES]
    count = len(factors) + (len(factors) > 1)
    columns = min(count, 3)
    rows = -(-count // columns)
    figure = look.new_figure(max(5.6, 3.3 * columns + (1.2 if columns < 3 else 0.6)), 3.0 * rows + 0.9)
    grid = list(figure.subplots(rows, columns, squeeze=False).flat)
    unit = "runs of 100" if found.is_share else found.unit
    if len(factors) > 1:
        _scatter(figure, grid[0], means, factors[0], factors[1], found, unit)
    for place, factor in zip(grid[len(factors) > 1 :], factors, strict=False):
        _marginal(place, table, factor, told, unit)
        if found.is_share:
            place.set_ylim(-3, 103)
        if at is not None:
            place.axhline(scale * at, color=look.MUTED, linewidth=1, linestyle=":")
    for place in grid[count:]:
        place.set_visible(False)
    _name_policies(figure, spec, table, told, len(policies))
    set_head(figure, title)
    names = ", ".join(factor.key for factor in factors)
    return (
        figure,
        f"{table.height} points of a {SAMPLES[spec.design]} sample; means in {BINS} bins of {names}, in {unit}.",
    )


def _scatter(figure: Any, place: Any, means: pl.DataFrame, a: Factor, b: Factor, found: Measure, unit: str) -> None:
    look.style_axes(place, x=look.wrapped(axis_label(a.parameter), 38), y=look.wrapped(axis_label(b.parameter), 34))
    limits: dict[str, Any] = {"vmin": 0, "vmax": 100} if found.is_share else {}
    dots = place.scatter(
        _numbers(means, a), _numbers(means, b), c=means["value"].to_numpy(), cmap=look.HEAT, s=52, edgecolor=look.MUTED,
        linewidth=0.4, **limits,
    )  # fmt: skip
    _ticks(place, a, "x")
    _ticks(place, b, "y")
    bar = figure.colorbar(dots, ax=place, aspect=24, pad=0.03)
    bar.set_label(unit, fontsize=look.SIZE - 1)
    bar.ax.tick_params(labelsize=look.SIZE - 2)
    bar.outline.set_visible(False)


def _marginal(place: Any, table: pl.DataFrame, factor: Factor, policies: list[int], unit: str) -> None:
    look.style_axes(place, grid="y", x=look.wrapped(axis_label(factor.parameter), 40), y=unit)
    for number, policy in enumerate(policies):
        own = table.filter(table["policy"] == policy)
        spots, values = _numbers(own, factor), own["value"].to_numpy()
        style: dict[str, Any] = {"color": COLOURS[number], "linestyle": DASHES[number], "marker": SHAPES[number]}
        place.plot(spots, values, ".", color=COLOURS[number], alpha=0.45, markersize=7, markeredgewidth=0)
        middles, means = _binned(spots, values, len(factor.levels), factor.scale == "log")
        place.plot(middles, means, linewidth=1.8, markersize=4.5, **style)
    _ticks(place, factor, "x")


def _binned(spots: np.ndarray, values: np.ndarray, levels: int, log: bool) -> tuple[list[float], list[float]]:
    """Mean of each bin of equal width, or of each level where there are few."""
    if not len(spots):
        return [], []
    if levels:
        bins = [spots == level for level in range(levels)]
    else:
        edges = (np.geomspace if log else np.linspace)(spots.min(), spots.max(), BINS + 1)
        index = np.clip(np.searchsorted(edges, spots, side="right") - 1, 0, BINS - 1)
        bins = [index == b for b in range(BINS)]
    full = [b for b in bins if b.any()]
    return [float(spots[b].mean()) for b in full], [float(values[b].mean()) for b in full]


def _numbers(table: pl.DataFrame, factor: Factor) -> np.ndarray:
    """Places along an axis: levels by number, dates by day, numbers as they are."""
    if factor.levels:
        return np.array(Axis(factor.key, factor.levels, factor.parameter).numbers(table), float)
    return np.array([v.toordinal() if isinstance(v, dt.date) else v for v in table[factor.key].to_list()], float)


def _ticks(place: Any, factor: Factor, which: str) -> None:
    if factor.levels:
        step = -(-len(factor.levels) // 6)
        told = [look.wrapped(value_text(level, factor.parameter), 12) for level in factor.levels[::step]]
        getattr(place, f"set_{which}ticks")(range(0, len(factor.levels), step), told, fontsize=look.SIZE - 1.5)
    elif factor.parameter.kind == "date":
        low, high = (end.toordinal() for end in factor.extremes)  # type: ignore[union-attr] # the ends of dates
        days = [round(low + (high - low) * i / 3) for i in range(4)]
        told = [f"{dt.date.fromordinal(day):%d %b}" for day in days]
        getattr(place, f"set_{which}ticks")(days, told, fontsize=look.SIZE - 1.5)
    elif factor.scale == "log":
        getattr(place, f"set_{which}scale")("log")


def _name_policies(figure: Any, spec: SweepSpec, table: pl.DataFrame, told: list[int], count: int) -> None:
    """A legend of the policies below, if there are several."""
    from matplotlib.lines import Line2D

    if count < 2:
        return
    keys = [key for key in spec.keys if key not in {factor.key for factor in spec.uncertainties}]
    handles = []
    for number, policy in enumerate(told):
        row = table.filter(table["policy"] == policy).row(0, named=True)
        label = settings(row, keys, parameters_of(spec))
        style: dict[str, Any] = {"color": COLOURS[number], "linestyle": DASHES[number], "marker": SHAPES[number]}
        handles.append(Line2D([], [], label=label, **style))
    more = f"policies (the first {len(told)} of {count})" if count > len(told) else None
    figure.legend(
        handles=handles, loc="outside lower center", ncols=2, fontsize=look.SIZE - 1, frameon=False, title=more,
        title_fontsize=look.SIZE - 1,
    )  # fmt: skip


def _known() -> Any:
    import polars as pl

    return pl.col("value").is_not_null()
