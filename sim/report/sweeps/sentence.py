"""The sentence that says what a sweep shows of an outcome, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.experiment.sweeps.factors import RANGED, Factor
from sim.experiment.sweeps.measures import Measure, measure
from sim.experiment.sweeps.spec import SweepSpec
from sim.report.sweeps.figures import (
    comparable,
    critical_correlation,
    policy_keys,
    policy_rows,
    rank_correlations,
    sample_means,
    span,
)
from sim.report.sweeps.words import (
    amount,
    clause,
    level_text,
    name_of,
    parameters_of,
    settings,
    title_of,
    unit_of,
    upper_first,
    usual_level,
    value_text,
)

if TYPE_CHECKING:
    import polars as pl


class _Row(NamedTuple):
    """Where the level is passed with the other factors as ``where`` says; ``unsure`` where luck may have moved it."""

    where: str
    spans: str
    unsure: bool


def sentence(frame: pl.DataFrame, spec: SweepSpec, outcome: str = "") -> str:
    """What an outcome, by default the first, comes to at its lowest and highest point, and where it tips."""
    import polars as pl

    found = measure(outcome or spec.outcomes[0])
    told = frame.hstack(found.bounds(frame)).filter(pl.col("value").is_not_null())
    if told.is_empty():
        return "No run came to its end." if frame["runs"].sum() == frame["failed"].sum() else f"{_what(found)}: no run."
    table = comparable(told, spec)
    if table.is_empty():
        return f"{_what(found)}: {_nowhere(told, spec, found)}."
    low, high = _ends(table)
    same = table["value"].min() == table["value"].max()
    overlap = low.max() <= high.min()  # type: ignore[operator] # columns of floats
    if table.height > 1 and overlap and (same or spec.draws == "fresh"):
        return f"{_what(found)}: {_no_difference(table, found)}."
    luck = ["these intervals overlap, so the difference may be luck"] if table.height > 1 and overlap else []
    if spec.design != "grid" and spec.uncertainties:
        return f"{_what(found)}: {'; '.join(_of_sample(table, spec, found, luck))}."
    parts = [_lowest_and_highest(table, spec, found), *luck]
    parts += [tips] if (tips := _tips(told, table, spec, found)) else []
    return f"{_what(found)}: {'; '.join(parts)}."


def runs_a_point(table: pl.DataFrame, found: Measure) -> str:
    """``100 runs a point``: those that ended, or, for a mean, in which it happened."""
    counts = table[f"{found.column}_n"] if not found.is_share else table["runs"] - table["failed"]
    least, most = counts.min(), counts.max()
    return f"{least!s} runs a point" if least == most else f"{least!s} to {most!s} runs a point"


def place_of(row: Mapping[str, Any], ties: int, spec: SweepSpec) -> str:
    """Where a point lies, and how many others come to the same."""
    where = clause(row, spec.keys, parameters_of(spec))
    return where if ties == 1 else f"at {ties} points, among them {where}"


def _what(found: Measure) -> str:
    return upper_first(title_of(found))


def _ends(table: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Interval ends of the points; one run tells nothing of a mean, so its interval is without ends."""
    return table["low"].fill_null(-math.inf), table["high"].fill_null(math.inf)


def _interval(found: Measure, row: Mapping[str, Any]) -> str:
    if row["low"] is None or row["high"] is None:
        return "no interval"
    return f"{amount(found, row['low'])} to {amount(found, row['high'])}"


def _value(found: Measure, value: float) -> str:
    return f"in {amount(found, value)} of 100 runs" if found.is_share else f"{amount(found, value)} {found.unit}"


def _no_difference(table: pl.DataFrame, found: Measure) -> str:
    least, most = (float(getattr(table["value"], end)()) for end in ("min", "max"))
    value = amount(found, least) + (f" to {amount(found, most)}" if amount(found, least) != amount(found, most) else "")
    value = f"in {value} of 100 runs" if found.is_share else f"{value} {found.unit}"
    low, high = _ends(table)
    ends = {"low": float(low.min()), "high": float(high.max())}  # type: ignore[arg-type] # columns of floats
    within = f" (each {'share' if found.is_share else 'mean'} lies within {_interval(found, ends)})"
    within = within if all(map(math.isfinite, ends.values())) else ""
    return f"{value} at every point; no point differs from another beyond luck at {runs_a_point(table, found)}{within}"


def _lowest_and_highest(table: pl.DataFrame, spec: SweepSpec, found: Measure) -> str:
    ends = span(table.drop("value", "low", "high", "n"), found)
    low, high = ends["lowest"], ends["highest"]
    first = f"{_value(found, low['value'])} ({_interval(found, low)}; {runs_a_point(table, found)})"
    if low["value"] == high["value"]:
        return f"{first} {place_of(low, ends['lowest_ties'], spec)}"
    second = f"{'in ' if found.is_share else ''}{amount(found, high['value'])} ({_interval(found, high)})"
    places = [place_of(ends[word], ends[f"{word}_ties"], spec) for word in ("lowest", "highest")]
    return f"lowest {first} {places[0]}; highest {second} {places[1]}"


def _nowhere(table: pl.DataFrame, spec: SweepSpec, found: Measure) -> str:
    """What is left to say when no node of a refined map was given all its runs."""
    least, most = (float(getattr(table["value"], end)()) for end in ("min", "max"))
    at = usual_level(spec, found)
    side = "" if at is None or least < at <= most else f"it is {_side(least, at)} {level_text(found, at)}"
    side = side or "its values are of nodes picked for another outcome"
    return f"{side} at all {table.height} nodes looked at ({runs_a_point(table, found)})"


