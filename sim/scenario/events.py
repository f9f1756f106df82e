"""Dated events of a scenario, checked against the kinds that the caller knows."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sim.errors import InputError, nearest
from sim.params import GRADES, EventKinds, Parameter, Value
from sim.scenario.frozen import Frozen
from sim.scenario.problems import Problems
from sim.scenario.values import accept, plain, shown

_DATE = Parameter("date", "Day on which the event happens", "date", kind="date")
_GRADE = Parameter("grade", "How well the event is known", "", kind="choice", choices=GRADES)
_SOURCE = Parameter("source", "Where the event comes from", "", kind="text")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens on a date whatever the actors do. Its source does not make it another event."""

    date: dt.date
    kind: str
    args: Frozen[Value]
    source: str = field(default="", compare=False)
    grade: str = field(default="assumed", compare=False)

    def __str__(self) -> str:
        args = ", ".join(f"{name} {plain(value)}" for name, value in sorted(self.args.items()))
        return f"{self.date.isoformat()} {self.kind}" + (f" ({args})" if args else "")


def canonical(value: Value) -> object:
    """A value as JSON, the same for equal values; for hashing and sorting."""
    if isinstance(value, dt.date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """Events by date, kind and arguments, so that the order in the files makes no difference."""
    return tuple(sorted(events, key=lambda event: json.dumps(canonical_event(event))))


def canonical_event(event: Event) -> list[object]:
    """One event as JSON, without its source."""
    args = sorted((name, canonical(value)) for name, value in event.args.items())
    return [event.date.isoformat(), event.kind, args]


def check_events(raw: object, title: str, kinds: EventKinds, problems: Problems) -> list[Event]:
    """The events of one file; what is wrong with them goes to ``problems``."""
    if not isinstance(raw, list) or not all(isinstance(entry, dict) for entry in raw):
        problems.add(f"events = {shown(raw)} is not a list of tables. Write each event under [[events]].")
        return []
    events = []
    for number, entry in enumerate(raw, start=1):
        inner = Problems("")
        event = _check_event(entry, kinds, inner)
        for line in inner.lines:
            problems.add(f"event {number}: {line}")
        if event is not None and not inner.lines:
            events.append(event if event.source else replace(event, source=title))
    return events


def _check_event(entry: dict[str, object], kinds: EventKinds, problems: Problems) -> Event | None:
    kind = entry.get("kind")
    if not isinstance(kind, str) or kind not in kinds:
        known = ", ".join(sorted(kinds)) or "none"
        near = nearest(kind, kinds) if isinstance(kind, str) else ""
        said = f"kind = {shown(kind)} is unknown" if "kind" in entry else "kind is missing"
        problems.add(f"{said}. Allowed: {known}.{near}")
        return None
    arguments = {arg if isinstance(arg, str) else arg.key: arg for arg in kinds[kind]}
    own = {parameter.key: parameter for parameter in (_DATE, _SOURCE, _GRADE)}
    known_fields = {**arguments, **own}
    values: dict[str, Value] = {}
    for name, raw in entry.items():
        if name == "kind":
            continue
        if name not in known_fields:
            allowed = ", ".join(["date", "kind", *arguments, "source", "grade"])
            hint = nearest(name, known_fields)
            problems.add(f"{name} = {shown(raw)}: {kind} takes no {name}. Allowed: {allowed}.{hint}")
            continue
        try:
            parameter = known_fields[name]
            values[name] = _simple(name, raw) if isinstance(parameter, str) else accept(parameter, raw)
        except InputError as error:
            problems.add(error)
    for name, needed in {"date": _DATE, **arguments}.items():
        if name not in entry and not (isinstance(needed, Parameter) and needed.optional):
            problems.add(f"{kind} needs {name}")
    date = values.get("date")
    if not isinstance(date, dt.date):
        return None
    args = {name: values.get(name) for name in arguments}
    return Event(date, kind, Frozen(args), str(values.get("source", "")), str(values.get("grade", "assumed")))


def _simple(name: str, raw: object) -> Value:
    """An argument of no declared type: text, date, flag, list of texts, or a number, always as a float."""
    if isinstance(raw, (str, bool)) or (isinstance(raw, dt.date) and not isinstance(raw, dt.datetime)):
        return raw
    if isinstance(raw, (int, float)) and math.isfinite(raw):
        return float(raw) + 0.0
    if isinstance(raw, list) and all(isinstance(item, str) for item in raw):
        return tuple(raw)
    raise InputError(f"{name} = {shown(raw)} is not a simple value. Allowed: a number, text, date, true or false.")
