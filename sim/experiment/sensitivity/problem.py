"""Which numbers of a scenario a sensitivity analysis varies, and between which ends.

Indices hold for these ends only: a number given twice the range may have four times the share of the variance.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError, nearest
from sim.params import GRADES, Parameter, Value
from sim.scenario import Scenario
from sim.scenario.literals import from_text
from sim.scenario.run_parameters import DAYS, START
from sim.scenario.values import accept, allowed, plain

FULL = "full"
AROUND = 0.5
"""Ends by default: half as much and half as much again."""
DATE_DAYS = 14
ZERO_SHARE = 0.1
"""A value of 0 goes up to this share of its allowed range, as half as much of nothing is nothing."""
NUMERIC = ("float", "int", "date")
HOW = {
    "relative": "a share of its value either way",
    "full": "all that is allowed",
    "dates": f"{DATE_DAYS} days either way",
    "cut": "cut to the days of the run, as nothing changes beyond them",
    "zero": "from 0 by a share of what is allowed, as its value is 0",
    "one": "one either way, as its value is small",
    "asked": "asked for",
}
RECURRING = frozenset({"season.winter_onset", "attacker.expected_winter"})
"""Dates of which only month and day count: they may lie outside the run and still matter."""
NO_ROOM = "no room to vary within what is allowed and the days of the run"
_RUN, _TERRAIN = "run.", "terrain."


@dataclass(frozen=True, slots=True)
class Factor:
    """A number that is varied. Dates are day numbers (``date.toordinal``) in ``low`` and ``high``."""

    parameter: Parameter
    base: Value
    low: float
    high: float
    how: str
    """A key of ``HOW``."""
    grade: str
    source: str

    @property
    def key(self) -> str:
        """Key of the parameter."""
        return self.parameter.key

    @property
    def number(self) -> float:
        """The scenario's value as a number; NaN if it is off there."""
        return np.nan if self.base is None else _number(self.base)

    def value(self, unit: float) -> Value:
        """The value at ``unit`` between 0 (low) and 1 (high); whole numbers and dates are equally likely."""
        if self.parameter.kind == "float":
            return float(min(max(self.low + unit * (self.high - self.low), self.low), self.high))
        steps = int(self.high - self.low)
        whole = int(self.low) + min(int(unit * (steps + 1) + 1e-9), steps)
        return dt.date.fromordinal(whole) if self.parameter.kind == "date" else whole

    def place(self, value: Value) -> float:
        """Where a value lies between the ends: 0 at low, 1 at high."""
        return (_number(value) - self.low) / (self.high - self.low)

    def end(self, number: float) -> str:
        """An end as people write it."""
        if np.isnan(number):
            return "none"
        if self.parameter.kind == "date":
            return dt.date.fromordinal(int(number)).isoformat()
        return f"{number:.6g}"


@dataclass(frozen=True)
class Problem:
    """The numbers that are varied, and those that are not, with the reason."""

    factors: tuple[Factor, ...]
    left_out: Mapping[str, tuple[str, ...]]
    """Reason → keys."""

    def values(self, units: NDArray[np.float64]) -> list[dict[str, Value]]:
        """The values of each row of ``units`` (points, factors), which lie between 0 and 1."""
        return [{f.key: f.value(u) for f, u in zip(self.factors, row, strict=True)} for row in units.tolist()]

    def places(self, points: Iterable[Mapping[str, Value]]) -> NDArray[np.float64]:
        """Where the values of points lie between the ends: (points, factors), after rounding to whole numbers."""
        return np.array([[f.place(point[f.key]) for f in self.factors] for point in points], float)

    def salib(self) -> dict[str, object]:
        """What SALib asks for: factors of the unit cube, by key."""
        names = [factor.key for factor in self.factors]
        return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}

    def only(self, keys: Sequence[str]) -> Problem:
        """The same with fewer factors, in the order of ``keys``."""
        by_key = {factor.key: factor for factor in self.factors}
        gone = tuple(key for key in by_key if key not in keys)
        return Problem(tuple(by_key[key] for key in keys), {**self.left_out, "ranked lower by the screening": gone})


def problem_of(
    scenario: Scenario,
    *,
    only: Sequence[str] = (),
    leave_out: Sequence[str] = (),
    grades: Sequence[str] = (),
    around: float | str = AROUND,
    vary: Sequence[str] = (),
    with_terrain: bool = False,
) -> Problem:
    """What is varied in ``scenario``, and why the rest is not.

    ``only`` and ``leave_out`` are patterns such as ``attacker.*``; ``grades`` keeps the numbers of these grades.
    ``around`` is the share of a value that it goes up and down, or "full". ``vary`` gives ends, ``key=low:high``;
    without ``only`` and ``grades`` just these keys are varied. Dates without such ends stay within the run.
    Raises InputError for what is unknown or empty.
    """
    _check(scenario, only, leave_out, grades, around)
    asked = dict(_asked(text, scenario) for text in vary)
    left: dict[str, list[str]] = {}
    factors = []
    for key, parameter in scenario.schema.items():
        reason = _left_out(scenario, parameter, only, leave_out, grades, asked, with_terrain)
        if not reason:
            item = scenario.provenance[key]
            low, high, how = (*asked[key], "asked") if key in asked else ends(parameter, item.value, around)
            if parameter.kind == "date" and key not in {*asked, *RECURRING}:
                low, high, how = _within_run(scenario, low, high, how)
            if low < high:
                factors.append(Factor(parameter, item.value, low, high, how, item.grade, item.source))
                continue
            reason = NO_ROOM
        left.setdefault(reason, []).append(key)
    if not factors:
        raise InputError("no number is left to vary: see --only, --leave-out, --grade and --vary")
    return Problem(tuple(factors), {reason: tuple(keys) for reason, keys in left.items()})


