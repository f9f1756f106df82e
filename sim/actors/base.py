"""What an actor is, and the log of what it decided and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from mesa import Agent

from sim.mechanisms.base import Run
from sim.params import Parameter


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of the decision log: the day, who decided what, and the reason in words."""

    day: int
    actor: str
    decision: str
    reason: str


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

    def note(self, tick: int, decision: str, reason: str) -> None:
        """Add a line to the decision log."""
        self.log.append(Decision(tick // 4, self.role, decision, reason))


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
