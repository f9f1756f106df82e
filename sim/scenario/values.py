"""One value against one parameter: its type and range, or a message that says what is allowed."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable
from numbers import Real

from sim.errors import InputError, nearest
from sim.params import Parameter, Value

_SHOWN_AT_MOST = 60


def accept(parameter: Parameter, raw: object) -> Value:
    """``raw``, from TOML or from code, as the parameter's own type, or an ``InputError`` that says what is.

    Whole numbers do for floats and 3.0 does for a whole number; true and false are never numbers. Names come
    back once each, in the order of the choices, so that the same set is always the same value.
    """
    if parameter.optional and (raw is None or (isinstance(raw, str) and raw == "none")):
        return None
    return _BY_KIND[parameter.kind](parameter, raw)


def refuse(parameter: Parameter, raw: object, why: str, hint: str = "") -> InputError:
    """The message for a value that is not allowed, without the file it stands in."""
    return InputError(f"{parameter.key} = {shown(raw)} {why}. Allowed: {allowed(parameter)}.{hint}")


def allowed(parameter: Parameter) -> str:
    """What the parameter may be, for people: ``a whole number from 1 to 730 days``."""
    choices = ", ".join(parameter.choices)
    by_kind = {
        "float": "a number",
        "int": "a whole number",
        "bool": "true or false",
        "choice": f"one of {choices}",
        "date": "a date like 2021-09-15",
        "text": "a text in quotes",
        "names": f"a list of any of {choices}" if choices else 'a list of names like ["one", "two"]',
    }
    text = by_kind[parameter.kind]
    if parameter.low is not None:
        text += f" from {plain(parameter.low)}"
    if parameter.high is not None:
        text += f" to {plain(parameter.high)}" if parameter.low is not None else f" up to {plain(parameter.high)}"
    if parameter.kind in {"float", "int"} and parameter.unit not in {"", "-", "1", "0-1", "-1 to 1"}:
        text += f" {parameter.unit}" if parameter.high is not None else f" (in {parameter.unit})"
    return text + (', or "none"' if parameter.optional else "")


def plain(value: object) -> str:
    """A value as people write it: no ``.0``, no exponent on whole numbers, names with commas."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return ", ".join(plain(item) for item in value) or "none"
    return str(value)


def shown(raw: object) -> str:
    """A value as it stands in the file, cut short when it is long."""
    text = _as_toml(raw)
    return text if len(text) <= _SHOWN_AT_MOST else text[: _SHOWN_AT_MOST - 1] + "…"


def _as_toml(raw: object) -> str:
    if isinstance(raw, str):
        return json.dumps(raw, ensure_ascii=False)
    if isinstance(raw, dict):
        return "{ " + ", ".join(f"{key} = {_as_toml(item)}" for key, item in raw.items()) + " }"
    if isinstance(raw, (list, tuple)):
        return "[" + ", ".join(_as_toml(item) for item in raw) + "]"
    return plain(raw)


def _number(parameter: Parameter, raw: object) -> Real:
    if isinstance(raw, bool) or not isinstance(raw, Real):
        raise refuse(parameter, raw, "is not a number")
    if not isinstance(raw, int) and not math.isfinite(raw):
        raise refuse(parameter, raw, "is not a finite number")
    return raw


def _in_range(parameter: Parameter, raw: object, value: float | dt.date) -> None:
    # A parameter's bounds have the type of its values, which mypy cannot see.
    if parameter.low is not None and value < parameter.low:  # type: ignore[operator]
        raise refuse(parameter, raw, "is too early" if parameter.kind == "date" else "is too low")
    if parameter.high is not None and value > parameter.high:  # type: ignore[operator]
        raise refuse(parameter, raw, "is too late" if parameter.kind == "date" else "is too high")


def _float(parameter: Parameter, raw: object) -> float:
    number = _number(parameter, raw)
    try:
        value = float(number) + 0.0  # -0.0 becomes 0.0, so that equal values hash alike
    except OverflowError:
        raise refuse(parameter, raw, "is not a finite number") from None
    _in_range(parameter, raw, value)
    return value


def _int(parameter: Parameter, raw: object) -> int:
    number = _number(parameter, raw)
    value = int(number)  # type: ignore[call-overload]
    if value != number:
        raise refuse(parameter, raw, "is not a whole number")
    _in_range(parameter, raw, value)
    return int(value)


def _bool(parameter: Parameter, raw: object) -> bool:
    if not isinstance(raw, bool):
        raise refuse(parameter, raw, "is neither true nor false")
    return raw


def _text(parameter: Parameter, raw: object) -> str:
    if not isinstance(raw, str):
        raise refuse(parameter, raw, "is not a text")
    return raw


def _choice(parameter: Parameter, raw: object) -> str:
    text = _text(parameter, raw)
    if text not in parameter.choices:
        raise refuse(parameter, raw, "is not one of the choices", nearest(text, parameter.choices))
    return text


def _date(parameter: Parameter, raw: object) -> dt.date:
    value = raw
    if isinstance(raw, str):
        try:
            value = dt.date.fromisoformat(raw)
        except ValueError:
            raise refuse(parameter, raw, "is not a date of the calendar") from None
    if isinstance(value, dt.datetime) or not isinstance(value, dt.date):
        raise refuse(parameter, raw, "is not a date")
    _in_range(parameter, raw, value)
    return value


def _names(parameter: Parameter, raw: object) -> tuple[str, ...]:
    if not isinstance(raw, (list, tuple)) or not all(isinstance(item, str) for item in raw):
        raise refuse(parameter, raw, "is not a list of names")
    if not parameter.choices:
        return tuple(raw)
    for item in raw:
        if item not in parameter.choices:
            why = f"names {shown(item)}, which is not one of the choices"
            raise refuse(parameter, raw, why, nearest(item, parameter.choices))
    return tuple(choice for choice in parameter.choices if choice in raw)


_BY_KIND: dict[str, Callable[[Parameter, object], Value]] = {
    "float": _float,
    "int": _int,
    "bool": _bool,
    "text": _text,
    "choice": _choice,
    "date": _date,
    "names": _names,
}
