"""An outcome along one factor: a line with its band for numbers and dates, bars for choices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.experiment.sweeps.measures import Measure
from sim.report import figures as look
from sim.report.sweeps.phase_axes import Axis, own_place, set_head, set_spots
from sim.report.sweeps.words import amount, value_text
from sim.scenario import Scenario

if TYPE_CHECKING:
    import polars as pl

COLOURS = (look.DEFENDER, look.ATTACKER, look.AGREED, look.LEFT, look.OTHER, look.INK)
SHAPES = ("o", "s", "^", "D", "v", "P")
DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1)))


def draw_lines(
    frame: pl.DataFrame, axes: Sequence[Axis], found: Measure, at: float | None, title: str, base: Scenario | None
) -> tuple[Any, str]:
    """The outcome along the first axis, a line with its 95 % band for each value of the second."""
    x, second = axes[0], axes[1] if len(axes) > 1 else None
    figure = look.new_figure(7.2, 4.2)
    place = figure.subplots()
    unit = "runs of 100" if found.is_share else found.unit
    look.style_axes(place, grid="y", x=look.wrapped(x.label, 70), y=unit)
    scale = 100.0 if found.is_share else 1.0
    rows = found.bounds(frame)
    at_x, along = x.numbers(frame), x.spots()
    at_second = second.numbers(frame) if second else [0] * frame.height
    for number, value in enumerate(second.levels if second else (None,)):
        own = [i for i in range(frame.height) if at_second[i] == number]
        own.sort(key=lambda i: at_x[i])
        spots = [along[at_x[i]] for i in own]
        middle, low, high = (scale * np.array([rows[n][i] for i in own], float) for n in ("value", "low", "high"))
        style: dict[str, Any] = {"color": COLOURS[number], "linestyle": DASHES[number], "marker": SHAPES[number]}
        label = value_text(value) if second else "mean and 95 % interval of luck"
        place.fill_between(spots, low, high, color=COLOURS[number], alpha=0.16, linewidth=0)
        place.plot(spots, middle, linewidth=2, markersize=5.5, label=label, **style)
    set_spots(place, x)
    _finish(figure, place, found, at, title)
    if (own_at := own_place(base, [x])) is not None:
        spot = float(np.interp(own_at[0], range(len(along)), along))
        place.axvline(spot, color=look.MUTED, linewidth=1.2, linestyle=":")
        place.annotate("as it is", (spot, 0.02), (3, 0), xycoords=("data", "axes fraction"), color=look.MUTED,
                       textcoords="offset points", fontsize=look.SIZE - 1.5, va="bottom")  # fmt: skip
    place.legend(
        title=second.label if second else None, fontsize=look.SIZE - 1, frameon=False, title_fontsize=look.SIZE - 1
    )
    return figure, f"Line over {x.key} in {unit}, with the 95 % interval of luck." + _span(rows, found)


def draw_bars(
    frame: pl.DataFrame, axis: Axis, found: Measure, at: float | None, title: str, base: Scenario | None
) -> tuple[Any, str]:
    """One bar for each value, with its 95 % interval; the scenario's own is framed."""
    rows = found.bounds(frame)
    scale = 100.0 if found.is_share else 1.0
    middle, low, high = (scale * rows[name].fill_null(float("nan")).to_numpy() for name in ("value", "low", "high"))
    figure = look.new_figure(7.2, 1.6 + 0.42 * frame.height)
    place = figure.subplots()
    spots = np.arange(frame.height)
    own = own_place(base, [axis])
    values = [axis.levels[number] for number in axis.numbers(frame)]
    edges = [look.INK if own and axis.levels.index(v) == own[0] else "none" for v in values]
    place.barh(spots, middle, color="#9DB7CE", edgecolor=edges, linewidth=2, height=0.68)
    place.errorbar(
        middle, spots, xerr=[middle - low, high - middle], fmt="none", ecolor=look.INK, elinewidth=1.2, capsize=3
    )
    unit = "runs of 100" if found.is_share else found.unit
    look.style_axes(place, grid="x", x=unit, y=look.wrapped(axis.label, 18))
    place.set_yticks(spots, [look.wrapped(value_text(v), 30) for v in values], fontsize=look.SIZE - 0.5)
    place.invert_yaxis()
    for spot, value, end in zip(spots, middle, high, strict=True):
        place.annotate(amount(found, value / scale), (end, spot), (5, 0), textcoords="offset points", va="center",
                       fontsize=look.SIZE - 0.5)  # fmt: skip
    if found.is_share:
        place.set_xlim(0, 108)
        if at is not None:
            place.axvline(scale * at, color=look.MUTED, linewidth=1, linestyle=":")
    set_head(figure, title)
    return figure, f"Bars over {axis.key} in {unit}, with the 95 % interval of luck." + _span(rows, found)


def _finish(figure: Any, place: Any, found: Measure, at: float | None, title: str) -> None:
    if found.is_share:
        place.set_ylim(-3, 103)
        if at is not None:
            place.axhline(100 * at, color=look.MUTED, linewidth=1, linestyle=":")
    set_head(figure, title)


def _span(rows: pl.DataFrame, found: Measure) -> str:
    low, high = rows["value"].min(), rows["value"].max()
    return f" From {amount(found, low)} to {amount(found, high)}."  # type: ignore[arg-type] # a float column
