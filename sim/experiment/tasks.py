"""What is to be run: scenarios with the numbers of their replicates, and how workers are sent them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple, Protocol

from sim.errors import InputError
from sim.observe.result import Result
from sim.params import Schema
from sim.scenario import Scenario
from sim.scenario.frozen import Frozen
from sim.scenario.own_files import own_files
from sim.scenario.run_parameters import SEED


@dataclass(frozen=True, slots=True)
class Task:
    """Replicates of one scenario."""

    scenario: Scenario
    replicates: Sequence[int]

    @property
    def key(self) -> tuple[str, int]:
        """Scenario hash and seed, under which its runs are stored."""
        return self.scenario.hash, seed_of(self.scenario)


class Wanted(Protocol):
    """Anything that says which runs it wants; its scenario may be made only when it is needed."""

    @property
    def scenario(self) -> Scenario:
        """What is to be run."""
        ...

    @property
    def replicates(self) -> Sequence[int]:
        """Numbers of its runs."""
        ...

    @property
    def key(self) -> tuple[str, int]:
        """Scenario hash and seed."""
        ...


class Job(NamedTuple):
    """One run to make."""

    scenario: Scenario
    replicate: int


class Done(NamedTuple):
    """One run made."""

    scenario: Scenario
    result: Result


_NO_SCHEMA = Schema(())
Parcel = list[tuple[Scenario, list[int], str]]
"""What a worker is sent: scenarios with replicates, and the hash of those that name files of the user's own."""


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
    numbers = (list(map(itemgetter(1), bundle)) for bundle in bundles)
    return [(_bare(b[0].scenario), runs, _own(b[0].scenario)) for b, runs in zip(bundles, numbers, strict=True)]


def check_files(scenario: Scenario, expected: str) -> None:
    """Refuse to run where the user's own files are not those of the process that asked. Raises InputError."""
    if expected and scenario.hash != expected:
        raise InputError(
            f"{scenario.name}: a terrain file that it names is missing here or has changed since the scenario was "
            "loaded; load it again, and see that every machine has the same files"
        )


def _own(scenario: Scenario) -> str:
    return scenario.hash if own_files(scenario.values) else ""


def _bare(scenario: Scenario) -> Scenario:
    return replace(scenario, provenance=Frozen({}), schema=_NO_SCHEMA, title="", question="", reason="")
