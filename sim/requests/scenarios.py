"""Scenarios: found, loaded, checked, begun, with all that they assume."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import InputError
from sim.params import GRADES

if TYPE_CHECKING:
    from sim.params import Schema, Value
    from sim.report.assumptions import Assumption
    from sim.scenario import Scenario, ScenarioInfo

DEFAULT_SCENARIO = "panjshir-2021"


def schema() -> Schema:
    """Every parameter there is."""
    from sim.pipeline import SCHEMA

    return SCHEMA


def schema_json() -> dict[str, Any]:
    """The JSON Schema of scenario files, for editors."""
    from sim.scenario import json_schema

    return json_schema(schema())


def list_scenarios() -> list[ScenarioInfo]:
    """Every scenario that can be named."""
    from sim.scenario import list_scenarios as every

    return every()


def load_scenario(
    name_or_path: str | Path | Scenario, values: Mapping[str, Value] | None = None, source: str = "what-if"
) -> Scenario:
    """A scenario by name or file, with ``values`` laid over it. Raises InputError for anything amiss."""
    from sim.scenario import Scenario, load

    read_first(name_or_path)
    setup = name_or_path if isinstance(name_or_path, Scenario) else load(name_or_path, schema())
    return setup.with_values(values, source=source) if values else setup


def read_first(name_or_path: str | Path | Scenario) -> None:
    """Refuse a missing or broken file before the model is imported and workers are started."""
    from sim.scenario import Scenario
    from sim.scenario.files import search_folders
    from sim.scenario.merge import read_chain

    if not isinstance(name_or_path, Scenario):
        read_chain(name_or_path, search_folders())


def parse_set(settings: Sequence[str]) -> dict[str, Value]:
    """The values of ``--set key=value`` arguments; the last of a key holds."""
    from sim.scenario import parse_set as parse

    known = schema()
    return dict(parse(text, known) for text in settings)


def check_scenario(scenario: str | Path | Scenario) -> Scenario:
    """Load a scenario and set it up on its terrain; InputError says what is amiss."""
    setup = load_scenario(scenario)
    from sim.experiment.warmup import prepare

    prepare(setup)
    return setup


def changes(scenario: Scenario) -> dict[str, tuple[Value, Value]]:
    """What a scenario changes from its base: key → (in the base, here)."""
    found = scenario.provenance.items()
    return {key: (item.base_value, item.value) for key, item in found if item.changed_from_base}


def new_scenario(path: str | Path, extends: str = DEFAULT_SCENARIO, title: str = "") -> Path:
    """Write a small scenario file to start from; refuses to overwrite."""
    from sim.report.templates import write_scenario

    parent = load_scenario(extends)
    return write_scenario(Path(path), parent, extends, title)


def assumptions(scenario: str | Path | Scenario = DEFAULT_SCENARIO, grade: str | None = None) -> list[Assumption]:
    """Every value of a scenario with unit, range, grade, source and the processes that read it."""
    setup = load_scenario(scenario)
    from sim.report.assumptions import rows

    if grade is not None and grade not in GRADES:
        from sim.errors import nearest

        known = ", ".join(GRADES)
        raise InputError(f"--grade {grade}: there is no such grade.{nearest(grade, GRADES)} Grades: {known}")
    return [row for row in rows(setup, schema()) if grade in (None, row.grade)]


def show_terrain(
    path: str | Path,
    scenario: str | Path | Scenario = DEFAULT_SCENARIO,
    *,
    values: Mapping[str, Value] | None = None,
) -> Path:
    """Draw the scenario's terrain as a relief map (PNG)."""
    setup = load_scenario(scenario, values)
    from sim.report.relief_map import write_relief_map
    from sim.scenario import scenario_folder
    from sim.world.world import build_world

    terrain = build_world(setup.values, scenario_folder() / "terrain").terrain
    target = Path(path)
    try:
        write_relief_map(terrain, target, terrain.name)
    except OSError as error:
        raise InputError(f"--out {path}: cannot be written ({error.strerror or error})") from None
    return target
