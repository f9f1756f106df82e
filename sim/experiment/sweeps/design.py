"""The points of a sweep: uncertainties sampled, levers crossed, in an order that builds each terrain once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError
from sim.experiment.points import SCENARIO, Point
from sim.experiment.sweeps.factors import Factor
from sim.experiment.sweeps.spec import SweepSpec
from sim.params import Value
from sim.scenario import Scenario
from sim.scenario.run_parameters import SEED
from sim.scenario.values import plain

GROUND = ("terrain.", "movement.")
"""Parameters that a world is built from, which takes seconds."""

Combination = dict[str, Value]


class Plan:
    """Every point of a sweep by number, made when asked for.

    Points with the same ground are next to each other; within a ground, all policies of a sample follow each other, so
    that a sweep cut short has whole samples. Sample and policy numbers do not depend on that order.
    """

    def __init__(self, spec: SweepSpec, scenarios: Sequence[Scenario]) -> None:
        """``scenarios`` are those that the spec names, in its order. Raises InputError for constants they refuse."""
        self.spec = spec
        seed = scenarios[0][SEED] if spec.seed is None else spec.seed
        fixed = {**spec.constants, SEED.key: seed}
        self.bases = [scenario.with_values(fixed, source=spec.title or "sweep") for scenario in scenarios]

    def __len__(self) -> int:
        return self.spec.point_count

    def __iter__(self) -> Iterator[Point]:
        return (self.point(number) for number in range(len(self)))

    @cached_property
    def units(self) -> NDArray[np.float64] | None:
        """float64 (samples, uncertainties) in [0, 1); None for a grid."""
        spec = self.spec
        if spec.design == "grid" or not spec.uncertainties:
            return None
        return draw(spec.design, len(spec.uncertainties), spec.sample_count, spec.design_seed)

    @cached_property
    def policies(self) -> list[tuple[int, Combination]]:
        """Number of the base and values of the levers, for each policy."""
        levers = [[(f.key, value) for value in f.levels] for f in self.spec.levers]
        return [(base, dict(values)) for base in range(len(self.bases)) for values in product(*levers)]

    def sample(self, number: int) -> Combination:
        """Values of the uncertainties at a sample; on a grid the last one changes fastest."""
        if self.units is not None:
            row = self.units[number]
            return {f.key: f.unit(float(u)) for f, u in zip(self.spec.uncertainties, row, strict=True)}
        found: Combination = {}
        for factor in reversed(self.spec.uncertainties):
            number, place = divmod(number, len(factor.levels))
            found[factor.key] = factor.levels[place]
        return {factor.key: found[factor.key] for factor in self.spec.uncertainties}

    def point(self, number: int) -> Point:
        """The point of that number."""
        groups, ends, _, _ = self._order
        group = bisect_right(ends, number)
        inside = groups[group]
        sample, place = divmod(number - (ends[group - 1] if group else 0), len(inside))
        return self._at(number, self._samples_by_ground[sample], inside[place])

    def number(self, sample: int, policy: int) -> int:
        """The number of the point at which a policy meets a sample."""
        groups, ends, group_of, place_in = self._order
        group = group_of[policy]
        start = ends[group - 1] if group else 0
        return start + self._rank[sample] * len(groups[group]) + place_in[policy]

    def at_node(self, node: tuple[int, int]) -> Point:
        """The point at a node of a grid of two factors, in the order of ``spec.factors``: the one of the full grid."""
        places = dict(zip(self.spec.factors, node, strict=True))
        sample = _mixed(self.spec.uncertainties, places)
        return self.point(self.number(sample, _mixed(self.spec.levers, places)))

    def check(self) -> None:
        """Try every extreme value in every base before anything runs. InputError names factor, value and scenario."""
        for base in self.bases:
            for factor in self.spec.factors:
                for value in factor.extremes:
                    try:
                        base.with_values({factor.key: value}, source="sweep")
                    except InputError as error:
                        raise InputError(f"{base.name} with {factor.key} = {plain(value)}: {error}") from None

    def trials(self) -> list[Point]:
        """The fewest points that hold every value of every factor that only the terrain can check (names of sites),
        and every scenario: to be set up before anything runs."""
        texts = [f for f in self.spec.factors if f.parameter.kind == "text"]
        wanted = {(f.key, value) for f in texts for value in f.levels}
        wanted |= {(SCENARIO, base.name) for base in self.bases}
        found = []
        for point in self:
            new = wanted & {*point.values.items(), (SCENARIO, point.base.name)} if wanted else set()
            if new:
                wanted -= new
                found.append(point)
            if not wanted:
                break
        return found

    def _at(self, number: int, sample: int, policy: int) -> Point:
        base, levers = self.policies[policy]
        named: Combination = {SCENARIO: self.bases[base].name} if len(self.bases) > 1 else {}
        most = self.spec.most_replicates
        first = sample * most if self.spec.draws == "fresh" else 0
        values = {**named, **self.sample(sample), **levers}
        return Point(number, self.bases[base], values, range(first, first + most), policy, sample)

    @cached_property
    def _order(self) -> tuple[list[list[int]], list[int], list[int], list[int]]:
        """Policies by ground, the number at which each group's points end, and each policy's group and place in it."""
        by_ground: dict[Any, list[int]] = {}
        for policy, (base, levers) in enumerate(self.policies):
            own = {key: value for key, value in self.bases[base].values.items() if key.startswith(GROUND)}
            own |= {key: value for key, value in levers.items() if key.startswith(GROUND)}
            by_ground.setdefault(tuple(sorted(own.items())), []).append(policy)
        groups = list(by_ground.values())
        ends = list(accumulate(len(group) * self.spec.sample_count for group in groups))
        where = {policy: (g, i) for g, group in enumerate(groups) for i, policy in enumerate(group)}
        every = range(len(self.policies))
        return groups, ends, [where[p][0] for p in every], [where[p][1] for p in every]

    @cached_property
    def _samples_by_ground(self) -> Sequence[int]:
        """Samples with those of the same ground together, in order of their first."""
        count = self.spec.sample_count
        keys = [factor.key for factor in self.spec.uncertainties if factor.key.startswith(GROUND)]
        if not keys:
            return range(count)
        by_ground: dict[Any, list[int]] = {}
        for number in range(count):
            sample = self.sample(number)
            by_ground.setdefault(tuple(sample[key] for key in keys), []).append(number)
        return [number for group in by_ground.values() for number in group]

    @cached_property
    def _rank(self) -> Sequence[int]:
        order = self._samples_by_ground
        if isinstance(order, range):
            return order
        rank = [0] * len(order)
        for place, number in enumerate(order):
            rank[number] = place
        return rank


def points(spec: SweepSpec, scenarios: Sequence[Scenario]) -> list[Point]:
    """All points of a sweep in their order, checked at the extremes of each factor."""
    plan = Plan(spec, scenarios)
    plan.check()
    return list(plan)


def draw(design: str, dimensions: int, samples: int, seed: int) -> NDArray[np.float64]:
    """A sample of the unit cube, float64 (samples, dimensions) in [0, 1), the same for the same seed.

    "lhs": each of ``samples`` equal slices of each dimension is hit once (McKay, Beckman, Conover 1979). "sobol": a
    scrambled Sobol sequence (Owen 1998); ``samples`` is a power of two.
    """
    from scipy.stats import qmc

    if design == "lhs":
        return np.asarray(qmc.LatinHypercube(dimensions, seed=seed).random(samples), np.float64)
    return np.asarray(qmc.Sobol(dimensions, scramble=True, seed=seed).random(samples), np.float64)


def _mixed(factors: Sequence[Factor], places: dict[Factor, int]) -> int:
    """The number of a combination, the last factor fastest."""
    number = 0
    for factor in factors:
        number = number * len(factor.levels) + places[factor]
    return number
