"""A JSON Schema of scenario files, so that editors complete keys and mark mistakes while they are typed."""

from __future__ import annotations

from typing import Any

from sim.params import GRADES, EventKinds, Parameter, Schema
from sim.scenario.values import allowed

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXTS = {
    "title": "What this scenario is, in a few words",
    "question": "The question it answers",
    "reason": "Why its values are what they are",
    "extends": "Name or path of the scenario it changes; a file without it is a base and must be complete",
}


def json_schema(schema: Schema, event_kinds: EventKinds | None = None) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a scenario file with these parameters and kinds of event, or the schema's own."""
    kinds = schema.event_kinds if event_kinds is None else event_kinds
    properties: dict[str, Any] = {name: {"type": "string", "description": text} for name, text in _TEXTS.items()}
    for key, parameter in schema.items():
        *sections, name = key.split(".")
        inside = properties
        for section in sections:
            table = inside.setdefault(section, {"type": "object", "properties": {}, "additionalProperties": False})
            inside = table["properties"]
        inside[name] = _setting(parameter)
    properties["events"] = {"type": "array", "items": _event(kinds)}
    return {
        "$schema": _DIALECT,
        "title": "Standoff scenario",
        "type": "object",
        "properties": properties,
        "required": ["title"],
        "additionalProperties": False,
    }


def _setting(parameter: Parameter) -> dict[str, Any]:
    value = _value(parameter)
    table = {
        "type": "object",
        "properties": {
            "value": value,
            "source": {"type": "string", "minLength": 1, "description": "Where the value comes from"},
            "grade": {"enum": list(GRADES), "description": "How well it is known"},
        },
        "required": ["value"],
        "additionalProperties": False,
    }
    return {
        "description": f"{parameter.meaning}. {_first_upper(allowed(parameter))}.",
        "anyOf": [value, table],
    }


def _value(parameter: Parameter) -> dict[str, Any]:
    names: dict[str, Any] = {"type": "string"}
    if parameter.choices:
        names = {"enum": list(parameter.choices)}
    by_kind: dict[str, dict[str, Any]] = {
        "float": {"type": "number"},
        "int": {"type": "integer"},
        "bool": {"type": "boolean"},
        "choice": names,
        "date": {"type": "string", "format": "date"},
        "text": {"type": "string"},
        "names": {"type": "array", "items": names},
    }
    value = dict(by_kind[parameter.kind])
    if parameter.kind in {"float", "int"}:
        bounds = {"minimum": parameter.low, "maximum": parameter.high}
        value |= {name: bound for name, bound in bounds.items() if bound is not None}
    return {"anyOf": [value, {"const": "none"}]} if parameter.optional else value


def _event(kinds: EventKinds) -> dict[str, Any]:
    common = {
        "date": {"type": "string", "format": "date"},
        "source": {"type": "string"},
        "grade": {"enum": list(GRADES)},
    }
    forms = []
    for kind, arguments in kinds.items():
        own: dict[str, Any] = {}
        required = ["date", "kind"]
        for argument in arguments:
            if isinstance(argument, str):
                own[argument] = {}
                required.append(argument)
            else:
                own[argument.key] = {"description": argument.meaning, **_value(argument)}
                required += [] if argument.optional else [argument.key]
        properties = {**common, "kind": {"const": kind}, **own}
        forms.append({"properties": properties, "required": required, "additionalProperties": False})
    return {"type": "object", **({"oneOf": forms} if forms else {})}


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]
