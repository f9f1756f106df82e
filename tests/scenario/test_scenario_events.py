"""Events of scenario files: the schema carries their kinds, so every door takes them; districts held at the start."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from model_cases import SYNTHETIC, base, changed, model

from sim import api, codes, pipeline
from sim.errors import InputError
from sim.params import Parameter, Schema
from sim.scenario import json_schema, load, run_parameters

TRUCE = Parameter("days", "days that it lasts", "days", "int", 1, 90)
HOLDING: dict[str, Any] = {"attacker.held_districts": "shutul, anawa", "run.start": "2021-09-05", "run.days": 4}
"""The valley on 5 September: the lower districts are the attacker's."""


def written(folder: Path, events: str, head: str = "") -> Path:
    path = folder / "scripted.toml"
    path.write_text(f'title = "Scripted"\nextends = "panjshir-2021"\n{head}\n{events}', encoding="utf-8")
    return path


def event(kind: str, date: str = "2021-09-05", **more: str) -> str:
    lines = [f"date = {date}", f'kind = "{kind}"', *(f"{name} = {value}" for name, value in more.items())]
    return "[[events]]\n" + "\n".join(lines) + "\n"


def test_the_schema_carries_the_kinds(folder: Path, write: Any) -> None:
    plain = load("base", pipeline.SCHEMA)
    assert plain.events == ()
    own = Schema(run_parameters.PARAMETERS, event_kinds={"truce": (TRUCE,)})
    run = '[run]\nstart = { value = 2021-09-01, source = "s", grade = "assumed" }\n'
    run += "".join(f'{k} = {{ value = 9, source = "s", grade = "assumed" }}\n' for k in ("days", "replicates", "seed"))
    write("small.toml", f'title = "Small"\n{run}{event("truce", days="5")}')
    found = load("small", own, search=[folder])
    assert [str(e) for e in found.events] == ["2021-09-05 truce (days 5)"]
    assert pickle.loads(pickle.dumps(found)).schema.event_kinds.keys() == {"truce"}
    with pytest.raises(InputError, match='kind = "truce" is unknown'):
        load("small", own, event_kinds={}, search=[folder])


def test_every_door_takes_events(tmp_path: Path) -> None:
    path = written(tmp_path, event("truce", days="5") + event("road_blown", site='"rukha"', hours="40"))
    setup = api.load_scenario(path)
    assert [e.kind for e in setup.events] == ["road_blown", "truce"]
    assert setup.hash != api.load_scenario("panjshir-2021").hash
    assert api.check_scenario(path).events == setup.events
    run = api.Standoff(path, values={"run.days": 8}, collect=False, agents=False)
    run.run_model()


def test_the_editor_schema_covers_them() -> None:
    forms = {
        f["properties"]["kind"]["const"]: f
        for f in json_schema(pipeline.SCHEMA)["properties"]["events"]["items"]["oneOf"]
    }
    assert set(forms) == set(pipeline.SCHEMA.event_kinds)
    joins = forms["patron_joins"]
    assert set(joins["required"]) == {"date", "kind", "patron", "t_day"}
    assert joins["properties"]["patron"]["enum"] == ["regional_power", "great_power", "private_donors"]
    assert joins["properties"]["t_day"]["maximum"] == 500
    assert forms["corridor_closed"]["required"] == ["date", "kind"]
    assert api.schema_json() == json_schema(pipeline.SCHEMA)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (event("truce", "2021-08-01", days="5"), ["2021-08-01", "before the first day", "2021-08-30"]),
        (event("truce", "2023-08-01", days="5"), ["2023-08-01", "after the last day", "2022-04-30"]),
        (event("truce"), ["truce needs days"]),
        (event("truce", days="5", hours="3"), ["truce takes no hours"]),
        (event("volunteers", side='"attackers"', people="5"), ["Did you mean 'attacker'?"]),
    ],
)
def test_refusals_say_what_is_allowed(tmp_path: Path, script: str, said: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        api.load_scenario(written(tmp_path, script))
    for part in ("scripted.toml", *said):
        assert part in str(caught.value)


def test_a_site_is_checked_before_any_run(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"road_blown: site = \"ruka\".*Did you mean 'rukha'"):
        api.check_scenario(written(tmp_path, event("road_blown", site='"ruka"', hours="40")))


def test_a_run_that_starts_after_an_event_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, event("truce", "2021-09-01", days="5"))
    with pytest.raises(InputError, match="before the first day of the run, 2021-09-05"):
        api.Standoff(path, values={"run.start": "2021-09-05"})


