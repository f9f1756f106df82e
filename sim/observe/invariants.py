"""The validating mode: after every tick the state is checked against what must always hold.

People, civilians and kilograms are conserved; nothing is negative or out of range; nobody stands where nobody can
stand, and nobody has come farther than the terrain allows. It watches and never touches.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import codes
from sim.codes import A_CAPTURED_IN, A_CAPTURED_OUT, A_INFLOW, A_INITIAL, A_LOST, A_USED
from sim.forces import ATTACKERS, DEFENDERS, REFUGEES
from sim.mechanisms.base import Run
from sim.mechanisms.movement import day_parts
from sim.observe.reach import Reach
from sim.state import ARRAYS, COMMODITIES
from sim.world.routes import open_cells

F8 = NDArray[np.float64]

TOLERANCE = 1e-9
"""Relative error that sums of kilograms and civilians may have from rounding."""

_PEOPLE = ("men", "sick", "out", "invalided", "gone_home", "surrendered")
_ONLY_GROW = (
    "out", "invalided", "gone_home", "surrendered", "joined", "uprooted", "delivered_kg", "brought_kg",
    "volunteers",
    "claimed_losses", "celebrated", "deaths_seen",
)  # fmt: skip
_CODES = {
    "side": (codes.ATTACKER, codes.DEFENDER),
    "kind": (codes.COLUMN, codes.REGULAR),
    "status": (codes.ACTIVE, codes.EMPTY),
    "order": (codes.HOLD, codes.LEAVE),
    "break_reason": (-1, codes.B_HUNGER),
    "holder": (codes.ATTACKER, codes.NOBODY),
    "floor": (codes.ATTACKER, codes.NOBODY),
    "sky": (codes.CLEAR, codes.STORM),
    "phase": (codes.P_MASS, codes.P_TRUCE),
    "posture": (codes.GATE, codes.DEPART),
    "faction": (-1, codes.PRAGMATIST),
    "believed": (codes.ATTACKER, codes.NOBODY),
    "claim_floor": (codes.ATTACKER, codes.NOBODY),
    "talks": (codes.NO_TALKS, codes.TALKS_FAILED),
    "settlement": (codes.NOTHING, codes.LOCAL_DEALS),
    "leader": (codes.PRESENT, codes.LOST),
    "patron": (codes.WATCHING, codes.DETERRED),
}
_SIGNED = {"temperature_c"}  # may lie below their neutral value


class InvariantError(AssertionError):
    """Something that must always hold did not: the tick, the name of the rule, and the numbers."""

    def __init__(self, tick: int, name: str, numbers: str) -> None:
        super().__init__(f"tick {tick}, {name}: {numbers}")
        self.tick, self.name, self.numbers = tick, name, numbers


class Validator:
    """Remembers how a run began and what the last tick left, and checks each tick against both.

    Make it before the first step and call ``check`` after every step.
    """

    def __init__(self, model: Any) -> None:
        self.run: Run = model.run
        state, terrain = self.run.state, self.run.world.terrain
        self._start = _people(self.run) - state.joined
        self._civilians = _civilians(self.run)
        self._standable = open_cells(terrain).ravel()
        self._reach = Reach(self.run.world)
        self._hours = day_parts(self.run)
        self._limits = {name: self._limit(name) for name in ARRAYS}
        self._before = state.copy()

    def check(self, tick: int) -> None:
        """Check the state as tick ``tick`` left it. Raises InvariantError for the first rule that fails."""
        self._ranges(tick)
        self._conserved(tick)
        self._growing(tick)
        self._places(tick)
        self._speeds(tick)
        self._before = self.run.state.copy()

    def _limit(self, name: str) -> tuple[float, float]:
        """Lowest and highest value that an array may hold, by its declared unit."""
        unit, fill = ARRAYS[name]["unit"], ARRAYS[name]["fill"]
        if name in _CODES:
            return _CODES[name]
        high = {
            "flag": 1.0,
            "0-1": 1.0,
            "share": 1.0,
            "site": len(self.run.state.holder) - 1.0,
            "cell": self._standable.size - 1.0,
        }.get(unit, np.inf)
        if unit == "-1 to 1":
            return -1.0, 1.0
        if name == "lost_recently":  # a share of the first strength, which recruits may exceed
            high = np.inf
        return (-np.inf if name in _SIGNED else min(0.0, fill)), high

    def _ranges(self, tick: int) -> None:
        state = self.run.state
        for name, (low, high) in self._limits.items():
            values = getattr(state, name)
            wrong = ~((values >= low) & (values <= high)) | ~np.isfinite(values)
            if wrong.any():
                at = tuple(int(i) for i in np.argwhere(wrong)[0])
                raise InvariantError(tick, "range", f"{name}{list(at)} = {values[at]}, not {low:g} to {high:g}")

    def _conserved(self, tick: int) -> None:
        state = self.run.state
        astray = np.flatnonzero(_people(self.run) - state.joined != self._start)
        if len(astray):
            g = astray[0]
            parts = ", ".join(f"{name} {getattr(state, name)[g]}" for name in (*_PEOPLE, "joined"))
            raise InvariantError(tick, "people", f"group {state.uid[g]} began with {self._start[g]}: {parts}")
        error = abs(_civilians(self.run) - self._civilians) / max(1.0, self._civilians)
        if error > TOLERANCE:
            raise InvariantError(tick, "civilians", f"{_civilians(self.run)} of {self._civilians}")
        for name, error in _stock_errors(self.run).items():
            if error > TOLERANCE:
                raise InvariantError(tick, name, f"the ledger and the stock differ by {error:.3g} of what came in")
        empty = state.status == codes.EMPTY
        kept = (
            state.men[empty].sum() + state.sick[empty].sum() + state.food_kg[empty].sum() + state.ammo_kg[empty].sum()
        )
        if kept:
            raise InvariantError(tick, "empty groups", f"they still have {kept:g} people and kilograms")

    def _growing(self, tick: int) -> None:
        for name in (*_ONLY_GROW, "ledger", "civil_ledger"):
            fallen = getattr(self.run.state, name) < getattr(self._before, name)
            if fallen.any():
                raise InvariantError(tick, "cumulative", f"{name} has fallen in {int(fallen.sum())} places")

    def _places(self, tick: int) -> None:
        state = self.run.state
        present = (state.men + state.sick) > 0
        for name, wrong in (
            ("ground", present & ~self._standable[state.cell]),
            ("nearest site", present & (state.post < 0)),
        ):
            if wrong.any():
                g = np.flatnonzero(wrong)[0]
                raise InvariantError(tick, name, f"group {state.uid[g]} in cell {state.cell[g]}, post {state.post[g]}")

    def _speeds(self, tick: int) -> None:
        """Nobody has come farther than the quickest way allows in the hours of this tick and those saved up."""
        state, before = self.run.state, self._before
        moved = np.flatnonzero((state.cell != before.cell) & (state.men > 0))
        given = self._hours[tick % 4] * state.weather_factor[0]
        saved_up = state.march_h - before.march_h - given
        if (saved_up > TOLERANCE).any():
            g = int(saved_up.argmax())
            raise InvariantError(tick, "march hours", f"group {state.uid[g]} saved {saved_up[g]:.3f} h too many")
        if not len(moved):
            return
        budget = before.march_h[moved] + given - state.march_h[moved] + TOLERANCE
        needed = self._reach.hours(
            before.cell[moved].astype(np.int64),
            state.cell[moved].astype(np.int64),
            state.line_m,
            state.pass_open,
            2.0 * float(budget.max()) + 1.0,
        )
        if (needed > budget).any():
            g = int((needed - budget).argmax())
            way = f"from cell {before.cell[moved[g]]} to {state.cell[moved[g]]}"
            hours = f"{needed[g]:.3f} h at the quickest, {budget[g]:.3f} h to spend"
            raise InvariantError(tick, "speed", f"group {state.uid[moved[g]]} went {way}: {hours}")


def errors(model: Any) -> dict[str, float]:
    """Relative errors of all that must be conserved, against the scenario's own numbers; 0 is perfect."""
    run: Run = model.run
    state, found = run.state, {}
    people = _people(run) - state.joined
    for side, parameter in ((codes.ATTACKER, ATTACKERS), (codes.DEFENDER, DEFENDERS)):
        asked = run.number(parameter)
        found[f"{codes.SIDE_NAMES[side]} people"] = abs(float(people[state.side == side].sum()) - asked) / max(1, asked)
    residents = float(sum(district.people for district in run.world.terrain.districts))
    residents += run.number(REFUGEES) if residents > 0 else 0.0
    found["civilians"] = abs(_civilians(run) - residents) / max(1.0, residents)
    return found | _stock_errors(run)


