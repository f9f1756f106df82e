"""The manifest of an output folder: what was asked, of which scenarios, by which version, and which files answer it.

``standoff report`` builds its page from the manifest and the files it lists, and needs nothing else.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from sim.errors import InputError, nearest
from sim.report.files import write_text
from sim.report.words import LIMITS
from sim.scenario import Scenario
from sim.scenario.values import plain

FORMAT = 1
FILE = "manifest.json"
KINDS = ("run", "compare", "sweep", "sensitivity", "knockout")
_KEYS: dict[str, type] = {
    "kind": str, "title": str, "standoff": str, "model": str, "git": str, "platform": str, "made": str, "seed": int,
    "replicates": int, "runs": int, "failed": int, "sentence": str, "limits": list, "scenarios": list,
    "figures": list, "tables": list, "settings": dict,
}  # fmt: skip
_ROWS: dict[str, dict[str, type]] = {
    "figures": {"file": str, "title": str, "text": str},
    "tables": {"file": str, "title": str},
    "scenarios": {
        "name": str, "title": str, "question": str, "reason": str, "hash": str, "extends": list, "changed": list,
        "events": list,
    },
}  # fmt: skip
_OPTIONAL: dict[str, dict[str, type]] = {"figures": {"table": str}, "tables": {"shown": bool}}
_CHANGED = ("key", "meaning", "unit", "base", "value", "source", "grade")
_WORDS = {str: "a text", int: "a whole number", list: "a list", dict: "a table", bool: "true or false"}


def write_manifest(
    folder: str | Path,
    *,
    kind: str,
    title: str,
    scenarios: Sequence[Scenario],
    seed: int,
    replicates: int,
    runs: int,
    failed: int,
    sentence: str,
    figures: Sequence[Mapping[str, str] | Sequence[str]] = (),
    tables: Sequence[Mapping[str, str | bool] | Sequence[str]] = (),
    settings: Mapping[str, Any] | None = None,
    limits: Sequence[str] | None = None,
    warnings: Sequence[str] = (),
) -> dict[str, Any]:
    """Write ``manifest.json`` into ``folder``, after all files that it lists, and return its content.

    ``figures`` gives file, title and text of each chart, ``tables`` file and title, as mappings or in that order;
    files by their path from ``folder``. A table ``name.csv`` holds the numbers of the chart ``name.svg``; a chart whose
    numbers are in another table may name it as ``table``. A table with ``shown`` false is for programs: the page only
    names its file. ``limits`` are told after the usual ones, ``warnings`` right below the sentence. Of ``settings``,
    ``command`` is special, the command line that repeats this or a list of them, and so is ``spec``, the text of the
    file that was asked for. Raises InputError where the file cannot be written.
    """
    if kind not in KINDS:
        raise ValueError(f"kind {kind!r}: one of {', '.join(KINDS)}")
    from sim.store.identity import model_id, provenance

    by = provenance()
    found: dict[str, Any] = {
        "format": FORMAT,
        "kind": kind,
        "title": title,
        "standoff": by["version"],
        "model": model_id(),
        "git": by["git"],
        "platform": by["platform"],
        "made": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "seed": int(seed),
        "replicates": int(replicates),
        "runs": int(runs),
        "failed": int(failed),
        "sentence": sentence,
        "warnings": list(dict.fromkeys(warnings)),
        "limits": list(dict.fromkeys([*usual_limits(), *(limits or ())])),
        "scenarios": [scenario_facts(scenario) for scenario in scenarios],
        "figures": [_row(item, "figures") for item in figures],
        "tables": [_row(item, "tables") for item in tables],
        "settings": dict(settings or {}),
    }
    write_text(Path(folder) / FILE, json.dumps(found, indent=2, ensure_ascii=False, default=str) + "\n")
    return found


def forget_manifest(folder: str | Path) -> None:
    """Take away the manifest of an earlier answer, before a folder is written anew."""
    try:
        (Path(folder) / FILE).unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"{Path(folder) / FILE}: cannot be replaced ({error.strerror or error})") from None


def usual_limits() -> list[str]:
    """What holds for every answer of the model, sentence by sentence."""
    return re.split(r"(?<=\.) (?=[A-Z])", " ".join(LIMITS))


def scenario_facts(scenario: Scenario) -> dict[str, Any]:
    """What a reader needs to know of a scenario without having its file."""
    changed = [
        {
            "key": key,
            "meaning": scenario.schema[key].meaning,
            "unit": scenario.schema[key].unit,
            "base": plain(item.base_value),
            "value": plain(item.value),
            "source": item.source,
            "grade": item.grade,
        }
        for key, item in scenario.provenance.items()
        if item.changed_from_base
    ]
    return {
        "name": scenario.name,
        "title": scenario.title,
        "question": scenario.question,
        "reason": scenario.reason,
        "hash": scenario.hash,
        "extends": list(scenario.chain),
        "changed": changed,
        "events": [str(event) for event in scenario.events],
    }


def read_manifest(folder: str | Path) -> dict[str, Any]:
    """The manifest of ``folder``, checked, with every file that it lists in its place.

    Raises InputError for a folder that is missing or has none, for a manifest that is broken, foreign or of a newer
    format, and for files that are gone.
    """
    folder = Path(folder)
    path = folder / FILE
    if not folder.is_dir():
        raise InputError(f"{folder}: there is no such folder")
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(
            f"{folder}: has no {FILE}, so it is not an output folder. Commands write one with --out DIR"
        ) from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: is broken ({error})") from None
    _check(found, path)
    missing = [name for name in files_of(found) if not (folder / name).is_file()]
    if missing:
        raise InputError(f"{path}: lists files that are gone: {', '.join(missing)}. Write the folder again with --out")
    return found


def files_of(manifest: Mapping[str, Any]) -> list[str]:
    """The files that a manifest lists, figures first."""
    return [row["file"] for name in ("figures", "tables") for row in manifest[name]]


def _row(item: Mapping[str, Any] | Sequence[str], name: str) -> dict[str, Any]:
    keys, more = _ROWS[name], _OPTIONAL[name]
    row = dict(item) if isinstance(item, Mapping) else dict(zip(keys, item, strict=True))
    if not set(keys) <= set(row) <= {*keys, *more}:
        raise ValueError(f"{row}: the keys are {', '.join(keys)}; {', '.join(more)} if need be")
    return {key: str(row[key]) for key in keys} | {key: kind(row[key]) for key, kind in more.items() if key in row}


def _check(found: Any, path: Path) -> None:
    if not isinstance(found, dict) or not isinstance(found.get("format"), int) or "standoff" not in found:
        raise InputError(f"{path}: is no manifest of Standoff")
    if found["format"] > FORMAT:
        told = f"has format {found['format']}, of a newer Standoff ({found['standoff']}); this one reads up to {FORMAT}"
        raise InputError(f"{path}: {told}")
    _check_types(found, _KEYS, f"{path}: ")
    if found["kind"] not in KINDS:
        known = f"Allowed: {', '.join(KINDS)}.{nearest(found['kind'], KINDS)}"
        raise InputError(f"{path}: kind = {json.dumps(found['kind'])} is unknown. {known}")
    for name, keys in _ROWS.items():
        for number, row in enumerate(found[name], start=1):
            where = f"{path}: {name}, number {number}: "
            _check_types(row, keys, where)
            _check_types(row, {key: kind for key, kind in _OPTIONAL.get(name, {}).items() if key in row}, where)
    told = found.get("warnings", [])
    if not isinstance(told, list) or not all(isinstance(text, str) for text in told):
        raise InputError(f"{path}: warnings is not a list of texts")
    for row in found["scenarios"]:
        for item in row["changed"]:
            _check_types(item, dict.fromkeys(_CHANGED, str), f"{path}: scenario {row['name']}, changed: ")
        if not all(isinstance(text, str) for text in (*row["extends"], *row["events"])):
            raise InputError(f"{path}: scenario {row['name']}: extends and events are lists of texts")
    for name in files_of(found):
        if not _inside(name):
            raise InputError(f"{path}: lists {name}, which is not a file of this folder")


def _check_types(row: Any, keys: Mapping[str, type], where: str) -> None:
    if not isinstance(row, dict):
        raise InputError(f"{where}is not a table")
    for key, kind in keys.items():
        if key not in row:
            raise InputError(f"{where}{key} is missing")
        if not isinstance(row[key], kind) or (isinstance(row[key], bool) and kind is not bool):
            raise InputError(f"{where}{key} is not {_WORDS[kind]}")


def _inside(name: str) -> bool:
    """Whether a listed file stays in its folder on any system."""
    paths = (PurePosixPath(name), PureWindowsPath(name))
    return bool(name) and not any(p.is_absolute() or p.drive or ".." in p.parts for p in paths)
