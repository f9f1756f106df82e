"""The three steps of CONTRIBUTING, followed: a mechanism of one's own, its place, its parameter's value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from model_cases import SYNTHETIC, changed, digest, finished

from sim import pipeline
from sim.codes import ACTIVE, DEFENDER
from sim.kernels.draws import uniform
from sim.mechanisms.base import Mechanism, Run, Step
from sim.model import Standoff
from sim.observe.invariants import Validator
from sim.params import Parameter
from sim.scenario import Scenario, load, scenario_folder

CHANCE = Parameter("rumour.chance", "chance a day that a rumour reaches a group", "1/day", "float", 0, 1)
LOSS = Parameter("rumour.loss", "cohesion that a rumour of defeat costs", "0-1", "float", 0, 0.5)
D_RUMOUR = 9001

VALUES = """
[rumour]
chance = { value = 0.2, source = "a test", grade = "assumed" }
loss = { value = 0.1, source = "a test", grade = "assumed" }
"""


def bind(run: Run) -> Step:
    """A rumour lowers the cohesion of those whom it reaches."""
    s, chance, loss = run.state, run.number(CHANCE), run.number(LOSS)

    def step(tick: int) -> None:
        for g in np.flatnonzero((s.side == DEFENDER) & (s.status == ACTIVE)):
            if uniform(run.key, D_RUMOUR, tick, s.uid[g], 0) < chance:
                s.cohesion[g] = max(0.05, s.cohesion[g] - loss)

    return step


RUMOUR = Mechanism(
    name="rumour",
    models="rumours of defeat that lower cohesion",
    source="a test of the house's seams",
    parameters=(CHANCE, LOSS),
    reads=("side", "status", "uid"),
    writes=("cohesion",),
    bind=bind,
)
DAY = (*pipeline.DAY, RUMOUR)


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """The base scenario with a value for each of the new parameters."""
    folder = tmp_path_factory.mktemp("scenarios")
    base = (scenario_folder() / "base.toml").read_text(encoding="utf-8")
    (folder / "base.toml").write_text(base + VALUES, encoding="utf-8")
    schema = pipeline.schema_of((*DAY, *pipeline.TICK))
    return load("base", schema, search=[folder]).with_values(SYNTHETIC)


def rumoured(scenario: Scenario, **more: object) -> Standoff:
    return Standoff(scenario, rng=1, collect=False, agents=False, day=DAY, **more)  # type: ignore[arg-type]


def test_it_runs_and_every_rule_still_holds(scenario: Scenario) -> None:
    run = rumoured(scenario)
    validator = Validator(run)
    while run.running:
        tick = run.tick
        run.step()
        validator.check(tick)
    plain = finished(SYNTHETIC)
    defenders = plain.state.side == DEFENDER
    assert run.state.cohesion[defenders].mean() < plain.state.cohesion[defenders].mean()


def test_it_passes_the_battery(scenario: Scenario) -> None:
    """Changes only what it declares, reads only what it declares, and the same twice."""
    run = rumoured(scenario)
    step = run._day[-1]
    for _ in range(8):
        run.step()
    before = run.state.copy()
    step(8)
    after = run.state.copy()
    assert changed(before, after) == set(RUMOUR.writes)
    for name in ("men", "food_kg", "own_power"):
        run.state.cohesion[:] = before.cohesion
        getattr(run.state, name)[:] += 1
        step(8)
        assert (run.state.cohesion == after.cohesion).all()


def test_off_is_as_if_it_had_never_been_written(scenario: Scenario) -> None:
    off = rumoured(scenario.with_values({"run.without": ("rumour",)}))
    off.run_model()
    assert digest(off.state) == digest(finished(SYNTHETIC).state)
    unheard = rumoured(scenario.with_values({"rumour.chance": 0.0}))
    unheard.run_model()
    assert digest(unheard.state) == digest(off.state)


def without(name: str, part: Iterable[Any]) -> tuple[Any, ...]:
    """The processes of a part of the pipeline but the one with this name."""
    return tuple(process for process in part if process.name != name)


def played(folder: Path, schema_of: Iterable[Any], day: Sequence[Any], tick: Sequence[Any]) -> Standoff:
    """A checked run, to its end, of these processes with the values in a folder's base scenario."""
    scenario = load("base", pipeline.schema_of(schema_of), search=[folder]).with_values(SYNTHETIC)
    run = Standoff(scenario, rng=1, collect=False, agents=False, day=day, tick=tick, validate=True)
    run.run_model()
    return run


def test_the_example_in_contributing_works(tmp_path: Path) -> None:
    """The mechanism printed there is taken as it stands, bound, and run; it may have been added for good, too."""
    text = (Path(__file__).resolve().parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    code = max(re.findall(r"```python\n(.*?)```", text, re.DOTALL), key=len)
    module: dict = {}
    exec(compile(code, "CONTRIBUTING.md", "exec"), module)
    mechanism = module["MECHANISM"]
    assert isinstance(mechanism, Mechanism)
    group, values = mechanism.name, ""
    for parameter in mechanism.parameters:
        key = parameter.key.split(".")[1]
        values += f'{key} = {{ value = {float(parameter.high)}, source = "a test", grade = "assumed" }}\n'  # type: ignore[arg-type]
    base = (scenario_folder() / "base.toml").read_text(encoding="utf-8")
    if f"[{group}]" not in base.splitlines():  # whoever followed the page has given the values already
        base = f"{base}\n[{group}]\n{values}"
    (tmp_path / "base.toml").write_text(base, encoding="utf-8")
    day, tick = without(group, pipeline.DAY), without(group, pipeline.TICK)
    parts = (*day, mechanism, *tick)
    rested, plain = played(tmp_path, parts, (*day, mechanism), tick), played(tmp_path, parts, day, tick)
    assert digest(rested.state) != digest(plain.state)