def _people(run: Run) -> NDArray[np.int64]:
    """Everyone who ever belonged to each group."""
    total = np.zeros(len(run.state.men), np.int64)
    for name in _PEOPLE:
        total += getattr(run.state, name)
    return total


def _civilians(run: Run) -> float:
    state = run.state
    return float(state.residents.sum() + state.sheltered.sum() + state.left_valley[0])


def _balance(account: F8) -> tuple[float, float]:
    """What came in by a row of a ledger, and what should be left of it."""
    received = account[A_INITIAL] + account[A_INFLOW] + account[A_CAPTURED_IN]
    return float(received), float(received - account[A_USED] - account[A_LOST] - account[A_CAPTURED_OUT])


def _stock_errors(run: Run) -> dict[str, float]:
    """Each ledger against the stock that it accounts for, and what one side took against what another lost."""
    state, found = run.state, {}
    for k, commodity in enumerate(COMMODITIES):
        carried = (state.food_kg, state.ammo_kg)[k]
        for side in (codes.ATTACKER, codes.DEFENDER):
            stock = float(carried[state.side == side].sum())
            if side == codes.DEFENDER:
                stock += float(state.cache_kg[:, k].sum())
            received, left = _balance(state.ledger[k, side])
            found[f"{codes.SIDE_NAMES[side]} {commodity}"] = abs(left - stock) / max(1.0, received)
        taken = float(state.ledger[k, :, A_CAPTURED_IN].sum())
        given = float(state.ledger[k, :, A_CAPTURED_OUT].sum()) + (
            float(state.civil_ledger[A_CAPTURED_OUT]) if k == 0 else 0.0
        )
        found[f"{commodity} that changed hands"] = abs(taken - given) / max(1.0, taken)
    delivered = float(state.delivered_kg[0])
    found["outside support"] = abs(delivered - float(state.brought_kg.sum())) / max(1.0, delivered)
    booked = float(state.ledger[:, codes.DEFENDER, A_INFLOW].sum())
    found["outside support in the ledger"] = abs(delivered - booked) / max(1.0, delivered)
    received, left = _balance(state.civil_ledger)
    found["civil food"] = abs(left - float(state.civil_food_kg.sum())) / max(1.0, received)
    return found
