"""One replicate from scenario to result, small enough to send between processes."""

from __future__ import annotations

import time
import traceback
from dataclasses import replace

import numpy as np

from sim import forces
from sim.mechanisms import support
from sim.model import Standoff
from sim.observe.chain import milestones, passes_closed
from sim.observe.outcome import judge
from sim.observe.result import MACHINE_FAILED, Result
from sim.scenario import Scenario


def simulate(scenario: Scenario, replicate: int) -> Standoff:
    """Run one replicate to its end, without Mesa's collector."""
    model = Standoff(scenario, replicate=replicate, collect=False, agents=False)
    model.run_model()
    return model


def places(model: Standoff) -> tuple[int, int]:
    """Sites of the defender's seat and gate."""
    return model.run.site(forces.RESERVE_SITE), model.run.site(forces.GATE_SITE)


def telling_passes(model: Standoff) -> set[int]:
    """Sites of the passes that matter to the scenario: on an axis, guarded, or on the corridor."""
    named = {str(model.setup[p]) for p in (forces.PASS_SITE, support.PASS) if model.setup[p] is not None}
    sites = {p.site for p in model.run.world.terrain.passes}
    on_axis = {int(s) for s in model.run.objectives.ravel() if s in sites}
    return on_axis | {s for s in sites if model.run.world.terrain.sites[s].id in named}


def summarise(model: Standoff, seconds: float = 0.0) -> Result:
    """The result of a finished model, which took ``seconds``."""
    terrain, series = model.run.world.terrain, model.recorder.series
    main = np.array([d.main for d in terrain.districts])
    numbers = [model.setup.typed(p, int) for p in (forces.DEFENDERS, forces.ATTACKERS)]
    outcome = judge(
        series, main, model.run.world.tables.chain, numbers[0], numbers[1], passes_closed(model.run.weather)
    )
    marks = milestones(series, terrain, model.run.weather, *places(model))
    return Result(
        model.replicate, outcome, tuple(m.name for m in marks), tuple(m.day for m in marks), series.floor, seconds
    )


def run_replicate(scenario: Scenario, replicate: int) -> Result:
    """Run and summarise one replicate; a run that raises comes back as a failed result, never as silence."""
    start = time.perf_counter()
    try:
        model = simulate(scenario, replicate)
        result = summarise(model)
        model.__dict__.clear()  # its parts refer to each other: this frees them now and not at some later collection
        return replace(result, seconds=time.perf_counter() - start)
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        text = f"{type(error).__name__}: {error} ({where.name}, line {where.lineno})"
        if isinstance(error, (OSError, MemoryError)):
            text = f"{MACHINE_FAILED}: {text}"
        return Result(replicate, None, seconds=time.perf_counter() - start, error=text)
