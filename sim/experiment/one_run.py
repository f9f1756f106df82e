"""One run told as a dated story."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass

from sim.experiment.ensemble import date_of
from sim.experiment.replicate import places, run_replicate, simulate, summarise, telling_passes
from sim.experiment.warmup import prepare, say_if_cold
from sim.model import Standoff
from sim.observe.chain import story
from sim.observe.result import Result
from sim.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the story."""

    day: int
    date: dt.date
    text: str


@dataclass(frozen=True)
class RunStory:
    """A finished run: its scenario, result, story, and the model to look into."""

    scenario: Scenario
    result: Result
    lines: tuple[Line, ...]
    model: Standoff | None
    """None when the run failed; the result then has the error."""


def tell_run(scenario: Scenario, replicate: int = 0) -> RunStory:
    """Make one run and tell it. Raises InputError when the scenario cannot be set up; a run that fails says so."""
    say_if_cold()
    prepare(scenario)
    start = time.perf_counter()
    try:
        model = simulate(scenario, replicate)
    except Exception:  # the same run as everywhere else turns the error into a result
        return RunStory(scenario, run_replicate(scenario, replicate), (), None)
    result = summarise(model, time.perf_counter() - start)
    run = model.run
    told = story(
        model.recorder.series, run.world.terrain, run.weather, model.decisions, *places(model), telling_passes(model)
    )
    lines = tuple(Line(day, date_of(scenario, day) or dt.date.min, text) for day, text in told)
    return RunStory(scenario, result, lines, model)
