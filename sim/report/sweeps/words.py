"""Names and values of what was varied, as words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sim.experiment.sweeps.factors import RANGED
from sim.experiment.sweeps.measures import Measure, measure
from sim.experiment.sweeps.spec import SweepSpec
from sim.params import Parameter
from sim.report.tables import LOSSES, MEASURES
from sim.scenario.values import plain

NO_UNIT = {"", "-", "1", "0-1", "-1 to 1", "date", "site", "district", "share", "probability"}
_SIDES = ("attacker", "defender")
SAMPLES = {"lhs": "Latin hypercube", "sobol": "Sobol"}


def short_meaning(parameter: Parameter) -> str:
    """What a parameter means, without its asides."""
    text = parameter.meaning
    for mark in (" (", ";", ": "):
        text = text.partition(mark)[0]
    return text


def axis_label(parameter: Parameter | None) -> str:
    """Meaning and unit, for an axis; None stands for the scenarios."""
    if parameter is None:
        return "scenario"
    text = short_meaning(parameter)
    return upper_first(text) + (f" ({parameter.unit})" if parameter.unit not in NO_UNIT else "")


def name_of(key: str) -> str:
    """A parameter's key as words: its last part, with the side where it is one's own."""
    section, _, last = key.rpartition(".")
    return (f"{section} " if section in _SIDES else "") + last.replace("_", " ")


def value_text(value: object, parameter: Parameter | None = None) -> str:
    """A value without a false show of precision; names that belong together joined by +, as the command line has them.

    Tables hold such names as one text with commas, which ``parameter`` tells from others.
    """
    if isinstance(value, float):
        return f"{value + 0.0:.4g}"  # no -0
    if isinstance(value, tuple):
        return "+".join(plain(item) for item in value) or "none"
    if parameter is not None and parameter.kind == "names" and isinstance(value, str):
        return value.replace(", ", "+") or "none"
    return plain(value)


def values_text(values: Sequence[object]) -> str:
    """All values of a list; lists of names are set apart by bars."""
    return (" | " if any(isinstance(v, tuple) for v in values) else ", ").join(value_text(v) for v in values)


def setting(key: str, value: object, parameters: Mapping[str, Parameter], link: str = " ") -> str:
    """``corridor capacity 20 t/day``, with ``link`` between name and value."""
    if key not in parameters:
        return f"{key}{link}{value_text(value)}"
    parameter = parameters[key]
    unit = parameter.unit
    tail = f" {unit}" if unit not in NO_UNIT and parameter.kind in RANGED and value is not None else ""
    return f"{name_of(key)}{link}{value_text(value, parameter)}{tail}"


def settings(row: Mapping[str, Any], keys: Sequence[str], parameters: Mapping[str, Parameter]) -> str:
    """What a point is set to, in words."""
    return ", ".join(setting(key, row[key], parameters) for key in keys)


def clause(row: Mapping[str, Any], keys: Sequence[str], parameters: Mapping[str, Parameter]) -> str:
    """``when onset is 2021-10-01 and capacity is 20 t/day``."""
    parts = [setting(key, row[key], parameters, " is ") for key in keys]
    return "when " + " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def parameters_of(spec: SweepSpec) -> dict[str, Parameter]:
    """The parameter of each factor by key."""
    return {factor.key: factor.parameter for factor in spec.factors}


def title_of(found: Measure) -> str:
    """A measure as words."""
    return found.meaning if found.is_share else {**MEASURES, **LOSSES}.get(found.name, found.meaning).removesuffix(" *")


def amount(found: Measure, value: float | None) -> str:
    """A value of a measure: a share as runs of 100, a mean as it is. 0 and 100 are said only where it is so."""
    if value is None or not math.isfinite(value):
        return "-"
    value = round(value, 12) + 0.0  # no -0, and no dust of differences
    if found.is_share:
        text = f"{100 * value:.0f}"
        return "<1" if text == "0" and value > 0 else ">99" if text == "100" and value < 1 else text
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def level_text(found: Measure, at: float) -> str:
    """A level as it was asked for: ``50 of 100``, ``0.5 of 100``, ``30 days``."""
    return f"{round(100 * at, 10):.12g} of 100" if found.is_share else f"{at:,.12g} {found.unit}"


def usual_level(spec: SweepSpec, found: Measure) -> float | None:
    """The level whose passing is the tipping line: the one refined, else half of the runs; none for a mean."""
    if spec.refine and measure(spec.refine.outcome).column == found.column:
        return spec.refine.at
    return 0.5 if found.is_share else None


def upper_first(text: str) -> str:
    """The same with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def unit_of(found: Measure) -> str:
    """What an amount is counted in."""
    return "of 100 runs" if found.is_share else found.unit
