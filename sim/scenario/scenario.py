"""A scenario as the model gets it: complete, checked, frozen, with the source of every value."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from sim.errors import InputError, nearest
from sim.params import Parameter, Schema, Value
from sim.scenario.events import Event, canonical, canonical_event
from sim.scenario.frozen import Frozen
from sim.scenario.literals import from_text
from sim.scenario.own_files import content_digest, own_files
from sim.scenario.problems import Problems
from sim.scenario.run_parameters import NOT_IN_HASH
from sim.scenario.values import accept, shown

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a value comes from. ``base_value`` is what the base at the end of ``extends`` says."""

    value: Value
    source: str
    grade: str
    changed_from_base: bool
    base_value: Value
    set_by: str


@dataclass(frozen=True)
class Scenario:
    """Everything a run is given. ``chain`` names what it extends, the base first."""

    name: str
    title: str
    question: str
    reason: str
    values: Frozen[Value]
    provenance: Frozen[Provenance]
    events: tuple[Event, ...]
    chain: tuple[str, ...]
    path: Path = field(compare=False)
    schema: Schema = field(compare=False, repr=False)

    def __getitem__(self, key: str | Parameter) -> Value:
        name = key.key if isinstance(key, Parameter) else key
        try:
            return self.values[name]
        except KeyError:
            raise KeyError(f"no parameter '{name}'.{nearest(name, self.values)}") from None

    def typed(self, key: str | Parameter, kind: type[T]) -> T:
        """The value, known to be a ``kind``: what code that calculates with it should use."""
        value = self[key]
        if not isinstance(value, kind):
            raise TypeError(f"{key} is {value!r}, not a {kind.__name__}")
        return value

    @cached_property
    def hash(self) -> str:
        """16 hex digits over values and events: equal if the same is simulated, whatever the text.

        Number of runs and seed are left out, so that more runs of a scenario find those already stored. Files of
        the user's own that it names count with what they hold.
        """
        values = {key: canonical(value) for key, value in self.values.items() if key not in NOT_IN_HASH}
        content: dict[str, object] = {"values": values, "events": [canonical_event(event) for event in self.events]}
        if own := own_files(self.values):
            content["files"] = content_digest(own)
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def with_values(self, values: Mapping[str, Value], source: str = "what-if", grade: str = "assumed") -> Scenario:
        """A copy with other values, checked; what does not change keeps its source.

        A text for a number, date, flag or list is read as on the command line.
        """
        problems = Problems(source)
        provenance: dict[str, Provenance] = dict(self.provenance)
        for key, raw in values.items():
            if key not in self.schema:
                problems.add(f"{key} = {shown(raw)}: there is no parameter '{key}'.{nearest(key, self.schema)}")
                continue
            parameter = self.schema[key]
            try:
                typed = isinstance(raw, str) and parameter.kind not in {"text", "choice"}
                value = accept(parameter, from_text(parameter, str(raw)) if typed else raw)
            except InputError as error:
                problems.add(error)
                continue
            if value != self.values[key]:
                base = self.provenance[key].base_value
                provenance[key] = Provenance(value, source, grade, value != base, base, source)
        problems.raise_if_any()
        changed = {key: item.value for key, item in provenance.items()}
        return replace(self, values=Frozen(changed), provenance=Frozen(provenance))


def differences(a: Scenario, b: Scenario) -> dict[str, tuple[Value, Value]]:
    """Key → (in a, in b) for every value that differs; ``events`` lists those that only one of them has."""
    found: dict[str, tuple[Value, Value]] = {
        key: (a[key], b.values.get(key)) for key in a.values if a[key] != b.values.get(key)
    }
    only_a = tuple(str(event) for event in a.events if event not in b.events)
    only_b = tuple(str(event) for event in b.events if event not in a.events)
    if only_a or only_b:
        found["events"] = (only_a, only_b)
    return found
