"""The folder of a sweep: its spec, so that a killed sweep goes on by itself, and a log of what happened to it."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from filelock import FileLock, Timeout

from sim.cache import write_atomically
from sim.errors import InputError
from sim.experiment.sweeps.spec import SweepSpec
from sim.experiment.sweeps.spec_file import read_spec
from sim.params import Schema
from sim.scenario import Scenario
from sim.store.identity import model_id, provenance

SPEC, LOG, LOCK = "sweep.toml", "log.jsonl", ".lock"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Within it no other process works on the folder. Raises InputError when one does."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / LOCK, blocking=False):
            yield
    except Timeout:
        raise InputError(f"--out {folder}: another process is working on it; wait, or choose another folder") from None


def open_sweep(folder: Path, spec: SweepSpec, scenarios: Sequence[Scenario], resume: bool) -> list[str]:
    """Make the folder this sweep's, or go on with the one there; what the user should know of it.

    Raises InputError when it holds another sweep, or this one and nobody asked to resume.
    """
    there = folder / SPEC
    told: list[str] = []
    if there.is_file():
        same = _holds(there, spec, scenarios)
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


def _holds(path: Path, spec: SweepSpec, scenarios: Sequence[Scenario]) -> bool:
    """Whether a file holds this sweep, however it is written."""
    try:
        return read_spec(path, scenarios[0].schema) == spec
    except InputError:
        return False  # it cannot be read: not this one


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
    with (folder / LOG).open("a+b") as stream:
        if stream.tell():
            stream.seek(-1, os.SEEK_END)
            torn = stream.read(1) != b"\n"  # a kill cut the last line short
            stream.write(b"\n" if torn else b"")
        stream.write((json.dumps(line, ensure_ascii=False) + "\n").encode())


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
