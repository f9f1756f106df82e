"""What the model's tests share: small runs, tiny states for hand-computed cases, and calling kernels by name."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

import numpy as np

from sim import codes, pipeline
from sim.mechanisms.base import Mechanism, Step
from sim.model import Standoff
from sim.params import Value
from sim.scenario import Scenario, load
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

BUSY: dict[str, dict[str, Value]] = {
    "gate": {
        "run.days": 12,
        "support.corridor_capacity": 20.0,
        "defender.recruits_per_day": 20.0,
        "cohesion.surrender": 0.3,
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
    "melting": {
        "run.days": 20,
        "forces.group_size": 20,
        "defender.posture": "disperse",
        "rally.drift": 0.1,
        "rally.harass_drift": 0.1,
        "cold.base_rate": 0.005,
        "cold.return_rate": 0.01,
    },
}
"""Runs that between them make every process do something."""

R = TypeVar("R", bound=NamedTuple)


def base() -> Scenario:
    """The base scenario."""
    return load("base", pipeline.SCHEMA)


def model(values: Mapping[str, Value] | None = None, **more: Any) -> Standoff:
    """A run of the base scenario with these values, without Mesa's collector and group views unless asked for."""
    return Standoff("base", values=values, **{"rng": 1, "collect": False, "agents": False} | more)


def finished(values: Mapping[str, Value] | None = None, **more: Any) -> Standoff:
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
    state = State.new(dims | {"band": len(BANDS_M), "tally": 12} | FIXED_DIMS)
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
