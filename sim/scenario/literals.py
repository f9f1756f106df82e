"""Values typed as text: ``--set key=value`` and fields of a form."""

from __future__ import annotations

import tomllib

from sim.errors import InputError, nearest
from sim.params import Parameter, Schema, Value
from sim.scenario.values import accept, allowed, shown


def parse_set(text: str, schema: Schema) -> tuple[str, Value]:
    """The key and the checked value of one ``--set key=value``; words need no quotes, dates neither."""
    key, equals, literal = (part.strip() for part in text.partition("="))
    if key not in schema:
        raise InputError(f"--set {text}: there is no parameter {shown(key)}.{nearest(key, schema)}")
    if not equals or (not literal and schema[key].kind not in {"text", "names"}):
        raise InputError(f"--set {text}: write {key}=VALUE. Allowed: {allowed(schema[key])}.")
    try:
        return key, accept(schema[key], from_text(schema[key], literal))
    except InputError as error:
        raise InputError(f"--set {error}") from None


def from_text(parameter: Parameter, text: str) -> object:
    """What a typed text stands for, still unchecked: a TOML literal, or the bare word itself."""
    text = text.strip()
    if parameter.kind in {"text", "choice"} and text[:1] not in {'"', "'"}:
        return text
    if parameter.kind == "names" and text[:1] not in {'"', "'", "["}:
        if text == "none" and not parameter.optional and text not in parameter.choices:
            return []
        return text if text == "none" else [word.strip() for word in text.split(",") if word.strip()]
    try:
        table = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    if set(table) != {"value"}:  # a line break in the text opened further keys
        return text
    literal = table["value"]
    return [literal] if parameter.kind == "names" and isinstance(literal, str) else literal
