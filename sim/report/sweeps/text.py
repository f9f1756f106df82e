"""A sweep as plain text: the sentence, what was varied, each outcome over the points and by policy, the points."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim import __version__
from sim.experiment.sweeps.measures import Measure, measure
from sim.experiment.sweeps.spec import SweepSpec
from sim.report.sweeps.figures import comparable, has_policies, policy_keys, policy_rows, span
from sim.report.sweeps.sentence import sentence
from sim.report.sweeps.words import (
    amount,
    axis_label,
    level_text,
    name_of,
    parameters_of,
    settings,
    title_of,
    unit_of,
    upper_first,
    value_text,
    values_text,
)
from sim.report.tables import WIDTH, wrapped
from sim.report.words import LIMITS

if TYPE_CHECKING:
    import polars as pl

    from sim.experiment.sweeps.sweep import Sweep

MOST_ROWS = 20
"""Points that the table shows."""
MOST_POLICIES = 20
POLICY_WIDE, FIGURE_WIDTHS = 44, (8, 9, 9, 12, 12)
"""Columns of the table of policies."""
MOST_KEYS = 4
"""Factors up to which a point is told by its values, and not by its number."""


def headline(sweep: Sweep) -> str:
    """The sentence that says what the sweep shows."""
    return sentence(sweep.table, sweep.spec)


def sweep_text(sweep: Sweep) -> str:
    """The whole report."""
    spec, table = sweep.spec, sweep.table
    parts = [_head(sweep), wrapped(headline(sweep)), _varied(spec)]
    parts += [_outcome(table, spec, measure(name)) for name in spec.outcomes]
    if spec.refine:
        parts.append(wrapped(why_no_means(spec)))
    if has_policies(spec):
        parts += [_policies(table, spec, measure(name)) for name in spec.outcomes]
    parts += [_points(table, spec)]
    if sweep.failed:
        where = table.filter(table["failed"] > 0)["point"].to_list()
        some = ", ".join(map(str, where[:10])) + (", …" if len(where) > 10 else "")
        told = f"{sweep.failed} runs failed and are left out of all shares and means; at points {some}."
        parts.append(wrapped(told))
    parts.append("\n".join(LIMITS))
    return "\n\n".join(parts) + "\n"


def why_no_means(spec: SweepSpec) -> str:
    """Why a refined map gives neither means nor policies."""
    return (
        "No means, policies or regret: the nodes were picked along the tipping line and stand for no whole. Lowest and "
        f"highest are of nodes with all {spec.replicates} runs."
    )


def _head(sweep: Sweep) -> str:
    spec = sweep.spec
    names = ", ".join(scenario.name for scenario in sweep.scenarios)
    title = spec.title or "Sweep of " + ", ".join(scenario.title for scenario in sweep.scenarios)
    lines = textwrap.wrap(title, WIDTH)
    facts = [
        names,
        f"{len(sweep.points)} points" + (f" of {spec.point_count} in the full grid" if spec.refine else ""),
        f"{sweep.runs} runs" + (f", {sweep.failed} failed" if sweep.failed else ""),
        _design(spec),
        f"seed {sweep.points[0].base['run.seed']}",
        f"sweep {spec.hash}",
        f"Standoff {__version__}",
    ]
    found = ["\n".join([*lines, "=" * max(map(len, lines))]), wrapped(" · ".join(facts))]
    return "\n".join([*found, *([wrapped(spec.question)] if spec.question else [])])


def _design(spec: SweepSpec) -> str:
    if spec.refine:
        found = measure(spec.refine.outcome)
        return f"refined along {found.name} = {level_text(found, spec.refine.at)}"
    kinds = {"grid": "full grid", "lhs": "Latin hypercube sample", "sobol": "Sobol sequence"}
    luck = "the same luck at every point" if spec.draws == "paired" else "fresh luck for each sample"
    return f"{kinds[spec.design]}, {luck}"


def _varied(spec: SweepSpec) -> str:
    lines = ["Varied"]
    for name, factors in (("uncertainty", spec.uncertainties), ("lever", spec.levers)):
        for factor in factors:
            values = values_text(factor.levels)
            if factor.is_range:
                steps = f", {factor.steps} steps" if factor.steps else ""
                values = f"{value_text(factor.low)} to {value_text(factor.high)}{steps}"
                values += ", equal ratios" if factor.scale == "log" else ""
            lines.append(wrapped(f"{factor.key} ({name}): {values}. {axis_label(factor.parameter)}", "  ", "    "))
    if len(spec.scenarios) > 1:
        lines.append(wrapped(f"scenario (lever): {', '.join(spec.scenarios)}", "  ", "    "))
    lines += [f"  constant: {key} = {value_text(value)}" for key, value in sorted(spec.constants.items())]
    return "\n".join(lines)


def _outcome(table: pl.DataFrame, spec: SweepSpec, found: Measure) -> str:
    lines = [wrapped(f"{upper_first(title_of(found))}, {unit_of(found)} ({found.name})")]
    ends = span(comparable(table, spec), found)
    if not ends:
        why = f"no node was given all {spec.replicates} runs" if spec.refine else "no run to tell"
        return "\n".join([*lines, f"  {why}"])
    names = parameters_of(spec)
    same = ends["lowest"]["value"] == ends["highest"]["value"]
    for word in ("lowest",) if same else ("lowest", "highest"):
        row = ends[word]
        between = f"{amount(found, row['low'])} to {amount(found, row['high'])}"
        where = settings(row, _told_keys(spec), names)
        where = f"point {row['point']}" + (f" ({where})" if where else "") if _is_long(spec) else where
        ties = ends[f"{word}_ties"]
        where = where if ties == 1 else f"{ties} points, among them {where}"
        told = f"{'always' if same else word:<8}{amount(found, row['value']):>7}   ({between})  at {where}"
        lines.append(wrapped(told, "  ", " " * 12))
    if spec.refine is None:
        lines.append(f"  {'mean':<8}{amount(found, ends['mean']):>7}   over {ends['points']} points")
    return "\n".join(lines)


def _policies(table: pl.DataFrame, spec: SweepSpec, found: Measure) -> str:
    """For each policy its mean, lowest and highest over the uncertainties, and how much it can miss."""
    lines = [wrapped(f"{upper_first(title_of(found))}, by policy over the uncertainties, {unit_of(found)}")]
    names = parameters_of(spec)
    keys = ", ".join(name_of(key) for key in policy_keys(spec))
    head = keys if len(keys) < POLICY_WIDE else "policy"
    heads = zip(("mean", "lowest", "highest", "most below", "most above"), FIGURE_WIDTHS, strict=True)
    lines.append(f"  {head:<{POLICY_WIDE}}" + "".join(f"{text:>{width}}" for text, width in heads))
    rows = policy_rows(table, spec, found)
    for row in rows[:MOST_POLICIES]:
        label = ", ".join(value_text(row[key], names.get(key)) for key in policy_keys(spec))
        figures = [amount(found, row[key]) for key in ("mean", "lowest", "highest", "below", "above")]
        told = "".join(f"{figure:>{width}}" for figure, width in zip(figures, FIGURE_WIDTHS, strict=True))
        short = label if len(label) < POLICY_WIDE else label[: POLICY_WIDE - 2] + "…"
        lines.append(f"  {short:<{POLICY_WIDE}}{told}")
    if len(rows) > MOST_POLICIES:
        lines.append(f"  … and {len(rows) - MOST_POLICIES} more policies in policies.csv")
    lines.append("  below, above: maximum regret: most by which another policy is higher, lower at one sample")
    return "\n".join(lines)


def _points(table: pl.DataFrame, spec: SweepSpec) -> str:
    """The points, at most 20, evenly picked where there are more."""
    count = table.height
    picked = list(range(count)) if count <= MOST_ROWS else [round(i * (count - 1) / (MOST_ROWS - 1)) for i in range(20)]
    shown = [measure(name) for name in spec.outcomes]
    keys = [*(["sample"] if _is_long(spec) else []), *_told_keys(spec)]
    names = parameters_of(spec)
    head = ["point", *(name_of(key) for key in keys), "runs", *(_short(f) for f in shown)]
    body = []
    for i in picked:
        row = table.row(i, named=True)
        values = [value_text(row[key], names.get(key))[:17] for key in keys]
        figures = [amount(found, row[found.column]) for found in shown]
        body.append([str(row["point"]), *values, str(row["runs"]), *figures])
    title = "Points" if count <= MOST_ROWS else f"Points, {MOST_ROWS} of {count}; all are in summary.csv"
    return "\n".join([f"{title} (shares of 100 runs)", *_columns([head, *body])])


def _is_long(spec: SweepSpec) -> bool:
    """Whether a point has too many values to be told in a line."""
    return len(spec.keys) > MOST_KEYS


def _told_keys(spec: SweepSpec) -> Sequence[str]:
    return policy_keys(spec) if _is_long(spec) else spec.keys


def _short(found: Measure) -> str:
    return found.name.replace("_", " ")


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows in columns; the head is broken into words, and columns that do not fit on the page are left out."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    told = []
    room = WIDTH
    for head, *body in columns:
        wide = max(map(len, [*body, *head.split()]))
        room -= wide + 2
        if room < 0:
            break
        words = textwrap.wrap(head, wide) or [""]
        told.append([f"{text:>{wide + 2}}" for text in [*words, *body]])
    deepest = max(len(column) for column in told)
    full = [[" " * len(column[0])] * (deepest - len(column)) + column for column in told]
    return ["".join(row).rstrip() for row in zip(*full, strict=True)]
