"""Pictures of a sensitivity analysis: bars with whiskers, and for Morris mu* against sigma."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from sim.experiment.sensitivity.morris import Morris
from sim.experiment.sensitivity.result import Sensitivity, Stage, ranked
from sim.experiment.sensitivity.runs import names_of
from sim.experiment.sensitivity.sobol import Sobol
from sim.report.figures import (
    ATTACKER,
    DEFENDER,
    HATCHES,
    INK,
    MUTED,
    SHARED,
    new_figure,
    save_svg,
    style_axes,
    wrapped,
)
from sim.report.sensitivity.words import SHARE, outcome_words, scaled, sentence, span, step_words, unit_words

BARS, NAMED = 20, 10
"""Numbers in the bars, and those named beside their points."""
BARS_TEXT = {
    "morris": "Bars: mean size of the change that one step makes. Whiskers: 95 % intervals.",
    "sobol": "Bars: shares of the variance, which add up to 1 with luck. Whiskers: 95 % intervals; a bar above 1, or a "
    "blue one above its neighbour, is an error of the sample.",
}
ABOVE, NOT_ABOVE = "more than luck", "not shown to be above luck"


def write_figures(found: Sensitivity, folder: Path) -> list[tuple[str, str, str]]:
    """Write the pictures of the outcomes asked for; file, title and text of each."""
    written = []
    for name in found.plan.outcomes:
        if name not in found.last.indices:
            continue
        title = f"What moves the {outcome_words(name)}"
        text = BARS_TEXT[found.last.method]
        file = f"effects_{name}.svg"
        save_svg(bars(found.last, name), folder / file, title=title, description=f"{sentence(found, name)} {text}")
        written.append((file, title, text))
        if found.last.method == "morris":
            file = f"interplay_{name}.svg"
            title = f"Alone or in interplay: the {outcome_words(name)}"
            text = (
                "Each point is a number. Right: it moves the outcome much. High: much depends on the other numbers; "
                "above the dashed line, the spread is larger than the effect."
            )
            save_svg(scatter(found.last, name), folder / file, title=title, description=text)
            written.append((file, title, text))
    return written


def bars(stage: Stage, name: str) -> Any:
    """The most influential numbers as bars with 95 % whiskers; pale and hatched where luck does as much."""
    indices = stage.indices[name]
    shown = [i for i in ranked(indices) if not indices.nothing[i]][:BARS]
    factors = [stage.problem.factors[i] for i in shown]
    figure = new_figure(7.6, 1.3 + 0.42 * max(len(shown), 3))
    axes = figure.add_subplot()
    places = np.arange(len(shown), dtype=float)
    if isinstance(indices, Morris):
        x = f"effect of a step of {_step_told(indices, shown)}, {unit_words(name)}"
        _morris_bars(axes, name, indices, shown, places)
    else:
        x = "share of the variance"
        _sobol_bars(axes, indices, shown, places)
    axes.set_yticks(places, [f"{f.key}: {span(f)}\n{_short(f.parameter.meaning)}" for f in factors])
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.set_xlim(left=min(0.0, axes.get_xlim()[0]) if isinstance(indices, Sobol) else 0.0)
    style_axes(axes, grid="x", x=wrapped(x, 56))
    axes.tick_params(axis="y", length=0, labelsize=7.5)
    figure.suptitle(wrapped(f"What moves the {outcome_words(name)}", 78), x=0.01, ha="left", fontsize=10.5, color=INK)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="lower right", fontsize=8, frameon=True, framealpha=0.9, edgecolor="none")
    return figure


def _step_told(found: Morris, shown: list[int]) -> str:
    """The step's length, if all that are shown have the same one."""
    lengths = {step_words(float(found.step[i])).replace("its", "the") for i in shown}
    return lengths.pop() if len(lengths) == 1 else "mostly two thirds of the range"


