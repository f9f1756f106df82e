"""Declared = used: every parameter has a value with a source, is read by code, and can change a run."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from model_cases import BUSY, SYNTHETIC, base, digest, finished, model

from sim import pipeline
from sim.errors import InputError
from sim.params import GRADES, Parameter, Schema, Value
from sim.scenario import Scenario, scenario_folder
from sim.scenario.values import accept
from sim.world.routes import travel_rates
from sim.world.season import read_levers
from sim.world.terrain.build import build_terrain

ROOT = Path(__file__).resolve().parents[2]
PARAMETERS = pytest.mark.parametrize("parameter", pipeline.SCHEMA.values(), ids=lambda p: str(p.key))

RUN_BY_EXPERIMENTS = {"run.replicates"}
"""Read by what makes many runs, not by a run."""


class Listening(Mapping[str, Value]):
    """Values that note which of them are read."""

    def __init__(self, values: Mapping[str, Value], heard: set[str]) -> None:
        self._values, self._heard = dict(values), heard

    def __getitem__(self, key: str) -> Value:
        self._heard.add(key)
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@pytest.fixture(scope="module")
def heard() -> set[str]:
    """Every key that building terrains of the three sources, routes, weather and a run reads."""
    found: set[str] = set()
    values = base().values
    folder = scenario_folder() / "terrain"
    for source in ("bundled", "synthetic", "file"):
        asked: dict[str, Value] = dict(values) | {"terrain.source": source, "terrain.file": "no such file.tif"}
        try:
            build_terrain(Listening(asked, found), folder)
        except InputError:
            assert source == "file"
    travel_rates(Listening(values, found))
    read_levers(Listening(values, found))
    with pytest.MonkeyPatch.context() as patch:
        plain = Scenario.__getitem__

        def listen(self: Scenario, key: str | Parameter) -> Value:
            found.add(key.key if isinstance(key, Parameter) else key)
            return plain(self, key)

        patch.setattr(Scenario, "__getitem__", listen)
        for posture in ("gate", "yield", "disperse"):
            finished({"defender.posture": posture, "run.days": 40, "attacker.garrison_intent": 0.0})
    return found


@PARAMETERS
def test_is_read_by_code(parameter: Parameter, heard: set[str]) -> None:
    if parameter.key not in RUN_BY_EXPERIMENTS:
        assert parameter.key in heard


@PARAMETERS
def test_has_a_value_in_range_with_source_and_grade(parameter: Parameter) -> None:
    entry = base().provenance[parameter.key]
    assert accept(parameter, entry.value) == entry.value
    assert len(entry.source) > 2
    assert entry.grade in GRADES


@PARAMETERS
def test_says_what_it_means(parameter: Parameter) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z_0-9]+", parameter.key)
    assert len(parameter.meaning) > 5
    assert parameter.unit or parameter.kind in ("choice", "text", "names", "bool", "int", "float")


def test_declared_once() -> None:
    """A key declared by two processes would let them disagree on its range."""
    twice = Parameter("a.b", "one meaning", "kg", "float", 0, 1)
    with pytest.raises(ValueError, match="declared twice"):
        Schema((twice, Parameter("a.b", "another meaning", "kg", "float", 0, 2)))
    by_key: dict[str, Parameter] = {}
    for process in pipeline.PROCESSES:
        for parameter in process.parameters:
            assert by_key.setdefault(parameter.key, parameter) is parameter


def other_values(parameter: Parameter, now: Value) -> list[Value]:
    """Values as far from the present one as the parameter allows."""
    if parameter.kind == "bool":
        return [not now]
    if parameter.kind == "choice":
        return [choice for choice in parameter.choices if choice != now]
    if parameter.kind == "date":
        start = dt.date(2021, 8, 30)
        return [start + dt.timedelta(days=d) for d in (0, 4, 85, 110)]
    return [v for v in (parameter.high, parameter.low) if v is not None and v != now]  # type: ignore[misc]


CHANGES_BY_HAND: dict[str, list[Value]] = {
    "attacker.main_axis": ["stage-side"],
    "attacker.second_axis": ["none"],
    "attacker.held_districts": ["district-1"],
    "defender.gate_site": ["centre-1"],
    "defender.pass_site": ["pass-ridge-2"],
    "defender.reserve_site": ["centre-2"],
    "support.corridor_pass": ["pass-ridge-2"],
    "run.without": [("combat",)],
    "terrain.synthetic_precip_region": ["lower"],
    "attacker.fighters": [1000],
    "defender.fighters": [1000],
    "run.days": [5],
    "run.seed": [99],
    "run.start": [dt.date(2021, 12, 1)],
}
ONLY_OTHER_TERRAIN = {"terrain.source", "terrain.folder", "terrain.file", "run.replicates"}
ONLY_HOURS = {"movement.pack_slope"}
"""Changes the hours of pack trains between sites, but rarely between those that a run's trains use."""
LONG: dict[str, Value] = SYNTHETIC | {
    "run.days": 244,
    "attacker.garrison_intent": 0.6,
    "support.corridor_capacity": 5.0,
}
HIGH: dict[str, Value] = LONG | {
    "terrain.synthetic_mouth_elevation_m": 2600.0,
    "season.severity": 1.8,
    "attacker.winter_line_m": 1500.0,
    "attacker.fighters": 4000,
    "attacker.consolidate_days": 1,
    "defender.posture": "yield",
}
HELPED: dict[str, Value] = {**LONG, **BUSY["helped"], "run.days": 244, "attacker.fighters": 200}
HELPED |= {"support.readiness": 1.0, "support.gives_up_below": 0.3, "support.deterrence_chance": 1.0}
HELPED |= {"support.private_fighters": 100}
SHUT_IN: dict[str, Value] = {**HIGH, "run.start": "2022-02-20", "run.days": 60, "season.severity": 2.0}
SHUT_IN |= {"attacker.assault_start": "2022-02-20", "leaders.floor_lost": 0.0, "leaders.exile_days": 10.0}
"""Snow has shut every pass before the leaders want to leave."""
STARVED: dict[str, Value] = {**SYNTHETIC, **BUSY["departure"], "defender.food_days": 0.0, "defender.ties": 0.7}
STARVED |= {"supply.captured_share": 0.0}
"""Empty stores speak for leaving, home against it."""
PRESSED: dict[str, Value] = {**BUSY["truce"], "run.days": 40, "attacker.pressure_start": 0.5}
"""A truce on the edge of what the hardliners bear."""
FEW_TRUCKS: dict[str, Value] = SYNTHETIC | {
    "run.days": 60,
    "attacker.fighters": 6000,
    "supply.trucks": 5.0,
    "supply.pack_animals": 1.0,
}
"""So few that what they carry decides who eats."""
HOPEFUL: dict[str, Value] = SYNTHETIC | {
    "run.days": 12,
    "attacker.assault_start": "2021-09-20",
    "talks.disarmament": False,
    "talks.trust": 0.5,
    "talks.holding_value": 0.5,
    "talks.pace": 0.5,
    "opinion.support_chance": 0.3,
}
"""A deal within reach, unless the hope of support is worth more."""
TRIES: list[dict[str, Value]] = [
    *({**SYNTHETIC, **values} for values in BUSY.values()),
    LONG,
    LONG | {"attacker.garrison_intent": 0.1, "attacker.fighters": 4000},
    LONG | {"attacker.fighters": 400, "supply.trucks": 1.0, "supply.pack_animals": 1.0},
    HIGH,
    HELPED,
    SHUT_IN,
    STARVED,
    PRESSED,
    FEW_TRUCKS,
    HOPEFUL,
    LONG | {"run.days": 300, "attacker.fighters": 20, "season.severity": 2.0},
    LONG | {"attacker.fighters": 6000, "defender.posture": "disperse", "supply.pack_animals": 20.0, "run.days": 60},
    HIGH | {"run.days": 120, "attacker.assault_start": "2021-11-20", "supply.trucks": 0.0, "supply.pack_animals": 20.0},
]


