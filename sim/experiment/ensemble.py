"""An ensemble: the results of many runs of one scenario, and what they add up to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import codes
from sim.experiment.statistics import Share, Spread
from sim.experiment.why import Milestone, Why, commonest_chain, milestones_of, why
from sim.observe.outcome import BITS, OUTCOMES, QUANTITIES, Outcome
from sim.observe.result import Result
from sim.scenario import Scenario, scenario_folder
from sim.scenario.run_parameters import DAYS, START
from sim.world.world import build_world

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class DistrictFall:
    """A district over all runs: how often its floor was taken, when first, and who holds it on the asked dates."""

    name: str
    taken: Share
    day: Spread
    """Day of the first fall, over the runs in which it fell."""
    held: Mapping[dt.date, float]
    """Share of runs in which the attacker controls the floor at the end of that date."""


@dataclass(frozen=True)
class Ensemble:
    """Results of many runs of a scenario with their summaries. Failed runs are kept and counted apart."""

    scenario: Scenario
    results: tuple[Result, ...] = field(repr=False)
    asked: int
    outcomes: Mapping[str, Share]
    bits: Mapping[str, Share]
    quantities: Mapping[str, Spread]
    districts: tuple[DistrictFall, ...]
    settlements: Mapping[str, Share]
    """Kind of the last agreement made, in force at the end or not → share of runs."""
    breaks: Mapping[str, Mapping[str, float]]
    """Side → reason → groups broken, mean of a run."""
    milestones: tuple[Milestone, ...]
    commonest_chain: tuple[tuple[str, ...], float]
    why: Why | None

    @classmethod
    def of(
        cls,
        scenario: Scenario,
        results: Sequence[Result],
        *,
        dates: Sequence[dt.date] = (),
        asked: int | None = None,
    ) -> Ensemble:
        """Summarise ``results``. ``dates`` replaces the dates on which the floors are looked at."""
        good = [result for result in results if result.outcome is not None]
        outcomes = [result.outcome for result in good if result.outcome is not None]
        return cls(
            scenario=scenario,
            results=tuple(results),
            asked=len(results) if asked is None else asked,
            outcomes={n: Share.of_runs(sum(o.outcome == n for o in outcomes), len(good)) for n in OUTCOMES},
            bits={n: Share.of_runs(sum(o.bits[n] for o in outcomes), len(good)) for n in BITS},
            quantities={n: Spread.over_runs([o.quantities[n] for o in outcomes], u) for n, u in QUANTITIES.items()},
            districts=_districts(scenario, good, outcomes, dates),
            settlements=_settlements(outcomes),
            breaks=_breaks(outcomes),
            milestones=milestones_of(good),
            commonest_chain=commonest_chain(good),
            why=why(good),
        )

    @property
    def finished(self) -> tuple[Result, ...]:
        """Results of the runs that came to an end."""
        return tuple(result for result in self.results if result.outcome is not None)

    @property
    def failed(self) -> tuple[Result, ...]:
        """Results of the runs that failed, with their errors."""
        return tuple(result for result in self.results if result.outcome is None)

    def frame(self) -> pl.DataFrame:
        """One row a run, as a Polars data frame; failed runs have nothing but ``replicate`` and ``error``.

        Columns: ``replicate``, ``outcome``, ``agreement``, each bit, each quantity (null: did not happen), ``error``
        (null: none).
        """
        import polars as pl

        flags, numbers = dict.fromkeys(BITS, pl.Boolean), dict.fromkeys(QUANTITIES, pl.Float64)
        texts = {"outcome": pl.String, "agreement": pl.String}
        kinds = {"replicate": pl.Int64, **texts, **flags, **numbers, "error": pl.String}
        table = pl.DataFrame([_row(result) for result in self.results], schema=kinds, orient="row")
        return table.with_columns(pl.col(pl.Float64).fill_nan(None))

    def date_of(self, day: float) -> dt.date | None:
        """The date of a day of the run; None for NaN."""
        return date_of(self.scenario, day)


def _row(result: Result) -> dict[str, Any]:
    """A result as a row of ``frame``."""
    told = {"replicate": result.replicate, "error": result.error or None}
    if (outcome := result.outcome) is None:
        return told
    named = {"outcome": outcome.outcome, "agreement": outcome.settlement}
    return told | named | dict(outcome.bits) | dict(outcome.quantities)


def date_of(scenario: Scenario, day: float) -> dt.date | None:
    """The date of day ``day`` (0 is the first); None for NaN."""
    return scenario.typed(START, dt.date) + dt.timedelta(days=round(day)) if np.isfinite(day) else None


def usual_dates(scenario: Scenario) -> tuple[dt.date, ...]:
    """A fortnight in, the first of each month after that, and the last day."""
    start, days = scenario.typed(START, dt.date), scenario.typed(DAYS, int)
    last = start + dt.timedelta(days=days - 1)
    every = (start + dt.timedelta(days=i) for i in range(15, days - 1))
    early = [start + dt.timedelta(days=14)] if days > 15 else []
    return (*early, *(day for day in every if day.day == 1), last)


def _districts(
    scenario: Scenario, good: Sequence[Result], outcomes: Sequence[Outcome], dates: Sequence[dt.date]
) -> tuple[DistrictFall, ...]:
    start, days = scenario.typed(START, dt.date), scenario.typed(DAYS, int)
    asked = [date for date in (dates or usual_dates(scenario)) if 0 <= (date - start).days < days]
    terrain = build_world(scenario.values, scenario_folder() / "terrain").terrain
    falls = []
    for d, district in enumerate(terrain.districts):
        first = np.array([outcome.floor_day[d] for outcome in outcomes])
        taken = Share.of_runs(int(np.isfinite(first).sum()), len(outcomes))
        held = {date: _held(good, (date - start).days, d) for date in asked}
        falls.append(DistrictFall(district.name, taken, Spread.over_runs(first, "day"), held))
    return tuple(falls)


def _held(good: Sequence[Result], day: int, district: int) -> float:
    """Share of runs in which the attacker holds the district's floor at the end of ``day``."""
    held = [result.floor[day, district] == codes.ATTACKER for result in good if result.floor is not None]
    return float(np.mean(held)) if held else float("nan")


def _settlements(outcomes: Sequence[Outcome]) -> dict[str, Share]:
    made = codes.SETTLEMENT_NAMES[codes.TRUCE :]
    return {name: Share.of_runs(sum(o.settlement == name for o in outcomes), len(outcomes)) for name in made}


def _breaks(outcomes: Sequence[Outcome]) -> dict[str, dict[str, float]]:
    if not outcomes:
        return {}
    mean = np.mean([outcome.breaks for outcome in outcomes], axis=0)
    return {
        codes.SIDE_NAMES[side]: {name: float(mean[side, i]) for i, name in enumerate(codes.BREAK_NAMES)}
        for side in (codes.ATTACKER, codes.DEFENDER)
    }
