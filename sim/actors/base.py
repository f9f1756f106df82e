"""What an actor is, and the log of what it decided and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from mesa import Agent

from sim.mechanisms.base import Run
from sim.params import Parameter

CERTAIN = 9.0
"""Weight of what leaves no choice."""
HABIT = 0.15
"""How much better another course must be before a commander changes his."""
NO_WEIGHTS: Mapping[str, float] = {}
Options = dict[int, dict[str, float]]
"""Code of what could be done → considerations → weight, above 0 for it and below 0 against it."""


def mean(values: np.ndarray) -> float:
    """Mean of a short array, to the bit that of ``values.mean()`` but in a third of the time."""
    return float(np.add.reduce(values)) / len(values)


def best(options: Options, habit: int) -> int:
    """What the considerations speak for most; the present course, ``habit``, counts a little more."""
    if len(options) == 1:
        return next(iter(options))
    return max(options, key=lambda option: sum(options[option].values()) + (HABIT if option == habit else 0.0))


def heaviest(weights: Mapping[str, float]) -> str:
    """The consideration that speaks loudest for a choice."""
    return max(weights, key=lambda name: weights[name])


def tipping(options: Options, chosen: int, before: int) -> str:
    """Why a commander changes his course: what speaks for the new one, or what now speaks against the old one."""
    reason = heaviest(options[chosen])
    old = options.get(before)
    if old is None or chosen == before:
        return reason
    against = min(old, key=lambda name: old[name])
    if old[against] <= -0.5 and -old[against] > options[chosen][reason]:
        return f"{against}, which speaks against going on as before"
    return reason


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of the decision log: the day, who decided what, the reason in words, and the weights that tipped it.

    ``weights`` are (consideration, weight), above 0 for the decision and below 0 against it, the heaviest first.
    """

    day: int
    actor: str
    decision: str
    reason: str
    weights: tuple[tuple[str, float], ...] = ()


class HasRun(Protocol):
    """The model, as far as an actor knows it."""

    run: Run
    decisions: list[Decision]


class Actor(Agent):
    """An agent that decides once a day. ``tick`` is the first tick of the day."""

    role = "actor"

    def __init__(self, model: Any) -> None:
        super().__init__(model)
        self.run: Run = model.run
        self.log: list[Decision] = model.decisions

    def decide(self, tick: int) -> None:
        """Take the day's decisions; writes orders into the state."""
        raise TypeError(f"{type(self).__name__} does not say how it decides")

    def note(self, tick: int, decision: str, reason: str, weights: Mapping[str, float] = NO_WEIGHTS) -> None:
        """Add a line to the decision log."""
        ranked = sorted(weights.items(), key=lambda item: -abs(item[1]))
        self.log.append(Decision(tick // 4, self.role, decision, reason, tuple(ranked)))


class Council(Actor):
    """Several agents of a kind that decide one after another."""

    role = "council"

    def __init__(self, model: Any, members: Iterable[Actor]) -> None:
        super().__init__(model)
        self.members = tuple(members)

    def decide(self, tick: int) -> None:
        """Let each member decide in turn."""
        for member in self.members:
            member.decide(tick)


@dataclass(frozen=True)
class Role:
    """An actor's place in the day: like a mechanism, but it decides."""

    name: str
    models: str
    source: str
    parameters: tuple[Parameter, ...]
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    make: Callable[[Any], Actor]
