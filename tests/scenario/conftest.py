"""A small schema and scenario folder, so that these tests know nothing of the real one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.params import Parameter, Schema
from sim.scenario import EventKinds, Scenario, load, run_parameters

BASE = """
title = "Base"
question = "What happens?"

[run]
start = { value = 2021-09-01, source = "the press", grade = "reported" }
days = { value = 200, source = "long enough", grade = "assumed" }
replicates = { value = 100, source = "habit", grade = "assumed" }
seed = { value = 1, source = "habit", grade = "assumed" }
without = { value = [], source = "everything is on", grade = "assumed" }

[attacker]
fighters = { value = 12000, source = "Atlas 2020, p. 3", grade = "reported" }
share = { value = 0.3, source = "a guess", grade = "assumed" }

[season]
winter_onset = { value = "none", source = "the weather decides", grade = "assumed" }

[defender]
posture = { value = "gate", source = "Atlas 2020, p. 9", grade = "estimated" }
loyal = { value = true, source = "a guess", grade = "assumed" }
label = { value = "east", source = "a guess", grade = "assumed" }
"""

DATE_RANGE = (dt.date(1980, 1, 1), dt.date(2035, 12, 31))


@pytest.fixture(scope="session")
def schema() -> Schema:
    return Schema(
        [
            *run_parameters.PARAMETERS,
            Parameter("run.without", "Left out", "", kind="names", choices=("cold", "thirst", "talks")),
            Parameter("attacker.fighters", "Fighters", "fighters", kind="int", low=100, high=200_000),
            Parameter("attacker.share", "Share of something", "share", low=0.0, high=1.0),
            Parameter("season.winter_onset", "First day of winter", "date", "date", *DATE_RANGE, optional=True),
            Parameter("defender.posture", "Plan", "", kind="choice", choices=("gate", "yield", "disperse")),
            Parameter("defender.loyal", "Whether they stay", "", kind="bool"),
            Parameter("defender.label", "A name", "", kind="text"),
        ]
    )


@pytest.fixture(scope="session")
def kinds() -> EventKinds:
    leader = Parameter("confidence", "How sure", "share", low=0.0, high=1.0)
    return {"close_road": ["district", "days"], "leader_leaves": ["who", leader]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (folder / "base.toml").write_text(BASE, encoding="utf-8")
    return folder


Write = Callable[[str, str], Path]
Load = Callable[..., Scenario]


@pytest.fixture
def write(folder: Path) -> Write:
    def write(name: str, text: str) -> Path:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def load_here(folder: Path, schema: Schema, kinds: EventKinds) -> Load:
    def load_here(reference: str | Path, **more: object) -> Scenario:
        return load(reference, schema, event_kinds=kinds, search=[folder], **more)  # type: ignore[arg-type]

    return load_here


@pytest.fixture
def delta(write: Write, load_here: Load) -> Callable[[str], Scenario]:
    """Load a delta on the base from the text below its title."""

    def delta(body: str) -> Scenario:
        write("delta.toml", f'title = "A delta"\nextends = "base"\n{body}')
        return load_here("delta")

    return delta
