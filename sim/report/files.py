"""The files of an ensemble: summary, one row for each run, and the report as text."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from sim.cache import write_atomically
from sim.errors import InputError
from sim.experiment.ensemble import Ensemble
from sim.observe.outcome import BITS, QUANTITIES
from sim.observe.result import Result
from sim.report.json_report import ensemble_json
from sim.report.tables import ensemble_text


def open_folder(folder: Path) -> Path:
    """Make sure, before any run is made, that files can be written there.

    Raises InputError where they cannot.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".standoff-probe"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise InputError(f"--out {folder}: cannot write there ({error.strerror})") from None
    return folder


def write_ensemble(ensemble: Ensemble, folder: Path) -> list[Path]:
    """Write summary, runs, report, charts with their numbers and, last, the manifest that lists them.

    Each file is written whole or not at all. Raises InputError where one cannot be written.
    """
    from sim.report.manifest import FILE, forget_manifest
    from sim.report.run_figures import write_run_manifest

    forget_manifest(folder)  # until all is written, the folder is not to be read as a whole
    texts = {
        "summary.json": json.dumps(ensemble_json(ensemble), indent=2, ensure_ascii=False) + "\n",
        "runs.csv": runs_csv(ensemble),
        "report.txt": ensemble_text(ensemble),
    }
    written = [write_text(folder / name, text) for name, text in texts.items()]
    manifest = write_run_manifest(ensemble, folder)
    return [*written, *(folder / row["file"] for row in manifest["figures"]), folder / FILE]


def write_text(path: Path, text: str) -> Path:
    """Write one file, whole or not at all; InputError where it cannot be written."""

    def write(stream: BinaryIO) -> None:
        stream.write(text.encode())

    try:
        write_atomically(path, write)
    except OSError as error:
        raise InputError(f"--out {path}: cannot be written ({error.strerror})") from None
    return path


def runs_csv(ensemble: Ensemble) -> str:
    """One row for each run, failed ones with their error; an empty field is 'did not happen'."""
    districts = [district.name for district in ensemble.districts]
    floors = [f"floor_day:{name}" for name in districts]
    head = ["replicate", "outcome", "agreement", *BITS, *QUANTITIES, *floors, "error"]
    return table_csv(head, (_row(result, len(districts)) for result in ensemble.results))


def table_csv(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table as the text of a CSV file."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return stream.getvalue()


def _row(result: Result, districts: int) -> list[Any]:
    outcome = result.outcome
    if outcome is None:
        return [result.replicate, *[""] * (2 + len(BITS) + len(QUANTITIES) + districts), result.error]
    numbers = [*(outcome.quantities[name] for name in QUANTITIES), *outcome.floor_day]
    told = ["" if math.isnan(number) else f"{number:.10g}" for number in numbers]
    return [
        result.replicate,
        outcome.outcome,
        outcome.settlement,
        *(int(outcome.bits[name]) for name in BITS),
        *told,
        "",
    ]
