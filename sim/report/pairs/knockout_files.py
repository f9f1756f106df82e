"""The files of a knock-out: report, numbers, a chart, and the manifest that lists them."""

from __future__ import annotations

import json
import math
import shlex
from pathlib import Path
from typing import Any

from sim.experiment.pairs.knockout import Effect, Knockout
from sim.report import figures as look
from sim.report.files import table_csv, write_text
from sim.report.manifest import FILE, forget_manifest, write_manifest
from sim.report.pairs.compare_files import rows_csv
from sim.report.pairs.compare_words import NOTE, interval, name_of
from sim.report.pairs.knockout_json import knockout_json
from sim.report.pairs.knockout_text import INTERACT, TOGETHER, cell, knockout_text, sentence
from sim.report.run_figures import reference, set_by_hand
from sim.scenario.run_parameters import SEED
from sim.scenario.values import plain

SHOWN = "days_floor_held"
CHART, TABLE = "knockout.svg", "knockout.csv"


def write_knockout(knockout: Knockout, folder: str | Path) -> list[Path]:
    """Write summary, report, table, chart and, last, the manifest. InputError where one cannot be written."""
    folder = Path(folder)
    forget_manifest(folder)  # until all is written, the folder is not to be read as a whole
    texts = {
        "summary.json": json.dumps(knockout_json(knockout), indent=2, ensure_ascii=False) + "\n",
        "report.txt": knockout_text(knockout),
        TABLE: knockout_csv(knockout),
        "differences.csv": rows_csv(knockout.rows()),
    }
    written = [write_text(folder / name, text) for name, text in texts.items()]
    base = knockout.baseline
    charts = []
    tables: list[dict[str, Any]] = [
        {"file": TABLE, "title": "Difference, without minus with, and its 95 % interval"},
        {"file": "differences.csv", "title": "Every bit, outcome and quantity for each mechanism", "shown": False},
    ]
    drawn = [effect for effect in knockout.effects if effect.without.quantities[SHOWN].changed]
    if drawn:
        text = (
            f"{name_of(SHOWN).capitalize()}: mean difference without each mechanism from the runs with it, and its "
            "95 % interval. Blue: held longer without it, so that the mechanism helps the attacker there; vermillion, "
            f"hatched: shorter. Hollow: not told from luck. Not drawn: no pair differs. {NOTE}"
        )
        charts.append((CHART, "What does each mechanism contribute?", text))
        figure = look.new_figure(7.4, 1.2 + 0.27 * len(drawn))
        draw_knockout(figure, drawn)
        look.save_svg(figure, folder / CHART, title=charts[0][1], description=text)
    ensembles = [base, *(effect.without.ensemble for effect in knockout.effects)]
    write_manifest(
        folder,
        kind="knockout",
        title=f"What each mechanism contributes: {base.scenario.title}",
        scenarios=[base.scenario],
        seed=base.scenario.typed(SEED, int),
        replicates=base.asked,
        runs=sum(len(ensemble.results) for ensemble in ensembles),
        failed=knockout.failed,
        sentence=sentence(knockout),
        figures=charts,
        tables=tables,
        settings=settings(knockout),
        limits=[INTERACT, TOGETHER],
    )
    return [*written, *(folder / chart[0] for chart in charts), folder / FILE]


def knockout_csv(knockout: Knockout) -> str:
    """A row for each mechanism, a column for each thing that is watched, as in the text."""
    rows = (
        [effect.name, *(" ".join(cell(knockout, effect, key)).strip() for key in knockout.watched)]
        for effect in knockout.effects
    )
    return table_csv(["without", *(name_of(key) for key in knockout.watched)], rows)


def draw_knockout(figure: Any, effects: list[Effect]) -> None:
    """A bar with a whisker for each mechanism, by the size of the difference; the numbers at the right."""
    found = sorted(((e.name, e.without.quantities[SHOWN]) for e in effects), key=lambda item: -abs(item[1].difference))
    found = [(name, d) for name, d in found if math.isfinite(d.high)]
    axes = figure.subplots()
    look.style_axes(axes, grid="x", x=f"{name_of(SHOWN)}, without minus with")
    for row, (_, d) in enumerate(found):
        colour, texture = (look.DEFENDER, "") if d.difference > 0 else (look.ATTACKER, "////")
        fill = {"facecolor": colour, "edgecolor": "white", "hatch": texture, "linewidth": 0}
        axes.barh(row, d.difference, height=0.6, **(fill if d.clear else {"facecolor": "white", "edgecolor": colour}))
        axes.plot([d.low, d.high], [row, row], color=look.INK, linewidth=1.2, marker="|", markersize=5)
        axes.annotate(
            interval(d), (1, row), (6, 0), xycoords=("axes fraction", "data"),
            textcoords="offset points", va="center", fontsize=look.SIZE - 1, color=look.INK, annotation_clip=False,
        )  # fmt: skip
    axes.axvline(0, color=look.INK, linewidth=0.8)
    axes.set(ylim=(len(found) - 0.4, -0.6), yticks=range(len(found)))
    axes.set_yticklabels([name for name, _ in found])
    axes.tick_params(axis="y", length=0)


def settings(knockout: Knockout) -> dict[str, Any]:
    """What was asked, and the command that asks it again."""
    scenario, names = knockout.baseline.scenario, sorted(effect.name for effect in knockout.effects)
    by_hand = {key: plain(scenario[key]) for key in set_by_hand(scenario)}
    words = ["standoff", "knockout", reference(scenario), "-n", str(knockout.baseline.asked)]
    words += ["--seed", str(scenario[SEED]), "--bit", knockout.bit, "--only", ",".join(names)]
    words += [word for key, value in by_hand.items() for word in ("--set", f"{key}={value}")]
    return {
        "scenario": reference(scenario),
        "replicates": knockout.baseline.asked,
        "seed": scenario[SEED],
        "set": by_hand,
        "only": names,
        "bit": knockout.bit,
        "command": shlex.join(words),
    }
