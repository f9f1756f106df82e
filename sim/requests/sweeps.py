"""Sweeps as they are asked for: from a file, from options, or from the folder of one that was killed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import replace
from multiprocessing import current_process
from pathlib import Path
from typing import Any

from sim.errors import InputError, nearest
from sim.experiment.executor import Progress
from sim.experiment.sweeps import folder as sweep_folder
from sim.experiment.sweeps.factors import parse_vary
from sim.experiment.sweeps.spec import DESIGNS, DRAWS, SweepSpec
from sim.experiment.sweeps.spec_file import (
    NUMBERS,
    from_options,
    list_sweeps,
    load_scenarios,
    parse_refine,
    parse_until,
    read_spec,
)
from sim.experiment.sweeps.sweep import Sweep, run_sweep
from sim.pipeline import SCHEMA
from sim.requests.scenarios import DEFAULT_SCENARIO
from sim.scenario import Scenario, parse_set
from sim.scenario.files import find, search_folders
from sim.scenario.frozen import Frozen
from sim.store import Store


def sweep_spec(
    reference: str | Path | None = None,
    *,
    vary: Sequence[str] = (),
    levers: Sequence[str] = (),
    settings: Sequence[str] = (),
    until: str | None = None,
    refine: str | None = None,
    **more: Any,
) -> SweepSpec:
    """The sweep of a file or, with ``vary`` or ``levers``, of a scenario. ``more``: fields of ``SweepSpec``.

    Raises InputError for whatever does not go together.
    """
    more |= {"until": parse_until(until) if until else None, "refine": parse_refine(refine) if refine else None}
    given = {key: value for key, value in more.items() if value is not None}
    _check(given)
    if not vary and not levers:
        return _from_file(reference, settings, given)
    uncertain = [parse_vary(text, SCHEMA) for text in vary]
    chosen = [parse_vary(text, SCHEMA, "--lever") for text in levers]
    constants = dict(parse_set(text, SCHEMA) for text in settings)
    scenario = _scenario(reference)
    return from_options([scenario], uncertain, chosen, constants, **given)


def sweep(
    spec: SweepSpec,
    *,
    folder: Path | None = None,
    resume: bool = False,
    scheduler: str | None = None,
    executor: Executor | None = None,
    store: Store | None = None,
    progress: Progress | None = None,
    notice: Callable[[str], None] = lambda _: None,
) -> Sweep:
    """Make a sweep, with its spec and log in ``folder``; what is in the store is not made again.

    ``scheduler`` is the address of a Dask scheduler. Raises as ``run_sweep`` does, and InputError for a folder that
    holds another sweep.
    """
    if getattr(current_process(), "_inheriting", False):
        raise RuntimeError('start sweeps below  if __name__ == "__main__":  in a script: its workers run it again')
    scenarios = load_scenarios(spec, SCHEMA)
    store = store or Store.usual()
    if folder is None:
        return _sweep(spec, scenarios, store, executor, scheduler, progress)
    with sweep_folder.alone(folder):
        for text in sweep_folder.open_sweep(folder, spec, scenarios, resume):
            notice(text)
        try:
            done = _sweep(spec, scenarios, store, executor, scheduler, progress)
        except BaseException as error:
            with suppress(OSError):  # the disk may be full, and that is what is on its way up
                sweep_folder.note(folder, "interrupted" if isinstance(error, KeyboardInterrupt) else "failed")
            raise
        tally = done.tally
        facts = {"found": tally.found, "made": tally.made, "failed": done.failed, "seconds": done.seconds}
        sweep_folder.note(folder, "finished", **facts)
    return done


def _sweep(
    spec: SweepSpec,
    scenarios: Sequence[Scenario],
    store: Store,
    executor: Executor | None,
    scheduler: str | None,
    progress: Progress | None,
) -> Sweep:
    own = None
    if executor is None and scheduler is not None:
        from sim.experiment.dask_pool import DaskPool

        own = executor = DaskPool(scheduler)
    try:
        return run_sweep(spec, scenarios, store=store, executor=executor, progress=progress)
    finally:
        if own is not None:
            own.shutdown(wait=False, cancel_futures=True)


def sweep_in(folder: Path) -> SweepSpec:
    """The sweep that a folder holds. Raises InputError when it holds none."""
    return sweep_folder.spec_in(folder, SCHEMA)


def _check(given: dict[str, Any]) -> None:
    """Refuse options that a sweep file would not be allowed either, by the option's name."""
    for key, choices in (("design", DESIGNS), ("draws", DRAWS)):
        if given.get(key, choices[0]) not in choices:
            hint = nearest(given[key], choices)
            raise InputError(f"--{key} {given[key]}: there is no such {key}.{hint} Allowed: {', '.join(choices)}")
    for key, (low, high) in NUMBERS.items():
        if not low <= given.get(key, low) <= high:
            option = "-n" if key == "replicates" else f"--{key.replace('_', '-')}"
            raise InputError(f"{option} {given[key]}: from {low:,} to {high:,}")


def _from_file(reference: str | Path | None, settings: Sequence[str], changes: dict[str, Any]) -> SweepSpec:
    if reference is None:
        known = ", ".join(list_sweeps())
        raise InputError(f"say what to sweep: a file or a name ({known}), or --vary KEY=LOW:HIGH:STEPS")
    spec = read_spec(reference, SCHEMA)
    constants = Frozen(dict(spec.constants) | dict(parse_set(text, SCHEMA) for text in settings))
    return replace(spec, constants=constants, **changes) if settings or changes else spec


def _scenario(reference: str | Path | None) -> str:
    """A scenario's name, or the whole path of a file outside the scenario folders."""
    name, path = find(reference or DEFAULT_SCENARIO, search_folders())
    return name if any(path.is_relative_to(folder.absolute()) for folder in search_folders()) else str(path)
