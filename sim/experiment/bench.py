"""How fast a run is, as ratios measured in one process: against its bare kernels, and where the time goes."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, fields
from types import ModuleType
from typing import Any

import numpy as np
from numba.core.dispatcher import Dispatcher

from sim import pipeline
from sim.actors.base import Role
from sim.experiment.replicate import run_replicate
from sim.model import Standoff
from sim.scenario import Scenario
from sim.state import State

Call = tuple[Callable[..., Any], tuple[Any, ...]]


@dataclass(frozen=True)
class Bench:
    """Milliseconds are medians. ``shares`` gives each process's share of the time of all steps."""

    milliseconds_per_run: float
    milliseconds_kernels: float
    milliseconds_setup: float
    ratio_to_kernels: float
    replay_is_exact: bool
    kernel_calls: int
    shares: dict[str, float]
    repeats: int


def measure(scenario: Scenario, repeats: int = 7) -> Bench:
    """Time full warm runs, the same kernel calls in a plain loop, and each process's share, interleaved."""
    run_replicate(scenario, 0)  # compile, build the world
    calls, start, end, state = _record(scenario)
    full, bare, setup = [], [], []
    exact = True
    for _ in range(repeats):
        full.append(_timed(lambda: run_replicate(scenario, 0)))
        setup.append(_timed(lambda: _model(scenario)))
        _restore(state, start)
        bare.append(_timed(lambda: _replay(calls)))
        exact = exact and _same(state, end)
    run_ms, kernel_ms = (1000 * statistics.median(times) for times in (full, bare))
    return Bench(
        milliseconds_per_run=run_ms,
        milliseconds_kernels=kernel_ms,
        milliseconds_setup=1000 * statistics.median(setup),
        ratio_to_kernels=run_ms / kernel_ms,
        replay_is_exact=exact,
        kernel_calls=len(calls),
        shares=_shares(scenario),
        repeats=repeats,
    )


def _model(scenario: Scenario) -> Standoff:
    return Standoff(scenario, replicate=0, collect=False, agents=False)


def _timed(action: Callable[[], Any]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def _replay(calls: list[Call]) -> None:
    for function, arguments in calls:
        function(*arguments)


def _record(scenario: Scenario) -> tuple[list[Call], State, State, State]:
    """Every kernel call of one run with its arguments, the state before and after, and the state itself."""
    calls: list[Call] = []
    with _recording(calls):
        model = _model(scenario)
        start = model.state.copy()
        calls.clear()  # what was called while building is no part of the run
        model.run_model()
    return calls, start, model.state.copy(), model.state


@contextmanager
def _recording(calls: list[Call]):  # type: ignore[no-untyped-def]
    """Within it, the processes' kernels also note their calls."""
    replaced: list[tuple[ModuleType, str, Any]] = []
    for process in pipeline.PROCESSES:
        module = sys.modules[(process.make if isinstance(process, Role) else process.bind).__module__]
        for name, value in list(vars(module).items()):
            if isinstance(value, Dispatcher) and not any(m is module and n == name for m, n, _ in replaced):
                replaced.append((module, name, value))
                setattr(module, name, _noting(value, calls))
    try:
        yield
    finally:
        for module, name, value in replaced:
            setattr(module, name, value)


def _noting(function: Callable[..., Any], calls: list[Call]) -> Callable[..., Any]:
    def noted(*arguments: Any) -> Any:
        calls.append((function, arguments))
        return function(*arguments)

    return noted


def _restore(state: State, saved: State) -> None:
    for item in fields(State):
        getattr(state, item.name)[...] = getattr(saved, item.name)


_PLAN = ("phase", "phase_since", "floor_since", "sweep_first", "posture")
"""Written by the commanders themselves, not by a kernel."""


def _same(a: State, b: State) -> bool:
    names = [item.name for item in fields(State) if item.name not in _PLAN]
    return all(np.array_equal(getattr(a, name), getattr(b, name)) for name in names)


def _shares(scenario: Scenario) -> dict[str, float]:
    """Share of each process in the time of all steps of one run."""
    model = _model(scenario)
    spent: dict[str, float] = {}

    def timed(name: str, step: Callable[[int], None]) -> Callable[[int], None]:
        spent[name] = 0.0

        def run(tick: int) -> None:
            start = time.perf_counter()
            step(tick)
            spent[name] += time.perf_counter() - start

        return run

    left_out = set(scenario.typed(pipeline.WITHOUT, tuple))
    for steps, processes in ((model._day, pipeline.DAY), (model._tick, pipeline.TICK)):
        names = [process.name for process in processes if process.name not in left_out]
        steps[:] = [timed(name, step) for name, step in zip(names, steps, strict=True)]
    start = time.perf_counter()
    model.run_model()
    whole = time.perf_counter() - start
    spent["recording and the model's own loop"] = whole - sum(spent.values())
    return {name: seconds / whole for name, seconds in sorted(spent.items(), key=lambda item: -item[1])}
