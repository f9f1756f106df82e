"""The files of a sensitivity analysis: report, tables, design, pictures, and the manifest last."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, BinaryIO

from sim.cache import write_atomically
from sim.errors import InputError
from sim.experiment.sensitivity.result import Sensitivity
from sim.report.files import open_folder, write_text
from sim.report.manifest import forget_manifest, write_manifest
from sim.report.sensitivity.figure import write_figures
from sim.report.sensitivity.json_report import sensitivity_json
from sim.report.sensitivity.text import sensitivity_text
from sim.report.sensitivity.words import LIMITS, sentence

INDICES, SCREENING, RANGES, DESIGN = "indices.csv", "screening.csv", "ranges.csv", "design.parquet"


def write_sensitivity(found: Sensitivity, folder: str | Path, command: str = "") -> dict[str, Any]:
    """Write everything about an analysis into ``folder``; returns the manifest. InputError where it cannot be."""
    folder = open_folder(Path(folder))
    forget_manifest(folder)
    plan = found.plan
    write_text(folder / "summary.json", json.dumps(sensitivity_json(found), indent=2, ensure_ascii=False) + "\n")
    write_text(folder / "report.txt", sensitivity_text(found))
    tables = [(RANGES, "Each number with its ends"), (INDICES, "Indices by outcome and number")]
    write_text(folder / RANGES, found.ranges().write_csv())
    write_text(folder / INDICES, found.frame().write_csv())
    if len(found.stages) > 1:
        tables.append((SCREENING, "The screening that chose the numbers"))
        write_text(folder / SCREENING, found.frame(0).write_csv())
    _write_design(found, folder / DESIGN)
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
        tables=tables,
        settings={
            "command": command,
            "method": plan.method,
            "trajectories": plan.trajectories,
            "samples": plan.samples,
            "outcomes": list(plan.outcomes),
            "warnings": [line for stage in found.stages for line in stage.warnings],
            "varied": varied,
        },
        limits=LIMITS,
    )


def _write_design(found: Sensitivity, path: Path) -> None:
    frame = found.design()

    def write(stream: BinaryIO) -> None:
        frame.write_parquet(stream, compression="zstd")

    try:
        write_atomically(path, write)
        path.chmod(0o644)
    except OSError as error:
        raise InputError(f"--out {path}: cannot be written ({error.strerror or error})") from None
