"""Every assumption of a scenario as a row: value, unit, range, grade, source and who reads it."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from sim import forces, pipeline
from sim.params import Schema, Value
from sim.scenario import Scenario
from sim.scenario.values import allowed, plain
from sim.world import world


@dataclass(frozen=True, slots=True)
class Assumption:
    """One value, as told to people and scripts."""

    key: str
    value: Value
    unit: str
    meaning: str
    allowed: str
    grade: str
    source: str
    read_by: tuple[str, ...]
    changed: bool
    base_value: Value


def rows(scenario: Scenario, schema: Schema) -> list[Assumption]:
    """All assumptions by section, in the order in which the schema comes to each section."""
    found = []
    sections = list(dict.fromkeys(key.partition(".")[0] for key in schema))
    for key, parameter in sorted(schema.items(), key=lambda item: sections.index(item[0].partition(".")[0])):
        item = scenario.provenance[key]
        found.append(
            Assumption(
                key,
                item.value,
                parameter.unit,
                parameter.meaning,
                allowed(parameter),
                item.grade,
                item.source,
                _readers(key),
                item.changed_from_base,
                item.base_value,
            )
        )
    return found


def _readers(key: str) -> tuple[str, ...]:
    """The processes that read a parameter; what is read before the first day is the set-up's or the world's."""
    if key.startswith("run."):
        return ("run",)
    readers = [process.name for process in pipeline.PROCESSES if any(p.key == key for p in process.parameters)]
    if any(p.key == key for p in forces.PARAMETERS):
        readers.insert(0, "set-up")
    if any(p.key == key for p in world.PARAMETERS):
        readers.insert(0, "world")
    return tuple(dict.fromkeys(readers))


def assumptions_text(found: Sequence[Assumption]) -> str:
    """Rows as text of 100 columns, one block for each group of keys."""
    lines: list[str] = []
    section = ""
    for row in found:
        head = row.key.partition(".")[0]
        if head != section:
            lines += ["", f"[{head}]"]
            section = head
        unit = f" {row.unit}" if row.unit not in {"", "-"} else ""
        mark = f"  (base: {plain(row.base_value)})" if row.changed else ""
        lines.append(f"  {row.key} = {plain(row.value)}{unit}{mark}")
        detail = f"{row.grade}: {row.source}. Allowed: {row.allowed}. Read by {', '.join(row.read_by)}."
        lines.append(textwrap.fill(detail, 98, initial_indent="      ", subsequent_indent="      "))
    counts = {grade: sum(row.grade == grade for row in found) for grade in sorted({row.grade for row in found})}
    lines += ["", f"{len(found)} assumptions: " + ", ".join(f"{n} {grade}" for grade, n in counts.items()) + "."]
    return "\n".join(lines).lstrip("\n") + "\n"
