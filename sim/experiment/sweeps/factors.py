"""What an experiment varies: one parameter over a range or a list, and how a sample in [0, 1) becomes its value."""

from __future__ import annotations

import datetime as dt
import json
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from sim.errors import InputError, nearest
from sim.params import Parameter, Schema, Value
from sim.scenario.literals import from_text
from sim.scenario.values import accept, allowed, plain, shown

Scale = Literal["linear", "log"]
End = float | int | dt.date
SCALES = ("linear", "log")
RANGED = {"float", "int", "date"}
"""Kinds of parameters that have ranges."""
MOST_STEPS = 100_000
FIELDS = ("from", "to", "steps", "scale", "values")
FIXED_ELSEWHERE = {
    "run.seed": "give the sweep its own seed, or draws = fresh",
    "run.replicates": "give the sweep its replicates",
}
"""Parameters that say how many runs and with which luck, and so cannot be varied."""


@dataclass(frozen=True)
class Factor:
    """A parameter that is varied, from ``low`` to ``high`` or over ``values``.

    ``steps`` values in equal steps make a grid of a range; without them it can only be sampled. With ``scale`` "log"
    the steps are equal ratios.
    """

    parameter: Parameter
    low: End | None = None
    high: End | None = None
    steps: int | None = None
    values: tuple[Value, ...] = ()
    scale: Scale = "linear"

    @property
    def key(self) -> str:
        """The parameter's key."""
        return self.parameter.key

    @property
    def is_range(self) -> bool:
        """Whether it goes over a range."""
        return not self.values

    @cached_property
    def levels(self) -> tuple[Value, ...]:
        """Its values on a grid; empty for a range without steps."""
        return self.values if self.values else _steps(self) if self.steps else ()

    @property
    def extremes(self) -> tuple[Value, ...]:
        """The values that a check has to try: the ends of a range, or all of a list."""
        return self.values or (self.low, self.high)

    def unit(self, u: float) -> Value:
        """The value of a sample ``u`` in [0, 1).

        Levels get bins of equal width; whole numbers and days of a range as well, both ends included. A float is
        linear in ``u``, or its logarithm is.
        """
        u = min(max(u, 0.0), math.nextafter(1.0, 0.0))
        if self.levels:
            return self.levels[int(u * len(self.levels))]
        if self.parameter.kind == "float":
            return _between(self, u)
        low, high = _count(self.low), _count(self.high)
        if self.scale == "log":
            a, b = math.log(low - 0.5), math.log(high + 0.5)
            return min(max(round(math.exp(a + u * (b - a))), low), high)
        return _back(self, low + int(u * (high - low + 1)))

    @property
    def toml(self) -> str:
        """What stands behind ``key =`` in a sweep file."""
        if self.values:
            return "[" + ", ".join(toml_value(value) for value in self.values) + "]"
        fields = [f"from = {toml_value(self.low)}", f"to = {toml_value(self.high)}"]
        fields += [f"steps = {self.steps}"] if self.steps else []
        fields += [f'scale = "{self.scale}"'] if self.scale != "linear" else []
        return "{ " + ", ".join(fields) + " }"


def parameter_of(key: str, schema: Schema, where: str) -> Parameter:
    """The parameter that is to be varied; InputError for an unknown one, and for those a sweep sets by itself."""
    if key not in schema:
        raise InputError(f"{where}: there is no parameter '{key}'.{nearest(key, schema)}")
    if key in FIXED_ELSEWHERE:
        raise InputError(f"{where}: {key} cannot be varied; {FIXED_ELSEWHERE[key]}")
    return schema[key]


def from_raw(key: str, raw: object, schema: Schema, where: str = "") -> Factor:
    """The factor of ``key = raw`` as TOML has it: a list of values, or a table with from, to, steps and scale.

    ``where`` opens the message of the InputError that anything amiss raises.
    """
    told = f"{where}{key} = {shown(raw)}"
    parameter = parameter_of(key, schema, told)
    if isinstance(raw, list):
        return _listed(parameter, raw, told)
    if not isinstance(raw, Mapping):
        raise InputError(f"{told}: {_how(parameter)}. To set one value, use constants")
    for name in raw:
        if name not in FIELDS:
            raise InputError(f"{told}: has a field '{name}'. Allowed: {', '.join(FIELDS)}.{nearest(name, FIELDS)}")
    if "values" in raw:
        if len(raw) > 1:
            raise InputError(f"{told}: has values and a range; take one of them")
        if not isinstance(raw["values"], list):
            raise InputError(f"{told}: values is not a list")
        return _listed(parameter, raw["values"], told)
    for name in ("from", "to"):
        if name not in raw:
            raise InputError(f"{told}: has no '{name}'. {_how(parameter)}")
    return _ranged(parameter, raw["from"], raw["to"], raw.get("steps"), raw.get("scale", "linear"), told)


