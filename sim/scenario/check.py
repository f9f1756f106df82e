"""One scenario file against the schema: what it sets, with sources, or everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.errors import InputError, nearest
from sim.params import GRADES, EventKinds, Schema, Value
from sim.scenario.events import Event, check_events
from sim.scenario.problems import Problems
from sim.scenario.values import accept, shown

_TEXTS = ("title", "question", "reason", "extends")
_FIELDS = ("value", "source", "grade")
_MISSING_TOLD = 5


@dataclass(frozen=True, slots=True)
class Setting:
    """A value that a file gives a parameter, with where it comes from and how well it is known."""

    value: Value
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class Layer:
    """What one file says, checked: its texts, its settings, its own events."""

    title: str
    question: str
    reason: str
    settings: Mapping[str, Setting]
    events: tuple[Event, ...]
    drops_events: bool  # ``events = []`` leaves out the inherited ones


def check_file(table: dict[str, Any], schema: Schema, kinds: EventKinds, problems: Problems) -> Layer:
    """The checked content of one file; without ``extends`` it is a base: complete, every value sourced."""
    is_base = "extends" not in table
    texts = {key: _text(key, table.get(key, ""), problems) for key in _TEXTS}
    if not str(table.get("title", "")).strip():
        problems.add("title is missing: say in a few words what this scenario is")
    settings: dict[str, Setting] = {}
    raw_values = flatten(table, schema, problems)
    for key, raw in raw_values.items():
        setting = _setting(key, raw, schema, texts["title"] if not is_base else None, problems)
        if setting is not None:
            settings[key] = setting
    missing = [key for key in schema if key not in raw_values] if is_base else []
    if missing:
        told = ", ".join(missing[:_MISSING_TOLD]) + (", …" if len(missing) > _MISSING_TOLD else "")
        problems.add(
            f"a base (a file without extends) gives every parameter; {len(missing)} missing: {told}. "
            'To change a few values of another scenario, name it: extends = "…"'
        )
    events = check_events(table.get("events", []), texts["title"], kinds, problems)
    drops = table.get("events") == []
    return Layer(texts["title"], texts["question"], texts["reason"], settings, tuple(events), drops)


def flatten(table: dict[str, Any], schema: Schema, problems: Problems) -> dict[str, Any]:
    """The file's tables as dotted keys of the schema; keys that it does not know go to ``problems``."""
    sections = {key[:cut] for key in schema for cut in range(len(key)) if key[cut] == "."}
    found: dict[str, Any] = {}

    def walk(inner: dict[str, Any], prefix: str) -> None:
        for name, raw in inner.items():
            key = prefix + name
            if not prefix and (name in _TEXTS or name == "events"):
                continue
            if key in schema and key in found:
                problems.add(f"{key} = {shown(raw)} is set a second time")
            elif key in schema:
                found[key] = raw
            elif key in sections and isinstance(raw, dict):
                walk(raw, f"{key}.")
            elif key in sections:
                problems.add(f"{key} = {shown(raw)}: {key} is a section; write [{key}] and its parameters below")
            else:
                problems.add(_unknown(key, raw, sections, schema))

    walk(table, "")
    return found


def _unknown(key: str, raw: object, sections: set[str], schema: Schema) -> str:
    is_setting = not isinstance(raw, dict) or "value" in raw
    if is_setting and key.rpartition(".")[0] in sections:
        return f"{key} = {shown(raw)}: there is no parameter '{key}'.{nearest(key, schema)}"
    if isinstance(raw, dict) and not is_setting:
        return f"[{key}]: there is no section '{key}'.{nearest(key, sorted(sections))}"
    hint = nearest(key, [*_TEXTS, "events", *sorted(sections), *schema])
    return f"{key} = {shown(raw)}: there is no key '{key}'.{hint}"


def _setting(key: str, raw: object, schema: Schema, title: str | None, problems: Problems) -> Setting | None:
    """One parameter of a file. ``title`` is the delta's, the source of its bare values; None in a base."""
    before = len(problems.lines)
    if isinstance(raw, dict):
        for name in raw:
            if name not in _FIELDS:
                hint = nearest(name, _FIELDS)
                problems.add(f"{key} has a field '{name}'. Allowed: value, source, grade.{hint}")
        if "value" not in raw:
            problems.add(f"{key} = {shown(raw)} has no value. Write {key} = {{ value = …, source = …, grade = … }}")
            return None
        value, source, grade = raw["value"], raw.get("source"), raw.get("grade")
    else:
        value, source, grade = raw, None, None
    if title is None and (source is None or grade is None):
        lacking = " and ".join(n for n, given in (("source", source), ("grade", grade)) if given is None)
        problems.add(f"{key} = {shown(value)} has no {lacking}; a base (a file without extends) needs both")
    if source is not None and not (isinstance(source, str) and source.strip()):
        problems.add(f"{key} has source = {shown(source)}. Allowed: a text in quotes, not empty.")
    if grade is not None and grade not in GRADES:
        hint = nearest(grade, GRADES) if isinstance(grade, str) else ""
        problems.add(f"{key} has grade = {shown(grade)}. Allowed: {', '.join(GRADES)}.{hint}")
    try:
        checked = accept(schema[key], value)
    except InputError as error:
        problems.add(error)
        return None
    if len(problems.lines) > before:
        return None
    return Setting(checked, source or title or "", grade or "assumed")


def _text(key: str, raw: object, problems: Problems) -> str:
    if not isinstance(raw, str):
        problems.add(f"{key} = {shown(raw)} is not a text. Allowed: a text in quotes.")
        return ""
    return raw.strip()
