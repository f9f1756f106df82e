"""The folder of a sweep: its spec, so that a killed sweep goes on by itself, and a log of what happened to it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from sim.cache import write_atomically
from sim.errors import InputError
from sim.experiment.sweeps.spec import SweepSpec
from sim.experiment.sweeps.spec_file import read_spec
from sim.params import Schema
from sim.scenario import Scenario
from sim.store.identity import model_id, provenance

SPEC, LOG = "sweep.toml", "log.jsonl"


def open_sweep(folder: Path, spec: SweepSpec, scenarios: Sequence[Scenario], resume: bool) -> list[str]:
    """Make the folder this sweep's, or go on with the one there; what the user should know of it.

    Raises InputError when it holds another sweep, or this one and nobody asked to resume.
    """
    there = folder / SPEC
    told: list[str] = []
    if there.is_file():
        same = there.read_text(encoding="utf-8") == spec.to_toml()
        if not resume:
            what = "this sweep" if same else "another sweep"
            raise InputError(
                f"--out {folder}: holds {what} already; "
                + ("go on with it by --resume, or choose another folder" if same else "choose another folder")
            )
        if not same:
            raise InputError(
                f"--out {folder}: its {SPEC} is another sweep than the one asked for; "
                "leave out what is to be swept to go on with it, or choose another folder"
            )
        told = _changes(folder, scenarios)
    try:
        write_atomically(there, partial(_write, spec.to_toml()))
    except OSError as error:
        raise InputError(f"--out {folder}: cannot be written ({error.strerror or error})") from None
    hashes = {scenario.name: scenario.hash for scenario in scenarios}
    note(
        folder,
        "resumed" if told or (resume and _last(folder)) else "started",
        model=model_id(),
        scenarios=hashes,
        **provenance(),
    )
    return told


def _write(text: str, stream: BinaryIO) -> None:
    stream.write(text.encode())


def spec_in(folder: Path, schema: Schema) -> SweepSpec:
    """The sweep that a folder holds. Raises InputError when it holds none."""
    if not (folder / SPEC).is_file():
        raise InputError(f"--out {folder} --resume: holds no sweep to go on with (no {SPEC}); say what is to be swept")
    return read_spec(folder / SPEC, schema)


def note(folder: Path, event: str, **facts: Any) -> None:
    """Add a line to the log of the sweep."""
    line = {"time": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), "event": event, **facts}
    with (folder / LOG).open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(line, ensure_ascii=False) + "\n")


def _last(folder: Path) -> dict[str, Any] | None:
    """The last start that the log tells of; a torn line, left by a kill, is passed over."""
    found = None
    try:
        lines = (folder / LOG).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    for text in lines:
        try:
            line = json.loads(text)
        except ValueError:
            continue
        if isinstance(line, dict) and line.get("event") in {"started", "resumed"}:
            found = line
    return found


def _changes(folder: Path, scenarios: Sequence[Scenario]) -> list[str]:
    """What is not as it was when the sweep was last worked on, so that its finished runs are not this sweep's."""
    last = _last(folder)
    if last is None:
        return []
    told = []
    if last.get("model") != model_id():
        told.append("the model or its libraries have changed since this sweep was begun: all its runs are made anew")
    before = last.get("scenarios", {})
    told += [
        f"scenario '{s.name}' has changed since this sweep was begun: its runs are made anew"
        for s in scenarios
        if before.get(s.name, s.hash) != s.hash
    ]
    return told
