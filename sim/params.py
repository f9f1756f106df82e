"""What a parameter is: meaning, unit and range in code, beside the mechanism that reads it.

Values, with their source and grade, live in the scenario files; see ``sim.scenario``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Kind = Literal["float", "int", "bool", "choice", "date", "text", "names"]
Value = float | int | bool | str | dt.date | tuple[str, ...] | None

GRADES = ("measured", "reported", "estimated", "assumed")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One assumption a scenario can set.

    ``low`` and ``high`` bound numbers and dates, inclusive. ``choices`` lists what a "choice", or each
    entry of "names", may be. ``optional`` parameters accept the text "none" and then hold ``None``.
    """

    key: str
    meaning: str
    unit: str
    kind: Kind = "float"
    low: float | dt.date | None = None
    high: float | dt.date | None = None
    choices: tuple[str, ...] = ()
    optional: bool = False


# Each kind of event with its arguments: a Parameter gives type and range, a bare name takes any simple value.
EventKinds = Mapping[str, Iterable[str | Parameter]]
NO_EVENTS: EventKinds = MappingProxyType({})


class Schema(Mapping[str, Parameter]):
    """Every parameter by key, and every kind of event: the single source for scenario checks, CLI, docs and UI."""

    def __init__(self, parameters: Iterable[Parameter], event_kinds: EventKinds = NO_EVENTS) -> None:
        self.event_kinds: EventKinds = {kind: tuple(arguments) for kind, arguments in event_kinds.items()}
        self._by_key: dict[str, Parameter] = {}
        for parameter in parameters:
            if self._by_key.setdefault(parameter.key, parameter) is not parameter:
                raise ValueError(f"parameter {parameter.key!r} is declared twice")

    def __getitem__(self, key: str) -> Parameter:
        return self._by_key[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_key)

    def __len__(self) -> int:
        return len(self._by_key)
