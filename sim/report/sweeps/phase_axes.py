"""Axes of a phase diagram: which factors go where, tick by tick, and where a scenario's own point lies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.experiment.points import SCENARIO
from sim.experiment.sweeps.factors import RANGED
from sim.experiment.sweeps.spec import SweepSpec
from sim.params import Parameter, Value
from sim.report.figures import INK, SIZE, wrapped
from sim.report.sweeps.words import axis_label, value_text
from sim.scenario import Scenario

if TYPE_CHECKING:
    import polars as pl

MOST_TICKS = 9
MOST_PANELS = 12
LETTERS = 10
"""Bold letters of a title to an inch."""


@dataclass(frozen=True)
class Axis:
    """A factor of a grid with its levels in order; ``parameter`` is None for the scenarios."""

    key: str
    levels: tuple[Value, ...]
    parameter: Parameter | None
    is_list: bool = False
    """Whether the levels were listed one by one, so that they need not be evenly spaced."""

    @property
    def is_ranged(self) -> bool:
        """Whether its levels are rising numbers or dates."""
        kind = self.parameter.kind if self.parameter else "choice"
        return kind in RANGED and None not in self.levels and list(self.levels) == sorted(self.levels)  # type: ignore[type-var]

    @property
    def label(self) -> str:
        """Meaning and unit."""
        return axis_label(self.parameter)

    def texts(self) -> list[str]:
        """Its levels as people write them; days of one year without the year."""
        dates = [level for level in self.levels if isinstance(level, dt.date)]
        if dates and len({date.year for date in dates}) == 1:
            return [f"{level:%d %b}" if isinstance(level, dt.date) else value_text(level) for level in self.levels]
        return [value_text(level) for level in self.levels]

    def spots(self) -> list[float]:
        """Where the levels lie along a line: listed numbers and dates as far apart as they are, else step by step."""
        if self.is_list and self.is_ranged:
            return [_number(level) for level in self.levels]
        return [float(number) for number in range(len(self.levels))]

    def numbers(self, frame: pl.DataFrame) -> list[int]:
        """The number of each row's level. Tables hold names as one text with commas."""
        of = {_told(level): number for number, level in enumerate(self.levels)}
        return [of[_told(value)] for value in frame[self.key].to_list()]

    def place(self, value: Value) -> float | None:
        """Where a value lies, in steps from the first level; None when it is outside."""
        if value in self.levels:
            return float(self.levels.index(value))
        if not self.is_ranged or value is None:
            return None
        numbers = [_number(level) for level in self.levels]
        wanted = _number(value)
        if not numbers[0] <= wanted <= numbers[-1]:
            return None
        after = next(i for i, number in enumerate(numbers) if number >= wanted)
        return after - (numbers[after] - wanted) / (numbers[after] - numbers[after - 1])


def axes_of(spec: SweepSpec, frame: pl.DataFrame) -> list[Axis]:
    """Every factor of a grid: rising numbers and dates first, which make the best axes, in the order of the spec."""
    found = [Axis(f.key, f.levels, f.parameter, not f.is_range) for f in spec.factors]
    if len(spec.scenarios) > 1:
        found.append(Axis(SCENARIO, tuple(frame[SCENARIO].unique(maintain_order=True)), None))
    return sorted(found, key=lambda axis: (not axis.is_ranged, 0 if axis.is_ranged else -len(axis.levels)))


def set_ticks(axes: Any, axis: Axis, which: str) -> None:
    """Name the levels along ``which`` ("x" or "y"), as many as there is room for."""
    texts, count = axis.texts(), len(axis.levels)
    step = 1 if not axis.is_ranged else -(-count // MOST_TICKS)
    places = list(range(0, count, step))
    told = [wrapped(texts[i], 18) for i in places]
    long = which == "x" and (max(len(t) for t in texts) * len(places) > 55)
    turn = {"rotation": 30, "ha": "right", "rotation_mode": "anchor"} if long else {}
    getattr(axes, f"set_{which}ticks")(places, told, fontsize=SIZE - 1, **turn)


def set_spots(axes: Any, axis: Axis) -> None:
    """Name the levels along x where ``Axis.spots`` has them, as many as do not run into each other."""
    texts, spots = axis.texts(), axis.spots()
    if not (axis.is_list and axis.is_ranged):
        set_ticks(axes, axis, "x")
        return
    room = (spots[-1] - spots[0]) * max(map(len, texts)) / 60
    kept = [0]
    for number in range(1, len(spots)):
        if spots[number] - spots[kept[-1]] >= room:
            kept.append(number)
    axes.set_xticks([spots[i] for i in kept], [texts[i] for i in kept], fontsize=SIZE - 1)


def set_head(figure: Any, text: str) -> None:
    """A title over the whole figure, broken where the figure ends."""
    head = wrapped(text, int(figure.get_figwidth() * LETTERS))
    figure.suptitle(head, x=0.01, ha="left", fontsize=SIZE + 1.5, fontweight="bold", color=INK)


def own_place(base: Scenario | None, axes: Sequence[Axis]) -> list[float] | None:
    """Where the scenario as it is lies along each axis; None when it is outside one of them."""
    if base is None:
        return None
    places = [axis.place(base.name if axis.key == SCENARIO else base[axis.key]) for axis in axes]
    return None if None in places else [place for place in places if place is not None]


def matches(base: Scenario | None, fixed: Mapping[str, Any]) -> bool:
    """Whether the scenario as it is has these values."""
    return base is not None and all((base.name if k == SCENARIO else base[k]) == v for k, v in fixed.items())


def _told(value: Any) -> Any:
    return ", ".join(value) if isinstance(value, (tuple, list)) else value


def _number(value: Any) -> float:
    return float(value.toordinal() if isinstance(value, dt.date) else value)