@pytest.fixture(scope="module")
def as_they_are() -> list[str]:
    """Digest of each of the runs before anything is changed."""
    return [digest(finished(values).state) for values in TRIES]


@PARAMETERS
def test_can_change_a_run(parameter: Parameter, as_they_are: list[str]) -> None:
    """A parameter that leaves every run the same to the bit, at any value, is a dead lever."""
    key = parameter.key
    if key in ONLY_OTHER_TERRAIN:
        pytest.skip("other terrain has its own tests")
    now = base()[key]
    if key in ONLY_HOURS:
        steep = SYNTHETIC | {"terrain.synthetic_ridge_height_m": 3500.0, "terrain.synthetic_side_valleys": 0}
        hours = [model(steep | {key: value}).run.world.routes.hours for value in (parameter.low, parameter.high)]
        assert (hours[0] != hours[1]).any()
        return
    for value in CHANGES_BY_HAND.get(key) or other_values(parameter, now):
        for values, before in zip(TRIES, as_they_are, strict=True):
            try:
                if digest(finished(values | {"run.seed": 1, key: value}, rng=None).state) != before:
                    return
            except InputError:
                continue
    pytest.fail(f"{key} changes nothing")


COMMON = frozenset(
    re.findall(
        r"\w+",
        """
        above along basin below between border bridge centre confluence corridor crest district entrance
        estimate floor glacier gorge highest highway junction listed lower lowest massif mountain mouth north
        outside pass plain point portal river road roads route south stage staging state summit towards track
        tributary tunnel upper valley village villages
        """,
    )
)
"""Words in the names of places that are no names."""


def names_of_places() -> set[str]:
    """Ids and names in the bundled terrain, as words of their own."""
    found: set[str] = set()
    for file in (scenario_folder() / "terrain" / "panjshir").glob("*.csv"):
        if file.stem in ("climate", "pass_closure_reference", "river", "spot_heights"):
            continue
        with file.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                for column in ("id", "name"):
                    found.update(re.findall(r"[A-Za-z][a-z]{4,}", row.get(column) or ""))
    return {name.lower() for name in found} - COMMON


PARTIES = {"taliban", "massoud", "soviet", "haqqani", "saleh", "afghan", "afghanistan", "kabul", "panjshir", "pakistan"}


def code_without_docstrings(text: str) -> str:
    """Source with docstrings and the sources that mechanisms cite taken out."""
    text = re.sub(r'""".*?"""', "", text, flags=re.DOTALL)
    return re.sub(r'source="[^"]*"', "", text)


def test_no_place_or_party_is_named_in_the_code() -> None:
    """What holds for one place only belongs into its scenario file and its terrain folder."""
    words = names_of_places() | PARTIES
    assert len(words) > 80
    named = {}
    for file in sorted((ROOT / "sim").rglob("*.py")):
        text = code_without_docstrings(file.read_text(encoding="utf-8")).lower()
        text = text.replace('"panjshir-2021"', "")  # the name of the scenario that runs when none is asked for
        hits = words & set(re.findall(r"[a-z]{4,}", text))
        if hits:
            named[str(file.relative_to(ROOT))] = sorted(hits)
    assert not named


def test_unknown_key_is_refused(small_run: Any) -> None:
    assert small_run.setup["run.days"] == SYNTHETIC["run.days"]
    with pytest.raises(InputError, match=r"attacker\.fighters"):
        model({"attacker.fightres": 3})