def _side(least: float, at: float) -> str:
    return "above" if least >= at else "below"


def _tips(every: pl.DataFrame, table: pl.DataFrame, spec: SweepSpec, found: Measure) -> str:
    """Where it tips along a factor of numbers or dates, for the others at both ends."""
    at = usual_level(spec, found)
    along = [f for f in spec.factors if f.parameter.kind in RANGED and None not in f.levels]
    if at is None or not along:
        return ""
    low, high = (float(getattr(every["value"], end)()) for end in ("min", "max"))
    level = level_text(found, at)
    if not low < at <= high:
        return f"it is {_side(low, at)} {level} {'at every node looked at' if spec.refine else 'at every point'}"
    ways = [(factor, _passing(table, spec, factor, at)) for factor in along]
    factor, (rows, count) = max(ways, key=lambda way: (len(way[1][0]), len(way[0].levels)))
    if not rows:
        return ""
    shown = [rows[0], rows[-1]] if len(rows) > 1 else rows
    told = ", and ".join(f"between {row.spans}{f' {row.where}' if row.where else ''}" for row in shown)
    rest = f" (in {len(rows)} of {count} rows)" if len(rows) < count and not spec.refine else ""
    unsure = f"; intervals beside it contain {level}, so luck may move where" if any(r.unsure for r in shown) else ""
    return f"it passes {level} along {name_of(factor.key)} {told}{rest}{unsure}"


def _passing(table: pl.DataFrame, spec: SweepSpec, factor: Factor, at: float) -> tuple[list[_Row], int]:
    """Where the level is passed, for each row of points that passes it, and the number of rows.

    Steps that lie next to each other: between two nodes of a refined map with others between them nothing is said.
    """
    others = [key for key in spec.keys if key != factor.key]
    groups = [g for _, g in table.sort(others).group_by(others, maintain_order=True)] if others else [table]
    order = {level: number for number, level in enumerate(sorted(factor.levels))}  # type: ignore[type-var]
    found = []
    for group in groups:
        rows = group.sort(factor.key).to_dicts()
        turns = []
        for before, after in pairwise(rows):
            beside = not spec.refine or order[after[factor.key]] - order[before[factor.key]] == 1
            if beside and (before["value"] < at) != (after["value"] < at):
                turns.append((before, after))
        if turns:
            spans = [f"{value_text(a[factor.key])} and {value_text(b[factor.key])}" for a, b in turns[:2]]
            more = {0: "", 1: " and once more"}.get(max(len(turns) - 2, 0), f" and {len(turns) - 2} times more")
            where = clause(rows[0], others, parameters_of(spec)) if others else ""
            unsure = any(_contains(row, at) for pair in turns for row in pair)
            found.append(_Row(where, ", again between ".join(spans) + more, unsure))
    return found, len(groups)


def _contains(row: Mapping[str, Any], at: float) -> bool:
    low, high = row["low"], row["high"]
    return low is None or high is None or low <= at <= high


def _of_sample(table: pl.DataFrame, spec: SweepSpec, found: Measure, luck: Sequence[str]) -> list[str]:
    """Mean and ends over a sample, the policies with the lowest and highest mean, and what it goes with."""
    ends = span(table.drop("value", "low", "high", "n"), found)
    told = [f"{amount(found, ends[w]['value'])} ({_interval(found, ends[w])})" for w in ("lowest", "highest")]
    mean = amount(found, ends["mean"])
    parts = [f"{mean} {unit_of(found)} in the mean over {table.height} points, from {told[0]} to {told[1]}"]
    parts[0] += f", {runs_a_point(table, found)}"
    parts += luck
    policies = policy_rows(table.drop("value"), spec, found)
    if len(policies) > 1:
        parts.append(_by_policy(policies, spec, found))
    return [*parts, *_goes_with(table, spec)]


def _by_policy(policies: Sequence[Mapping[str, Any]], spec: SweepSpec, found: Measure) -> str:
    ranked = sorted(policies, key=lambda row: row["mean"])
    low, high = ranked[0], ranked[-1]
    if amount(found, low["mean"]) == amount(found, high["mean"]):
        return f"by policy, {amount(found, low['mean'])} for each of the {len(ranked)}"
    names = parameters_of(spec)
    told = [f"{amount(found, row['mean'])} at {settings(row, policy_keys(spec), names)}" for row in (low, high)]
    return f"by policy, from {told[0]}, to {told[1]}"


def _goes_with(table: pl.DataFrame, spec: SweepSpec) -> list[str]:
    """The uncertainty with which the outcome changes most, if that is more than luck would do."""
    means = sample_means(table, spec)
    ranked = rank_correlations(means, spec)
    if not ranked:
        return []
    factor = max(ranked, key=lambda f: abs(ranked[f]))
    over = f"over {means.height} samples"
    if abs(ranked[factor]) <= critical_correlation(means, spec):
        return [f"no uncertainty's rank correlation with it passes what luck gives in 5 % of cases {over}"]
    way = "rises" if ranked[factor] > 0 else "falls"
    with_it = f"with which it {way} (rank correlation {ranked[factor]:+.2f} {over}, beyond luck at 5 %)"
    return [f"of the uncertainties it goes most with {name_of(factor.key)}, {with_it}"]
