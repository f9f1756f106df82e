"""The one door: everything that the command line, the interface and notebooks call.

What is heavy is imported when it is first used, so that ``standoff --help`` answers at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import __version__ as version
from sim.errors import InputError
from sim.params import GRADES

if TYPE_CHECKING:
    from sim.experiment.bench import Bench
    from sim.experiment.compare import Comparison
    from sim.experiment.ensemble import Ensemble
    from sim.experiment.knockout import Knockout
    from sim.experiment.one_run import RunStory
    from sim.experiment.sensitivity_asked import estimated_seconds, sensitivity, sensitivity_plan
    from sim.experiment.sweeping import sweep, sweep_in, sweep_spec
    from sim.model import Standoff
    from sim.observe.result import Result
    from sim.params import Schema, Value
    from sim.report.assumptions import Assumption, assumptions_text
    from sim.report.compare_files import write_compare
    from sim.report.compare_json import compare_json
    from sim.report.compare_text import compare_text
    from sim.report.files import open_folder, write_ensemble, write_text
    from sim.report.json_report import ensemble_json, story_json
    from sim.report.knockout_files import write_knockout
    from sim.report.knockout_json import knockout_json
    from sim.report.knockout_text import knockout_text
    from sim.report.page import write_report
    from sim.report.run_files import write_run
    from sim.report.sensitivity_files import write_sensitivity
    from sim.report.sensitivity_json import sensitivity_json
    from sim.report.sensitivity_text import sensitivity_text
    from sim.report.speed import bench_text
    from sim.report.story import story_text
    from sim.report.sweep_files import write_sweep
    from sim.report.sweep_json import sweep_json
    from sim.report.sweep_text import sweep_text
    from sim.report.tables import ensemble_text
    from sim.scenario import Scenario, ScenarioInfo
    from sim.store import Store
    from sim.store.door import (
        results_check,
        results_clean,
        results_export,
        results_json,
        results_list,
        results_query,
        results_text,
    )

__all__ = [
    "GRADES",
    "InputError",
    "Standoff",
    "assumptions",
    "assumptions_text",
    "bench",
    "bench_text",
    "changes",
    "check_scenario",
    "compare",
    "compare_json",
    "compare_text",
    "doctor",
    "ensemble_json",
    "ensemble_text",
    "estimated_seconds",
    "explain",
    "gather",
    "knockout",
    "knockout_json",
    "knockout_text",
    "list_scenarios",
    "load_scenario",
    "new_scenario",
    "open_folder",
    "parse_set",
    "results_check",
    "results_clean",
    "results_export",
    "results_json",
    "results_list",
    "results_query",
    "results_text",
    "run",
    "run_one",
    "schema",
    "schema_json",
    "sensitivity",
    "sensitivity_json",
    "sensitivity_plan",
    "sensitivity_text",
    "show_terrain",
    "story_json",
    "story_text",
    "sweep",
    "sweep_in",
    "sweep_json",
    "sweep_spec",
    "sweep_text",
    "version",
    "write_compare",
    "write_ensemble",
    "write_knockout",
    "write_report",
    "write_run",
    "write_sensitivity",
    "write_sweep",
    "write_text",
]

DEFAULT_SCENARIO = "panjshir-2021"
_LAZY = {
    "estimated_seconds": "sim.experiment.sensitivity_asked",
    "sensitivity": "sim.experiment.sensitivity_asked",
    "sensitivity_json": "sim.report.sensitivity_json",
    "sensitivity_plan": "sim.experiment.sensitivity_asked",
    "sensitivity_text": "sim.report.sensitivity_text",
    "write_sensitivity": "sim.report.sensitivity_files",
    "write_sweep": "sim.report.sweep_files",
    "sweep_text": "sim.report.sweep_text",
    "sweep_json": "sim.report.sweep_json",
    "sweep_spec": "sim.experiment.sweeping",
    "sweep_in": "sim.experiment.sweeping",
    "sweep": "sim.experiment.sweeping",
    "bench_text": "sim.report.speed",
    "Standoff": "sim.model",
    "assumptions_text": "sim.report.assumptions",
    "compare_json": "sim.report.compare_json",
    "compare_text": "sim.report.compare_text",
    "ensemble_json": "sim.report.json_report",
    "ensemble_text": "sim.report.tables",
    "knockout_json": "sim.report.knockout_json",
    "knockout_text": "sim.report.knockout_text",
    "story_json": "sim.report.json_report",
    "story_text": "sim.report.story",
    "open_folder": "sim.report.files",
    "write_compare": "sim.report.compare_files",
    "write_ensemble": "sim.report.files",
    "write_knockout": "sim.report.knockout_files",
    "write_report": "sim.report.page",
    "write_run": "sim.report.run_files",
    "write_text": "sim.report.files",
    # the store of results
    "results_check": "sim.store.door",
    "results_clean": "sim.store.door",
    "results_export": "sim.store.door",
    "results_json": "sim.store.door",
    "results_list": "sim.store.door",
    "results_query": "sim.store.door",
    "results_text": "sim.store.door",
}


def __getattr__(name: str) -> Any:
    """Import what is heavy at its first use."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_LAZY[name]), name)


