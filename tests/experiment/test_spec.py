"""Sweep files: what they hold, the round trip, the refusals, and that the shipped ones load."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest
from sweep_cases import SCHEMA, factor

from sim.errors import InputError
from sim.experiment.sweeps.design import Plan
from sim.experiment.sweeps.factors import toml_value
from sim.experiment.sweeps.spec import Refine, SweepSpec, Until, halvings
from sim.experiment.sweeps.spec_file import (
    find_sweep,
    from_options,
    from_toml,
    list_sweeps,
    load_scenarios,
    parse_refine,
    parse_until,
    read_spec,
)
from sim.pipeline import SCHEMA as WHOLE

FULL = """
title = "A sweep"
question = "What then?"
scenarios = ["panjshir-2021", "delayed-assault"]
design = "lhs"
samples = 40
design_seed = 3
replicates = 20
seed = 5
draws = "fresh"
outcomes = ["floor_taken", "collapsed", "talk_days"]

[uncertainties]
season.onset = { from = 2021-10-01, to = 2021-12-10 }
"attacker.fighters" = { from = 100, to = 10000, scale = "log" }

[uncertainties.talks]
trust = [0.1, 0.5]

[levers]
defender.posture = ["gate", "yield"]
season.onset = ["none", 2021-11-01]

[constants]
talks.arms = false
run.days = 30
run.without = ["cold"]

