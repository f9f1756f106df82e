"""What a sweep is: uncertainties, levers, constants and outcomes, in the sense of exploratory modelling.

Uncertainties (X) are sampled by the design, levers (L) are crossed into policies, every policy meets the same
uncertainties and the same luck; outcomes (M) are looked at (Lempert, Popper, Bankes 2003; Kwakkel 2017). See
``sim.experiment.sweeps.spec_file`` for the file and ``sim.experiment.sweeps.design`` for the points.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from sim.errors import InputError
from sim.experiment.sweeps.factors import RANGED, Factor, toml_value
from sim.experiment.sweeps.measures import USUAL, measure
from sim.params import Value
from sim.scenario.frozen import Frozen

Design = Literal["grid", "lhs", "sobol"]
Draws = Literal["paired", "fresh"]
DESIGNS = ("grid", "lhs", "sobol")
DRAWS = ("paired", "fresh")
REPLICATES = 100
MOST_POINTS = 250_000
LEAST_CELLS = 3
"""Coarse cells along each side from which a refinement may start."""


@dataclass(frozen=True)
class Until:
    """More runs at a point, ``batch`` by ``batch``, until the 95 % interval of ``outcome`` is within ± ``half_width``.

    Fewer than 50 runs at first, or looks more often than every 50, make intervals that hold less than they say.
    """

    outcome: str
    half_width: float
    at_least: int = 50
    batch: int = 50
    at_most: int = 2000


@dataclass(frozen=True)
class Refine:
    """Look closer only where ``outcome`` passes ``at``. ``levels``: how often a coarse cell may be halved, None for as
    often as the steps allow; ``first``: runs at a node before it is known to lie near the line, None for a quarter."""

    outcome: str
    at: float = 0.5
    levels: int | None = None
    first: int | None = None


@dataclass(frozen=True)
class SweepSpec:
    """Everything that says which runs a sweep makes and what is reported. Checked when it is made: InputError.

    ``scenarios`` are names or paths; several act as a lever. ``samples`` counts points of the uncertainties for "lhs"
    and "sobol". ``draws``: "paired" uses the same replicates at every point, "fresh" gives every sample of the
    uncertainties its own, shared by the policies. ``seed`` replaces the scenario's ``run.seed``.
    """

    scenarios: tuple[str, ...]
    uncertainties: tuple[Factor, ...] = ()
    levers: tuple[Factor, ...] = ()
    constants: Mapping[str, Value] = field(default_factory=Frozen)
    title: str = ""
    question: str = ""
    design: Design = "grid"
    samples: int | None = None
    design_seed: int = 1
    outcomes: tuple[str, ...] = USUAL
    replicates: int = REPLICATES
    draws: Draws = "paired"
    seed: int | None = None
    until: Until | None = None
    refine: Refine | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "outcomes", tuple(dict.fromkeys(self.outcomes)))  # a command line gives a list
        check(self)

    @property
    def factors(self) -> tuple[Factor, ...]:
        """Uncertainties, then levers."""
        return (*self.uncertainties, *self.levers)

    @property
    def keys(self) -> tuple[str, ...]:
        """Columns that tell the points apart: every factor, and ``scenario`` when there are several."""
        return (*(["scenario"] if len(self.scenarios) > 1 else []), *(factor.key for factor in self.factors))

    @property
    def sample_count(self) -> int:
        """Points of the uncertainties."""
        if self.design != "grid" and self.uncertainties:
            return self.samples or 0
        return math.prod(len(factor.levels) for factor in self.uncertainties)

    @property
    def policy_count(self) -> int:
        """Combinations of scenarios and levers."""
        return len(self.scenarios) * math.prod(len(factor.levels) for factor in self.levers)

    @property
    def point_count(self) -> int:
        """Points of the whole design."""
        return self.sample_count * self.policy_count

    @property
    def most_replicates(self) -> int:
        """Runs of a point at most: the replicates, or what ``until`` allows."""
        return self.until.at_most if self.until else self.replicates

    @cached_property
    def hash(self) -> str:
        """16 hex digits, equal for specs that make the same points and runs from the same scenario names."""
        rows = [row for row in _rows(self) if row.partition(" ")[0] not in {"title", "question", "outcomes"}]
        return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]

    def to_toml(self) -> str:
        """The spec as a sweep file that reads back as an equal spec; the same text for equal specs."""
        return "\n".join(_rows(self)) + "\n"


def check(spec: SweepSpec, where: str = "sweep") -> None:
    """Refuse what does not go together, with one InputError."""
    for problem in _problems(spec):
        raise InputError(f"{where}: {problem}")


def _problems(spec: SweepSpec) -> Iterator[str]:
    if not spec.scenarios:
        yield "names no scenario"
    if not spec.outcomes:
        yield "names no outcome"
    for name in spec.outcomes:
        measure(name)  # refuses unknown ones, before any run
    for name in spec.scenarios:
        if spec.scenarios.count(name) > 1:
            yield f"scenarios: '{name}' is there twice"
    if not spec.factors and len(spec.scenarios) < 2:
        yield "varies nothing: give uncertainties, levers (--vary KEY=LOW:HIGH:STEPS) or several scenarios"
    yield from _doubled(spec)
    yield from _of_design(spec)
    if spec.refine:
        yield from _of_refine(spec, spec.refine)


def _doubled(spec: SweepSpec) -> Iterator[str]:
    place: dict[str, str] = {}
    named = (
        ("uncertainties", [f.key for f in spec.uncertainties]),
        ("levers", [f.key for f in spec.levers]),
        ("constants", list(spec.constants)),
    )
    for table, keys in named:
        for key in keys:
            if key in place:
                both = f"twice in {table}" if place[key] == table else f"in {place[key]} and in {table}"
                yield f"{key} is {both}; take one place"
            place[key] = table


def _of_design(spec: SweepSpec) -> Iterator[str]:
    if spec.design == "grid":
        if spec.samples is not None:
            yield f"samples = {spec.samples} is for design = lhs or sobol; a grid has as many points as its steps make"
        for factor in spec.uncertainties:
            if not factor.levels:
                yield f"{factor.key} has no steps, which design = grid needs: {factor.key}=LOW:HIGH:STEPS"
    elif spec.uncertainties and spec.samples is None:
        yield f"design = {spec.design} needs samples, the number of points"
    elif not spec.uncertainties:
        yield f"design = {spec.design} samples uncertainties, and there are none"
    elif spec.design == "sobol" and spec.samples and spec.samples & (spec.samples - 1):
        power = 1 << (spec.samples.bit_length() - 1)
        yield (
            f"samples = {spec.samples}: a Sobol sequence is balanced at powers of two only; take {power} or {2 * power}"
        )
    for factor in spec.levers:
        if not factor.levels:
            yield f"{factor.key} is a lever and has no steps; levers are crossed: give steps or a list"
    if spec.point_count > MOST_POINTS:
        limit = f"at most {MOST_POINTS:,}. Take fewer steps, or design = lhs with samples"
        yield f"has {spec.point_count:,} points; {limit}"


def _of_refine(spec: SweepSpec, refine: Refine) -> Iterator[str]:
    if spec.until:
        yield "until and refine do not go together; take one"
    if spec.design != "grid" or len(spec.factors) != 2 or len(spec.scenarios) > 1:
        yield "refine takes a grid of exactly two factors in one scenario"
        return
    for factor in spec.factors:
        if factor.parameter.kind not in RANGED or None in factor.levels or list(factor.levels) != sorted(factor.levels):  # type: ignore[type-var]
            yield f"refine: {factor.key} does not go over rising numbers or dates"
            return
        cells = len(factor.levels) - 1
        if halvings(cells) < (refine.levels or 1):
            wanted = 2 ** (refine.levels or 2)
            near = max(LEAST_CELLS + 1, round(cells / wanted)) * wanted + 1
            yield (
                f"refine: {factor.key} has {cells + 1} steps, whose {cells} intervals cannot be halved"
                f" {refine.levels or 1} times to at least {LEAST_CELLS}; take {near}"
            )
    if refine.first is not None and refine.first > spec.replicates:
        yield f"refine: first = {refine.first} is more than replicates = {spec.replicates}"


def halvings(cells: int) -> int:
    """How often a side of ``cells`` can be halved, down to ``LEAST_CELLS`` at least."""
    count = 0
    while cells % 2 == 0 and cells // 2 >= LEAST_CELLS:
        cells, count = cells // 2, count + 1
    return count


def _rows(spec: SweepSpec) -> list[str]:
    """The lines of the file, in a fixed order; what is as usual and optional is left out."""
    rows = [f"title = {toml_value(spec.title)}"] if spec.title else []
    rows += [f"question = {toml_value(spec.question)}"] if spec.question else []
    rows.append(f"scenarios = {toml_value(spec.scenarios)}")
    rows.append(f'design = "{spec.design}"')
    rows += [f"samples = {spec.samples}"] if spec.samples is not None else []
    rows.append(f"design_seed = {spec.design_seed}")
    rows.append(f"replicates = {spec.replicates}")
    rows.append(f'draws = "{spec.draws}"')
    rows += [f"seed = {spec.seed}"] if spec.seed is not None else []
    rows.append(f"outcomes = {toml_value(spec.outcomes)}")
    for name, factors in (("uncertainties", spec.uncertainties), ("levers", spec.levers)):
        if factors:
            rows += ["", f"[{name}]", *(f"{factor.key} = {factor.toml}" for factor in factors)]
    if spec.constants:
        rows += ["", "[constants]", *(f"{key} = {toml_value(value)}" for key, value in sorted(spec.constants.items()))]
    for name, table in (("until", spec.until), ("refine", spec.refine)):
        if table is not None:
            given = {key: value for key, value in vars(table).items() if value is not None}
            rows += ["", f"[{name}]", *(f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in given.items())]
    return rows
