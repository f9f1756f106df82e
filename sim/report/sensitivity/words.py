"""Words for a sensitivity analysis: outcomes, effects and the sentence that sums it up."""

from __future__ import annotations

import numpy as np

from sim.experiment.sensitivity.morris import Morris
from sim.experiment.sensitivity.problem import HOW, Factor
from sim.experiment.sensitivity.result import Sensitivity, Stage, ranked
from sim.experiment.sensitivity.runs import CLASS, names_of
from sim.experiment.sensitivity.sobol import Sobol
from sim.experiment.sensitivity.warnings import uncertain
from sim.observe.outcome import BITS
from sim.report.tables import LOSSES, MEASURES
from sim.report.words import TITLES

LIMITS = (
    "Indices hold for the ranges in ranges.csv and no others: a wider range makes a number matter more.",
    "Switches, choices and names are not varied; knock-outs and comparisons are for those.",
    "The numbers are varied as if independent of each other.",
    "Their intervals are for the points that were drawn and for luck.",
)
SHARE = "share of runs"
FIRST = 10


def outcome_words(name: str) -> str:
    """An outcome for people, such as ``runs in which the defender held …``."""
    if name in BITS:
        return f"share of runs in which {BITS[name]}"
    if name.startswith(CLASS):
        return f"share of runs that end as '{TITLES[name.removeprefix(CLASS)]}'"
    if name in LOSSES:
        return f"losses ({LOSSES[name]})"
    return MEASURES.get(name, name.replace("_", " ")).removesuffix(" *")


def unit_words(name: str) -> str:
    """The unit that effects on an outcome are told in."""
    unit = names_of()[name]
    return {SHARE: "of 100 runs", "day": "days"}.get(unit, unit)


def scaled(name: str, effect: float) -> float:
    """An effect in that unit: shares as runs of 100."""
    return 100 * effect if names_of()[name] == SHARE else effect


def number(value: float) -> str:
    """A number without a false show of precision."""
    if not np.isfinite(value):
        return "-"
    if abs(value) < 1e-9:
        return "0"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}" if abs(value) >= 1 else f"{value:.2g}"


def share(value: float) -> str:
    """A Sobol index with two digits, without the sign of a zero."""
    return f"{round(value, 2) + 0.0:.2f}" if np.isfinite(value) else "-"


def step_words(step: float) -> str:
    """The length of a Morris step, as a share of the range."""
    known = {1.0: "its whole range", 2 / 3: "two thirds of its range", 0.5: "half its range"}
    told = (words for length, words in known.items() if abs(step - length) < 0.02)
    return next(told, f"{100 * step:.0f} % of its range")


def span(factor: Factor) -> str:
    """The ends of a number."""
    return f"{factor.end(factor.low)} to {factor.end(factor.high)}"


def direction(found: Morris | Sobol, i: int) -> str:
    """Which way a higher number moves the outcome: up, down, or now this way and now that."""
    if isinstance(found, Sobol) or found.mu_star[i] == 0:
        return ""
    share = found.mu[i] / found.mu_star[i]
    return "up" if share > 0.5 else "down" if share < -0.5 else "both"


def sentence(found: Sensitivity, outcome: str = "") -> str:
    """What was found, in one or two sentences, for ``outcome`` or the first that was asked for and has indices."""
    stage = found.last
    name = outcome or next((name for name in found.plan.outcomes if name in stage.indices), "")
    if not name:
        why = [_no_indices(name, stage) for name in found.plan.outcomes]
        return f"No indices: {'; '.join(why)}."
    indices = stage.indices[name]
    above = [i for i in ranked(indices) if indices.above_luck[i]]
    count = len(stage.problem.factors)
    told = _screened(name, stage, indices, above, count) if isinstance(indices, Morris) else ""
    if isinstance(indices, Sobol):
        told = _shares(found, name, indices, above, count)
    return told


