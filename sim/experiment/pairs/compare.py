"""Scenarios side by side: run by run with the same luck, so that what differs is due to what was changed."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sim.errors import InputError
from sim.experiment.ensemble import Ensemble
from sim.experiment.executor import Progress
from sim.experiment.pairs.paired import PairedDifference, firm
from sim.experiment.runs import gather
from sim.experiment.tasks import Task
from sim.experiment.warmup import prepare, say_if_cold
from sim.forces import ATTACKERS, DEFENDERS
from sim.observe.outcome import BITS, OUTCOMES, QUANTITIES, Outcome
from sim.params import Value
from sim.scenario import Scenario, differences
from sim.scenario.run_parameters import NOT_IN_HASH

if TYPE_CHECKING:
    import polars as pl

    from sim.store import Store

FEWEST_PAIRS = 2
"""One pair has no interval."""
MOST = 26
"""Each has a letter."""
CLASS = "outcome_"
"""Before the name of an outcome class where bits and quantities are named beside it."""
_STRENGTH = {ATTACKERS.key: "attacker", DEFENDERS.key: "defender"}
_STRENGTH_EVENTS = {"faction_stands_aside": "attacker", "uprising": "attacker"}
"""Events that take people of a side away from here; ``volunteers`` names its side."""


@dataclass(frozen=True)
class Alternative:
    """An ensemble against the baseline, by pairs of runs with the same replicate number that both came to an end."""

    ensemble: Ensemble
    differs: Mapping[str, tuple[Value, Value]]
    """Key → (in the baseline, here); ``events`` lists those that only one of them has."""
    pairs: int
    bits: Mapping[str, PairedDifference]
    quantities: Mapping[str, PairedDifference]
    outcomes: Mapping[str, PairedDifference]
    """Outcome class → difference of the shares of pairs that came to it."""
    moved: Mapping[tuple[str, str], int]
    """(outcome of the baseline, outcome here) → pairs; the commonest first."""
    firm: frozenset[str]
    """Clear differences that still stand when all are looked at together; names as in ``all``."""
    same: bool
    """Whether it simulates the very same as the baseline, so that differences are zero by construction."""
    strength: frozenset[str]
    """Sides that do not have the same number of people here as in the baseline, at the start or by an event."""

    @classmethod
    def of(cls, baseline: Ensemble, ensemble: Ensemble) -> Alternative:
        """Pair two ensembles by replicate number, in whatever order their results are."""
        pairs = paired_outcomes(baseline, ensemble)
        a, b = [first for first, _ in pairs], [second for _, second in pairs]
        bits = {n: PairedDifference.of_bits([o.bits[n] for o in a], [o.bits[n] for o in b]) for n in BITS}
        classes = {
            n: PairedDifference.of_bits([o.outcome == n for o in a], [o.outcome == n for o in b]) for n in OUTCOMES
        }
        same = baseline.scenario.hash == ensemble.scenario.hash
        if same:
            bits, classes = _without_width(bits), _without_width(classes)
        quantities = {
            name: PairedDifference.of_numbers(
                [o.quantities[name] for o in a], [o.quantities[name] for o in b], unit
            )
            for name, unit in QUANTITIES.items()
        }  # fmt: skip
        differs = differences(baseline.scenario, ensemble.scenario)
        return cls(
            ensemble=ensemble,
            differs={key: pair for key, pair in differs.items() if key not in NOT_IN_HASH},
            pairs=len(pairs),
            bits=bits,
            quantities=quantities,
            outcomes=classes,
            moved=dict(Counter((x.outcome, y.outcome) for x, y in pairs).most_common()),
            firm=firm(_together(bits, classes, quantities)),
            same=same,
            strength=_strength(baseline.scenario, ensemble.scenario),
        )

    @property
    def all(self) -> dict[str, PairedDifference]:
        """Bits, outcome classes as ``outcome_<name>``, then quantities."""
        return _together(self.bits, self.outcomes, self.quantities)

    @property
    def changes_nothing(self) -> bool:
        """Whether every pair came to the same, to the bit, in all that is compared."""
        every = self.all.values()
        return self.pairs > 0 and not any(d.changed or d.only_a or d.only_b for d in every) and not self.changed_outcome

    @property
    def changed_outcome(self) -> int:
        """Pairs whose outcome is another one."""
        return sum(count for (a, b), count in self.moved.items() if a != b)


@dataclass(frozen=True)
class Comparison:
    """A baseline and what it is compared with. Differences are alternative minus baseline."""

    baseline: Ensemble
    alternatives: tuple[Alternative, ...]

    @classmethod
    def of(cls, baseline: Ensemble, *others: Ensemble) -> Comparison:
        """Compare ensembles whose runs share seed and replicate numbers."""
        return cls(baseline, tuple(Alternative.of(baseline, other) for other in others))

    @property
    def ensembles(self) -> tuple[Ensemble, ...]:
        """The baseline and the others."""
        return (self.baseline, *(alternative.ensemble for alternative in self.alternatives))

    @property
    def letters(self) -> tuple[str, ...]:
        """A for the baseline, B and so on for the others: names need not be unique."""
        return tuple(chr(ord("A") + i) for i in range(1 + len(self.alternatives)))

    @property
    def failed(self) -> int:
        """Failed runs of all ensembles."""
        return sum(len(ensemble.failed) for ensemble in self.ensembles)

    def frame(self) -> pl.DataFrame:
        """A row for each alternative and bit, outcome class or quantity, as a Polars data frame."""
        import polars as pl

        return pl.DataFrame(self.rows())

    def rows(self) -> list[dict[str, Any]]:
        """The same as plain rows."""
        named = zip(self.letters[1:], self.alternatives, strict=True)
        return [
            {"alternative": letter, "scenario": other.ensemble.scenario.name, **row}
            for letter, other in named
            for row in rows_of(other)
        ]


def paired_outcomes(baseline: Ensemble, ensemble: Ensemble) -> list[tuple[Outcome, Outcome]]:
    """Outcomes of the replicates that came to an end in both, by replicate number."""
    first = {result.replicate: result.outcome for result in baseline.finished}
    second = {result.replicate: result.outcome for result in ensemble.finished}
    both = [(first[number], second[number]) for number in sorted(first.keys() & second.keys())]
    return [(x, y) for x, y in both if x is not None and y is not None]


def _together(
    bits: Mapping[str, PairedDifference], classes: Mapping[str, PairedDifference], more: Mapping[str, PairedDifference]
) -> dict[str, PairedDifference]:
    return {**bits, **{CLASS + name: d for name, d in classes.items()}, **more}


def _without_width(found: Mapping[str, PairedDifference]) -> dict[str, PairedDifference]:
    """Zero by construction: no interval, but for NaN where there is no pair."""
    return {name: replace(d, low=0.0 * abs(d.low), high=0.0 * abs(d.high)) for name, d in found.items()}


def _strength(a: Scenario, b: Scenario) -> frozenset[str]:
    """Sides whose number of people differs between two scenarios."""
    found = {side for key, side in _STRENGTH.items() if a[key] != b[key]}
    for event in {*a.events} ^ {*b.events}:
        if event.kind == "volunteers":
            found.add(str(event.args["side"]))
        elif event.kind in _STRENGTH_EVENTS:
            found.add(_STRENGTH_EVENTS[event.kind])
    return frozenset(found)


def rows_of(alternative: Alternative) -> list[dict[str, Any]]:
    """Flat rows of all bits, outcome classes and quantities; what is read first comes first."""
    first = ("a", "b", "difference", "low", "high")
    rows = []
    for key, d in alternative.all.items():
        kind = "bit" if key in BITS else "quantity" if key in QUANTITIES else "outcome"
        numbers = dataclasses.asdict(d)
        row = {"name": key.removeprefix(CLASS) if kind == "outcome" else key} | {n: numbers.pop(n) for n in first}
        rows.append(row | {"clear": d.clear, "firm": key in alternative.firm, "kind": kind} | numbers)
    return rows


def compare_scenarios(
    scenarios: Sequence[Scenario],
    replicates: range,
    *,
    store: Store | None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Run the scenarios, the first being the baseline, on the same replicates and compare them.

    Raises InputError for fewer than two scenarios or pairs and for a scenario that cannot be set up, Interrupted on
    Ctrl-C, with what is finished in the store.
    """
    if not 2 <= len(scenarios) <= MOST:
        raise InputError(f"compare: takes 2 to {MOST} scenarios, or one and --set-b KEY=VALUE")
    if len(replicates) < FEWEST_PAIRS:
        raise InputError(f"-n {len(replicates)}: an interval needs at least {FEWEST_PAIRS} pairs of runs")
    say_if_cold()
    for scenario in scenarios:
        prepare(scenario)
    tasks = [Task(scenario, replicates) for scenario in scenarios]
    results = gather(tasks, store=store, executor=executor, progress=progress)
    ensembles = [Ensemble.of(s, found, asked=len(replicates)) for s, found in zip(scenarios, results, strict=True)]
    return Comparison.of(*ensembles)
