"""The files of a sensitivity analysis: report, tables, design, pictures, and the manifest last."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any, BinaryIO

from sim.cache import write_atomically
from sim.errors import InputError
from sim.experiment.sensitivity.problem import Factor
from sim.experiment.sensitivity.result import Plan, Sensitivity
from sim.report.files import open_folder, write_text
from sim.report.manifest import forget_manifest, write_manifest
from sim.report.run_figures import reference, set_by_hand
from sim.report.sensitivity.display import write_display
from sim.report.sensitivity.figure import write_figures
from sim.report.sensitivity.json_report import sensitivity_json
from sim.report.sensitivity.text import sensitivity_text
from sim.report.sensitivity.words import LIMITS, sentence, take_care
from sim.scenario.values import plain

INDICES, SCREENING, RANGES, DESIGN = "indices.csv", "screening.csv", "ranges.csv", "design.parquet"


def write_sensitivity(found: Sensitivity, folder: str | Path) -> dict[str, Any]:
    """Write everything about an analysis into ``folder``; returns the manifest. InputError where it cannot be."""
    folder = open_folder(Path(folder))
    forget_manifest(folder)
    plan = found.plan
    write_text(folder / "summary.json", json.dumps(sensitivity_json(found), indent=2, ensure_ascii=False) + "\n")
    write_text(folder / "report.txt", sensitivity_text(found))
    download: list[dict[str, Any]] = [{"file": INDICES, "title": "All indices, by outcome and number", "shown": False}]
    write_text(folder / RANGES, found.ranges().write_csv())
    write_text(folder / INDICES, found.frame().write_csv())
    if len(found.stages) > 1:
        download.append({"file": SCREENING, "title": "The screening that chose the numbers", "shown": False})
        write_text(folder / SCREENING, found.frame(0).write_csv())
    _write_design(found, folder / DESIGN)
    download.append({"file": DESIGN, "title": "The points of the design", "shown": False})
    titles = [{"file": file, "title": title} for file, title in write_display(found, folder)]
    figures = write_figures(found, folder)
    varied = {factor.key: [factor.end(factor.low), factor.end(factor.high)] for factor in found.last.problem.factors}
    return write_manifest(
        folder,
        kind="sensitivity",
        title=f"What moves the outcomes of {plan.scenario.title}",
        scenarios=[plan.scenario],
        seed=plan.seed,
        replicates=plan.replicates,
        runs=found.runs,
        failed=found.failed,
        sentence=sentence(found),
        figures=figures,
        tables=[*titles, {"file": RANGES, "title": "Each number with its ends"}, *download],
        settings={
            "command": command(plan),
            "method": plan.method,
            "trajectories": plan.trajectories,
            "samples": plan.samples,
            "outcomes": list(plan.outcomes),
            "varied": varied,
        },
        warnings=take_care(found),
        limits=LIMITS,
    )


def command(plan: Plan) -> str:
    """The command line that repeats a plan, quoted; it names the seed, and no folder."""
    scenario, first = plan.scenario, plan.method == "morris" or plan.screens
    words = ["standoff", "sensitivity", reference(scenario), "--method", plan.method]
    words += ["--trajectories", str(plan.trajectories)] * first
    words += ["--samples", str(plan.samples)] * (plan.method == "sobol")
    words += ["--top", str(plan.top)] * plan.screens
    words += ["-n", str(plan.replicates), "--seed", str(plan.seed)]
    words += [word for key in set_by_hand(scenario) for word in ("--set", f"{key}={plain(scenario[key])}")]
    words += [word for name in plan.outcomes for word in ("--outcome", name)]
    ends = [f"{factor.key}={_end(factor, factor.low)}:{_end(factor, factor.high)}" for factor in plan.problem.factors]
    return shlex.join([*words, *(plan.choice or [word for one in ends for word in ("--vary", one)])])


def _end(factor: Factor, number: float) -> str:
    """An end with all its digits."""
    return factor.end(number) if factor.parameter.kind == "date" else plain(number)


def _write_design(found: Sensitivity, path: Path) -> None:
    frame = found.design()

    def write(stream: BinaryIO) -> None:
        frame.write_parquet(stream, compression="zstd")

    try:
        write_atomically(path, write)
    except OSError as error:
        raise InputError(f"--out {path}: cannot be written ({error.strerror or error})") from None
