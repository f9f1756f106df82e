"""``--set``, the round trip of every kind of value, and the JSON Schema for editors."""

from __future__ import annotations

import datetime as dt
import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import InputError
from sim.params import Parameter
from sim.scenario import json_schema, parse_set
from sim.scenario.values import accept, allowed, plain


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("defender.posture=yield", "yield"),
        ('defender.posture = "yield"', "yield"),
        ("season.winter_onset=2021-10-10", dt.date(2021, 10, 10)),
        ("season.winter_onset=none", None),
        ("attacker.share=0.2", 0.2),
        ("attacker.share=1e-3", 0.001),
        ("attacker.fighters=12_000", 12000),
        ("defender.loyal=false", False),
        ("defender.label=two words = one", "two words = one"),
        ("defender.label=[x]", "[x]"),
        ("defender.label=", ""),
        ('run.without=["cold"]', ("cold",)),
        ("run.without=cold", ("cold",)),
        ('run.without="cold"', ("cold",)),
        ("run.without=talks,cold", ("cold", "talks")),
        ("run.without=none", ()),
        ("run.without=", ()),
    ],
)
def test_set(schema, text, value):
    key, got = parse_set(text, schema)
    assert key == text.split("=")[0].strip()
    assert got == value
    assert type(got) is type(value)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("attacker.fightrs=3", ['"attacker.fightrs"', "Did you mean 'attacker.fighters'?"]),
        ("fighters=3", ["Did you mean 'attacker.fighters'?"]),
        ("attacker.fighters", ["write attacker.fighters=VALUE", "100 to 200000 fighters"]),
        ("attacker.fighters=", ["write attacker.fighters=VALUE"]),
        ("attacker.fighters=many", ['attacker.fighters = "many" is not a number']),
        ("attacker.fighters=5", ["attacker.fighters = 5 is too low", "100 to 200000 fighters"]),
        ("attacker.fighters=500\nx = 3", ["is not a number"]),
        ("defender.posture=yeild", ['"yeild"', "gate, yield, disperse", "Did you mean 'yield'?"]),
        ("season.winter_onset=2021-13-10", ['"2021-13-10" is not a date']),
        ("run.without=cold,wind", ['"wind"', "cold, thirst, talks"]),
        ("defender.loyal=yes", ['"yes" is neither true nor false']),
        ("", ["there is no parameter"]),
    ],
)
def test_set_refused(schema, text, parts):
    with pytest.raises(InputError) as error:
        parse_set(text, schema)
    assert str(error.value).startswith("--set ")
    for part in parts:
        assert part in str(error.value)


VALUES = st.fixed_dictionaries(
    {},
    optional={
        "run.seed": st.integers(0, 2**63 - 1),
        "attacker.fighters": st.integers(100, 200_000),
        "attacker.share": st.floats(0, 1),
        "season.winter_onset": st.none() | st.dates(dt.date(1980, 1, 1), dt.date(2035, 12, 31)),
        "defender.posture": st.sampled_from(["gate", "yield", "disperse"]),
        "defender.loyal": st.booleans(),
        "run.without": st.sets(st.sampled_from(["cold", "thirst", "talks"])).map(
            lambda names: tuple(name for name in ("cold", "thirst", "talks") if name in names)
        ),
    },
)


@given(values=VALUES)
def test_values_survive_being_written(schema, values):
    for key, value in values.items():
        literal = json.dumps(value) if isinstance(value, (str, tuple)) else plain(value)
        if value is None:
            literal = '"none"'
        assert accept(schema[key], tomllib.loads(f"v = {literal}")["v"]) == value
        assert parse_set(f"{key}={literal}", schema) == (key, value)
        assert parse_set(f"{key}={'' if value == () else plain(value)}", schema) == (key, value)
        assert accept(schema[key], value) == value


@given(raw=st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists))
def test_anything_is_accepted_in_range_or_refused(schema, raw):
    for parameter in schema.values():
        try:
            value = accept(parameter, raw)
        except InputError as error:
            assert parameter.key in str(error)
            assert allowed(parameter) in str(error)
        else:
            assert accept(parameter, value) == value


def test_what_is_allowed_reads_well():
    assert allowed(Parameter("a.b", "", "t/day", low=0.0)) == "a number from 0 (in t/day)"
    assert allowed(Parameter("a.b", "", "%", high=9.5)) == "a number up to 9.5 %"
    assert allowed(Parameter("a.b", "", "", kind="names")) == 'a list of names like ["one", "two"]'


def test_json_schema(schema, kinds):
    made = json_schema(schema, kinds)
    assert made["$schema"].endswith("2020-12/schema")
    assert json.loads(json.dumps(made)) == made
    fighters = made["properties"]["attacker"]["properties"]["fighters"]
    bare, table = fighters["anyOf"]
    assert bare == {"type": "integer", "minimum": 100, "maximum": 200_000}
    assert table["properties"]["value"] == bare
    assert "fighters" in fighters["description"]
    posture = made["properties"]["defender"]["properties"]["posture"]["anyOf"][0]
    assert posture == {"enum": ["gate", "yield", "disperse"]}
    onset = made["properties"]["season"]["properties"]["winter_onset"]["anyOf"][0]
    assert {"const": "none"} in onset["anyOf"]
    assert [form["properties"]["kind"]["const"] for form in made["properties"]["events"]["items"]["oneOf"]] == [
        "close_road",
        "leader_leaves",
    ]
