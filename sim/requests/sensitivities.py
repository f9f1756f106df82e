"""A sensitivity analysis of a scenario as it is asked for by name and options."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from sim.experiment.executor import Progress
from sim.experiment.sensitivity.analysis import analyse, plan
from sim.experiment.sensitivity.problem import AROUND, problem_of
from sim.experiment.sensitivity.result import Plan, Sensitivity
from sim.experiment.sensitivity.runs import by_running, seconds_of_a_run
from sim.experiment.workers import cores
from sim.params import Value
from sim.requests.runs import usual_store
from sim.requests.scenarios import DEFAULT_SCENARIO, load_scenario
from sim.scenario import Scenario
from sim.store import Store


def sensitivity_plan(
    scenario: str | Path | Scenario = DEFAULT_SCENARIO,
    *,
    values: Mapping[str, Value] | None = None,
    only: Sequence[str] = (),
    leave_out: Sequence[str] = (),
    grades: Sequence[str] = (),
    around: float | str = AROUND,
    vary: Sequence[str] = (),
    with_terrain: bool = False,
    **how: Any,
) -> Plan:
    """What an analysis of ``scenario`` with ``values`` would do.

    What is varied, and between which ends: see ``problem_of``. ``how``: method, trajectories, samples, top, replicates,
    outcomes, as for ``plan``. Sobol indices of numbers that are neither named nor given ends follow a screening. Raises
    InputError for whatever does not go together.
    """
    setup = load_scenario(scenario, values)
    chosen = problem_of(
        setup, only=only, leave_out=leave_out, grades=grades, around=around, vary=vary, with_terrain=with_terrain
    )
    words = _choice(only=only, leave_out=leave_out, grade=grades, vary=vary)
    words += ["--range", str(around)] * (around != AROUND) + ["--with-terrain"] * with_terrain
    return plan(setup, chosen, screens=not only and not vary, choice=words or ["--range", str(around)], **how)


def _choice(**patterns: Sequence[str]) -> list[str]:
    """Options that can be repeated, as words of the command line."""
    return [w for name, given in patterns.items() for one in given for w in (f"--{name.replace('_', '-')}", one)]


def sensitivity(
    scenario: str | Path | Scenario | Plan = DEFAULT_SCENARIO,
    *,
    store: bool | Store = True,
    executor: Executor | None = None,
    progress: Progress | None = None,
    notice: Callable[[str], None] = lambda _: None,
    **asked: Any,
) -> Sensitivity:
    """Which numbers of a scenario, or of a plan, move its outcomes; ``frame()`` of the answer gives a data frame.

    ``asked`` as for ``sensitivity_plan``. Runs that the ``store`` has are not made again; with False they are kept in a
    folder that is deleted at the end. ``notice`` hears what comes next. Raises as ``ensure`` does; on Ctrl-C what is
    finished is in the store.
    """
    made = scenario if isinstance(scenario, Plan) else sensitivity_plan(scenario, **asked)
    with tempfile.TemporaryDirectory(prefix="standoff-", ignore_cleanup_errors=True) as folder:
        kept = usual_store(store) or Store(folder)
        measure = by_running(made.scenario, made.replicates, store=kept, executor=executor, progress=progress)
        return analyse(made, measure, notice)


def estimated_seconds(made: Plan) -> float:
    """How long a plan takes on this machine if nothing is in the store, by the length of a run of its scenario."""
    return made.runs * seconds_of_a_run(made.scenario) / cores()
