"""How fast a run is, as ratios measured in one process: politics against physics, both against bare kernels.

What a batch of runs costs beside them is measured in ``batch_bench``.

What counts as politics is listed in ``POLITICS`` and ``COMMANDERS``; everything else is the physical run.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from types import ModuleType
from typing import Any

import numpy as np
from numba.core.dispatcher import Dispatcher
from numpy.typing import NDArray

from sim import pipeline
from sim.actors.base import Role
from sim.experiment.batch_bench import RUNS, measure_batches
from sim.experiment.replicate import run_replicate
from sim.model import Standoff
from sim.scenario import Scenario
from sim.state import State

Call = tuple[Callable[..., Any], tuple[Any, ...]]


POLITICS = (
    "events", "unrest", "communities", "reports", "opinion", "elders", "factions", "leaders", "envoys", "patrons",
    "spokesmen",
)  # fmt: skip
"""Processes of the politics, without the commanders."""
COMMANDERS = ("attacker_commander", "defender_commander")
"""Their orders move the groups, and they decide on beliefs: counted as politics in the stricter ratio."""
RECORDING, LOOP = "recording", "the model's own loop"
"""What takes time beside the processes."""


@dataclass(frozen=True)
class Bench:
    """Milliseconds are medians. ``shares`` gives each process's share of the time of all steps.

    ``ratio_politics`` is the time of the politics, commanders and recording over that of the physical processes in the
    same run; in ``ratio_politics_without_commanders`` these count as physical. ``ratio_to_kernels`` is for a run
    without politics and recording, set up included, over its kernel calls in a plain loop. ``store_overhead`` and
    ``parallel_efficiency`` are those of ``Batches``.
    """

    milliseconds_per_run: float
    milliseconds_physical: float
    milliseconds_kernels: float
    milliseconds_setup: float
    ratio_to_kernels: float
    ratio_politics: float
    ratio_politics_without_commanders: float
    politics: tuple[str, ...]
    commanders: tuple[str, ...]
    replay_is_exact: bool
    kernel_calls: int
    shares: dict[str, float]
    repeats: int
    store_overhead: float
    parallel_efficiency: float
    batch_runs: int
    batch_milliseconds: float
    processes: int


def measure(scenario: Scenario, repeats: int = 7, batch_runs: int = RUNS) -> Bench:
    """Time full and physical warm runs, the physical one's kernel calls in a plain loop, each process, and batches."""
    left_out = scenario.typed(pipeline.WITHOUT, tuple)
    physical = scenario.with_values({pipeline.WITHOUT: (*left_out, *(n for n in POLITICS if n not in left_out))})
    run_replicate(scenario, 0)  # compile, build the world
    _run_physical(physical)
    calls, start, end, state = _record(physical)
    full, bare, setup, alone, spent = [], [], [], [], []
    exact = True
    for _ in range(repeats):
        full.append(_timed(lambda: run_replicate(scenario, 0)))
        spent.append(_spent(scenario))
        setup.append(_timed(lambda: _model(scenario)))
        alone.append(_timed(lambda: _run_physical(physical)))
        _restore(state, start)
        bare.append(_timed(lambda: _replay(calls)))
        exact = exact and _same(state, end)
    run_ms, alone_ms, kernel_ms = (1000 * statistics.median(times) for times in (full, alone, bare))
    return Bench(
        milliseconds_per_run=run_ms,
        milliseconds_physical=alone_ms,
        milliseconds_kernels=kernel_ms,
        milliseconds_setup=1000 * statistics.median(setup),
        ratio_to_kernels=alone_ms / kernel_ms,
        ratio_politics=statistics.median(_ratio(run, (*POLITICS, *COMMANDERS)) for run in spent),
        ratio_politics_without_commanders=statistics.median(_ratio(run, POLITICS) for run in spent),
        politics=(*POLITICS, RECORDING),
        commanders=COMMANDERS,
        replay_is_exact=exact,
        kernel_calls=sum(1 for function, _ in calls if isinstance(function, Dispatcher)),
        shares=_shares(spent),
        repeats=repeats,
        **asdict(measure_batches(scenario, batch_runs)),
    )


def _model(scenario: Scenario) -> Standoff:
    return Standoff(scenario, replicate=0, collect=False, agents=False)


