"""The files of a sweep: its table, its runs, the phase diagram, the report as text, and the manifest last."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cache import write_atomically
from sim.errors import InputError
from sim.experiment.points import runs_of
from sim.experiment.sweeps.folder import SPEC
from sim.experiment.sweeps.sweep import Sweep
from sim.report.files import open_folder, write_text
from sim.report.manifest import forget_manifest, write_manifest
from sim.report.sweeps.figures import bases_of
from sim.report.sweeps.json_report import sweep_json
from sim.report.sweeps.phase import write_phase
from sim.report.sweeps.tables import write_tables
from sim.report.sweeps.text import headline, sweep_text
from sim.store import Store

if TYPE_CHECKING:
    import polars as pl

RUNS = "runs"


def write_sweep(sweep: Sweep, folder: str | Path, store: Store | None = None) -> dict[str, Any]:
    """Write everything about a finished sweep into ``folder``; returns the manifest.

    ``summary.csv`` has a row a point with every outcome, ``phase-OUTCOME.csv`` the numbers of a chart,
    ``runs/*.parquet`` a row a run (what it came to, without clock times, so that the same sweep gives the same bytes).
    Raises InputError where a file cannot be written.
    """
    folder = open_folder(Path(folder))
    forget_manifest(folder)
    spec = sweep.spec
    write_text(folder / "summary.json", json.dumps(sweep_json(sweep), indent=2, ensure_ascii=False) + "\n")
    write_text(folder / "report.txt", sweep_text(sweep))
    write_text(folder / "summary.csv", sweep.table.write_csv())
    _write_runs(sweep, folder / RUNS, store or sweep.store or Store.usual())
    if not (folder / SPEC).is_file():  # a sweep that was made without a folder
        write_text(folder / SPEC, spec.to_toml())
    figures = write_phase(sweep, folder)
    tables = write_tables(sweep, folder)
    return write_manifest(
        folder,
        kind="sweep",
        title=spec.title or "Sweep of " + ", ".join(scenario.title for scenario in sweep.scenarios),
        scenarios=bases_of(sweep),
        seed=int(sweep.points[0].base.typed("run.seed", int)),
        replicates=spec.replicates,
        runs=sweep.runs,
        failed=sweep.failed,
        sentence=headline(sweep),
        figures=figures,
        tables=[*tables, {"file": "summary.csv", "title": "Every outcome at every point", "shown": False}],
        settings={
            "command": f"standoff sweep {SPEC} --out NEW_FOLDER",
            "to_repeat": f"{SPEC} is in this folder; its text is in the setting 'spec', too",
            "question": spec.question,
            "design": spec.design,
            "draws": spec.draws,
            "points": len(sweep.points),
            "varied": {factor.key: factor.toml for factor in spec.factors},
            "constants": {key: str(value) for key, value in spec.constants.items()},
            "spec": spec.to_toml(),
        },
    )


def _write_runs(sweep: Sweep, folder: Path, store: Store) -> None:
    """Every run, some thousand rows a file, so that memory does not grow with their number."""
    try:
        folder.mkdir(exist_ok=True)
        for old in folder.glob("*.parquet"):
            old.unlink()
        rows = 0
        for number, frame in enumerate(runs_of(sweep.points, store)):
            write_atomically(folder / f"{number:05d}.parquet", _parquet(frame))
            rows += frame.height
    except OSError as error:
        raise InputError(f"--out {folder}: cannot be written ({error.strerror or error})") from None
    if rows != sweep.runs:
        raise InputError(f"{folder}: {sweep.runs - rows} of {sweep.runs} runs are not in the store any more")


def _parquet(frame: pl.DataFrame) -> Any:
    return lambda stream: frame.write_parquet(stream, compression="zstd")
