"""A sweep in words: names and values of what was varied, and the sentence that says what it shows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.experiment.sweeps.factors import RANGED, Factor
from sim.experiment.sweeps.measures import Measure, measure
from sim.experiment.sweeps.spec import SweepSpec
from sim.params import Parameter
from sim.report.sweeps.figures import policy_keys, policy_rows
from sim.report.tables import LOSSES, MEASURES
from sim.scenario.values import plain

if TYPE_CHECKING:
    import polars as pl

NO_UNIT = {"", "-", "1", "0-1", "-1 to 1", "date", "site", "district", "share", "probability"}
_SIDES = ("attacker", "defender")
ROUGHLY_NONE = 0.1
"""Rank correlation below which a factor is not named as what matters."""


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
    return text[:1].upper() + text[1:] + (f" ({parameter.unit})" if parameter.unit not in NO_UNIT else "")


def name_of(key: str) -> str:
    """A parameter's key as words: its last part, with the side where it is one's own."""
    section, _, last = key.rpartition(".")
    return (f"{section} " if section in _SIDES else "") + last.replace("_", " ")


def value_text(value: object) -> str:
    """A value without a false show of precision."""
    return f"{value:.4g}" if isinstance(value, float) else plain(value)


def setting(key: str, value: object, parameters: Mapping[str, Parameter]) -> str:
    """``corridor capacity 20 t/day``."""
    if key not in parameters:
        return f"{key} {value_text(value)}"
    unit = parameters[key].unit
    tail = f" {unit}" if unit not in NO_UNIT and parameters[key].kind in RANGED and value is not None else ""
    return f"{name_of(key)} {value_text(value)}{tail}"


def settings(row: Mapping[str, Any], keys: Sequence[str], parameters: Mapping[str, Parameter]) -> str:
    """What a point is set to, in words."""
    return ", ".join(setting(key, row[key], parameters) for key in keys)


def parameters_of(spec: SweepSpec) -> dict[str, Parameter]:
    """The parameter of each factor by key."""
    return {factor.key: factor.parameter for factor in spec.factors}


def title_of(found: Measure) -> str:
    """A measure as words."""
    return found.meaning if found.is_share else {**MEASURES, **LOSSES}.get(found.name, found.meaning).removesuffix(" *")


def amount(found: Measure, value: float | None) -> str:
    """A value of a measure: a share as runs of 100, a mean with its unit."""
    if value is None:
        return "-"
    if found.is_share:
        return f"{100 * value:.0f}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def usual_level(spec: SweepSpec, found: Measure) -> float | None:
    """The level whose passing is the tipping line: the one refined, else half of the runs; none for a mean."""
    if spec.refine and measure(spec.refine.outcome).column == found.column:
        return spec.refine.at
    return 0.5 if found.is_share else None


def sentence(frame: pl.DataFrame, spec: SweepSpec) -> str:
    """What the first outcome comes to at its lowest and highest point, and where it tips."""
    import polars as pl

    found = measure(spec.outcomes[0])
    table = frame.with_columns(value=pl.col(found.column)).filter(pl.col("value").is_not_null())
    if table.is_empty():
        return "No run came to its end."
    names = parameters_of(spec)
    lowest, highest = (table.sort("value", maintain_order=True).row(end, named=True) for end in (0, -1))
    what = title_of(found)
    what = what[:1].upper() + what[1:]
    if lowest["value"] == highest["value"]:
        return f"{what}: {_amount(found, lowest['value'])} at every point; what was varied makes no difference to it."
    if spec.design != "grid" and spec.uncertainties:
        return f"{what}: {_of_sample(table, spec, found)}."
    told = f"{what}: {_amount(found, lowest['value'])} at {settings(lowest, spec.keys, names)}, {_few(found, highest)}"
    told += f" at {settings(highest, spec.keys, names)}"
    tips = _tips(table, spec, found)
    return f"{told}; {tips}." if tips else f"{told}."


def _amount(found: Measure, value: float) -> str:
    if found.is_share:
        return f"in {amount(found, value)} of 100 runs"
    return f"{amount(found, value)} {found.unit} in the mean"


def _few(found: Measure, row: Mapping[str, Any]) -> str:
    return ("in " if found.is_share else "") + amount(found, row["value"])


def _tips(table: pl.DataFrame, spec: SweepSpec, found: Measure) -> str:
    """Where it tips along a factor of numbers or dates, for the others at both ends."""
    at = usual_level(spec, found)
    along = [f for f in spec.factors if f.parameter.kind in RANGED and None not in f.levels]
    if at is None or not along:
        return ""
    low, high = float(table["value"].min()), float(table["value"].max())  # type: ignore[arg-type] # a float column
    level = f"{100 * at:.0f} of 100" if found.is_share else amount(found, at)
    if not low < at <= high:
        return f"it is {'above' if low >= at else 'below'} {level} everywhere, so it tips nowhere"
    ways = [(factor, _passing(table, spec, factor, at)) for factor in along]
    factor, (rows, count) = max(ways, key=lambda way: (len(way[1][0]), len(way[0].levels)))
    if not rows:
        return ""
    shown = [rows[0], rows[-1]] if len(rows) > 1 else rows
    told = ", and ".join(f"between {spans}{f' at {where}' if where else ''}" for where, spans in shown)
    rest = f" (in {len(rows)} of {count} rows)" if len(rows) < count else ""
    return f"it passes {level} along {name_of(factor.key)} {told}{rest}"


def _passing(table: pl.DataFrame, spec: SweepSpec, factor: Factor, at: float) -> tuple[list[tuple[str, str]], int]:
    """Where the other factors stand, and the steps between which the level is passed, for each row that passes it;
    and the number of rows."""
    others = [key for key in spec.keys if key != factor.key]
    groups = [g for _, g in table.sort(others).group_by(others, maintain_order=True)] if others else [table]
    found = []
    for group in groups:
        rows = group.sort(factor.key)
        values, levels = rows["value"].to_list(), rows[factor.key].to_list()
        turns = [i for i in range(1, len(values)) if (values[i - 1] < at) != (values[i] < at)]
        if turns:
            spans = [f"{value_text(levels[i - 1])} and {value_text(levels[i])}" for i in turns[:2]]
            more = f" and {len(turns) - 2} times more" if len(turns) > 2 else ""
            where = settings(group.row(0, named=True), others, parameters_of(spec))
            found.append((where, ", again between ".join(spans) + more))
    return found, len(groups)


def _of_sample(table: pl.DataFrame, spec: SweepSpec, found: Measure) -> str:
    """Mean and ends over a sample, the policies with the lowest and highest mean, and what it goes with."""
    low, high, mean = (amount(found, getattr(table["value"], name)()) for name in ("min", "max", "mean"))
    unit = "of 100 runs" if found.is_share else found.unit
    parts = [f"{mean} {unit} in the mean over {table.height} points, from {low} to {high}"]
    policies = policy_rows(table, spec, found)
    if len(policies) > 1:
        ends = sorted(policies, key=lambda row: row["mean"])
        told = [
            f"{amount(found, row['mean'])} at {settings(row, policy_keys(spec), parameters_of(spec))}"
            for row in (ends[0], ends[-1])
        ]
        parts.append(f"by policy, from {told[0]}, to {told[1]}")
    parts += [strongest] if (strongest := _strongest(table, spec)) else []
    return "; ".join(parts)


def _strongest(table: pl.DataFrame, spec: SweepSpec) -> str:
    """The uncertainty with which the outcome changes most, by rank correlation."""
    ranked = [(abs(c), c, f) for f in spec.uncertainties if (c := rank_correlation(table, f)) is not None]
    if not ranked:
        return ""
    size, sign, factor = max(ranked, key=lambda item: item[0])
    if size < ROUGHLY_NONE:
        return "no single uncertainty moves it by itself"
    way = "rises" if sign > 0 else "falls"
    name = name_of(factor.key)
    return f"of the uncertainties it goes most with {name}, with which it {way} (rank correlation {sign:+.2f})"


def rank_correlation(table: pl.DataFrame, factor: Factor) -> float | None:
    """Spearman's correlation of the column ``value`` with a factor of numbers or dates; None where there is none."""
    import polars as pl

    if factor.parameter.kind not in RANGED or table[factor.key].null_count():
        return None
    column = table[factor.key].cast(pl.Date).cast(pl.Int32) if factor.parameter.kind == "date" else table[factor.key]
    found = pl.DataFrame({"a": column.rank(), "b": table["value"].rank()}).select(pl.corr("a", "b")).item()
    return None if found is None or math.isnan(found) else float(found)