def _morris_bars(axes: Any, name: str, found: Morris, shown: list[int], places: Any) -> None:
    for above, colour, hatch, label in (
        (True, DEFENDER, "", ABOVE),
        (False, SHARED, HATCHES[1], NOT_ABOVE),
    ):
        some = [place for place, i in enumerate(shown) if found.above_luck[i] == above]
        if some:
            which = [shown[place] for place in some]
            size = [scaled(name, found.effect[i]) for i in which]
            error = [scaled(name, found.effect_conf[i]) for i in which]
            low = np.minimum(error, size)
            most = 100.0 if names_of()[name] == SHARE else np.inf  # no step can do more
            high = np.minimum(error, most - np.array(size))
            axes.barh(
                places[some], size, 0.62, xerr=[low, np.maximum(high, 0)], color=colour, hatch=hatch, edgecolor="white",
                linewidth=0, label=label, error_kw={"ecolor": INK, "elinewidth": 0.9, "capsize": 2.2},
            )  # fmt: skip


def _sobol_bars(axes: Any, found: Sobol, shown: list[int], places: Any) -> None:
    for shift, value, error, colour, hatch, label in (
        (-0.2, found.s1, found.s1_conf, DEFENDER, "", "alone (S1)"),
        (0.2, found.st, found.st_conf, ATTACKER, HATCHES[1], "together with others (ST)"),
    ):
        axes.barh(
            places + shift, value[shown], 0.36, xerr=error[shown], color=colour, hatch=hatch, edgecolor="white",
            linewidth=0, label=label, error_kw={"ecolor": INK, "elinewidth": 0.9, "capsize": 2},
        )  # fmt: skip


def scatter(stage: Stage, name: str) -> Any:
    """Sigma against mu*: what moves the outcome, and what does so only together with other numbers."""
    found = stage.indices[name]
    assert isinstance(found, Morris)
    figure = new_figure(7.2, 4.8)
    axes = figure.add_subplot()
    star, sigma = (np.array([scaled(name, v) for v in values]) for values in (found.effect, found.effect_sigma))
    for above, colour, marker, label in (
        (True, DEFENDER, "o", ABOVE),
        (False, MUTED, "x", NOT_ABOVE),
    ):
        some = (found.above_luck == above) & ~found.nothing
        if some.any():
            axes.scatter(star[some], sigma[some], s=26, c=colour, marker=marker, linewidths=1.1, label=label)
    most = float(max(star.max(), 1e-12))
    axes.plot([0, most], [0, most], color=MUTED, linewidth=0.9, linestyle="--", label="spread = effect")
    first = [i for i in ranked(found) if found.above_luck[i]][:NAMED]
    high = 1.15 * max(float(sigma.max()), most * 0.05)
    _name_points(axes, star, sigma, first, [factor.key for factor in stage.problem.factors], 0.035 * high)
    axes.set_xlim(0, 1.3 * most)
    axes.set_ylim(0, high)
    unit = unit_words(name)
    told = _step_told(found, [i for i in range(len(star)) if not found.nothing[i]])
    x, y = f"effect of a step of {told}, {unit}", f"sigma: spread of that effect, {unit}"
    style_axes(axes, grid="both", x=x, y=y)
    axes.legend(loc="upper left", fontsize=8, frameon=False)
    figure.suptitle(
        wrapped(f"Alone or in interplay: the {outcome_words(name)}", 78), x=0.01, ha="left", fontsize=10.5, color=INK
    )
    return figure


def _name_points(axes: Any, star: Any, sigma: Any, first: list[int], keys: list[str], step: float) -> None:
    """Names beside points, pushed apart where they would overlap: a line of text is ``step`` high."""
    taken: list[tuple[float, float]] = []
    for i in sorted(first, key=lambda i: (sigma[i], star[i])):
        height = sigma[i]
        while any(abs(height - h) < step and abs(star[i] - x) < 0.35 * star.max() for x, h in taken):
            height += step / 4
        taken.append((star[i], height))
        axes.annotate(
            keys[i], (star[i], sigma[i]), (star[i] + 0.012 * star.max(), height), fontsize=7.5, color=INK, va="center",
            arrowprops={"arrowstyle": "-", "color": SHARED, "linewidth": 0.6} if height != sigma[i] else None,
        )  # fmt: skip


def _short(meaning: str) -> str:
    """The first words of a meaning: what fits beside a bar."""
    words = meaning.split(":", maxsplit=1)[0].split(";", maxsplit=1)[0].split(" (", maxsplit=1)[0].strip()
    return words if len(words) <= 56 else words[:55].rsplit(" ", 1)[0] + " …"