def parse_vary(text: str, schema: Schema, option: str = "--vary") -> Factor:
    """The factor of one ``--vary``: ``key=low:high:steps``, ``key=low:high`` or ``key=a,b,c``.

    ``:log`` behind a range takes equal ratios. Names that belong to one value are joined by ``+``; a TOML list does as
    well: ``key=["a, b", "c"]``.
    """
    where = f"{option} {text}"
    key, equals, right = (part.strip() for part in text.partition("="))
    parameter = parameter_of(key, schema, where)
    if not equals or not right:
        raise InputError(f"{where}: {_how(parameter)}")
    if right.startswith("["):
        try:
            return _listed(parameter, tomllib.loads(f"v = {right}")["v"], where)
        except tomllib.TOMLDecodeError as error:
            raise InputError(f"{where}: is not a TOML list ({error})") from None
    if ":" in right and parameter.kind in RANGED:
        parts = [part.strip() for part in right.split(":")]
        scale = parts.pop() if parts[-1] in SCALES else "linear"
        if len(parts) not in {2, 3}:
            raise InputError(f"{where}: {_how(parameter)}")
        low, high = (from_text(parameter, part) for part in parts[:2])
        steps = None if len(parts) == 2 else int(parts[2]) if parts[2].isdecimal() else parts[2]
        return _ranged(parameter, low, high, steps, scale, where)
    pieces = [piece.strip() for piece in right.split(",")]
    if parameter.kind == "names":
        pieces = [piece.replace("+", ",") for piece in pieces]
    if len(pieces) < 2:
        raise InputError(f"{where}: {_how(parameter)}. To set one value, use --set")
    return _listed(parameter, [from_text(parameter, piece) for piece in pieces], where)


def toml_value(value: Value | Sequence[Value]) -> str:
    """A value as TOML writes it; None as the text "none"."""
    if value is None:
        return '"none"'
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(toml_value(item) for item in value) + "]"
    return plain(value)


def _listed(parameter: Parameter, raw: Sequence[Any], where: str) -> Factor:
    values: list[Value] = []
    for item in raw:
        try:
            value = accept(parameter, item)
        except InputError as error:
            raise InputError(f"{where}: {error}") from None
        if value in values:
            raise InputError(f"{where}: {shown(item)} is there twice")
        values.append(value)
    if len(values) < 2:
        raise InputError(f"{where}: a list needs two values or more")
    return Factor(parameter, values=tuple(values))


def _ranged(parameter: Parameter, low: Any, high: Any, steps: Any, scale: Any, where: str) -> Factor:
    """A checked range."""
    if parameter.kind not in RANGED:
        raise InputError(f"{where}: only numbers and dates have ranges; {_how(parameter)}")
    try:
        first, last = accept(parameter, low), accept(parameter, high)
    except InputError as error:
        raise InputError(f"{where}: {error}") from None
    if first is None or last is None:
        raise InputError(f"{where}: 'none' is no end of a range; give a list of values")
    if not first < last:  # type: ignore[operator] # both are of the parameter's type
        raise InputError(f"{where}: goes from {plain(first)} to {plain(last)}; the first must be below the last")
    if scale not in SCALES:
        raise InputError(f"{where}: scale = {shown(scale)}. Allowed: {', '.join(SCALES)}.")
    if scale == "log" and (isinstance(first, dt.date) or not first > 0):  # type: ignore[operator]
        raise InputError(f"{where}: a log scale is for numbers above 0, not for {plain(first)}")
    if steps is not None and (isinstance(steps, bool) or not isinstance(steps, int) or not 2 <= steps <= MOST_STEPS):
        raise InputError(f"{where}: steps = {shown(steps)}. Allowed: a whole number from 2 to {MOST_STEPS}.")
    factor = Factor(parameter, first, last, steps, scale=scale)  # type: ignore[arg-type] # numbers or dates by now
    if steps is not None and len(set(factor.levels)) < steps:
        raise InputError(f"{where}: {steps} steps from {plain(first)} to {plain(last)} fall together; take fewer")
    return factor


def _how(parameter: Parameter) -> str:
    """How to vary this parameter, in words."""
    key = parameter.key
    ranged = f"{key}=LOW:HIGH:STEPS, {key}=LOW:HIGH or " if parameter.kind in RANGED else ""
    return f"write {ranged}{key}=ONE,TWO,… (in a file: {{ from = …, to = …, steps = … }} or a list). " + (
        f"Allowed: {allowed(parameter)}"
    )


def _steps(factor: Factor) -> tuple[Value, ...]:
    """The grid of a range. Whole numbers and days are the nearest to equal steps, halves upwards; floats are cut to
    12 digits, so that 0.3 on a grid is the 0.3 that people type, and finds the same stored runs."""
    n = factor.steps or 0
    if factor.parameter.kind == "float" or factor.scale == "log":
        inner = [float(f"{_between(factor, i / (n - 1)):.12g}") for i in range(1, n - 1)]
        if factor.parameter.kind == "int":
            inner = [math.floor(value + 0.5) for value in inner]
        return (factor.low, *inner, factor.high)
    low, high = _count(factor.low), _count(factor.high)
    return tuple(_back(factor, low + (2 * i * (high - low) + n - 1) // (2 * (n - 1))) for i in range(n))


def _between(factor: Factor, u: float) -> float:
    low, high = float(factor.low), float(factor.high)  # type: ignore[arg-type] # a number
    value = low * (high / low) ** u if factor.scale == "log" else low + u * (high - low)
    return min(max(value, low), high)


def _count(end: End | None) -> int:
    """A whole number or date as a number that counts."""
    return end.toordinal() if isinstance(end, dt.date) else int(end)  # type: ignore[arg-type]


def _back(factor: Factor, number: int) -> Value:
    return dt.date.fromordinal(number) if factor.parameter.kind == "date" else number
