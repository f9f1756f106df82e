"""The model: one replicate of a scenario as a Mesa model, a tick of six hours a step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from mesa import Agent, DataCollector, Model

from sim import forces, pipeline
from sim.actors.base import Actor, Decision, Role
from sim.codes import SIDE_NAMES, STATUS_NAMES
from sim.errors import InputError
from sim.kernels.draws import replicate_key
from sim.mechanisms.base import Mechanism, Run, Step
from sim.observe.invariants import Validator
from sim.observe.series import COLUMNS, Recorder
from sim.params import Value
from sim.scenario import Scenario, load, scenario_folder
from sim.scenario.run_parameters import DAYS, SEED, START
from sim.state import ARRAYS, State
from sim.world.world import build_world, objectives

GROUP_ARRAYS = frozenset(name for name, meta in ARRAYS.items() if meta["shape"].split(",")[0] == "group")


class Group(Agent):
    """A view on one row of the state's arrays; reading and writing an attribute goes to the array."""

    def __init__(self, model: Standoff, row: int) -> None:
        super().__init__(model)
        self.row = row

    def __getattr__(self, name: str) -> Any:
        if name in GROUP_ARRAYS:
            return getattr(self.model.state, name)[self.row]
        raise AttributeError(f"a group has no attribute {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        if name in GROUP_ARRAYS:
            getattr(self.model.state, name)[self.row] = value
        else:
            super().__setattr__(name, value)

    @property
    def side_name(self) -> str:
        """attacker or defender."""
        return SIDE_NAMES[self.side]

    @property
    def status_name(self) -> str:
        """active, dispersed or empty."""
        return STATUS_NAMES[self.status]


class Standoff(Model):
    """A standoff in a mountain valley.

    Args:
        scenario: a name, the path of a file, or a loaded ``Scenario``.
        rng: the seed; overrides ``run.seed``. With ``replicate`` it fixes every draw.
        replicate: number of the replicate; the same seed and replicate give every scenario the same luck.
        collect: offer Mesa's ``DataCollector`` (slow; our own series in ``recorder`` are always kept).
        agents: make a Mesa agent for every group; without them a run starts a few milliseconds sooner.
        validate: check conservation and other invariants after every tick (slow); see ``sim.observe.invariants``.
        day, tick: the processes of a day and of a tick; by default those of ``sim.pipeline``. The scenario's
            schema must know their parameters: ``sim.pipeline.schema_of``.
        values: changes to parameters, e.g. ``{"terrain.relief_scale": 0.2}``; further keyword arguments with
            dotted names are taken as such, too, so that ``mesa.batch_run`` can vary them.

    Raises:
        InputError: for an unknown scenario or a value that is not allowed.
    """

    def __init__(
        self,
        scenario: str | Path | Scenario = "panjshir-2021",
        rng: int | None = None,
        *,
        replicate: int = 0,
        collect: bool = True,
        values: Mapping[str, Value] | None = None,
        agents: bool = True,
        validate: bool = False,
        day: Sequence[Mechanism | Role] = pipeline.DAY,
        tick: Sequence[Mechanism] = pipeline.TICK,
        **dotted: Value,
    ) -> None:
        setup = scenario if isinstance(scenario, Scenario) else load(scenario, pipeline.SCHEMA)
        changes = {**(values or {}), **dotted}
        if rng is not None:
            changes[SEED.key] = int(rng)
        if changes:
            setup = setup.with_values(changes)
        super().__init__(rng=setup.typed(SEED, int))
        self.setup = setup
        self.replicate = replicate
        self.days = setup.typed(DAYS, int)
        self.tick = 0
        self.decisions: list[Decision] = []
        self.run = _prepare(setup, replicate)
        self.state: State = self.run.state
        left_out = set(setup.typed(pipeline.WITHOUT, tuple))
        self._day = self._bind(day, left_out)
        self._tick = self._bind(tick, left_out)
        if agents:
            for row in range(int((self.state.men > 0).sum())):
                Group(self, row)
        self.recorder = Recorder(self.run, self.days)
        self.validator = Validator(self) if validate else None
        if collect:
            self.datacollector = DataCollector(model_reporters=_reporters())
        Agent._ids.pop(self, None)  # Mesa 3.3 would keep the model alive for ever

    @property
    def day(self) -> int:
        """Day of the next tick, 0 at the start."""
        return self.tick // pipeline.TICKS_PER_DAY

    @property
    def date(self) -> dt.date:
        """Date of the next tick."""
        return self.setup.typed(START, dt.date) + dt.timedelta(days=self.day)

    def _bind(self, processes: Iterable[Any], left_out: set[str]) -> list[Step]:
        steps: list[Step] = []
        for process in processes:
            if process.name in left_out:
                continue
            if isinstance(process, Role):
                actor: Actor = process.make(self)
                steps.append(actor.decide)
            else:
                steps.append(process.bind(self.run))
        return steps

    def step(self) -> None:
        """One tick of six hours; the first of a day begins with the day's processes."""
        tick = self.tick
        if tick % pipeline.TICKS_PER_DAY == 0:
            for daily in self._day:
                daily(tick)
        for each in self._tick:
            each(tick)
        self.tick = tick + 1
        if self.tick % pipeline.TICKS_PER_DAY == 0:
            self.recorder.record(tick // pipeline.TICKS_PER_DAY)
        if hasattr(self, "datacollector"):
            self.datacollector.collect(self)
        if self.validator is not None:
            self.validator.check(tick)
        if self.day >= self.days:
            self.running = False

    def run_model(self) -> None:
        """Step to the end of the scenario."""
        while self.running:
            self.step()


def _prepare(setup: Scenario, replicate: int) -> Run:
    """World, weather and the filled state of one replicate."""
    world = build_world(setup.values, scenario_folder() / "terrain")
    key = replicate_key(setup.typed(SEED, int), replicate)
    start, days = setup.typed(START, dt.date), setup.typed(DAYS, int)
    weather = world.weather(setup.values, key, start, days)
    axes = forces.bases(setup, world)
    state = State.new(forces.dims(setup, world))
    run = Run(setup, world, weather, state, key, np.array(axes, np.int32), objectives(world, axes))
    forces.muster(run)
    return run


def _reporters() -> dict[str, Any]:
    def reporter(index: int) -> Any:
        def read(model: Standoff) -> float:
            day = (model.tick - 1) // pipeline.TICKS_PER_DAY
            complete = day if model.tick % pipeline.TICKS_PER_DAY == 0 else day - 1
            return float(model.recorder.series.totals[complete, index]) if complete >= 0 else float("nan")

        return read

    return {name: reporter(index) for index, name in enumerate(COLUMNS)}


__all__ = ["Group", "InputError", "Standoff"]