def _run_physical(scenario: Scenario) -> None:
    """One run that takes nothing down."""
    model = _model(scenario)
    model.recorder.record = _nothing  # type: ignore[method-assign]
    model.run_model()


def _nothing(day: int) -> None:
    """Take nothing down."""


def _timed(action: Callable[[], Any]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def _replay(calls: list[Call]) -> None:
    for function, arguments in calls:
        function(*arguments)


def _record(scenario: Scenario) -> tuple[list[Call], State, State, State]:
    """Every kernel call of one run with its arguments, the state before and after, and the state itself.

    What roles write themselves between two calls is put down as a copy, so that a replay leaves the same state.
    """
    calls: list[Call] = []
    with _recording(calls) as own:
        model = _model(scenario)
        start = model.state.copy()
        calls.clear()  # what was called while building is no part of the run
        own.watch(model.state, scenario)
        model.recorder.record = _nothing  # type: ignore[method-assign]
        model.run_model()
        own.put_down(calls)
    return calls, start, model.state.copy(), model.state


class _Own:
    """Notices what roles write by themselves: arrays among their declared writes that changed between two calls."""

    def __init__(self) -> None:
        self.seen: list[tuple[NDArray, NDArray]] = []

    def watch(self, state: State, scenario: Scenario) -> None:
        """Remember the arrays that the roles of the run declare as written."""
        left_out = scenario.typed(pipeline.WITHOUT, tuple)
        roles = [role for role in pipeline.DAY if isinstance(role, Role) and role.name not in left_out]
        names = sorted({name for role in roles for name in role.writes})
        self.seen = [(getattr(state, name), getattr(state, name).copy()) for name in names]

    def put_down(self, calls: list[Call]) -> None:
        """Add a copy to the calls for every array that is no longer as the last call left it."""
        for array, last in self.seen:
            if not np.array_equal(array, last):
                calls.append((np.copyto, (array, array.copy())))

    def look(self) -> None:
        """Remember how a call has left the arrays."""
        for array, last in self.seen:
            last[...] = array


@contextmanager
def _recording(calls: list[Call]) -> Iterator[_Own]:
    """Within it, the processes' kernels also note their calls."""
    own = _Own()
    replaced: list[tuple[ModuleType, str, Any]] = []
    for process in pipeline.PROCESSES:
        module = sys.modules[(process.make if isinstance(process, Role) else process.bind).__module__]
        for name, value in list(vars(module).items()):
            if isinstance(value, Dispatcher) and not any(m is module and n == name for m, n, _ in replaced):
                replaced.append((module, name, value))
                setattr(module, name, _noting(value, calls, own))
    try:
        yield own
    finally:
        for module, name, value in replaced:
            setattr(module, name, value)


def _noting(function: Callable[..., Any], calls: list[Call], own: _Own) -> Callable[..., Any]:
    def noted(*arguments: Any) -> Any:
        own.put_down(calls)
        calls.append((function, arguments))
        result = function(*arguments)
        own.look()
        return result

    return noted


def _restore(state: State, saved: State) -> None:
    for item in fields(State):
        getattr(state, item.name)[...] = getattr(saved, item.name)


def _same(a: State, b: State) -> bool:
    return all(np.array_equal(getattr(a, item.name), getattr(b, item.name)) for item in fields(State))


def _spent(scenario: Scenario) -> dict[str, float]:
    """Seconds that each process, recording and the model's own loop took in one run."""
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
    model.recorder.record = timed(RECORDING, model.recorder.record)  # type: ignore[method-assign, assignment]
    whole = _timed(model.run_model)
    spent[LOOP] = whole - sum(spent.values())
    return spent


def _ratio(spent: Mapping[str, float], politics: tuple[str, ...]) -> float:
    """Seconds of these processes and of recording over those of all other processes."""
    counted = sum(spent.get(name, 0.0) for name in (*politics, RECORDING))
    return counted / max(1e-9, sum(spent.values()) - counted - spent[LOOP])


def _shares(runs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Share of each in the time of all steps, by the medians over the runs."""
    medians = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    whole = sum(medians.values())
    return {name: seconds / whole for name, seconds in sorted(medians.items(), key=lambda item: -item[1])}
