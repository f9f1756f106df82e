"""What a good file becomes: values, sources, chains, events, hash."""

from __future__ import annotations

import dataclasses
import datetime as dt
import pickle

import pytest

from sim.errors import InputError
from sim.scenario import differences


def test_base_is_complete_typed_and_sourced(load_here, schema):
    base = load_here("base")
    assert set(base.values) == set(schema)
    assert base["attacker.fighters"] == 12000
    assert base[schema["run.start"]] == dt.date(2021, 9, 1)
    assert base["season.winter_onset"] is None
    assert base["run.without"] == ()
    assert (base.name, base.title, base.question, base.chain) == ("base", "Base", "What happens?", ())
    told = base.provenance["attacker.fighters"]
    assert (told.source, told.grade, told.set_by) == ("Atlas 2020, p. 3", "reported", "base")
    assert not any(item.changed_from_base for item in base.provenance.values())


def test_bare_value_counts_as_what_if(delta):
    told = delta("[attacker]\nfighters = 9000").provenance["attacker.fighters"]
    assert (told.value, told.source, told.grade) == (9000, "A delta", "assumed")
    assert (told.changed_from_base, told.base_value, told.set_by) == (True, 12000, "delta")


def test_sourced_value_and_dotted_keys_in_a_delta(delta):
    scenario = delta('attacker.share = { value = 1, source = "Diary", grade = "reported" }\ndefender.posture = "yield"')
    assert scenario["attacker.share"] == 1.0
    assert isinstance(scenario["attacker.share"], float)
    assert scenario.provenance["attacker.share"].source == "Diary"
    assert scenario["defender.posture"] == "yield"
    assert not scenario.provenance["defender.loyal"].changed_from_base


@pytest.mark.parametrize(
    ("body", "key", "value"),
    [
        ("[attacker]\nfighters = 9000.0", "attacker.fighters", 9000),
        ("[season]\nwinter_onset = 2021-10-10", "season.winter_onset", dt.date(2021, 10, 10)),
        ('[season]\nwinter_onset = "2021-10-10"', "season.winter_onset", dt.date(2021, 10, 10)),
        ('[season]\nwinter_onset = "none"', "season.winter_onset", None),
        ('[run]\nwithout = ["talks", "cold", "cold"]', "run.without", ("cold", "talks")),
        ("[defender]\nloyal = false", "defender.loyal", False),
    ],
)
def test_forms_of_values(delta, body, key, value):
    got = delta(body)[key]
    assert got == value
    assert type(got) is type(value)


def test_chain_of_extends(write, load_here):
    write("middle.toml", 'title = "Middle"\nextends = "base"\nattacker.share = 0.5\nattacker.fighters = 500')
    write("deep/top.toml", 'title = "Top"\nextends = "../middle.toml"\nattacker.fighters = 12000')
    top = load_here("deep/top")
    assert (top.name, top.chain) == ("deep/top", ("base", "middle"))
    assert top.provenance["attacker.share"].set_by == "middle"
    assert not top.provenance["attacker.fighters"].changed_from_base


def test_events_add_up_sorted_and_can_be_dropped(write, load_here):
    road = '[[events]]\ndate = 2021-10-0{}\nkind = "close_road"\ndistrict = "north"\ndays = 3\n'
    write("one.toml", 'title = "One"\nextends = "base"\n' + road.format(5))
    write("two.toml", 'title = "Two"\nextends = "one"\n' + road.format(2))
    write("none.toml", 'title = "None"\nextends = "two"\nevents = []\n')
    two = load_here("two")
    assert [event.date.day for event in two.events] == [2, 5]
    assert dict(two.events[0].args) == {"district": "north", "days": 3.0}
    assert [event.source for event in two.events] == ["Two", "One"]
    assert str(two.events[0]) == "2021-10-02 close_road (days 3, district north)"
    assert load_here("none").events == ()
    assert differences(load_here("one"), two) == {"events": ((), ("2021-10-02 close_road (days 3, district north)",))}


def test_overrides_and_with_values(load_here):
    scenario = load_here("base", overrides={"attacker.fighters": "9000", "defender.posture": "yield"})
    assert (scenario["attacker.fighters"], scenario["defender.posture"]) == (9000, "yield")
    assert scenario.provenance["attacker.fighters"].set_by == "--set"
    again = scenario.with_values({"attacker.fighters": 9000, "attacker.share": 1}, source="the app")
    assert again.provenance["attacker.fighters"].set_by == "--set"  # unchanged keeps its source
    assert again.provenance["attacker.share"].source == "the app"
    assert scenario["attacker.share"] == 0.3
    assert differences(scenario, again) == {"attacker.share": (0.3, 1.0)}


def test_with_values_refuses_all_at_once(load_here):
    with pytest.raises(InputError) as error:
        load_here("base").with_values({"attacker.fightrs": 3, "attacker.share": 2}, source="the app")
    assert str(error.value) == (
        "the app: 2 problems:\n"
        "  attacker.fightrs = 3: there is no parameter 'attacker.fightrs'."
        " Did you mean 'attacker.fighters'?\n"
        "  attacker.share = 2 is too high. Allowed: a number from 0 to 1 share."
    )


def test_typed(load_here):
    base = load_here("base")
    assert base.typed("attacker.share", float) == 0.3
    with pytest.raises(TypeError, match="not a float"):
        base.typed("defender.posture", float)
    with pytest.raises(KeyError, match=r"attacker\.share"):
        base["attacker.shar"]


def test_frozen_and_able_to_travel(load_here):
    base = load_here("base")
    with pytest.raises(dataclasses.FrozenInstanceError):
        base.title = "other"
    with pytest.raises(TypeError):
        base.values["attacker.share"] = 1.0
    there = pickle.loads(pickle.dumps(base))
    assert there == base
    assert hash(there) == hash(base)
    assert there.hash == base.hash


def test_hash_is_of_what_is_simulated(delta, load_here):
    base = load_here("base")
    assert len(base.hash) == 16
    assert int(base.hash, 16) >= 0
    assert delta("question = 'Other words?'").hash == base.hash
    assert delta("[attacker]\nfighters = 12000.0").hash == base.hash
    assert delta("[attacker]\nfighters = 12001").hash != base.hash
    assert base.with_values({"run.seed": 7, "run.replicates": 9}).hash == base.hash
    assert base.with_values({"run.days": 7}).hash != base.hash


def test_hash_ignores_the_order_of_file_and_events(delta):
    first = '[[events]]\nkind = "close_road"\ndistrict = "a"\ndays = 3\ndate = 2021-10-01\n'
    second = '[[events]]\ndate = "2021-10-01"\ndays = 3.0\ndistrict = "b"\nkind = "close_road"\n'
    values = ["[attacker]\nshare = 0.1\nfighters = 500\n", "[attacker]\nfighters = 500\nshare = 0.1\n"]
    one, other = delta(values[0] + first + second), delta(values[1] + second + first)
    assert one.hash == other.hash
    assert one.events == other.events
    assert one.hash != delta(values[0] + first).hash
