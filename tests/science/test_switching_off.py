"""Any mechanism or role can be left out by the scenario file: nobody else's draws move, and nothing else changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from model_cases import BUSY, SYNTHETIC, changed, finished, model, named, processes, restore, steps_of

from sim import pipeline
from sim.model import Standoff
from sim.scenario import load

EVERY = pytest.mark.parametrize("process", processes(), ids=named)
DAILY = {process.name for process in pipeline.DAY}
WAR: dict[str, Any] = SYNTHETIC | {
    "run.days": 21,
    "attacker.fighters": 3000,
    "defender.fighters": 2000,
    "defender.cohesion": 0.9,
    "cold.base_rate": 0.005,
    "roads.cut_chance": 0.3,
    "unrest.chance": 0.1,
    "communities.defect_chance": 0.2,
    "communities.deal_chance": 0.5,
    "defender.recruits_per_day": 5.0,
    "support.regional_interest": 1.0,
    "support.readiness": 10.0,
    "support.regional_lag_days": 1,
    "support.corridor_capacity": 10.0,
    "attacker.split_chance": 0.3,
    "claims.denial_lag": 1.0,
}
"""A made-up war in which every process has something to do."""
QUIET: dict[str, Any] = SYNTHETIC | {
    "run.days": 30,
    "attacker.assault_start": "2021-09-06",
    "events": [{"date": "2021-09-05", "kind": "appeal", "effect": 0.1}],
}
"""One in which little happens before the assault."""


def calls(run: Standoff) -> Iterator[tuple[int, str]]:
    """Tick and name of every process in the order of a run."""
    names = list(steps_of(run))
    for tick in range(run.days * pipeline.TICKS_PER_DAY):
        for name in names:
            if name not in DAILY or tick % pipeline.TICKS_PER_DAY == 0:
                yield tick, name


@EVERY
def test_all_others_do_the_same_without_it(process: Any) -> None:
    """From one and the same state each other process does the same to the bit, and draws the same luck."""
    for values in (WAR, BUSY["deals"], BUSY["surrender"]):
        compare_from_one_state(process.name, values)


def compare_from_one_state(left_out: str, values: dict[str, Any]) -> None:
    """Each other process, at each tick of a run, with and without the one left out."""
    with_it, without = model(values), model(values | {"run.without": (left_out,)})
    steps, others = steps_of(with_it), steps_of(without)
    assert set(steps) - set(others) == {left_out}
    for tick, name in calls(with_it):
        if name == left_out:
            steps[name](tick)
            continue
        restore(without.state, with_it.state)
        steps[name](tick)
        others[name](tick)
        assert not changed(with_it.state, without.state), f"{name} at tick {tick}"


@EVERY
def test_the_weather_is_the_same_without_it(process: Any) -> None:
    whole, without = (model(WAR | {"run.without": names}).run.weather for names in ((), (process.name,)))
    for name in ("temperature_c", "pass_open", "sky"):
        assert (getattr(whole, name) == getattr(without, name)).all()


@EVERY
def test_until_it_acts_the_run_is_the_same_without_it(process: Any) -> None:
    """Before the first tick in which it changes anything; at most its own arrays begin with other values."""
    with_it, without = model(QUIET), model(QUIET | {"run.without": (process.name,)})
    begins = changed(with_it.state, without.state)
    assert begins <= {*process.reads, *process.writes}
    if begins:
        return
    steps, others = steps_of(with_it), steps_of(without)
    for tick, name in calls(with_it):
        before = with_it.state.copy() if name == process.name else None
        steps[name](tick)
        if before is not None and changed(with_it.state, before):
            assert tick >= FIRST_ACTS.get(process.name, 0)
            return
        if name in others:
            others[name](tick)
        assert not changed(with_it.state, without.state), f"{name} at tick {tick}"
    assert process.name in NEVER_ACT


@dataclass(frozen=True)
class Neutral:
    """Values with which a process is there but moves nobody, and the accounts that it may keep all the same."""

    values: dict[str, Any]
    accounts: str = ""


NEUTRAL = {
    "events": Neutral({}),
    "support": Neutral({"support.corridor_capacity": 0.0, "support.regional_interest": 0.0}),
    "roads": Neutral({"roads.cut_chance": 0.0}),
    "cold": Neutral({"cold.base_rate": 0.0}),
    "unrest": Neutral({"unrest.chance": 0.0}),
    "communities": Neutral(
        {"communities.defect_chance": 0.0, "communities.deal_chance": 0.0, "communities.collapse_share": 1.0,
         "defender.recruits_per_day": 0.0},
        "defected goodwill recruit_factor",
    ),
    "rally": Neutral(
        {"rally.gather": 0.0, "rally.drift": 0.0, "rally.harass_drift": 0.0, "rally.found": 0.0,
         "defender.recruits_per_day": 0.0}
    ),
    "opinion": Neutral(
        {"opinion.recognition": 0.0, "opinion.recognition_gain": 0.0, "opinion.recognition_optimism": 0.0,
         "opinion.attention_fight": 0.0, "opinion.attention_claim": 0.0, "opinion.appeal": 0.0, "talks.trust": 0.0,
         "talks.trust_truce": 0.0, "opinion.support_chance": 0.0, "opinion.support_hope": 0.0, "unrest.chance": 0.0,
         "communities.defect_chance": 0.0, "communities.deal_chance": 0.0, "communities.collapse_share": 1.0,
         "defender.recruits_per_day": 0.0, "attacker.strife": 0.0,
         "attacker.disagreement": 0.0, "attacker.split_chance": 0.0},
        "bloodshed idle_days deaths_seen legitimacy goodwill recruit_factor",
    ),
    "elders": Neutral({"communities.deal_chance": 0.0}),
    "leaders": Neutral(
        {"leaders.weight": 0.0, "leaders.message": 0.0, "leaders.loss_chance": 0.0, "leaders.exile_share": 0.0,
         "leaders.political_resolve": 0.0, "leaders.military_resolve": 0.0, "leaders.signal": 0.0}
    ),
    "patrons": Neutral({"support.regional_interest": 0.0}),
    "spokesmen": Neutral(
        {"reports.outside_claims": 0.0, "opinion.attention_claim": 0.0, "opinion.false_claims": 0.0,
         "claims.credibility_attacker": 0.0, "claims.credibility_defender": 0.0},
        "claim_floor claim_day victory_day celebrated claimed_losses losses_seen credibility",
    ),
    "air": Neutral({"air.sorties_per_day": 0.0}),
}  # fmt: skip
"""The other processes have no neutral values: they are the war itself, or nobody would believe or decide anything."""


@pytest.mark.parametrize("name", NEUTRAL)
def test_a_neutral_process_is_as_good_as_none(name: str) -> None:
    """Over a whole war, its neutral values give the same run to the bit as leaving it out, but for its accounts."""
    case = NEUTRAL[name]
    there = finished(WAR | case.values)
    gone = finished(WAR | case.values | {"run.without": (name,)})
    fallen = int(there.state.out.sum())
    assert fallen > 10
    assert changed(there.state, gone.state) <= set(case.accounts.split())


def test_a_scenario_file_switches_any_of_them_off(tmp_path: Path) -> None:
    for process in pipeline.PROCESSES:
        file = tmp_path / f"without-{process.name}.toml"
        file.write_text(
            f'title = "War without {process.name}"\nquestion = "What does it do?"\nreason = "A test."\n'
            f'extends = "base"\nrun.without = ["{process.name}"]\n',
            encoding="utf-8",
        )
        run = Standoff(load(str(file), pipeline.SCHEMA), agents=False, collect=False)
        assert process.name not in steps_of(run)
        assert len(steps_of(run)) == len(pipeline.PROCESSES) - 1


FIRST_ACTS = {"events": 24, "roads": 32, "rally": 32, "communities": 32, "defender_commander": 4}
"""Ticks before which these must not have acted in the quiet run, so that the comparison is not empty."""
NEVER_ACT = {"support", "unrest", "elders", "patrons"}
"""Nobody sends support, rises or makes a local deal in the quiet run: all of it must be the same."""