def schema() -> Schema:
    """Every parameter there is."""
    from sim.pipeline import SCHEMA

    return SCHEMA


def schema_json() -> dict[str, Any]:
    """The JSON Schema of scenario files, for editors."""
    from sim.scenario import json_schema

    return json_schema(schema())


def list_scenarios() -> list[ScenarioInfo]:
    """Every scenario that can be named."""
    from sim.scenario import list_scenarios as every

    return every()


def load_scenario(
    name_or_path: str | Path | Scenario, values: Mapping[str, Value] | None = None, source: str = "what-if"
) -> Scenario:
    """A scenario by name or file, with ``values`` laid over it. Raises InputError for anything amiss."""
    from sim.scenario import Scenario, load

    _read_first(name_or_path)
    setup = name_or_path if isinstance(name_or_path, Scenario) else load(name_or_path, schema())
    return setup.with_values(values, source=source) if values else setup


def _read_first(name_or_path: str | Path | Scenario) -> None:
    """Refuse a missing or broken file before the model is imported and workers are started."""
    from sim.scenario import Scenario
    from sim.scenario.files import search_folders
    from sim.scenario.merge import read_chain

    if not isinstance(name_or_path, Scenario):
        read_chain(name_or_path, search_folders())


def parse_set(settings: Sequence[str]) -> dict[str, Value]:
    """The values of ``--set key=value`` arguments; the last of a key holds."""
    from sim.scenario import parse_set as parse

    known = schema()
    return dict(parse(text, known) for text in settings)


def run(
    scenario: str | Path | Scenario = DEFAULT_SCENARIO,
    replicates: int | None = None,
    *,
    values: Mapping[str, Value] | None = None,
    first: int = 0,
    dates: Sequence[dt.date] = (),
    executor: Executor | None = None,
    progress: Callable[[int, int, int], None] | None = None,
    store: bool | Store = True,
) -> Ensemble:
    """An ensemble of ``replicates`` runs, by default as many as the scenario says.

    ``first`` is the number of the first replicate. ``dates`` replaces the dates on which the floors are looked
    at. Without ``executor`` the runs use all cores of this machine. Runs that the ``store`` has are not made again,
    and new ones are put there; False leaves it alone. Ctrl-C raises ``KeyboardInterrupt`` with the finished part as
    its ``ensemble``.
    """
    from sim.experiment.executor import INLINE_BELOW
    from sim.experiment.interrupt import Interrupted
    from sim.experiment.runs import gather as gather_runs
    from sim.experiment.tasks import Task
    from sim.experiment.workers import LocalPool, cores

    _read_first(scenario)
    pool = None
    if executor is None and cores() > 1 and (replicates is None or replicates >= INLINE_BELOW):
        pool = LocalPool().start()  # the workers load the model while this process does
    try:
        setup = load_scenario(scenario, values)
        _within(setup, dates)
        count = setup.typed("run.replicates", int) if replicates is None else replicates
        from sim.experiment.ensemble import Ensemble

        chosen = executor or (pool if count >= INLINE_BELOW else None)
        numbers = range(first, first + count)
        try:
            (results,) = gather_runs(
                [Task(setup, numbers)], store=usual_store(store), executor=chosen, progress=progress
            )
        except Interrupted as stop:
            stop.ensemble = Ensemble.of(setup, stop.results, dates=dates, asked=count)
            raise
        return Ensemble.of(setup, results, dates=dates)
    finally:
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)


def usual_store(wanted: bool | Store = True) -> Store | None:
    """The store that results are kept in: the user's, or where ``STANDOFF_STORE`` says; None where none is wanted."""
    if wanted is False:
        return None
    if wanted is not True:
        return wanted
    from sim.store import Store

    return Store.usual()


# compare and knockout


def compare(
    a: str | Path | Scenario,
    b: str | Path | Scenario | None = None,
    *more: str | Path | Scenario,
    replicates: int | None = None,
    values: Mapping[str, Value] | None = None,
    values_b: Mapping[str, Value] | None = None,
    seed: int | None = None,
    first: int = 0,
    store: bool | Store = True,
    executor: Executor | None = None,
    progress: Callable[[int, int, int], None] | None = None,
) -> Comparison:
    """Paired differences of ``b`` and ``more`` from ``a``, or of ``a`` with ``values_b`` from itself.

    ``values`` are laid over all, ``values_b`` over all but ``a``. All share the seed of ``a``, or ``seed``, so that the
    same replicate has the same luck, and make as many runs as ``a`` says, or ``replicates``. ``frame()`` of the answer
    gives a data frame. Raises as ``run`` does; on Ctrl-C what is finished is in the store.
    """
    for other in (a, *(() if b is None else (b,)), *more):
        _read_first(other)
    base = load_scenario(a, {**(values or {}), **({} if seed is None else {"run.seed": seed})})
    shared: dict[str, Value] = {"run.seed": base["run.seed"]}
    names = [base, *more] if b is None else [b, *more]
    others = [load_scenario(load_scenario(name, values), {**(values_b or {}), **shared}) for name in names]
    from sim.experiment.compare import compare_scenarios

    count = base.typed("run.replicates", int) if replicates is None else replicates
    numbers = range(first, first + count)
    kept = usual_store(store)
    return compare_scenarios([base, *others], numbers, store=kept, executor=executor, progress=progress)


