"""How the charts of an ensemble are drawn; the numbers come from ``run_figures``."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.experiment.ensemble import Ensemble
from sim.experiment.statistics import Spread
from sim.report import figures as look
from sim.report.tables import LOSSES
from sim.report.words import TITLES

MARKS = {
    "defended": (look.DEFENDER, "o"),
    "contested": (look.OTHER, "s"),
    "occupied_resistance_survives": (look.ATTACKER, "^"),
    "collapsed": ("#7A3300", "X"),
    "withdrawn": (look.LEFT, "D"),
    "settlement": (look.AGREED, "P"),
}
"""Colour and shape of each outcome."""
STANDS = {
    "attacker_holds_all": ("attacker holds all of it", look.ATTACKER, look.HATCHES[0]),
    "shared": ("shared", look.SHARED, look.HATCHES[1]),
    "attacker_holds_none": ("attacker holds none of it", look.DEFENDER, look.HATCHES[2]),
}
"""How the main floor stands: words, colour and texture."""
COLUMNS = 5
"""Dots side by side in the column of runs in which it did not happen."""
assert set(MARKS) == set(TITLES), "an outcome has no mark"


def draw_outcomes(figure: Any, ensemble: Ensemble, hundred: Mapping[str, int]) -> None:
    """Left the icons, right the bars; the shapes are the legend."""
    icons, bars = figure.subplots(1, 2, width_ratios=(1.3, 1.6))
    order = [name for name in sorted(hundred, key=lambda n: -hundred[n]) for _ in range(hundred[name])]
    for name, (colour, shape) in MARKS.items():
        at = np.array([i for i, each in enumerate(order) if each == name], int)
        if len(at):
            icons.scatter(at % 10, 9 - at // 10, s=64, color=colour, marker=shape, linewidths=0)
    icons.set(xlim=(-0.7, 9.7), ylim=(-0.7, 9.7), aspect="equal")
    icons.axis("off")
    icons.set_title("100 runs", fontsize=look.SIZE, color=look.INK)
    look.style_axes(bars, grid="x", x="of 100 runs")
    for row, (name, share) in enumerate(ensemble.outcomes.items()):
        colour, shape = MARKS[name]
        low, high = 100 * share.low, 100 * share.high
        bars.barh(row, 100 * share.share, height=0.56, color=colour)
        bars.plot([low, high], [row, row], color=look.INK, linewidth=1.2, marker="|", markersize=6)
        bars.scatter(-4.2, row, s=42, color=colour, marker=shape, linewidths=0, clip_on=False)
        told = f"{hundred[name]}  ({low:.0f} to {high:.0f})"
        bars.text(104.5, row, told, va="center", fontsize=look.SIZE - 0.5, color=look.INK)
    bars.set(xlim=(0, 100), ylim=(len(TITLES) - 0.5, -0.5), yticks=range(len(TITLES)))
    bars.set_yticklabels(list(TITLES.values()))
    bars.tick_params(axis="y", length=0, pad=17)


def draw_held(figure: Any, shares: NDArray[np.float64], start: dt.date, onset: Spread) -> None:
    """Stacked areas with white seams and textures; on top, when the passes are closed."""
    axes = figure.subplots()
    look.style_axes(axes, x=_years(start, shares.shape[1]), y="of 100 runs")
    days = _dates(start, np.arange(shares.shape[1]))
    edges = 100 * np.vstack([np.zeros(shares.shape[1]), np.cumsum(shares, axis=0)])
    for row, (words, colour, texture) in enumerate(STANDS.values()):
        look_of = {"facecolor": colour, "edgecolor": "white", "hatch": texture, "linewidth": 0}
        few = _corners(edges[row], edges[row + 1])
        axes.fill_between(days[few], edges[row, few], edges[row + 1, few], label=words, **look_of)
    for edge in edges[1:-1]:
        axes.plot(days, edge, color="white", linewidth=1.6)
    if onset.count:
        end = days[-1]
        early, middle = (min(end, days[0] + q) for q in (onset.q05, onset.q50))
        axes.fill_between([early, middle], 103, 110, color=look.GRID, linewidth=0)
        axes.fill_between([middle, end], 103, 110, color=look.OTHER, linewidth=0)
        at_end = end - middle < 0.35 * (end - days[0])
        place, side, shift = (early, "right", -4) if at_end else (middle, "left", 4)
        axes.annotate(
            "high passes closed", (place, 106.4), (shift, 0), textcoords="offset points", ha=side, va="center",
            fontsize=look.SIZE - 1.5, color=look.INK if at_end else "white",
        )  # fmt: skip
    axes.set(xlim=(days[0], days[-1]) if len(days) > 1 else None, ylim=(0, 111), yticks=range(0, 101, 20))
    _date_axis(axes)
    figure.legend(loc="outside lower center", ncols=3, frameon=False, fontsize=look.SIZE - 0.5)


def draw_days_held(figure: Any, dots: NDArray[np.float64], start: dt.date) -> None:
    """Dots stacked over their day; squares in a column of their own for 'never'."""
    axes = figure.subplots()
    found, never = stacks(dots)
    rows = -(-never // COLUMNS)
    tallest = max([rows, 1, *(n for _, n in found)])
    inches = figure.get_figheight() - 1.1
    size = min(9.0, 0.86 * 72 * inches / (tallest + 0.5))
    look.style_axes(axes)
    axes.spines["left"].set_visible(False)
    first, last = (found[0][0], found[-1][0]) if found else (0.0, 0.0)
    step = max(1.0, (last - first) / 40)
    for day, count in found:
        axes.scatter([day] * count, np.arange(count) + 0.5, s=size**2, color=look.ATTACKER, linewidths=0)
    left = last + 3.5 * step if found else 0.0
    at = np.arange(never)
    squares = {"s": (0.9 * size) ** 2, "color": look.DEFENDER, "marker": "s", "linewidths": 0}
    axes.scatter(left + (at % COLUMNS) * step, at // COLUMNS + 0.5, **squares)
    middle = left + (COLUMNS - 1) / 2 * step
    if found:
        axes.axvline(left - 1.75 * step, color=look.MUTED, linewidth=0.8, linestyle=(0, (4, 3)))
    room = 1.5 if found else 18.0  # squares alone stand close together in the middle
    ends = (first - room * step, left + (COLUMNS - 1 + room) * step)
    axes.set(xlim=ends, ylim=(0, tallest + 0.5), yticks=[])
    ticks = sorted({round(x) for x in np.linspace(first, last, min(6, round(last - first) + 1))}) if found else []
    told = [f"{start + dt.timedelta(days=day):%d %b}" for day in ticks]
    axes.set_xticks([*ticks, middle], [*told, f"never: {2 * never} of 100"])
    words = f"first day on which the attacker held all of it, {_years(start, int(last) + 1)}"
    axes.set_xlabel(words, fontsize=look.SIZE, color=look.INK)


def draw_districts(
    figure: Any, share: NDArray[np.float64], names: Sequence[str], notes: Sequence[str], start: dt.date
) -> None:
    """A band for each district, from nothing to full; notes at the right."""
    axes = figure.subplots()
    look.style_axes(axes, x=_years(start, len(share)))
    days = _dates(start, np.arange(len(share)))
    for row, note in enumerate(notes):
        base = -row * 1.25
        few = _corners(share[:, row])
        axes.fill_between(days[[0, -1]], base, base + 1, color=look.PALE, linewidth=0)
        axes.fill_between(days[few], base, base + share[few, row], color=look.ATTACKER, linewidth=0)
        axes.plot(days[[0, -1]], [base, base], color=look.MUTED, linewidth=0.6)
        axes.annotate(
            note, (1, base + 0.5), (6, 0), xycoords=("axes fraction", "data"), textcoords="offset points", va="center",
            fontsize=look.SIZE - 1, color=look.INK, annotation_clip=False,
        )  # fmt: skip
    axes.spines["left"].set_visible(False)
    axes.set(xlim=(days[0], days[-1]) if len(days) > 1 else None, ylim=(-1.25 * (len(names) - 1) - 0.1, 1.1))
    axes.set_yticks([0.5 - 1.25 * row for row in range(len(names))], names)
    axes.tick_params(axis="y", length=0)
    _date_axis(axes)


def draw_losses(figure: Any, found: Mapping[str, Spread]) -> None:
    """Those who fight above, civilians below on a scale of their own."""
    parts = [[n for n in found if not n.startswith("civil")], [n for n in found if n.startswith("civil")]]
    parts = [part for part in parts if part]
    for axes, names in zip(
        figure.subplots(len(parts), 1, squeeze=False, height_ratios=[len(part) + 0.6 for part in parts])[:, 0],
        parts,
        strict=True,
    ):
        look.style_axes(axes, grid="x", x="people")
        for row, name in enumerate(names):
            spread = found[name]
            colour, shape = _side(name)
            axes.plot([spread.q05, spread.q95], [row, row], color=colour, linewidth=1.4, solid_capstyle="butt")
            axes.plot([spread.q25, spread.q75], [row, row], color=colour, linewidth=9, solid_capstyle="butt")
            axes.plot(spread.q50, row, marker=shape, markersize=5, color="white", mec=look.INK, mew=0.8, clip_on=False)
            told = f"{spread.q50:,.0f}  ({spread.q05:,.0f} to {spread.q95:,.0f})"
            axes.annotate(
                told, (1, row), (6, 0), xycoords=("axes fraction", "data"), textcoords="offset points", va="center",
                fontsize=look.SIZE - 0.5, color=look.INK, annotation_clip=False,
            )  # fmt: skip
        most = max(found[name].q95 for name in names)
        axes.set(xlim=(0, 1.08 * most if most > 0 else 1), ylim=(len(names) - 0.4, -0.6), yticks=range(len(names)))
        axes.set_yticklabels([LOSSES[name] for name in names])
        axes.tick_params(axis="y", length=0)
        axes.locator_params(axis="x", nbins=5)
        axes.xaxis.set_major_formatter("{x:,.0f}")


def stacks(dots: NDArray[np.float64]) -> tuple[list[tuple[float, int]], int]:
    """Dots in at most 40 bins of whole days: the middle of each bin with its number of dots; and the NaN dots."""
    days = dots[np.isfinite(dots)]
    if not len(days):
        return [], len(dots)
    width = max(1, math.ceil((days.max() - days.min() + 1) / 40))
    bins, counts = np.unique((days - days.min()) // width, return_counts=True)
    middles = days.min() + bins * width + (width - 1) / 2
    return [(float(m), int(n)) for m, n in zip(middles, counts, strict=True)], len(dots) - len(days)


def _corners(*lines: NDArray[np.float64]) -> NDArray[np.intp]:
    """Days at which any of the lines bends: nothing else need be drawn."""
    bent = np.ones(len(lines[0]), bool)
    bent[1:-1] = np.any([np.abs(np.diff(line, 2)) > 1e-9 for line in lines], axis=0)
    return np.flatnonzero(bent)


def _side(name: str) -> tuple[str, str]:
    if name.startswith("attacker"):
        return look.ATTACKER, "^"
    return (look.DEFENDER, "o") if name.startswith("defender") else (look.OTHER, "s")


def _dates(start: dt.date, days: NDArray[Any]) -> NDArray[Any]:
    from matplotlib.dates import date2num

    return float(date2num(start)) + days


def _date_axis(axes: Any) -> None:
    from matplotlib.dates import AutoDateLocator, DateFormatter

    axes.xaxis.set_major_locator(AutoDateLocator(minticks=3, maxticks=8))
    axes.xaxis.set_major_formatter(DateFormatter("%d %b"))


def _years(start: dt.date, days: int) -> str:
    end = start + dt.timedelta(days=days - 1)
    return f"{start.year}" if start.year == end.year else f"{start.year} to {end.year}"
