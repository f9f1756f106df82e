"""A scenario and results for the tests of the store, made without a run."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from runs_cases import failed, made_up, tiny

from sim.observe.result import WORKER_DIED, Result
from sim.scenario import Scenario
from sim.store.parts import Part
from sim.store.store import Store

MODEL = "0123456789abcdef"
SCENARIO = tiny()
SEED = SCENARIO.typed("run.seed", int)
HASH = SCENARIO.hash
DIED = failed(0, f"{WORKER_DIED} 2 times").error


def store_in(folder: Path, model: str = MODEL) -> Store:
    return Store(folder / "store", model)


def results(numbers: Iterable[int]) -> list[Result]:
    return [made_up(number, falls=number % 9, chain=("a", "b")) for number in numbers]


def put(store: Store, numbers: Iterable[int], scenario: Scenario = SCENARIO) -> Part:
    """One part with these replicates."""
    store.look()
    before = set(store.shelf.parts)
    with store.writer() as writer:
        writer.add(scenario, results(numbers))
    (name,) = set(store.shelf.parts) - before
    return store.shelf.parts[name]


def equal(a: Result, b: Result) -> bool:
    """Equal to the bit, in everything that a result holds."""
    plain = ("replicate", "chain", "chain_days", "error")
    if any(getattr(a, name) != getattr(b, name) for name in plain):
        return False
    if not (_same(a.seconds, b.seconds) and _same(a.floor, b.floor)):
        return False
    one, other = a.outcome, b.outcome
    if one is None or other is None:
        return one is other
    arrays = ("floor_day", "lost_day", "breaks")
    return (
        (one.outcome, one.settlement, one.bits) == (other.outcome, other.settlement, other.bits)
        and one.quantities.keys() == other.quantities.keys()
        and all(_same(value, other.quantities[name]) for name, value in one.quantities.items())
        and all(_same(getattr(one, name), getattr(other, name)) for name in arrays)
        and [name for name, _ in one.terms] == [name for name, _ in other.terms]
        and _same([value for _, value in one.terms], [value for _, value in other.terms])
    )


def _same(a: object, b: object) -> bool:
    if a is None or b is None:
        return a is b
    one, other = np.asarray(a), np.asarray(b)
    return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()


def warnings_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    ours = (record for record in caplog.records if record.name == "standoff")
    return [record.getMessage() for record in ours if record.levelno >= logging.WARNING]