def test_held_districts_are_the_attackers_with_the_way_into_them() -> None:
    run = model(HOLDING)
    s, terrain = run.state, run.run.world.terrain
    held = {terrain.sites[i].id for i in np.flatnonzero(s.holder == codes.ATTACKER)} - {"stage-mouth", "stage-andarab"}
    assert held == {"dalan-sang", "shutul", "zamankor", "anawa", "tawakh", "dashtak"}
    floors = {d.id: int(s.floor[i]) for i, d in enumerate(terrain.districts)}
    assert floors.pop("shutul") == floors.pop("anawa") == codes.ATTACKER
    assert set(floors.values()) == {codes.DEFENDER}
    assert (s.believed == s.holder).all() and (s.claim_floor == s.floor).all()
    assert (s.belief_floor == (s.floor == codes.ATTACKER)).all()
    before = s.floor.copy()
    run.step()
    assert (run.state.floor == before).all(), "the first tick sees what the set-up says"


def test_both_sides_stand_on_their_own_side_of_the_line() -> None:
    run = model(HOLDING)
    s, t, site = run.state, run.run.world.tables, run.run.world.terrain.site_index
    main = (s.side == codes.ATTACKER) & (s.axis == 0)
    behind = [site(name) for name in ("dalan-sang", "shutul", "zamankor", "anawa", "tawakh")]
    assert [int((s.post[main] == at).sum()) for at in behind] == [1] * 5, "a group at each held site"
    assert set(s.post[main]) == {site("dashtak"), *behind} and set(s.home_site[main]) == {site("stage-mouth")}
    assert set(s.post[s.axis == 1]) == {site("stage-andarab")}
    defenders = s.side == codes.DEFENDER
    assert not (s.holder[s.post[defenders]] == codes.ATTACKER).any()
    regulars, ids = s.kind == codes.REGULAR, s.uid // 100_000
    assert set(s.home_site[regulars & (ids == 3)]) == {site("rukha")}, "the gate's guard, at the next floor site"
    assert set(s.home_site[regulars & (ids == 5)]) == {site("bazarak")}
    driven = (s.kind == codes.MILITIA) & (s.holder[s.home_site] == codes.ATTACKER)
    assert driven.any() and t.is_side[s.post[driven]].all()
    usual = model({"run.start": "2021-09-05", "run.days": 4}).state
    assert s.cache_kg.sum() == pytest.approx(usual.cache_kg.sum()) and not s.cache_kg[site("anawa")].any()
    assert s.men.sum() == usual.men.sum()


def test_such_a_start_is_a_valid_run_in_which_the_line_holds() -> None:
    run = model(HOLDING, validate=True)
    run.run_model()
    lower = [i for i, d in enumerate(run.run.world.terrain.districts) if d.id in ("shutul", "anawa")]
    assert (run.state.floor[lower] == codes.ATTACKER).all()
    assert (run.state.order[run.state.side == codes.ATTACKER] == codes.GARRISON).any()


@pytest.mark.parametrize(
    ("named", "main", "second"),
    [
        ("district-1", "village-1", "stage-pass"),
        ("district-4", "stage-mouth", "centre-4"),
        ("district-1,district-4", "village-1", "centre-4"),
    ],
)
def test_each_axis_starts_from_what_is_nearest_to_it(named: str, main: str, second: str) -> None:
    run = model(SYNTHETIC | {"attacker.held_districts": named})
    s, site = run.state, run.run.world.terrain.site_index
    for axis, front in enumerate((main, second)):
        posts = s.post[s.axis == axis]
        assert np.bincount(posts).argmax() == site(front)
        assert (s.holder[posts] == codes.ATTACKER).all()
    assert {int(s.floor[int(name.strip()[-1]) - 1]) for name in named.split(",")} == {codes.ATTACKER}


def test_a_valley_wholly_held_is_a_valid_start() -> None:
    every = "district-1,district-2,district-3,district-4"
    run = model(SYNTHETIC | {"attacker.held_districts": every, "run.days": 3}, validate=True)
    assert np.isfinite(run.state.cache_kg).all()
    assert (run.state.floor == codes.ATTACKER).all()
    run.run_model()


def test_none_held_is_the_base_and_unknown_ones_are_refused() -> None:
    assert base()["attacker.held_districts"] is None
    assert not changed(model(SYNTHETIC | {"attacker.held_districts": ""}).state, model(SYNTHETIC).state)
    with pytest.raises(
        InputError, match=r"attacker\.held_districts.*no district 'anava'.*Did you mean 'anawa'.*shutul"
    ):
        model(HOLDING | {"attacker.held_districts": "shutul, anava"})