def ends(parameter: Parameter, value: Value, around: float | str = AROUND) -> tuple[float, float, str]:
    """Low, high and how they were found (a key of ``HOW``) for a number of this value; within what is allowed."""
    low, high = _bound(parameter.low, -np.inf), _bound(parameter.high, np.inf)
    number = _number(value)
    if around == FULL:
        if not np.isfinite([low, high]).all():
            raise InputError(
                f"--range full: {parameter.key} has no bounds. Give its ends: --vary {parameter.key}=lo:hi"
            )
        return low, high, "full"
    share = float(around)
    if parameter.kind == "date":
        return max(low, number - DATE_DAYS), min(high, number + DATE_DAYS), "dates"
    how = "relative"
    reach = share * abs(number)
    if number == 0:
        reach, how = share / AROUND * ZERO_SHARE * (high - low) if np.isfinite(high - low) else 1.0, "zero"
    if parameter.kind == "int":
        reach = float(np.floor(reach))
        if reach < 1:
            reach, how = 1.0, "one"
    return max(low, number - reach), min(high, number + reach), how


def _within_run(scenario: Scenario, low: float, high: float, how: str) -> tuple[float, float, str]:
    """Ends of a date cut to the days of the run: an earlier one is as good as the first, a later one never comes."""
    start = _number(scenario[START])
    first, last = max(low, start), min(high, start + scenario.typed(DAYS, int) - 1)
    return first, last, how if (first, last) == (low, high) else "cut"


def _check(
    scenario: Scenario, only: Sequence[str], leave_out: Sequence[str], grades: Sequence[str], around: float | str
) -> None:
    numeric = [key for key, parameter in scenario.schema.items() if parameter.kind in NUMERIC]
    for option, patterns in (("--only", only), ("--leave-out", leave_out)):
        for pattern in patterns:
            if not any(fnmatchcase(key, pattern) for key in numeric):
                raise InputError(f"{option} {pattern}: no number has such a name.{nearest(pattern, numeric)}")
    for grade in grades:
        if grade not in GRADES:
            known = ", ".join(GRADES)
            raise InputError(f"--grade {grade}: there is no such grade.{nearest(grade, GRADES)} Grades: {known}")
    if around != FULL and not (isinstance(around, float) and 0 < around <= 1):
        raise InputError(f"--range {around}: a share above 0 and up to 1, such as 0.2 for 20 % either way, or 'full'")


def _left_out(
    scenario: Scenario,
    parameter: Parameter,
    only: Sequence[str],
    leave_out: Sequence[str],
    grades: Sequence[str],
    asked: Mapping[str, Any],
    with_terrain: bool,
) -> str:
    """Why this parameter is not varied; empty if it is."""
    key = parameter.key
    if parameter.kind not in NUMERIC:
        return "switches, choices and names: not covered"
    if key in asked:
        return ""
    listed = any(fnmatchcase(key, pattern) for pattern in only)
    terrain = with_terrain or any(pattern.startswith(_TERRAIN) for pattern in only)
    grade = scenario.provenance[key].grade
    reasons = {
        "says which runs to make": key.startswith(_RUN),
        "not asked for": not listed if only else bool(asked) and not grades,
        "left out on demand": any(fnmatchcase(key, pattern) for pattern in leave_out),
        "terrain: every value takes seconds to build; name it or use --with-terrain": (
            key.startswith(_TERRAIN) and not terrain
        ),
        "off in this scenario; --vary brings it in": scenario[key] is None,
        "of another grade": bool(grades) and grade not in grades,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _asked(text: str, scenario: Scenario) -> tuple[str, tuple[float, float]]:
    """Key and ends of ``key=low:high``, checked."""
    key, equals, span = (part.strip() for part in text.partition("="))
    schema = scenario.schema
    numeric = [k for k, p in schema.items() if p.kind in NUMERIC and not k.startswith(_RUN)]
    if key not in numeric:
        if key in schema:
            raise InputError(f"--vary {text}: {key} is not a number that runs differ in")
        raise InputError(f"--vary {text}: there is no parameter '{key}'.{nearest(key, numeric)}")
    parts = span.split(":")
    if not equals or len(parts) != 2:
        raise InputError(f"--vary {text}: write {key}=LOW:HIGH. Allowed: {allowed(schema[key])}.")
    try:
        low, high = (accept(schema[key], from_text(schema[key], part)) for part in parts)
    except InputError as error:
        raise InputError(f"--vary {error}") from None
    if low is None or high is None or not _number(low) < _number(high):
        raise InputError(f"--vary {text}: the first end must be below the second ({plain(low)}, {plain(high)})")
    return key, (_number(low), _number(high))


def _number(value: Value) -> float:
    """A number as it is, a date as its day number."""
    return float(value.toordinal()) if isinstance(value, dt.date) else float(value)  # type: ignore[arg-type]


def _bound(bound: float | dt.date | None, missing: float) -> float:
    return missing if bound is None else _number(bound)
