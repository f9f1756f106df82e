"""Daily series of one run, in arrays made once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.kernels.watch import FIELDS, note_day
from sim.state import State

F8 = NDArray[np.float64]

COLUMNS: tuple[str, ...] = FIELDS
"""Columns of ``Series.totals``, people unless the name says otherwise."""


@dataclass(frozen=True)
class Series:
    """What was seen each day, at its end.

    floor int8 (days, districts), presence (days, districts), holder int8 (days, sites), totals (days, COLUMNS),
    breaks (days, sides, reasons) groups, phase and posture int8 (days,).
    """

    floor: NDArray[np.int8]
    presence: F8
    holder: NDArray[np.int8]
    totals: F8
    breaks: F8
    phase: NDArray[np.int8]
    posture: NDArray[np.int8]

    @classmethod
    def new(cls, days: int, state: State) -> Series:
        """Room for ``days`` days of this state."""
        return cls(
            floor=np.zeros((days, len(state.floor)), np.int8),
            presence=np.zeros((days, len(state.presence))),
            holder=np.zeros((days, len(state.holder)), np.int8),
            totals=np.zeros((days, len(COLUMNS))),
            breaks=np.zeros((days, 2, 7)),
            phase=np.zeros(days, np.int8),
            posture=np.zeros(days, np.int8),
        )

    def column(self, name: str) -> F8:
        """One column of the totals, (days,)."""
        return self.totals[:, COLUMNS.index(name)]


class Recorder:
    """Copies the state into the series at the end of each day."""

    def __init__(self, state: State, days: int) -> None:
        self.series = Series.new(days, state)
        s, out = state, self.series
        self._arrays = (
            s.floor, s.presence, s.holder, s.phase, s.posture, s.side, s.status, s.men, s.sick, s.out, s.invalided,
            s.gone_home,
            s.surrendered, s.broke_tick, s.break_reason, s.food_kg, s.ammo_kg, s.cache_kg, s.cut_h, s.road_cut,
            s.hungry_days, s.residents, s.sheltered, s.left_valley, s.uprooted, s.civil_hunger, s.civil_food_kg,
            s.line_m, s.engaged, s.delivered_kg, out.floor, out.presence, out.holder, out.totals, out.breaks,
            out.phase, out.posture,
        )  # fmt: skip

    def record(self, day: int) -> None:
        """Take down the day that has just ended."""
        note_day(day, *self._arrays)