def weak_spots(found: Sensitivity, name: str) -> str:
    """How many of the most influential numbers are assumed: where better sources would help most."""
    stage = found.last
    indices = stage.indices[name]
    first = [stage.problem.factors[i] for i in ranked(indices) if indices.above_luck[i]][:FIRST]
    if not first:
        return "No number has an effect above luck, so none can be called a weak spot."
    assumed = [factor.key for factor in first if factor.grade == "assumed"]
    if not assumed:
        return f"None of the first {len(first)} above luck is merely assumed."
    which = "the one" if len(first) == 1 else f"the first {len(first)}"
    return f"Of {which} above luck, {len(assumed)} assumed, the weak spots of this answer: {', '.join(assumed)}."


def take_care(found: Sensitivity) -> list[str]:
    """Everything that speaks against relying on it: too small samples, failed runs, refused points."""
    told = [line for stage in found.stages for line in stage.warnings]
    if found.failed:
        told.append(f"{found.failed} of {found.runs} runs failed")
    if refused := sum(stage.refused for stage in found.stages):
        told.append(f"{refused} points were refused, as their values do not go together")
    return list(dict.fromkeys(told))


def ends_told(found: Sensitivity) -> list[str]:
    """How the ends of the ranges were found: a line for each way that was used."""
    by: dict[str, int] = {}
    for factor in found.stages[0].problem.factors:
        by[factor.how] = by.get(factor.how, 0) + 1
    return [f"{count} {HOW[how]}" for how, count in by.items()]


def _no_indices(name: str, stage: Stage) -> str:
    if name in stage.constant:
        return f"{name} is the same in every run"
    if name in stage.partial:
        return f"{name} is not there in every run, so that there is nothing to compare"
    return f"{name} has none, as too many points failed"


def _screened(name: str, stage: Stage, found: Morris, above: list[int], count: int) -> str:
    many = f"{count} numbers screened" if count != 1 else "1 number screened"
    if not above:
        return f"Of {many}, none is shown to move the {outcome_words(name)} by more than luck does."
    i = above[0]
    first = stage.problem.factors[i]
    effect = f"{number(scaled(name, found.effect[i]))} {unit_words(name)}"
    error = f"± {number(scaled(name, found.effect_conf[i]))}"
    verb = "moves" if len(above) == 1 else "move"
    way = {"up": "more of it means more", "down": "more of it means less", "both": "now up, now down"}
    return (
        f"Of {many}, {len(above)} {verb} the {outcome_words(name)} by more than luck does. The first above luck is "
        f"{first.key} ({first.parameter.meaning}): between {first.end(first.low)} and {first.end(first.high)}, a step "
        f"of {step_words(float(found.step[i]))} moves it by {effect}, {error}, on average of the sizes "
        f"({way[direction(found, i)]})."
    )


def _shares(answer: Sensitivity, name: str, found: Sobol, above: list[int], count: int) -> str:
    many = f"{count} numbers" if count != 1 else "1 number"
    if len(answer.stages) > 1:
        many += f" that a screening of {len(answer.stages[0].problem.factors)} put first"
    if not above:
        return (
            f"Of {many}, none is shown to account for more of the variance of the {outcome_words(name)} than luck does."
        )
    i = above[0]
    first = answer.last.problem.factors[i]
    who = f"the first above luck is {first.key} ({first.parameter.meaning})"
    if uncertain(found, i):
        return (
            f"Of {many}, {who}, but {answer.last.size} samples do not tell how much of the variance of the "
            f"{outcome_words(name)} it accounts for: take more samples."
        )
    luck = f"; luck is {100 * found.luck:.0f} %" if np.isfinite(found.luck) else ""
    error = f"± {max(1, round(100 * max(found.s1_conf[i], found.st_conf[i])))}"
    return (
        f"Of {many}, {who}: of the variance of the {outcome_words(name)} it accounts for "
        f"{_parts(found.s1[i], found.st[i], error)}{luck}."
    )


def _parts(alone: float, total: float, error: str) -> str:
    """S1 and ST, told as the shares that they can be: from 0 to 100 %, and none alone above that with others."""
    told = min(max(100 * total, 0.0), 100.0)
    if alone > total:
        return f"{told:.0f} % ({error}), all of it alone as far as the sample tells"
    return f"{max(100 * alone, 0.0):.0f} % alone and {told:.0f} % together with others, each {error}"