def knockout(
    scenario: str | Path | Scenario = DEFAULT_SCENARIO,
    replicates: int = 100,
    *,
    only: Sequence[str] = (),
    bit: str = "",
    values: Mapping[str, Value] | None = None,
    seed: int | None = None,
    store: bool | Store = True,
    executor: Executor | None = None,
    progress: Callable[[int, int, int], None] | None = None,
) -> Knockout:
    """What each mechanism, or each of ``only``, contributes: the same runs without it, one at a time.

    ``bit`` is shown beside the quantities; by default the one that changes most. ``frame()`` of the answer gives a
    data frame. Raises as ``run`` does; on Ctrl-C what is finished is in the store.
    """
    setup = load_scenario(scenario, {**(values or {}), **({} if seed is None else {"run.seed": seed})})
    from sim.experiment.knockout import knock_out

    return knock_out(
        setup,
        range(replicates),
        only=only,
        bit=bit,
        store=usual_store(store),
        executor=executor,
        progress=progress,
    )


# end of compare and knockout


def _within(setup: Scenario, dates: Sequence[dt.date]) -> None:
    """Refuse dates to look at that no run comes to."""
    start = setup.typed("run.start", dt.date)
    end = start + dt.timedelta(days=setup.typed("run.days", int) - 1)
    for date in dates:
        if not start <= date <= end:
            raise InputError(f"--on {date}: the runs go from {start} to {end}")


def gather(results: Sequence[Result], scenario: Scenario) -> Ensemble:
    """Summarise results that are there already."""
    from sim.experiment.ensemble import Ensemble

    return Ensemble.of(scenario, results)


def run_one(
    scenario: str | Path | Scenario = DEFAULT_SCENARIO,
    replicate: int = 0,
    *,
    values: Mapping[str, Value] | None = None,
) -> RunStory:
    """One run with its model and its dated story."""
    setup = load_scenario(scenario, values)
    from sim.experiment.one_run import tell_run

    return tell_run(setup, replicate)


def check_scenario(scenario: str | Path | Scenario) -> Scenario:
    """Load a scenario and set it up on its terrain; InputError says what is amiss."""
    setup = load_scenario(scenario)
    from sim.experiment.warmup import prepare

    prepare(setup)
    return setup


def changes(scenario: Scenario) -> dict[str, tuple[Value, Value]]:
    """What a scenario changes from its base: key → (in the base, here)."""
    found = scenario.provenance.items()
    return {key: (item.base_value, item.value) for key, item in found if item.changed_from_base}


def new_scenario(path: str | Path, extends: str = DEFAULT_SCENARIO, title: str = "") -> Path:
    """Write a small scenario file to start from; refuses to overwrite."""
    from sim.report.templates import write_scenario

    parent = load_scenario(extends)
    return write_scenario(Path(path), parent, extends, title)


def explain() -> str:
    """The day and the tick: each process in its order, why there, what it models, reads and writes."""
    from sim.report.tick import tick_text

    return tick_text()


def assumptions(scenario: str | Path | Scenario = DEFAULT_SCENARIO, grade: str | None = None) -> list[Assumption]:
    """Every value of a scenario with unit, range, grade, source and the processes that read it."""
    setup = load_scenario(scenario)
    from sim.report.assumptions import rows

    if grade is not None and grade not in GRADES:
        from sim.errors import nearest

        known = ", ".join(GRADES)
        raise InputError(f"--grade {grade}: there is no such grade.{nearest(grade, GRADES)} Grades: {known}")
    return [row for row in rows(setup, schema()) if grade in (None, row.grade)]


def show_terrain(
    path: str | Path,
    scenario: str | Path | Scenario = DEFAULT_SCENARIO,
    *,
    values: Mapping[str, Value] | None = None,
) -> Path:
    """Draw the scenario's terrain as a relief map (PNG)."""
    setup = load_scenario(scenario, values)
    from sim.report.relief_map import write_relief_map
    from sim.scenario import scenario_folder
    from sim.world.world import build_world

    terrain = build_world(setup.values, scenario_folder() / "terrain").terrain
    target = Path(path)
    try:
        write_relief_map(terrain, target, terrain.name)
    except OSError as error:
        raise InputError(f"--out {path}: cannot be written ({error.strerror or error})") from None
    return target


def bench(scenario: str | Path | Scenario = DEFAULT_SCENARIO, repeats: int = 7) -> Bench:
    """Time warm runs of a scenario against their bare kernels, and share the time among the processes."""
    setup = load_scenario(scenario)
    from sim.experiment.bench import measure

    return measure(setup, repeats)


def doctor() -> dict[str, Any]:
    """Versions, cores, folders and the state of the caches."""
    from sim.experiment.health import report

    return report()
