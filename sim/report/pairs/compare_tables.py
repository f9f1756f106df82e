"""The small tables under the charts of a comparison: what is drawn, as numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.experiment.pairs.compare import Comparison, paired_outcomes
from sim.report.files import table_csv
from sim.report.pairs.compare_figures import headline_quantity, held_curve
from sim.report.pairs.compare_map import taken_at_end

CHART_TABLES = {
    "curves.csv": "Of 100 runs, those in which the main floor is not yet taken",
    "map.csv": "Of 100 runs, those in which the attacker controls the floor at the end",
    "pairs.csv": "Matched pairs, by run",
}
"""File and title of each; ``name.csv`` is the table of ``name.svg``."""


def chart_tables(comparison: Comparison) -> dict[str, str]:
    """File name and CSV text of each."""
    return {"curves.csv": curves_csv(comparison), "map.csv": map_csv(comparison), "pairs.csv": pairs_csv(comparison)}


def curves_csv(comparison: Comparison) -> str:
    """Day by day, of 100 runs of each scenario, those in which the main floor is not yet taken."""
    curves = [held_curve(ensemble)[0] for ensemble in comparison.ensembles]
    days = range(max(map(len, curves)))
    rows = ([day, *(_told(100 * c[day]) if day < len(c) else "" for c in curves)] for day in days)
    return table_csv(["day", *comparison.letters], rows)


def map_csv(comparison: Comparison) -> str:
    """District by district, of 100 runs, those in which its floor is the attacker's at the end, and the differences."""
    shares = [
        dict(zip((d.name for d in ensemble.districts), 100 * taken_at_end(ensemble), strict=True))
        for ensemble in comparison.ensembles
    ]
    letters = comparison.letters[1:]
    head = ["district", "A", *(name for letter in letters for name in (letter, f"{letter} minus A"))]
    rows = []
    for name in dict.fromkeys(name for share in shares for name in share):
        base = shares[0].get(name, np.nan)
        both = [(share.get(name, np.nan), share.get(name, np.nan) - base) for share in shares[1:]]
        rows.append([name, _told(base), *(_told(value) for pair in both for value in pair)])
    return table_csv(head, rows)


def pairs_csv(comparison: Comparison) -> str:
    """Run by run, the quantity that the sentence tells, in the baseline and each alternative, and the difference."""
    found: dict[int, dict[str, float]] = {}
    head = ["replicate"]
    for letter, other in zip(comparison.letters[1:], comparison.alternatives, strict=True):
        key = headline_quantity(other)
        columns = [f"A {key}", f"{letter} {key}", f"{letter} minus A"]
        head += [column for column in columns if column not in head]
        numbers = sorted(
            {r.replicate for r in comparison.baseline.finished} & {r.replicate for r in other.ensemble.finished}
        )
        for number, (a, b) in zip(numbers, paired_outcomes(comparison.baseline, other.ensemble), strict=True):
            x, y = a.quantities[key], b.quantities[key]
            found.setdefault(number, {}).update(zip(columns, (x, y, y - x), strict=True))
    rows = ([n, *(_told(found[n].get(column, np.nan)) for column in head[1:])] for n in sorted(found))
    return table_csv(head, rows)


def _told(value: Any) -> str:
    """Ten digits; empty for NaN, and never a minus before zero."""
    return f"{round(float(value), 9) + 0.0:.10g}" if np.isfinite(value) else ""
