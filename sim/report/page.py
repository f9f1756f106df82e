"""The report of an output folder: one HTML page made from the manifest and the files it lists, and nothing else."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from sim.errors import InputError
from sim.report.files import write_text
from sim.report.manifest import FILE as MANIFEST
from sim.report.manifest import read_manifest
from sim.report.svg import inlined

if TYPE_CHECKING:
    from markupsafe import Markup

FILE = "report.html"
ROWS, COLUMNS, LETTERS = 30, 12, 400
"""What a page shows of a table, and of one setting; the rest is in the file."""
DATED = {"date", "day"}
"""A long table whose first column is one of these is thinned out rather than cut: a chart's course stays readable."""
ERRORS = 10
"""Errors of failed runs that a page lists."""
PLACES = {
    "run": "Their errors are in the results store.",
    "compare": "Their errors are in summary.json.",
    "sweep": "Their errors are in the folder runs, in the column error.",
    "sensitivity": "Their errors are in the results store.",
    "knockout": "Their errors are in report.txt.",
}
"""Where to look for errors that the page has not found."""
KINDS = {
    "run": "Ensemble of runs",
    "compare": "Comparison of scenarios",
    "sweep": "Sweep over assumptions",
    "sensitivity": "Sensitivity to assumptions",
    "knockout": "Knock-outs of mechanisms",
}
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")
_WHOLE = re.compile(r"-?\d+")


@dataclass(frozen=True)
class Table:
    """A table as the page shows it; ``numeric`` says which columns are numbers, ``note`` what was left out."""

    file: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    note: str


@dataclass(frozen=True)
class Figure:
    """A chart as the page shows it, with the table of its numbers if there is one."""

    title: str
    text: str
    svg: Markup
    table: Table | None
    elsewhere: bool = False
    """Whether its numbers are in one of the tables below."""


@dataclass(frozen=True)
class Failure:
    """An error that runs ended with: how many, and one to repeat."""

    error: str
    runs: int
    example: str


def write_report(folder: str | Path, out: str | Path | None = None) -> Path:
    """Write the report of an output folder to ``out``, by default ``report.html`` in it, and return where.

    Nothing is calculated, and the scenario files need not be there. The same folder gives the same bytes. Raises
    InputError for a folder without a sound manifest or with broken files, and where the page cannot be written.
    """
    folder = Path(folder)
    return write_text(Path(out) if out is not None else folder / FILE, page(folder))


def page(folder: Path) -> str:
    """The page as text."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    manifest = read_manifest(folder)
    here = Path(__file__).parent
    tables = {
        row["file"]: read_table(folder / row["file"], row["file"], row["title"])
        for row in manifest["tables"]
        if row.get("shown", True)
    }
    under = {PurePosixPath(row["file"]).with_suffix(".csv").as_posix() for row in manifest["figures"]}
    figures = [
        Figure(
            row["title"],
            row["text"],
            Markup(_svg(folder / row["file"], number)),
            tables.pop(PurePosixPath(row["file"]).with_suffix(".csv").as_posix(), None),
            row.get("table") in tables.keys() - under,
        )
        for number, row in enumerate(manifest["figures"], start=1)
    ]
    environment = Environment(
        loader=FileSystemLoader(here), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("page.html.jinja").render(
        **{name: value for name, value in manifest.items() if name not in {"figures", "tables", "warnings"}},
        style=Markup((here / "page.css").read_text(encoding="utf-8")),
        kind_words=KINDS[manifest["kind"]],
        figures=figures,
        tables=list(tables.values()),
        files=[row for row in manifest["tables"] if not row.get("shown", True)],
        warnings=manifest.get("warnings", []),
        errors=ERRORS,
        place=PLACES[manifest["kind"]],
        questions=questions(manifest),
        failures=failures(folder, manifest),
        commands=commands(manifest),
        spec=spec(manifest["settings"]),
        asked=asked(manifest["settings"]),
    )


def read_table(path: Path, name: str, title: str) -> Table:
    """What the page shows of a CSV file; InputError where it cannot be read."""
    lines = _csv(path)
    head, *rows = lines or [["empty"]]
    wide = [row + [""] * (len(head) - len(row)) for row in rows]
    notes = []
    shown = wide
    if len(wide) > ROWS:
        if head[0] in DATED:
            step = math.ceil(len(wide) / ROWS)
            shown = wide[::step]
            notes.append(f"every {_nth(step)} of {len(wide)} rows")
        else:
            shown = wide[:ROWS]
            notes.append(f"the first {ROWS} of {len(wide)} rows")
    if len(head) > COLUMNS:
        notes.append(f"the first {COLUMNS} of {len(head)} columns")
    numeric = tuple(_is_numeric([row[i] for row in wide]) for i in range(min(len(head), COLUMNS)))
    cells = tuple(tuple(_cell(row[i], number) for i, number in enumerate(numeric)) for row in shown)
    note = f"Shown: {' and '.join(notes)}. All are in {name}." if notes else ""
    return Table(name, title, tuple(head[:COLUMNS]), cells, numeric, note)


def questions(manifest: Mapping[str, Any]) -> list[str]:
    """The question that was asked, else those of the scenarios, each once."""
    own = manifest["settings"].get("question")
    if isinstance(own, str) and own:
        return [own]
    return list(dict.fromkeys(s["question"] for s in manifest["scenarios"] if s["question"]))


def commands(manifest: Mapping[str, Any]) -> list[str]:
    """The command lines that repeat the folder: as noted in it, else, for runs, those of each scenario."""
    noted = manifest["settings"].get("command") or []
    lines = [noted] if isinstance(noted, str) else noted if isinstance(noted, Sequence) else []
    told = [str(line) for line in lines if str(line).strip()]
    if told or manifest["kind"] != "run":
        return told
    many = ["-n", str(manifest["replicates"]), "--seed", str(manifest["seed"])]
    return [shlex.join(["standoff", "run", scenario["name"], *many]) for scenario in manifest["scenarios"]]


def asked(settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was asked, as words; command, question and spec have their own places."""
    found = (
        (key.replace("_", " "), _words(value))
        for key, value in settings.items()
        if key not in {"command", "question", "spec"}
    )
    return [
        (key, value if len(value) <= LETTERS else f"{value[:LETTERS].rstrip()} … (all in {MANIFEST})")
        for key, value in found
        if value
    ]


