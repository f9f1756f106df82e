"""The one shape every mechanism has, and what it is given to bind to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.params import NO_EVENTS, EventKinds, Parameter
from sim.scenario import Scenario
from sim.state import State
from sim.world.weather import Weather
from sim.world.world import World, site_number

Step = Callable[[int], None]
"""Advances one mechanism through the given tick (0 is the first night of the first day)."""


@dataclass(frozen=True)
class Run:
    """One replicate in the making: what mechanisms and actors bind to."""

    scenario: Scenario
    world: World
    weather: Weather
    state: State
    key: np.uint64
    base_site: NDArray[np.int32]
    """(axes,) site from which each axis of the attacker starts and is supplied."""
    objectives: NDArray[np.int32]
    """(axes, n) sites for each axis to take, nearest first, padded with -1."""
    scratch: dict[str, NDArray] = field(default_factory=dict)
    """Work arrays without meaning between ticks, shared by name so that they are made once."""

    def number(self, parameter: Parameter) -> float:
        """The value of a numeric parameter."""
        return float(self.scenario[parameter])  # type: ignore[arg-type]

    def work(self, name: str, shape: tuple[int, ...], dtype: str = "f8") -> NDArray:
        """A work array of this name, made at the first call."""
        if name not in self.scratch:
            self.scratch[name] = np.zeros(shape, dtype)
        return self.scratch[name]

    def site(self, parameter: Parameter) -> int:
        """Index of the site that a parameter names; an InputError with the nearest id when there is none."""
        return site_number(self.world, parameter.key, str(self.scenario[parameter]))

    @property
    def columns(self) -> int:
        """Columns of the terrain grid."""
        return self.world.terrain.shape[1]

    @property
    def cell_km(self) -> float:
        """Size of a cell, km."""
        return self.world.terrain.cell_m / 1000

    def reach_cells(self, km: float) -> int:
        """Cells that a distance spans, at least one."""
        return max(1, round(km / self.cell_km))


def names(text: str) -> tuple[str, ...]:
    """The words of a text: a short way to write the arrays that a process reads or writes."""
    return tuple(text.split())


@dataclass(frozen=True)
class Mechanism:
    """One process of the model: what it stands for, its source, what it reads and writes, and its step.

    ``reads`` and ``writes`` name arrays of ``sim.state``; ``bind`` looks everything up once and returns the step.
    ``event_kinds`` are the dated events of a scenario that it carries out, with their arguments.
    """

    name: str
    models: str
    source: str
    parameters: tuple[Parameter, ...]
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    bind: Callable[[Run], Step]
    event_kinds: EventKinds = field(default_factory=lambda: NO_EVENTS)
