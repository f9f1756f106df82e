"""Single steps of a real run, taken down so that they can be played again from the same or from changed arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from model_cases import Standoff, changed, model, restore, steps_of
from numpy.typing import NDArray

from sim import codes, pipeline
from sim.mechanisms.base import Step
from sim.params import Value
from sim.state import ARRAYS, State
from sim.world.routes import open_cells

_CODES = {
    "side": 2, "kind": 4, "status": 2, "order": 8, "holder": 3, "floor": 3, "sky": 3, "phase": 8, "posture": 5,
    "break_reason": 7, "faction": 3, "believed": 3, "claim_floor": 3, "talks": 3, "settlement": 6, "leader": 3,
    "patron": 4,
}  # fmt: skip
_KEPT_FOR_REPLAY = 3


@dataclass
class Moment:
    """One step: what it changed; for some, the state before and after, and what the process remembered itself."""

    run: Standoff
    step: Step
    tick: int
    changed: set[str]
    before: State | None = None
    after: State | None = None
    memory: list[tuple[Any, Any]] | None = None


def moments(values: Mapping[str, Value]) -> dict[str, list[Moment]]:
    """Play a run and take down every step of every process; the fullest few can be played again."""
    run = model(values)
    steps = steps_of(run)
    found: dict[str, list[Moment]] = {name: [] for name in steps}
    for tick in range(run.days * pipeline.TICKS_PER_DAY):
        for name, step in steps.items():
            if tick % pipeline.TICKS_PER_DAY and name in {p.name for p in pipeline.DAY}:
                continue
            memory = _memory(run, step)
            before = run.state.copy()
            step(tick)
            moment = Moment(run, step, tick, changed(run.state, before), before, run.state.copy(), memory)
            found[name].append(moment)
            _forget_all_but_fullest(found[name])
    return found


def rerun(moment: Moment, replaced: Mapping[str, NDArray] | None = None) -> State:
    """Play the step again from the state before it, with some arrays replaced; returns the state after it."""
    assert moment.before is not None
    assert moment.memory is not None
    restore(moment.run.state, moment.before)
    for name, values in (replaced or {}).items():
        getattr(moment.run.state, name)[...] = values
    for owner, saved in moment.memory:
        if isinstance(owner, np.ndarray):
            owner[...] = saved
        else:
            owner.__dict__.update(saved)
    moment.step(moment.tick)
    return moment.run.state.copy()


def shaken(moment: Moment, name: str, rng: np.random.Generator) -> NDArray:
    """Other values for an array, all of them possible ones."""
    assert moment.before is not None
    values, unit = getattr(moment.before, name), ARRAYS[name]["unit"]
    if name in _CODES:
        return rng.integers(0, _CODES[name], values.shape)
    if unit == "site":
        return rng.integers(0, len(moment.before.holder), values.shape)
    if unit == "cell":
        return rng.choice(np.flatnonzero(open_cells(moment.run.run.world.terrain)), values.shape)
    if unit == "flag":
        return rng.integers(0, 2, values.shape)
    if unit == "index":
        return rng.permutation(values.ravel()).reshape(values.shape)
    other = rng.permutation(values.ravel()).reshape(values.shape)
    if values.dtype.kind == "i":
        return other + rng.integers(0, 3, values.shape)
    return other * rng.uniform(0.5, 1.5, values.shape) + rng.uniform(0, 0.1, values.shape)


def _memory(run: Standoff, step: Step) -> list[tuple[Any, Any]]:
    """What lives outside the state: the work arrays of a step, and what an actor remembers."""
    own = {id(getattr(run.state, name)) for name in ARRAYS}
    actor = getattr(step, "__self__", None)
    held = list(vars(actor).values()) if actor else [cell.cell_contents for cell in step.__closure__ or ()]
    owners: list[tuple[Any, Any]] = [(array, array.copy()) for array in run.run.scratch.values()]
    if actor is not None:
        plain = {k: v for k, v in vars(actor).items() if isinstance(v, (int, float)) and k != "unique_id"}
        owners.append((actor, plain))
    for value in held:
        for array in value if isinstance(value, tuple) else (value,):
            if isinstance(array, np.ndarray) and array.flags.writeable and id(array) not in own:
                owners.append((array, array.copy()))
    return owners


def _forget_all_but_fullest(some: list[Moment]) -> None:
    """Keep states only of the moments at which most arrays changed."""
    kept = sorted((m for m in some if m.before is not None), key=lambda m: -len(m.changed))
    for moment in kept[_KEPT_FOR_REPLAY:]:
        moment.before = moment.after = moment.memory = None


assert codes.EMPTY == 4  # the codes above count what sim.codes names
assert set(_CODES) == {name for name, meta in ARRAYS.items() if meta["unit"] == "code"}
