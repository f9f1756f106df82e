"""What someone who knows Mesa expects to work, works."""

from __future__ import annotations

import gc
import weakref
from collections import Counter

import mesa
import numpy as np
import pytest
from mesa import Agent
from model_cases import SYNTHETIC, digest, finished, model

from sim import codes, pipeline
from sim.actors import attacker, defender, elders, envoys, factions, leaders, patrons, spokesmen
from sim.actors.base import Actor, Role
from sim.model import Group, Standoff
from sim.observe.series import COLUMNS

SHORT = SYNTHETIC | {"run.days": 3}


@pytest.fixture(scope="module")
def run() -> Standoff:
    """A finished short run with everything that Mesa offers."""
    done = model(SHORT, agents=True, collect=True)
    done.run_model()
    return done


def test_every_group_and_every_actor_is_an_agent(run: Standoff) -> None:
    groups = run.agents_by_type[Group]
    assert len(groups) == len(set(groups.get("uid"))) == len(set(groups.get("row")))
    assert sum(groups.get("men_start")) >= SHORT["attacker.fighters"] + SHORT["defender.fighters"]
    assert len(set(run.agents.get("unique_id"))) == len(run.agents)


def test_every_deciding_role_has_its_agents(run: Standoff) -> None:
    districts = len(run.run.world.terrain.districts)
    expected = {
        attacker.AttackerCommander: 1, defender.DefenderCommander: 1,
        factions.AttackerCouncil: 1, factions.Faction: len(codes.FACTION_NAMES),
        leaders.Leadership: 1, leaders.Leader: len(codes.LEADER_NAMES),
        envoys.Talks: 1, envoys.Attacker: 1, envoys.Defender: 1,
        patrons.Patrons: 1, patrons.Patron: len(codes.PATRON_NAMES),
        elders.ElderCouncil: 1, elders.Elders: districts,
        spokesmen.Press: 1, spokesmen.Spokesman: 2,
    }  # fmt: skip
    actors = run.agents.select(lambda a: isinstance(a, Actor))
    assert {kind: len(run.agents_by_type[kind]) for kind in {type(a) for a in actors}} == expected
    said = [actor.role for actor in actors]
    assert len(set(said)) == len(said), "two actors would share a name in the decision log"
    assert {d.actor for d in run.decisions} <= set(said)


def test_every_role_has_an_actor_and_leaves_with_it(run: Standoff) -> None:
    """A role that is left out puts no agent into the model; every other role still has all of its own."""
    roles = [process for process in pipeline.PROCESSES if isinstance(process, Role)]
    everyone = Counter(actor.role for actor in run.agents.select(lambda a: isinstance(a, Actor)))
    gone: Counter[str] = Counter()
    for role in roles:
        without = model(SHORT | {"run.without": (role.name,)})
        left = Counter(actor.role for actor in without.agents.select(lambda a: isinstance(a, Actor)))
        assert left < everyone, role.name
        gone += everyone - left
    assert gone == everyone


def test_select_and_aggregate(run: Standoff) -> None:
    defenders = run.agents_by_type[Group].select(lambda g: g.side == codes.DEFENDER)
    assert defenders.agg("men", sum) == run.state.men[run.state.side == codes.DEFENDER].sum()
    assert set(defenders.get("side_name")) == {"defender"}
    by_kind = run.agents_by_type[Group].groupby("kind")
    assert sum(len(some) for _, some in by_kind) == len(run.agents_by_type[Group])


def test_a_group_is_a_view_on_its_row() -> None:
    some = model(SHORT, agents=True)
    group = next(iter(some.agents_by_type[Group]))
    some.state.cohesion[group.row] = 0.33
    assert group.cohesion == pytest.approx(0.33)
    group.cohesion = 0.44
    assert some.state.cohesion[group.row] == pytest.approx(0.44)
    some.agents_by_type[Group].set("cohesion", 0.5)
    assert (some.state.cohesion[some.state.men > 0] == 0.5).all()
    with pytest.raises(AttributeError, match="morale"):
        _ = group.morale


def test_views_cost_no_results() -> None:
    assert digest(finished(SHORT, agents=True, collect=True).state) == digest(finished(SHORT).state)


def test_a_step_is_a_tick_and_the_run_stops_at_its_end() -> None:
    some = model(SHORT)
    some.step()
    assert (some.tick, some.steps, some.day) == (1, 1, 0)
    for _ in range(3):
        some.step()
    assert some.day == 1
    some.run_model()
    assert some.tick == 12
    assert not some.running


def test_the_collector_follows_the_days(run: Standoff) -> None:
    frame = run.datacollector.get_model_vars_dataframe()
    assert list(frame.columns) == list(COLUMNS)
    assert len(frame) == 12
    assert frame["attacker_active"].iloc[:3].isna().all()  # the first day is not over
    assert frame["attacker_active"].iloc[-1] == run.recorder.series.column("attacker_active")[-1]


def test_a_collector_of_ones_own() -> None:
    """A user's reporters on groups and on the model."""
    some = model(SHORT, agents=True)
    collector = mesa.DataCollector(
        model_reporters={"men": lambda m: int(m.state.men.sum())},
        agenttype_reporters={Group: {"cohesion": "cohesion"}},
    )
    for _ in range(4):
        some.step()
        collector.collect(some)
    assert len(collector.get_model_vars_dataframe()) == 4
    assert len(collector.get_agenttype_vars_dataframe(Group)) == 4 * len(some.agents_by_type[Group])


def test_batch_run_varies_dotted_parameters_and_seeds() -> None:
    """Mesa's own batch run: iterations with the same seed are the same, so seeds or replicates are varied."""
    fixed = {key: [value] for key, value in SHORT.items() if key != "defender.fighters"}
    rows = mesa.batch_run(
        Standoff,
        parameters={"scenario": ["base"], **fixed, "defender.fighters": [300, 900], "rng": [1, 2], "replicate": [0, 1]},
        display_progress=False,
    )
    assert len(rows) == 8
    assert {row["defender.fighters"] for row in rows} == {300, 900}
    luck = {(row["rng"], row["replicate"]): row["defender_sick"] + row["attacker_sick"] / 1e4 for row in rows}
    assert len(set(luck.values())) > 1
    for few, many in zip(rows[:4], rows[4:], strict=True):
        assert few["defender_food_kg"] != many["defender_food_kg"]


def test_a_finished_model_is_forgotten() -> None:
    """Mesa 3.3 counts agents in a table that keeps every model alive; a sweep would fill the memory."""
    watched = [weakref.ref(finished(SHORT, agents=True, collect=True)) for _ in range(3)]
    gc.collect()
    assert [ref() for ref in watched] == [None] * 3


def test_agents_added_later_do_not_keep_the_model() -> None:
    some = model(SHORT, agents=True)
    ids = set(some.agents.get("unique_id"))
    later = Agent(some)
    assert later in some.agents
    assert len(some.agents) == len(ids) + 1


def test_mesas_own_chance_moves_nothing() -> None:
    """No draw of the model comes from ``model.random`` or ``model.rng``."""
    plain, stirred = model(SHORT), model(SHORT)
    while stirred.running:
        plain.step()
        stirred.random.random()
        stirred.rng.random()
        np.random.random()  # noqa: NPY002
        stirred.step()
    assert digest(plain.state) == digest(stirred.state)
