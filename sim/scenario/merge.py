"""From a file up its ``extends`` to the base, and back down: every parameter gets its last value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import InputError
from sim.params import EventKinds, Schema
from sim.scenario.check import Layer, check_file
from sim.scenario.events import in_order
from sim.scenario.files import find, read_toml
from sim.scenario.frozen import Frozen
from sim.scenario.problems import Problems, friendly
from sim.scenario.run_parameters import DAYS, START
from sim.scenario.scenario import Provenance, Scenario
from sim.scenario.values import shown


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    path: Path
    table: dict[str, Any]


def read_chain(reference: str | Path, search: Sequence[Path]) -> list[_File]:
    """The file asked for and all that it extends, the base first."""
    name, path = find(reference, search)
    files = [_File(name, path, read_toml(path))]
    while "extends" in files[-1].table:
        last = files[-1]
        parent = last.table["extends"]
        where = friendly(last.path)
        if not isinstance(parent, str) or not parent.strip():
            raise InputError(f"{where}: extends = {shown(parent)} is not the name or path of a scenario")
        try:
            name, path = find(parent, search, beside=last.path.parent)
        except InputError as error:
            raise InputError(f"{where}: extends = {shown(parent)}: {error}") from None
        seen = [file.path.resolve() for file in files]
        if path.resolve() in seen:
            circle = " → ".join([file.name for file in files] + [name])
            raise InputError(f"{where}: extends = {shown(parent)} goes round in a circle: {circle}")
        files.append(_File(name, path, read_toml(path)))
    return files[::-1]


def merge(files: Sequence[_File], schema: Schema, kinds: EventKinds) -> Scenario:
    """The frozen scenario that a chain of files, base first, amounts to."""
    scenario: Scenario | None = None
    for file in files:
        problems = Problems(friendly(file.path))
        layer = check_file(file.table, schema, kinds, problems)
        problems.raise_if_any()
        scenario = _lay_over(scenario, layer, file, schema)
        _check_event_dates(scenario, layer, problems)
        problems.raise_if_any()
    assert scenario is not None, "a chain has at least one file"
    return scenario


def _lay_over(under: Scenario | None, layer: Layer, file: _File, schema: Schema) -> Scenario:
    provenance: dict[str, Provenance] = dict(under.provenance) if under else {}
    for key, setting in layer.settings.items():
        base = under.provenance[key].base_value if under else setting.value
        changed = setting.value != base
        provenance[key] = Provenance(setting.value, setting.source, setting.grade, changed, base, file.name)
    inherited = under.events if under and not layer.drops_events else ()
    return Scenario(
        name=file.name,
        title=layer.title,
        question=layer.question,
        reason=layer.reason,
        values=Frozen({key: provenance[key].value for key in schema}),
        provenance=Frozen({key: provenance[key] for key in schema}),
        events=in_order([*inherited, *layer.events]),
        chain=(*under.chain, under.name) if under else (),
        path=file.path,
        schema=schema,
    )


def _check_event_dates(scenario: Scenario, layer: Layer, problems: Problems) -> None:
    """A file's own events must fall into the period it simulates; a shorter run asked for later is fine."""
    if START.key not in scenario.values or DAYS.key not in scenario.values:
        return
    first = scenario.typed(START, dt.date)
    last = first + dt.timedelta(days=scenario.typed(DAYS, int) - 1)
    for event in layer.events:
        if not first <= event.date <= last:
            side = "before the first day" if event.date < first else "after the last day"
            problems.add(f"event {event.kind}: date = {event.date} is {side} of the run. Allowed: {first} to {last}.")
