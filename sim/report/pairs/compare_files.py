"""The files of a comparison: report, numbers, every pair, charts, and the manifest that lists them."""

from __future__ import annotations

import json
import math
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.experiment.pairs.compare import Alternative, Comparison, rows_of
from sim.observe.outcome import BITS, QUANTITIES, Outcome
from sim.report import figures as look
from sim.report.files import table_csv, write_text
from sim.report.manifest import FILE, forget_manifest, write_manifest
from sim.report.pairs.compare_figures import draw_curves, draw_differences, headline_quantity
from sim.report.pairs.compare_json import compare_json
from sim.report.pairs.compare_map import MOST, draw_map
from sim.report.pairs.compare_sentence import sentence
from sim.report.pairs.compare_tables import CHART_TABLES, chart_tables
from sim.report.pairs.compare_text import compare_text
from sim.report.pairs.compare_words import NOTE, cautions, name_of
from sim.report.run_figures import reference, set_by_hand
from sim.scenario.run_parameters import SEED
from sim.scenario.values import plain


def write_compare(comparison: Comparison, folder: str | Path) -> list[Path]:
    """Write summary, report, tables, charts and, last, the manifest. InputError where one cannot be written."""
    folder = Path(folder)
    forget_manifest(folder)  # until all is written, the folder is not to be read as a whole
    texts = {
        "summary.json": json.dumps(compare_json(comparison), indent=2, ensure_ascii=False) + "\n",
        "report.txt": compare_text(comparison, every=True),
        "runs.csv": runs_csv(comparison),
    }
    named = zip(comparison.letters[1:], comparison.alternatives, strict=True)
    tables: list[dict[str, Any]] = []
    for number, (letter, other) in enumerate(named, start=1):
        file = "differences.csv" if number == 1 else f"differences-{number}.csv"
        texts[file] = rows_csv(in_reading_order(other))
        tables.append({"file": file, "title": f"Differences of {letter} (b) from A (a), the clearest quantities first"})
    tables.append({"file": "runs.csv", "title": "Every run: all it came to in each scenario", "shown": False})
    charts = _write_charts(comparison, folder)
    if charts:
        texts |= chart_tables(comparison)
        tables += [{"file": file, "title": title} for file, title in CHART_TABLES.items()]
    written = [write_text(folder / name, text) for name, text in texts.items()]
    base = comparison.baseline
    write_manifest(
        folder,
        kind="compare",
        title=" | ".join(dict.fromkeys(ensemble.scenario.title for ensemble in comparison.ensembles)),
        scenarios=[ensemble.scenario for ensemble in comparison.ensembles],
        seed=base.scenario.typed(SEED, int),
        replicates=base.asked,
        runs=sum(len(ensemble.results) for ensemble in comparison.ensembles),
        failed=comparison.failed,
        sentence=" ".join(sentence(comparison, other) for other in comparison.alternatives),
        figures=charts,
        tables=tables,
        settings=settings(comparison),
        limits=cautions(comparison),
    )
    return [*written, *(folder / chart[0] for chart in charts), folder / FILE]


def rows_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Flat rows as CSV; an empty field is NaN or infinite."""
    head = list(rows[0]) if rows else []
    return table_csv(head, ([_field(row[key]) for key in head] for row in rows))


def in_reading_order(alternative: Alternative) -> list[dict[str, Any]]:
    """Rows of bits and outcome classes, then of quantities: clear ones first, by standard deviations."""
    rows = rows_of(alternative)
    shares = [row for row in rows if row["kind"] != "quantity"]
    quantities = [row for row in rows if row["kind"] == "quantity"]
    quantities.sort(key=lambda r: (not r["clear"], -abs(r["effect"]) if math.isfinite(r["effect"]) else math.inf))
    return [*shares, *quantities]


def _field(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float):
        return f"{value + 0.0:.10g}" if math.isfinite(value) else ""
    return value


def runs_csv(comparison: Comparison) -> str:
    """A row for each replicate with what it came to in each scenario; empty fields: did not happen, or failed."""
    runs = [{r.replicate: r.outcome for r in ensemble.results} for ensemble in comparison.ensembles]
    keys = ["outcome", *BITS, *QUANTITIES]
    head = ["replicate", *(f"{letter}:{key}" for letter in comparison.letters for key in keys)]
    numbers = sorted(set().union(*runs))
    rows = ([number, *(field for of in runs for field in _fields(of.get(number), keys))] for number in numbers)
    return table_csv(head, rows)


def _fields(outcome: Outcome | None, keys: Sequence[str]) -> list[Any]:
    if outcome is None:
        return [""] * len(keys)
    found = {"outcome": outcome.outcome, **outcome.bits, **outcome.quantities}
    return [_field(found[key]) for key in keys]


def _write_charts(comparison: Comparison, folder: Path) -> list[tuple[str, str, str]]:
    """Draw what there is to draw: file, title and text of each chart."""
    if not all(ensemble.finished for ensemble in comparison.ensembles):
        return []
    count = len(comparison.alternatives)
    told = ", ".join(dict.fromkeys(name_of(headline_quantity(other)) for other in comparison.alternatives))
    lost = " Of all finished runs, paired or not." if comparison.failed else ""
    charts = [
        (
            "curves.svg",
            "How long is the main floor held?",
            "Of 100 runs, those in which the attacker has not yet held the whole main floor, day by day, with 95 % "
            "bands. Shaded, and on top: when the high passes close, in nine of ten runs." + lost,
            (7.4, 3.9 + 0.18 * count),
            draw_curves,
        ),
        (
            "map.svg",
            "Where does it differ?",
            "Of 100 runs, those in which the attacker controls a district's floor at the end, in each scenario, and "
            "the difference." + lost + (f" The first {MOST} alternatives." if count > MOST else ""),
            (9.6, 3.4 * min(count, MOST) + 0.5),
            draw_map,
        ),
        (
            "pairs.svg",
            "How do matched pairs differ?",
            f"Each step is a pair of runs with the same luck ({told}); line and band: mean with its 95 % "
            f"interval. {NOTE}",
            (7.4, 2.9 * count + 0.4),
            draw_differences,
        ),
    ]
    for file, title, text, size, draw in charts:
        figure = look.new_figure(*size)
        draw(figure, comparison)
        look.save_svg(figure, folder / file, title=title, description=text)
    return [(file, title, text) for file, title, text, _, _ in charts]


def settings(comparison: Comparison) -> dict[str, Any]:
    """What was asked, and the command that asks it again."""
    base, others = comparison.baseline, [other.ensemble.scenario for other in comparison.alternatives]
    numbers = [result.replicate for ensemble in comparison.ensembles for result in ensemble.results]
    first, seed = min(numbers, default=0), base.scenario.typed(SEED, int)
    for_all = {key: base.scenario[key] for key in set_by_hand(base.scenario)}
    for_b = {key: s[key] for s in others for key in set_by_hand(s) if for_all.get(key, ...) != s[key]}
    words = ["standoff", "compare", *(reference(s) for s in (base.scenario, *others))]
    words += ["-n", str(base.asked), "--seed", str(seed), *(["--first", str(first)] if first else [])]
    words += [word for key, value in for_all.items() for word in ("--set", f"{key}={plain(value)}")]
    words += [word for key, value in for_b.items() for word in ("--set-b", f"{key}={plain(value)}")]
    return {
        "scenarios": [reference(s) for s in (base.scenario, *others)],
        "replicates": base.asked,
        "first": first,
        "seed": seed,
        "set": {key: plain(value) for key, value in for_all.items()},
        "set_b": {key: plain(value) for key, value in for_b.items()},
        "command": shlex.join(words),
    }
