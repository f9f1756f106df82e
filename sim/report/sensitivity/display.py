"""The tables under the charts of a sensitivity analysis: a few columns for reading, in the units of the charts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sim.experiment.sensitivity.morris import Morris
from sim.experiment.sensitivity.result import Sensitivity, Stage, ranked
from sim.experiment.sensitivity.sobol import Sobol
from sim.report.files import table_csv, write_text
from sim.report.sensitivity.words import direction, outcome_words, scaled, share, span, unit_words

Rows = Sequence[Sequence[str]]


def write_display(found: Sensitivity, folder: Path) -> list[tuple[str, str]]:
    """Write ``NAME.csv`` for each chart ``NAME.svg``; file and title of each."""
    written = []
    for name in found.plan.outcomes:
        if name not in found.last.indices:
            continue
        rows = effects_rows(found.last, name)
        written.append((_write(rows, folder / f"effects_{name}.csv"), f"What moves the {outcome_words(name)}"))
        if found.last.method == "morris":
            rows = interplay_rows(found.last, name)
            written.append((_write(rows, folder / f"interplay_{name}.csv"), f"Interplay: the {outcome_words(name)}"))
    return written


def effects_rows(stage: Stage, name: str) -> Rows:
    """Head and rows for the bars: every number that changed the outcome of any run, by rank."""
    found = stage.indices[name]
    if isinstance(found, Morris):
        unit = unit_words(name)
        head = ["step, share of range", f"effect of a step, {unit}", "±", "sigma", "way"]
    else:
        head = ["alone (S1)", "±", "in all (ST)", "± of ST"]
    rows = [["rank", "key", "range", *head, "above luck", "grade"]]
    for place, i in enumerate(_moving(found), start=1):
        factor = stage.problem.factors[i]
        above = "yes" if found.above_luck[i] else "not shown"
        rows.append([str(place), factor.key, span(factor), *_numbers(name, found, i), above, factor.grade])
    return rows


def interplay_rows(stage: Stage, name: str) -> Rows:
    """Head and rows for the points of a Morris screening."""
    found = stage.indices[name]
    if not isinstance(found, Morris):
        return []
    unit = unit_words(name)
    rows = [["key", f"effect of a step, {unit}", f"sigma, {unit}", "sigma / effect", "above luck"]]
    for i in _moving(found):
        size, spread = found.effect[i], found.effect_sigma[i]
        above = "yes" if found.above_luck[i] else "not shown"
        ratio = _plain(spread / size) if size > 0 else ""
        key = stage.problem.factors[i].key
        rows.append([key, _plain(scaled(name, size)), _plain(scaled(name, spread)), ratio, above])
    return rows


def _moving(found: Morris | Sobol) -> list[int]:
    return [i for i in ranked(found) if not found.nothing[i]]


def _numbers(name: str, found: Morris | Sobol, i: int) -> list[str]:
    if isinstance(found, Sobol):
        numbers = (found.s1[i], found.s1_conf[i], found.st[i], found.st_conf[i])
        return ["" if share(value) == "-" else share(value) for value in numbers]
    sizes = (found.effect[i], found.effect_conf[i], found.effect_sigma[i])
    return [_plain(found.step[i]), *(_plain(scaled(name, size)) for size in sizes), direction(found, i)]


def _plain(value: float) -> str:
    """Three digits; empty for what is not there."""
    if not np.isfinite(value):
        return ""
    value = 0.0 if abs(value) < 1e-9 else value  # what rounding leaves
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _write(rows: Rows, path: Path) -> str:
    head, *body = rows
    return write_text(path, table_csv(head, body)).name