def spec(settings: Mapping[str, Any]) -> str:
    """The text of the file that was asked for; empty if there was none."""
    text = settings.get("spec", "")
    return text.strip("\n") if isinstance(text, str) else ""


def failures(folder: Path, manifest: Mapping[str, Any]) -> list[Failure]:
    """Failed runs by their error: from the summary's lists, else from the tables that have a column ``error``."""
    if not manifest["failed"]:
        return []
    found = _failed_of_summary(folder) or [
        (row["error"], " ".join(row[key] for key in ("scenario", "point", "replicate") if row.get(key)))
        for table in manifest["tables"]
        if table["file"].endswith(".csv")
        for row in _dicts(folder / table["file"])
        if row.get("error")
    ]
    by_error: dict[str, list[str]] = {}
    for error, example in found:
        by_error.setdefault(error, []).append(example)
    return [Failure(error, len(examples), examples[0]) for error, examples in by_error.items()]


def _failed_of_summary(folder: Path) -> list[tuple[str, str]]:
    try:
        return list(_listed(json.loads((folder / "summary.json").read_text(encoding="utf-8")), ""))
    except (OSError, ValueError, RecursionError):
        return []  # other commands keep their failures elsewhere


def _listed(item: Any, where: str) -> Iterator[tuple[str, str]]:
    """Errors in every list ``failed`` of a summary, each with its replicate and the scenario that it is of."""
    if isinstance(item, list):
        for part in item:
            yield from _listed(part, where)
    if not isinstance(item, dict):
        return
    name = item.get("name") or item.get("scenario")
    here = name if isinstance(name, str) else where
    for key, value in item.items():
        if key == "failed" and isinstance(value, list):
            for row in value:
                if isinstance(row, dict) and row.get("error"):
                    yield str(row["error"]), f"{here} {row.get('replicate', '')}".strip()
        else:
            yield from _listed(value, here)


def _svg(path: Path, number: int) -> str:
    try:
        return inlined(path.read_text(encoding="utf-8"), f"f{number}")
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: is no SVG file that can be read ({error})") from None


def _csv(path: Path) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    except (OSError, ValueError, csv.Error) as error:
        raise InputError(f"{path}: is no CSV file that can be read ({error})") from None


def _dicts(path: Path) -> list[dict[str, str]]:
    lines = _csv(path)
    return [dict(zip(lines[0], row, strict=False)) for row in lines[1:]] if lines else []


def _is_numeric(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(_NUMBER.fullmatch(cell) for cell in filled)


def _cell(text: str, number: bool) -> str:
    """A cell for reading: a dash for nothing, four digits of a number with a point; all digits are in the file."""
    if not text:
        return "–"
    if not number or _WHOLE.fullmatch(text):
        return text
    value = float(text)
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _nth(step: int) -> str:
    return {2: "second", 3: "third"}.get(step, f"{step}th")


def _words(value: Any) -> str:
    """A setting for people: lists with commas, tables as ``key = value``."""
    if isinstance(value, Mapping):
        return "; ".join(f"{key} = {_words(item)}" for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(_words(item) for item in value)
    if value is None or isinstance(value, bool):
        return {None: "", True: "yes", False: "no"}[value]
    return str(value)
