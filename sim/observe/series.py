"""Daily series of one run, in arrays made once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.kernels.watch import FIELDS, note_day
from sim.kernels.watch_politics import POLITICS, STOCKS, note_beliefs, note_stocks
from sim.mechanisms.base import Run

F8 = NDArray[np.float64]

COLUMNS: tuple[str, ...] = FIELDS
"""Columns of ``Series.totals``, people unless the name says otherwise."""


@dataclass(frozen=True)
class Series:
    """What was seen each day, at its end.

    floor int8 (days, districts), presence (days, districts), holder int8 (days, sites), totals (days, COLUMNS),
    breaks (days, sides, reasons) groups, phase and posture int8 (days,). The politics: held (days, districts) share
    of each floor that is the attacker's in truth, beliefs and hidden (days, observers, districts) the same share, and
    the presence in the side valleys, as each observer believes it, claims int8 (days, sides, districts) who each side
    says holds the floor, politics (days, POLITICS) the stocks.
    """

    floor: NDArray[np.int8]
    presence: F8
    holder: NDArray[np.int8]
    totals: F8
    breaks: F8
    phase: NDArray[np.int8]
    posture: NDArray[np.int8]
    held: F8
    beliefs: F8
    hidden: F8
    claims: NDArray[np.int8]
    politics: F8

    @classmethod
    def new(cls, days: int, districts: int, sites: int) -> Series:
        """Room for ``days`` days of a valley of so many districts and sites."""
        return cls(
            floor=np.zeros((days, districts), np.int8),
            presence=np.zeros((days, districts)),
            holder=np.zeros((days, sites), np.int8),
            totals=np.zeros((days, len(COLUMNS))),
            breaks=np.zeros((days, 2, 7)),
            phase=np.zeros(days, np.int8),
            posture=np.zeros(days, np.int8),
            held=np.zeros((days, districts)),
            beliefs=np.zeros((days, 3, districts)),
            hidden=np.zeros((days, 3, districts)),
            claims=np.zeros((days, 2, districts), np.int8),
            politics=np.zeros((days, len(POLITICS))),
        )

    def column(self, name: str) -> F8:
        """One column of the totals, (days,)."""
        return self.totals[:, COLUMNS.index(name)]

    def stock(self, name: str) -> F8:
        """One column of the politics, (days,)."""
        return self.politics[:, POLITICS.index(name)]

    def gap(self, observer: int) -> F8:
        """How far an observer's belief on each floor is from the truth, (days, districts); above 0 for the attacker."""
        return self.beliefs[:, observer] - self.held


class Recorder:
    """Copies the state into the series at the end of each day."""

    def __init__(self, run: Run, days: int) -> None:
        state, tables = run.state, run.world.tables
        self.series = Series.new(days, len(state.floor), len(state.holder))
        s, out = state, self.series
        self._arrays = (
            s.floor, s.presence, s.holder, s.phase, s.posture, s.side, s.status, s.men, s.sick, s.out, s.invalided,
            s.gone_home,
            s.surrendered, s.broke_tick, s.break_reason, s.food_kg, s.ammo_kg, s.cache_kg, s.cut_h, s.road_cut,
            s.hungry_days, s.residents, s.sheltered, s.left_valley, s.uprooted, s.civil_hunger, s.civil_food_kg,
            s.line_m, s.engaged, s.delivered_kg, out.floor, out.presence, out.holder, out.totals, out.breaks,
            out.phase, out.posture,
        )  # fmt: skip
        self._beliefs = (
            tables.site_district, tables.on_floor, s.holder, s.belief_floor, s.belief_presence, s.claim_floor, out.held,
            out.beliefs, out.hidden, out.claims,
        )  # fmt: skip
        self._stocks = (
            *(getattr(s, name) for name in STOCKS), s.est_win, s.legitimacy, s.credibility, s.claimed_losses,
            s.celebrated, s.interest, s.leader, s.terms, s.deal, s.goodwill, out.politics,
        )  # fmt: skip

    def record(self, day: int) -> None:
        """Take down the day that has just ended."""
        note_day(day, *self._arrays)
        note_beliefs(day, *self._beliefs)
        note_stocks(day, *self._stocks)
