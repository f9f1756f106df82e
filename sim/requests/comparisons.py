"""Paired comparisons: scenarios with each other, and a scenario with itself without a mechanism."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING

from sim.requests.runs import usual_store
from sim.requests.scenarios import DEFAULT_SCENARIO, load_scenario, read_first

if TYPE_CHECKING:
    from sim.experiment.pairs.compare import Comparison
    from sim.experiment.pairs.knockout import Knockout
    from sim.params import Value
    from sim.scenario import Scenario
    from sim.store import Store


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
        read_first(other)
    base = load_scenario(a, {**(values or {}), **({} if seed is None else {"run.seed": seed})})
    shared: dict[str, Value] = {"run.seed": base["run.seed"]}
    names = [base, *more] if b is None else [b, *more]
    others = [load_scenario(load_scenario(name, values), {**(values_b or {}), **shared}) for name in names]
    from sim.experiment.pairs.compare import compare_scenarios

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
    from sim.experiment.pairs.knockout import knock_out

    return knock_out(
        setup,
        range(replicates),
        only=only,
        bit=bit,
        store=usual_store(store),
        executor=executor,
        progress=progress,
    )
