"""What is to be run: scenarios with the numbers of their replicates, and how workers are sent them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from sim.observe.result import Result
from sim.params import Schema
from sim.scenario import Scenario
from sim.scenario.frozen import Frozen
from sim.scenario.run_parameters import SEED


@dataclass(frozen=True, slots=True)
class Task:
    """Replicates of one scenario."""

    scenario: Scenario
    replicates: Sequence[int]


class Job(NamedTuple):
    """One run to make."""

    scenario: Scenario
    replicate: int


class Done(NamedTuple):
    """One run made."""

    scenario: Scenario
    result: Result


_NO_SCHEMA = Schema(())
Parcel = list[tuple[Scenario, list[int]]]
"""What a worker is sent."""


def seed_of(scenario: Scenario) -> int:
    """Where the draws of a scenario's runs start from."""
    return scenario.typed(SEED, int)


def key_of(job: Job) -> tuple[str, int, int]:
    """What a run is stored under beside the model: scenario hash, seed, replicate."""
    return job.scenario.hash, seed_of(job.scenario), job.replicate


def jobs_of(tasks: Iterable[Task]) -> Iterator[Job]:
    """The single runs, in order."""
    return (Job(task.scenario, replicate) for task in tasks for replicate in task.replicates)


def parcel(jobs: Sequence[Job]) -> Parcel:
    """Runs of the same scenario together, without the sources and texts that no run reads: a tenth of the bytes."""
    groups = groupby(jobs, key=lambda job: id(job.scenario))
    bundles = [list(group) for _, group in groups]
    return [(_bare(bundle[0].scenario), list(map(itemgetter(1), bundle))) for bundle in bundles]


def _bare(scenario: Scenario) -> Scenario:
    return replace(scenario, provenance=Frozen({}), schema=_NO_SCHEMA, title="", question="", reason="")
