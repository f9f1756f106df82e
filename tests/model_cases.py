"""What the model's tests share: small runs, tiny states for hand-computed cases, and calling kernels by name."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

import numpy as np

from sim import codes, pipeline
from sim.mechanisms.base import Mechanism, Step
from sim.model import Standoff
from sim.params import Value
from sim.scenario import Scenario, load
from sim.scenario.events import check_events, in_order
from sim.scenario.problems import Problems
from sim.state import ARRAYS, FIXED_DIMS, State
from sim.world.daily import BANDS_M

KEY = np.uint64(20210903)
"""A replicate key for kernels called by hand."""

SMALL: dict[str, Value] = {
    "run.days": 6,
    "attacker.fighters": 1500,
    "defender.fighters": 900,
    "attacker.assault_start": "2021-08-31",
}
SYNTHETIC: dict[str, Value] = SMALL | {
    "terrain.source": "synthetic",
    "attacker.main_axis": "stage-mouth",
    "attacker.second_axis": "stage-pass",
    "defender.gate_site": "gate-1",
    "defender.pass_site": "pass-head",
    "defender.reserve_site": "centre-3",
    "support.corridor_pass": "pass-head",
}
"""A made-up valley with a small war in it."""

EVENTS: list[dict[str, Any]] = [
    {"date": "2021-08-30", "kind": "patron_joins", "patron": "regional_power", "t_day": 5.0},
    {"date": "2021-08-31", "kind": "airlift", "t_day": 2.0, "days": 2},
    {"date": "2021-08-31", "kind": "corridor_closed", "days": 2},
    {"date": "2021-08-31", "kind": "aircraft_grounded"},
    {"date": "2021-08-31", "kind": "road_blown", "site": "centre-1", "hours": 100},
    {"date": "2021-08-31", "kind": "volunteers", "side": "defender", "people": 77},
    {"date": "2021-08-31", "kind": "uprising", "provinces": 2},
    {"date": "2021-09-01", "kind": "aircraft_back"},
    {"date": "2021-09-01", "kind": "patron_visit", "weight": 0.5, "days": 2},
    {"date": "2021-09-01", "kind": "talks_fail"},
    {"date": "2021-09-01", "kind": "bloodshed_reported", "deaths": 17},
    {"date": "2021-09-01", "kind": "peaceful_transfer", "effect": 0.03},
    {"date": "2021-09-02", "kind": "talks_open"},
    {"date": "2021-09-02", "kind": "appeal", "effect": 0.1},
    {"date": "2021-09-02", "kind": "leader_leaves", "leader": "political_leader"},
    {"date": "2021-09-03", "kind": "government_formed", "hardline_share": 0.6},
    {"date": "2021-09-03", "kind": "faction_stands_aside", "faction": "pragmatist", "days": 5},
    {"date": "2021-09-04", "kind": "patron_leaves", "patron": "regional_power"},
    {"date": "2021-09-05", "kind": "truce", "days": 5},
]
"""One of nearly every kind, for the made-up valley."""
BUSY: dict[str, dict[str, Any]] = {
    "events": SYNTHETIC | {"run.days": 8, "events": EVENTS},
    "gate": {
        "run.days": 12,
        "support.corridor_capacity": 20.0,
        "defender.recruits_per_day": 20.0,
        "cohesion.surrender": 0.3,
        "control.pin_days": 4.0,
    },
    "yield": {"run.days": 12, "defender.posture": "yield", "roads.cut_chance": 0.5, "rally.gather": 0.2},
    "winter": {
        "run.start": "2021-12-20",
        "run.days": 10,
        "attacker.assault_start": "2021-12-20",
        "attacker.winter_line_m": 1500.0,
        "supply.trucks": 5.0,
        "defender.food_days": 0.0,
        "civilians.stock_days": 3.0,
    },
    "dispersed": {
        "run.days": 40,
        "defender.posture": "disperse",
        "attacker.consolidate_days": 1,
        "rally.drift": 0.1,
        "rally.found": 0.5,
        "cold.base_rate": 0.005,
        "cold.return_rate": 0.01,
    },
    "helped": {
        "run.days": 16,
        "attacker.fighters": 3000,
        "support.corridor_capacity": 10.0,
        "support.regional_interest": 1.0,
        "support.great_power_interest": 1.0,
        "support.donor_interest": 1.0,
        "support.readiness": 30.0,
        "support.sympathy": 1.0,
        "support.regional_lag_days": 1,
        "support.great_power_lag_days": 2,
        "support.donor_lag_days": 1,
        "support.airlift_t_day": 10.0,
        "support.private_fighters": 200,
    },
    "deals": {
        "run.days": 16,
        "run.start": "2021-12-10",
        "attacker.assault_start": "2021-12-10",
        "civilians.stock_days": 3.0,
        "communities.goodwill": 0.3,
        "communities.defect_chance": 0.1,
        "communities.deal_bar": 0.5,
        "communities.deal_chance": 0.05,
        "communities.deal_guard": 1500.0,
        "communities.deal_loyal": 0.4,
        "communities.collapse_share": 0.4,
        "communities.collapse_able": 0.97,
        "unrest.chance": 0.1,
    },
    "melting": {
        "run.days": 20,
        "forces.group_size": 20,
        "defender.posture": "disperse",
        "rally.drift": 0.1,
        "rally.harass_drift": 0.1,
        "communities.weariness": 0.8,
        "cold.base_rate": 0.005,
        "cold.return_rate": 0.01,
    },
    "surrender": SYNTHETIC
    | {
        "run.days": 12,
        "attacker.assault_start": "2021-09-03",
        "attacker.disagreement": 0.8,
        "attacker.axes_need": 1.0,
        "attacker.patron_weight": 1.0,
        "talks.trust": 0.8,
        "talks.betrayal": 0.0,
        "talks.holding_value": 0.1,
        "talks.pace": 0.5,
        "talks.offer": 0.3,
        "talks.demand": 0.6,
        "talks.refusers": 0.5,
    },
    "autonomy": SYNTHETIC
    | {
        "run.days": 12,
        "talks.disarmament": False,
        "talks.trust": 0.8,
        "talks.holding_value": 0.3,
        "talks.pace": 0.5,
        "talks.demand": 0.2,
    },
    "share": SYNTHETIC
    | {
        "run.days": 12,
        "attacker.assault_start": "2021-11-03",
        "talks.trust": 0.8,
        "talks.betrayal": 0.0,
        "talks.holding_value": 0.1,
        "talks.pace": 0.5,
        "talks.demand": 0.6,
    },
    "collapse": SYNTHETIC
    | {
        "run.days": 12,
        "communities.deal_bar": 0.1,
        "communities.deal_chance": 1.0,
        "communities.deal_guard": 5000.0,
        "communities.deal_loyal": 1.0,
        "communities.collapse_share": 0.1,
        "communities.collapse_able": 1.0,
    },
    "truce": SYNTHETIC
    | {
        "run.days": 90,
        "attacker.fighters": 300,
        "attacker.split_chance": 0.3,
        "attacker.disagreement": 0.8,
        "attacker.strife": 0.5,
        "attacker.split_days": 5,
        "talks.truce_days": 20,
        "talks.truce_worth": 0.5,
        "talks.pace": 0.5,
    },
    "departure": SYNTHETIC
    | {
        "run.days": 24,
        "attacker.fighters": 6000,
        "defender.ties": 0.0,
        "defender.cohesion": 0.25,
        "defender.disperse_below": 0.7,
        "defender.plan_weight": 0.0,
        "defender.depart_rate": 0.3,
        "supply.carry_food_days": 15.0,
    },
    "doves": SYNTHETIC
    | {
        "run.days": 40,
        "attacker.hardliner_share": 0.3,
        "attacker.recognition_weight": 0.6,
        "attacker.vote_sharpness": 0.0,
        "attacker.delay_per_disagreement": 0.0,
        "opinion.recognition": 0.8,
        "opinion.recognition_ceiling": 1.0,
        "talks.pace": 0.0,
        "talks.patience_days": 120.0,
        "support.regional_interest": 1.0,
        "support.readiness": 10.0,
    },
}
"""Runs that between them make every process do something; ``events`` lists events as a scenario file does."""

R = TypeVar("R", bound=NamedTuple)


def base() -> Scenario:
    """The base scenario."""
    return load("base", pipeline.SCHEMA)


def scripted(setup: Scenario, events: Sequence[Mapping[str, Any]]) -> Scenario:
    """The scenario with these events, written as in a file."""
    problems = Problems("events")
    found = check_events([dict(event) for event in events], "test", pipeline.SCHEMA.event_kinds, problems)
    problems.raise_if_any()
    return replace(setup, events=in_order(found))


def model(values: Mapping[str, Any] | None = None, **more: Any) -> Standoff:
    """A run of the base scenario with these values, without Mesa's collector and group views unless asked for.

    ``events`` among the values lists events as a scenario file does.
    """
    given = dict(values or {})
    setup = scripted(base(), given.pop("events", ()))
    return Standoff(setup, values=given, **{"rng": 1, "collect": False, "agents": False} | more)


def finished(values: Mapping[str, Any] | None = None, **more: Any) -> Standoff:
    """The same, run to its end."""
    run = model(values, **more)
    run.run_model()
    return run


def digest(state: State) -> str:
    """A hash over every bit of the state."""
    text = hashlib.sha256()
    for name in ARRAYS:
        text.update(name.encode() + np.ascontiguousarray(getattr(state, name)).tobytes())
    return text.hexdigest()


def changed(a: State, b: State) -> set[str]:
    """Arrays that differ in any bit."""
    return {name for name in ARRAYS if getattr(a, name).tobytes() != getattr(b, name).tobytes()}


def restore(state: State, saved: State) -> None:
    """Put saved values back into the arrays that everything is bound to."""
    for name in ARRAYS:
        getattr(state, name)[...] = getattr(saved, name)


def steps_of(run: Standoff) -> dict[str, Step]:
    """The bound step of every process of a model, by name, in the order of the pipeline."""
    left_out = set(run.setup.typed(pipeline.WITHOUT, tuple))
    names = [[p.name for p in part if p.name not in left_out] for part in (pipeline.DAY, pipeline.TICK)]
    return dict(zip(names[0], run._day, strict=True)) | dict(zip(names[1], run._tick, strict=True))


def processes() -> list[Any]:
    """Every mechanism and role, for parametrised tests."""
    return list(pipeline.PROCESSES)


def named(process: Any) -> str:
    """The id of a parametrised test."""
    return str(process.name)


def mechanisms() -> list[Mechanism]:
    """Every mechanism without the roles."""
    return [p for p in pipeline.PROCESSES if isinstance(p, Mechanism)]


def tiny(groups: int = 1, sites: int = 3, districts: int = 1, passes: int = 1, cells: int = 126) -> State:
    """A state for hand-computed cases: every group active, fifty people, one unit of everything neutral."""
    dims = {name: groups + 1 for meta in ARRAYS.values() for name in meta["shape"].split(",")}
    dims |= {"group": groups, "site": sites, "district": districts, "pass": passes, "cell": cells}
    state = State.new(dims | {"band": len(BANDS_M)} | FIXED_DIMS)
    state.uid[:] = np.arange(groups)
    state.status[:] = codes.ACTIVE
    state.men[:] = 50
    state.men_start[:] = 50
    return state


def rates(kind: type[R], **given: Any) -> R:
    """A kernel's numbers with everything not given at zero."""
    fields: dict[str, Any] = dict.fromkeys(kind._fields, 0.0) | given
    return kind(**fields)


def call(kernel: Callable[..., Any], state: State, **given: Any) -> Any:
    """Call a kernel with its arguments by name: from ``given``, else the state's arrays."""
    known = {"tick": 0, "key": KEY} | given
    names = inspect.signature(getattr(kernel, "py_func", kernel)).parameters
    return kernel(*(known[name] if name in known else getattr(state, name) for name in names))
