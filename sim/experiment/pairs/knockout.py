"""What each mechanism contributes: the same runs without it, one at a time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.errors import InputError, nearest
from sim.experiment.ensemble import Ensemble
from sim.experiment.executor import Progress
from sim.experiment.pairs.compare import CLASS, FEWEST_PAIRS, Alternative, rows_of
from sim.experiment.pairs.paired import PairedDifference, firm
from sim.experiment.runs import gather
from sim.experiment.tasks import Task
from sim.experiment.warmup import prepare, say_if_cold
from sim.observe.outcome import BITS, OUTCOMES
from sim.pipeline import PROCESSES, WITHOUT
from sim.scenario import Scenario

if TYPE_CHECKING:
    import polars as pl

    from sim.store import Store

WATCHED = ("days_floor_held", "attacker_losses", "defender_losses", "civilians_displaced")
"""Quantities by which mechanisms are ranked, beside one bit."""


@dataclass(frozen=True)
class Effect:
    """A mechanism and the runs without it against the runs with it."""

    name: str
    models: str
    """What the mechanism models."""
    without: Alternative
    """Here ``firm`` is over all mechanisms together, see ``together``."""

    @property
    def its_own(self) -> frozenset[str]:
        """Quantities that do not vary without it: how much of them there is, is this mechanism's doing by construction.

        Without civilians none are away from home. Neither rank nor headline is by these.
        """
        return frozenset(name for name, d in self.without.quantities.items() if d.changed and not d.sd_b)


@dataclass(frozen=True)
class Knockout:
    """The runs with all mechanisms, and the effect of leaving out each. Differences are without minus with."""

    baseline: Ensemble
    effects: tuple[Effect, ...]
    """The largest effect on what is watched first."""
    skipped: Mapping[str, str]
    """Mechanisms that were not left out, and why."""
    bit: str
    """The bit that is watched beside ``WATCHED``."""

    @property
    def watched(self) -> tuple[str, ...]:
        """What the mechanisms are ranked by."""
        return (self.bit, *WATCHED)

    @cached_property
    def telling(self) -> tuple[Effect, ...]:
        """Mechanisms that change something in some run, or without which no pair is there to compare."""
        return tuple(effect for effect in self.effects if not effect.without.changes_nothing)

    @property
    def failed(self) -> int:
        """Failed runs, with and without."""
        return len(self.baseline.failed) + sum(len(e.without.ensemble.failed) for e in self.effects)

    def size(self, effect: Effect) -> float:
        """The largest difference in what is watched, in standard deviations of a run with all mechanisms."""
        return size_of(effect, self.watched)

    def frame(self) -> pl.DataFrame:
        """A row for each mechanism and bit, outcome class or quantity, as a Polars data frame."""
        import polars as pl

        return pl.DataFrame(self.rows())

    def rows(self) -> list[dict[str, Any]]:
        """The same as plain rows."""
        return [{"without": effect.name, **row} for effect in self.effects for row in rows_of(effect.without)]


def size_of(effect: Effect, watched: Sequence[str]) -> float:
    """The largest difference in ``watched``, in standard deviations of a run with all mechanisms; 0 without any.

    The runs without it are no yardstick: a mechanism that takes all variation with it would seem the larger for it.
    What is the mechanism's own is left out, and quantities that never vary with all mechanisms.
    """
    left = [name for name in watched if name not in effect.its_own]
    found = [standardised(effect.without.all[name], name in BITS) for name in left]
    return max((value for value in found if not math.isnan(value)), default=0.0)


def standardised(d: PairedDifference, share: bool) -> float:
    """Size of a difference in standard deviations of the baseline; NaN where that is zero.

    That of a share is taken with one more run of each kind, so that 100 of 100 is not infinitely sure.
    """
    if share and d.pairs:
        p = (d.a * d.pairs + 1) / (d.pairs + 2)
        return abs(d.difference) / math.sqrt(p * (1 - p))
    return abs(d.difference) / d.sd_a if d.sd_a > 0 else math.nan


def together(effects: Sequence[Effect]) -> list[Effect]:
    """The same with ``firm`` over all mechanisms at once (Benjamini-Hochberg).

    There are two families: what the sentences may tell (bits, outcome classes and ``WATCHED``), and all the rest.
    """
    found = {(effect.name, key): d for effect in effects for key, d in effect.without.all.items()}
    telling = {*BITS, *(CLASS + name for name in OUTCOMES), *WATCHED}
    stand = firm({k: d for k, d in found.items() if k[1] in telling})
    stand |= firm({k: d for k, d in found.items() if k[1] not in telling})
    return [
        replace(e, without=replace(e.without, firm=frozenset(key for name, key in stand if name == e.name)))
        for e in effects
    ]


def candidates(scenario: Scenario, only: Sequence[str] = ()) -> tuple[list[str], dict[str, str]]:
    """Mechanisms to leave out, in the order of the pipeline, and those that are not, with the reason.

    ``run.without`` takes every process of the day and the tick. Terrain, weather and who is there at the start are
    none and always stay. Raises InputError for a name in ``only`` that is no mechanism.
    """
    names = [process.name for process in PROCESSES]
    for name in only:
        if name not in names:
            known = ", ".join(names)
            raise InputError(f"--only {name}: there is no such mechanism.{nearest(name, names)} Mechanisms: {known}")
    gone = scenario.typed(WITHOUT, tuple)
    wanted = [name for name in names if not only or name in only]
    skipped = {name: "already left out by the scenario" for name in wanted if name in gone}
    return [name for name in wanted if name not in skipped], skipped


def knock_out(
    scenario: Scenario,
    replicates: range,
    *,
    only: Sequence[str] = (),
    bit: str = "",
    store: Store | None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Knockout:
    """Run ``scenario`` with all its mechanisms and without each, on the same replicates.

    ``bit`` is watched beside ``WATCHED``; by default the one that changes in most pairs. Raises InputError for unknown
    names and fewer than two pairs, Interrupted on Ctrl-C, with what is finished in the store.
    """
    if len(replicates) < FEWEST_PAIRS:
        raise InputError(f"-n {len(replicates)}: an interval needs at least {FEWEST_PAIRS} pairs of runs")
    if bit and bit not in BITS:
        raise InputError(f"--bit {bit}: there is no such bit.{nearest(bit, BITS)} Bits: {', '.join(BITS)}")
    names, skipped = candidates(scenario, only)
    if not names:
        told = "; ".join(f"{name}: {reason}" for name, reason in skipped.items())
        raise InputError(f"knockout: no mechanism is left to leave out ({told})")
    say_if_cold()
    prepare(scenario)
    gone = scenario.typed(WITHOUT, tuple)
    arms = [scenario, *(scenario.with_values({WITHOUT: (*gone, name)}, source="knockout") for name in names)]
    results = gather([Task(arm, replicates) for arm in arms], store=store, executor=executor, progress=progress)
    baseline, *others = (Ensemble.of(s, r, asked=len(replicates)) for s, r in zip(arms, results, strict=True))
    models = {process.name: process.models for process in PROCESSES}
    effects = together(
        [Effect(name, models[name], Alternative.of(baseline, o)) for name, o in zip(names, others, strict=True)]
    )
    chosen = bit or most_changed(effects)
    effects.sort(key=lambda effect: -size_of(effect, (chosen, *WATCHED)))
    return Knockout(baseline, tuple(effects), skipped, chosen)


def most_changed(effects: Sequence[Effect]) -> str:
    """The bit that changes in most pairs over all mechanisms; of equals, the first."""
    return max(BITS, key=lambda bit: sum(effect.without.bits[bit].changed for effect in effects))
