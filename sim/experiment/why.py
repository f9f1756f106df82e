"""Why the commonest outcome came about: the commonest chain of its most telling steps.

Whole chains are nearly all different, so a chain is reduced in three moves, each of them reproducible:

1. A step keeps its name without its detail ("defender's groups break", for whatever reason); its day is the first.
2. Among the steps that came in at least half of the runs of the commonest outcome six are kept. What happens to
   the ground (``GROUND``) comes first, because an outcome is about ground. The other places go to the steps that
   tell most: a step tells as much as knowing "never, early or late" about it tells about the outcome of a run, its
   mutual information in bits; nothing, if a G-test finds no link at the 5 % level. Ties go to the more frequent,
   then to the earlier step. With one outcome only, no step tells anything and the tie rules alone decide.
3. Each run of that outcome is reduced to those six in the order in which they came; the commonest order is told.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from sim.observe.result import Result

STEPS = 6
GROUND = ("gate falls", "seat falls", "main floor taken", "part of the floor retaken", "attacker leaves")
CHI_SQUARE_95 = (math.inf, 3.84, 5.99, 7.81, 9.49, 11.07, 12.59, 14.07, 15.51, 16.92, 18.31)
"""95 % point of chi-square for 0 to 10 degrees of freedom: three timings by up to six outcomes."""
Days = Mapping[str, int]
"""Step → day, of one run."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """A turn of events over all runs: share of the runs in which it came, and its median day there."""

    name: str
    share: float
    day: float


@dataclass(frozen=True, slots=True)
class Why:
    """``count`` of the ``of`` runs that ended in ``outcome`` went through these steps in this order."""

    outcome: str
    steps: tuple[tuple[str, float], ...]
    """Name and median day of each step, in the order of the chain."""
    count: int
    of: int


def milestones_of(results: Sequence[Result]) -> tuple[Milestone, ...]:
    """Every milestone by its full name, in the order of median days."""
    days: dict[str, list[int]] = defaultdict(list)
    for result in results:
        for name, day in zip(result.chain, result.chain_days, strict=True):
            days[name].append(day)
    found = [Milestone(name, len(each) / len(results), float(median(each))) for name, each in days.items()]
    return tuple(sorted(found, key=lambda m: (m.day, m.name)))


def commonest_chain(results: Sequence[Result]) -> tuple[tuple[str, ...], float]:
    """The commonest order of all milestones by their full names, and its share of the runs."""
    if not results:
        return (), math.nan
    (chain, count), *_ = Counter(result.chain for result in results).most_common(1)
    return chain, count / len(results)


def why(results: Sequence[Result]) -> Why | None:
    """The commonest chain of the most telling steps; see the head of this file. None without a finished run."""
    outcomes = [result.outcome.outcome for result in results if result.outcome]
    if not outcomes:
        return None
    commonest = Counter(outcomes).most_common(1)[0][0]
    runs = [_days(result) for result in results if result.outcome]
    inside = [run for run, outcome in zip(runs, outcomes, strict=True) if outcome == commonest]
    kept = set(_telling(runs, outcomes, inside))
    orders = Counter(tuple(step for step in run if step in kept) for run in inside)
    chain, count = orders.most_common(1)[0]
    followers = [run for run in inside if tuple(step for step in run if step in kept) == chain]
    steps = tuple((step, float(median(run[step] for run in followers))) for step in chain)
    return Why(commonest, steps, count, len(inside))


def _days(result: Result) -> Days:
    """Steps of a run without their detail, in the order in which they came."""
    days: dict[str, int] = {}
    for name, day in zip(result.chain, result.chain_days, strict=True):
        days.setdefault(name.partition(":")[0], day)
    return days


def _telling(runs: Sequence[Days], outcomes: Sequence[str], inside: Sequence[Days]) -> list[str]:
    frequency = Counter(step for run in inside for step in run)
    often = [step for step, count in frequency.items() if 2 * count >= len(inside)]
    middle = {step: median(run[step] for run in inside if step in run) for step in often}

    def rank(step: str) -> tuple[bool, float, float, float, str]:
        return (step not in GROUND, -round(_bits(step, runs, outcomes), 6), -frequency[step], middle[step], step)

    return sorted(often, key=rank)[:STEPS]


def _bits(step: str, runs: Sequence[Days], outcomes: Sequence[str]) -> float:
    """Mutual information between never, early or late, and the outcome; 0 when it may be chance (G-test)."""
    days = [run[step] for run in runs if step in run]
    middle = median(days)
    classes = ["never" if step not in run else "early" if run[step] <= middle else "late" for run in runs]
    pairs, steps, ends = Counter(zip(classes, outcomes, strict=True)), Counter(classes), Counter(outcomes)
    n = len(runs)
    bits = sum(c / n * math.log2(c * n / (steps[s] * ends[o])) for (s, o), c in pairs.items())
    freedom = (len(steps) - 1) * (len(ends) - 1)
    return bits if 2 * n * math.log(2) * bits > CHI_SQUARE_95[freedom] else 0.0