[until]
outcome = "floor_taken"
half_width = 0.05
"""
GRID = 'scenario = "panjshir-2021"\n[uncertainties]\ntalks.trust = { from = 0, to = 1, steps = 5 }\n'


def fixed(text: str) -> str:
    """The full example without the doubled key that one test is about."""
    return text.replace('season.onset = ["none", 2021-11-01]\n', "")


def test_a_whole_file_is_read() -> None:
    spec = from_toml(fixed(FULL), SCHEMA)
    assert spec.scenarios == ("panjshir-2021", "delayed-assault")
    assert [f.key for f in spec.uncertainties] == ["season.onset", "attacker.fighters", "talks.trust"]
    assert spec.uncertainties[0].low == dt.date(2021, 10, 1)
    assert spec.levers[0].values == ("gate", "yield")
    assert dict(spec.constants) == {"talks.arms": False, "run.days": 30, "run.without": ("cold",)}
    assert (spec.samples, spec.replicates, spec.seed, spec.draws) == (40, 20, 5, "fresh")
    assert spec.until == Until("floor_taken", 0.05)
    assert (spec.sample_count, spec.policy_count, spec.point_count, spec.most_replicates) == (40, 4, 160, 2000)
    assert spec.keys == ("scenario", "season.onset", "attacker.fighters", "talks.trust", "defender.posture")


def test_the_text_of_a_spec_reads_back_as_the_same() -> None:
    spec = from_toml(fixed(FULL), SCHEMA)
    again = from_toml(spec.to_toml(), SCHEMA)
    assert again == spec
    assert again.to_toml() == spec.to_toml()
    assert again.hash == spec.hash


def test_the_hash_is_of_the_runs_and_not_of_the_words() -> None:
    spec = from_toml(GRID, SCHEMA)
    told = dataclasses.replace(spec, title="Other", question="Why?", outcomes=("settlement",))
    assert told.hash == spec.hash
    assert dataclasses.replace(spec, replicates=7).hash != spec.hash
    assert dataclasses.replace(spec, constants={"run.days": 9}).hash != spec.hash
    assert spec.hash == from_options(["panjshir-2021"], spec.uncertainties).hash


def test_outcomes_of_the_command_line_read_back() -> None:
    spec = dataclasses.replace(from_toml(GRID, SCHEMA), outcomes=["settlement", "floor_taken", "settlement"])
    assert spec.outcomes == ("settlement", "floor_taken")
    assert 'outcomes = ["settlement", "floor_taken"]' in spec.to_toml()
    assert from_toml(spec.to_toml(), SCHEMA) == spec
    assert toml_value(["a", "b"]) == '["a", "b"]'
    with pytest.raises(InputError, match="there is no outcome 'flor_taken'"):
        dataclasses.replace(spec, outcomes=["flor_taken"])
    with pytest.raises(InputError, match="names no outcome"):
        dataclasses.replace(spec, outcomes=())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (FULL, "season.onset is in uncertainties and in levers; take one place"),
        (GRID + "[constants]\ntalks.trust = 0.5", "talks.trust is in uncertainties and in constants"),
        (
            GRID.replace("trust", "trsut"),
            "[uncertainties] talks.trsut = { from = 0, to = 1, steps = 5 }: there is no parameter "
            "'talks.trsut'. Did you mean 'talks.trust'?",
        ),
        ("smaples = 3\n" + GRID, "smaples = 3: there is no key 'smaples'. Did you mean 'samples'?"),
        (
            GRID + "[talks]\ntrust = 1",
            "there is no key 'talks'. Put it into [uncertainties], [levers] or [constants].",
        ),
        ("replicates = 0\n" + GRID, "replicates = 0. Allowed: a whole number from 1 to 1000000."),
        ("design = 'sobl'\n" + GRID, 'design = "sobl". Allowed: grid, lhs, sobol. Did you mean \'sobol\'?'),
        ("draws = 'same'\n" + GRID, 'draws = "same". Allowed: paired, fresh.'),
        ("samples = 8\n" + GRID, "samples = 8 is for design = lhs or sobol"),
        ("design = 'lhs'\n" + GRID, "design = lhs needs samples"),
        (
            "design = 'sobol'\nsamples = 100\n" + GRID,
            "a Sobol sequence is balanced at powers of two only; take 64 or 128",
        ),
        (
            "outcomes = ['flor_taken']\n" + GRID,
            "outcomes: there is no outcome 'flor_taken'. Did you mean 'floor_taken'?",
        ),
        ("outcomes = []\n" + GRID, "outcomes = []. Allowed: a list of names"),
        ("scenarios = ['base']\n" + GRID, "has scenario and scenarios; take one of them"),
        (
            GRID.replace("panjshir-2021", "panjshr-2021"),
            "there is no scenario 'panjshr-2021'. Did you mean 'panjshir-2021'?",
        ),
        ("[uncertainties]\ntalks.trust = [0, 1]", "scenario is missing"),
        ('scenario = "panjshir-2021"', "varies nothing"),
        (GRID.replace(", steps = 5", ""), "talks.trust has no steps, which design = grid needs"),
        (
            GRID.replace("uncertainties", "levers").replace(", steps = 5", ""),
            "talks.trust is a lever and has no steps",
        ),
        (
            "design = 'lhs'\nsamples = 4\n" + GRID.replace("uncertainties", "levers"),
            "design = lhs samples uncertainties, and there are none",
        ),
        ("uncertainties = 3\nscenario = 'panjshir-2021'", "uncertainties = 3 is not a table"),
        (GRID + "'talks.trust' = 1", "[uncertainties] talks.trust is set a second time"),
        (GRID + "[constants]\nrun.seed = 4", "[constants] run.seed = 4: give the sweep its own seed"),
        (
            GRID + "[constants]\nrun.dyas = 4",
            "[constants] run.dyas = 4: there is no parameter 'run.dyas'. Did you mean 'run.days'?",
        ),
        (
            GRID + "[constants]\nrun.days = 0",
            "[constants] run.days = 0 is too low. Allowed: a whole number from 1 to 730 days.",
        ),
        (GRID + "[until]\noutcome = 'floor_taken'", "[until] has no half_width"),
        (
            GRID + "[until]\noutcome = 'floor_taken'\nhalf_width = 0.6",
            "[until] half_width = 0.6. Allowed: a number above 0 and below 0.5",
        ),
        (
            GRID + "[until]\noutcome = 'floor_taken'\nhalf_width = 0.1\nat_most = 10",
            "at_most = 10 is below at_least = 50",
        ),
        (
            GRID + "[until]\noutcome = 'floor_taken'\nhalfwidth = 0.1",
            "[until] halfwidth: there is no such key. Allowed: outcome, half_width",
        ),
        (GRID + "[refine]\noutcome = 'floor_taken'", "refine takes a grid of exactly two factors in one scenario"),
        (
            GRID + "[refine]\noutcome = 'floor_taken'\nat = 1.5",
            "[refine] at = 1.5. Allowed: a number above 0 and below 1",
        ),
        (
            GRID + "support.capacity = {from = 0, to = 9, steps = 10}\n[refine]\noutcome = 'floor_taken'",
            "refine: talks.trust has 5 steps, whose 4 intervals cannot be halved 1 times to at least 3",
        ),
        (
            GRID + "defender.posture = ['gate', 'yield']\n[refine]\noutcome = 'floor_taken'",
            "refine: talks.trust has 5 steps",
        ),
        ("attacker = 1\n" + GRID.replace("}", ", x = 1 }"), "2 problems:"),
    ],
)  # fmt: skip
def test_refusals(text: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        from_toml(text, SCHEMA, "my.toml")
    assert told in str(caught.value)
    assert str(caught.value).startswith("my.toml: ")


def test_refining_takes_rising_numbers_and_says_which_steps_will_do() -> None:
    fine = factor("talks.trust", {"from": 0, "to": 1, "steps": 17})
    with pytest.raises(InputError, match=r"defender.posture does not go over rising numbers or dates"):
        SweepSpec(("a",), (fine,), (factor("defender.posture", ["gate", "yield"]),), refine=Refine("floor_taken"))
    odd = factor("support.capacity", {"from": 0, "to": 9, "steps": 20})
    with pytest.raises(InputError, match=r"has 20 steps, whose 19 intervals .*; take 21"):
        SweepSpec(("a",), (fine, odd), refine=Refine("floor_taken"))
    with pytest.raises(InputError, match="until and refine do not go together"):
        SweepSpec(("a",), (fine,), until=Until("floor_taken", 0.1), refine=Refine("floor_taken"))


@pytest.mark.parametrize(("cells", "count"), [(16, 2), (24, 3), (12, 2), (6, 1), (4, 0), (7, 0), (32, 3)])
def test_how_often_a_side_can_be_halved(cells: int, count: int) -> None:
    assert halvings(cells) == count


def test_options_of_the_command_line() -> None:
    assert parse_until("floor_taken=0.05") == Until("floor_taken", 0.05)
    assert parse_until("floor_taken=0.05:300") == Until("floor_taken", 0.05, at_most=300)
    assert parse_refine("settlement") == Refine("settlement")
    assert parse_refine("days_floor_held=30") == Refine("days_floor_held", 30.0)
    with pytest.raises(
        InputError, match=r"--until floor=0.1: .*there is no outcome 'floor'. Did you mean 'floor_taken'"
    ):
        parse_until("floor=0.1")
    with pytest.raises(InputError, match='half_width = "wide"'):
        parse_until("floor_taken=wide")
    with pytest.raises(InputError, match=r"--set run.seed = 3: give the sweep its own seed"):
        from_options(["base"], [factor("talks.trust", [0, 1])], constants={"run.seed": 3})


def test_a_sweep_too_large_is_refused() -> None:
    wide = factor("attacker.fighters", {"from": 0, "to": 99999, "steps": 50000})
    with pytest.raises(InputError, match="has 1,050,000 points; at most 250,000"):
        SweepSpec(("a",), (wide, factor("talks.trust", {"from": 0, "to": 1, "steps": 21})))


def test_files_are_found_by_path_and_by_name(tmp_path: Path) -> None:
    assert find_sweep("winter-corridor") == list_sweeps()["winter-corridor"]
    own = tmp_path / "own.toml"
    own.write_text(GRID, encoding="utf-8")
    assert find_sweep(own) == own
    with pytest.raises(InputError, match=r"there is no sweep 'winter-coridor'. Did you mean 'winter-corridor'?"):
        find_sweep("winter-coridor")
    with pytest.raises(InputError, match="'panjshir-2021' is a scenario, not a sweep: say what to vary"):
        find_sweep("panjshir-2021")


def test_a_scenario_beside_its_sweep_is_found_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.toml").write_text('title = "Mine"\nextends = "panjshir-2021"\n', encoding="utf-8")
    (tmp_path / "sweep.toml").write_text(GRID.replace("panjshir-2021", "mine.toml"), encoding="utf-8")
    spec = read_spec(tmp_path / "sweep.toml", WHOLE)
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    assert load_scenarios(from_toml(spec.to_toml(), WHOLE), WHOLE)[0].title == "Mine"


@pytest.mark.parametrize("name", sorted(list_sweeps()))
def test_shipped_sweeps_load(name: str) -> None:
    spec = read_spec(name, WHOLE)
    assert spec.title and spec.question
    plan = Plan(spec, load_scenarios(spec, WHOLE))
    plan.check()
    assert plan.point(len(plan) - 1).scenario.hash
    assert from_toml(spec.to_toml(), WHOLE) == spec
