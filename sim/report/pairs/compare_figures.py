"""Charts of a comparison: how long the floor is held, and the differences of matched pairs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.experiment.ensemble import Ensemble
from sim.experiment.pairs.compare import Alternative, Comparison, paired_outcomes
from sim.experiment.statistics import wilson
from sim.report import figures as look
from sim.report.pairs.compare_sentence import headline
from sim.report.pairs.compare_words import interval, labels, name_of
from sim.scenario.run_parameters import DAYS, START

HELD = "days_floor_held"
LINES: tuple[tuple[str, Any], ...] = (
    (look.INK, "-"),
    (look.AGREED, (0, (6, 2))),
    (look.LEFT, (0, (2, 1.5))),
    ("#56B4E9", (0, (7, 2, 1.5, 2))),
    ("#E69F00", (0, (1, 1))),
)
"""Colour and dash of each curve; none is a side's colour."""


def held_curve(ensemble: Ensemble) -> NDArray[np.float64]:
    """(share, low, high) × days: runs in which the attacker has not yet held the whole main floor at a day's end."""
    days = ensemble.scenario.typed(DAYS, int)
    first = np.array([r.outcome.quantities[HELD] for r in ensemble.finished if r.outcome])
    counts = [int((first > day).sum()) for day in range(days)]
    bands = np.array([wilson(count, len(first)) for count in counts]).reshape(days, 2)
    return np.vstack([np.array(counts) / max(1, len(first)), bands.T])


def draw_curves(figure: Any, comparison: Comparison) -> None:
    """One curve a scenario with its band; the closing of the passes shaded."""
    axes = figure.subplots()
    starts = {ensemble.scenario.typed(START, dt.date) for ensemble in comparison.ensembles}
    dated = len(starts) == 1
    origin = _number(min(starts)) if dated else 0.0
    look.style_axes(axes, grid="y", x="" if dated else "day of the run", y="of 100 runs, floor not yet taken")
    winters = _show_winters(axes, comparison, origin)
    for i, (label, ensemble) in enumerate(zip(labels(comparison), comparison.ensembles, strict=True)):
        if not ensemble.finished:
            continue
        colour, dash = LINES[i % len(LINES)]
        share, low, high = 100 * held_curve(ensemble)
        days = origin + np.arange(len(share))
        axes.fill_between(days, low, high, step="post", color=colour, alpha=0.16, linewidth=0)
        axes.step(days, share, where="post", color=colour, linestyle=dash, linewidth=1.9, label=look.wrapped(label, 60))
    longest = max(ensemble.scenario.typed(DAYS, int) for ensemble in comparison.ensembles)
    axes.set(xlim=(origin, origin + longest - 1), ylim=(0, 102 + 7 * winters), yticks=range(0, 101, 20))
    if dated:
        from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

        locator = AutoDateLocator(minticks=3, maxticks=9)
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    figure.legend(loc="outside lower left", frameon=False, fontsize=look.SIZE - 0.5, handlelength=3.2)


def _number(date: dt.date) -> float:
    from matplotlib.dates import date2num

    return float(date2num(date))


def _show_winters(axes: Any, comparison: Comparison, origin: float) -> int:
    """A strip on top for each different winter, from the 5th to the 95th of a hundred runs; how many."""
    winters: dict[tuple[float, float], list[int]] = {}
    for i, ensemble in enumerate(comparison.ensembles):
        onset = ensemble.quantities["winter_onset_day"]
        if onset.count:
            winters.setdefault((onset.q05, onset.q95), []).append(i)
    for row, ((early, late), which) in enumerate(winters.items()):
        left, right = origin + early, origin + max(late, early + 1.5)
        at, colour = 104.0 + 7 * row, LINES[which[0] % len(LINES)][0] if len(winters) > 1 else look.OTHER
        if row == 0:
            axes.axvspan(left, right, color="#E8EFF4", linewidth=0, zorder=0)
        axes.fill_between([left, right], at, at + 5, color=colour, alpha=0.45, linewidth=0)
        whose = ", " + " ".join(comparison.letters[i] for i in which) if len(winters) > 1 else ""
        axes.annotate(
            f"high passes close{whose}", (right, at + 2.5), (4, 0), textcoords="offset points", va="center",
            fontsize=look.SIZE - 2, color=look.INK, annotation_clip=False,
        )  # fmt: skip
    return len(winters)


def headline_quantity(alternative: Alternative) -> str:
    """The quantity that the sentence tells first, or the days that the floor was held."""
    return next((key for key in headline(alternative) if key in alternative.quantities), HELD)


def pair_differences(baseline: Ensemble, alternative: Alternative, key: str) -> NDArray[np.float64]:
    """Alternative minus baseline for every pair in which both have a number, sorted."""
    pairs = paired_outcomes(baseline, alternative.ensemble)
    found = np.array([b.quantities[key] - a.quantities[key] for a, b in pairs])
    return np.sort(found[np.isfinite(found)])


def draw_differences(figure: Any, comparison: Comparison) -> None:
    """Each pair a step, sorted; the mean with its interval."""
    count = len(comparison.alternatives)
    every = figure.subplots(count, 1, squeeze=False)[:, 0]
    names = labels(comparison)[1:]
    for axes, name, alternative in zip(every, names, comparison.alternatives, strict=True):
        key = headline_quantity(alternative)
        d = alternative.quantities[key]
        found = pair_differences(comparison.baseline, alternative, key)
        unit = f", {d.unit}" if d.unit else ""
        look.style_axes(axes, grid="y", y=look.wrapped(f"{name.partition('  ')[0]} minus A{unit}", 24))
        axes.set_title(look.wrapped(f"{name}: {name_of(key)}", 84), loc="left", fontsize=look.SIZE, color=look.INK)
        edges = np.arange(len(found) + 1) + 0.5
        for part, colour, texture in (
            (np.maximum(found, 0), look.OTHER, ""),
            (np.minimum(found, 0), look.SHARED, "////"),
        ):
            if part.any():
                axes.stairs(part, edges, fill=True, facecolor=colour, edgecolor="white", linewidth=0, hatch=texture)
        axes.axhline(0, color=look.INK, linewidth=0.8)
        if np.isfinite(d.high) and d.changed:
            axes.axhspan(d.low, d.high, color=look.AGREED, alpha=0.25, linewidth=0)
            axes.axhline(d.difference, color=look.AGREED, linewidth=1.4)
            axes.annotate(
                f"mean {interval(d)}", (0.01, d.high), (0, 3), xycoords=("axes fraction", "data"),
                textcoords="offset points", fontsize=look.SIZE - 0.5, color=look.INK, va="bottom",
            )  # fmt: skip
        axes.set_xlim(0.5, max(len(found), 1) + 0.5)
        axes.yaxis.set_major_formatter("{x:,.6g}")
        axes.margins(y=0.16)
    every[-1].set_xlabel("pairs of runs with the same luck, sorted", fontsize=look.SIZE, color=look.INK)
