"""The defender's commander: hold the gate and fall back, yield and harass, or disperse."""

from __future__ import annotations

from typing import Any

from sim import codes
from sim.actors.base import Actor, Role
from sim.forces import POSTURE, RESERVE_SITE
from sim.kernels.orders import T_ACTIVE, T_COHESION, T_COLUMNS, DefenderRates, defender_orders
from sim.mechanisms.base import names
from sim.mechanisms.cohesion import BASE_DEFENDER
from sim.params import Parameter
from sim.world.world import site_number

FALL_BACKS = Parameter(
    "defender.fall_backs", "times a group falls back before it takes to the hills", "times", "int", 0, 10
)
COUNTER_RATIO = Parameter(
    "defender.counter_ratio", "defenders for each attacker at a site before they strike back", "ratio", "float", 0.1, 5
)
COUNTER_CHANCE = Parameter(
    "defender.counter_chance", "chance a day that a group strikes a weak garrison", "1/day", "float", 0, 1
)
READY = Parameter(
    "defender.ready_above", "share of its base cohesion above which a group strikes back", "share", "float", 0, 1
)
DISPERSE_BELOW = Parameter(
    "defender.disperse_below",
    "share of the base cohesion below which the whole defence disperses",
    "share",
    "float",
    0,
    1,
)
LIE_LOW = Parameter(
    "defender.lie_low",
    "chance a day that a group in the hills goes to ground when all disperse",
    "1/day",
    "float",
    0,
    1,
)
RAID = Parameter(
    "defender.raid_chance",
    "chance a day that a group in the side valleys comes down to the road",
    "1/day",
    "float",
    0,
    1,
)
PARAMETERS = (FALL_BACKS, COUNTER_RATIO, COUNTER_CHANCE, READY, DISPERSE_BELOW, LIE_LOW, RAID)


class DefenderCommander(Actor):
    """Keeps to the posture of the scenario until the seat is lost or cohesion is gone."""

    role = "defender's commander"

    def __init__(self, model: Any) -> None:
        super().__init__(model)
        run, s, t, n = self.run, self.run.state, self.run.world.tables, self.run.number
        self.hides = run.scenario[POSTURE] == codes.POSTURE_NAMES[codes.DISPERSE]  # by plan, not for want of cohesion
        self.seat = site_number(run.world, RESERVE_SITE.key, str(run.scenario[RESERVE_SITE]))
        base = n(BASE_DEFENDER)
        self.disperse_below, self.ready_above = base * n(DISPERSE_BELOW), base * n(READY)
        rates = DefenderRates(
            self.ready_above,
            n(COUNTER_RATIO),
            n(COUNTER_CHANCE),
            run.scenario.typed(FALL_BACKS, int),
            n(LIE_LOW),
            n(RAID),
        )
        self.arrays = (
            s.uid, s.side, s.status, s.kind, s.men, s.cohesion, s.order, s.target, s.post, s.cell, t.site_cell,
            s.home_site, s.holder, t.refuge, t.gate_of, t.upstream, s.attackers_at, s.defenders_at,
            s.fell_back, t.on_floor, t.is_side, t.foot_hours, rates,
        )  # fmt: skip

    def decide(self, tick: int) -> None:
        """Choose the posture, then give orders."""
        state, run = self.run.state, self.run
        gone = bool(state.phase[0] == codes.P_LEAVE)
        posture, reason = self._posture(int(state.posture[0]), gone)
        if posture != state.posture[0] or tick == 0:
            state.posture[0] = posture
            self.note(tick, codes.POSTURE_NAMES[posture], reason)
        defender_orders(tick, run.key, posture, gone, *self.arrays)

    def _posture(self, posture: int, gone: bool) -> tuple[int, str]:
        s = self.run.state
        men = s.tally[T_COLUMNS + T_ACTIVE]
        cohesion = s.tally[T_COLUMNS + T_COHESION] / men if men > 0 else 1.0
        if posture == codes.DISPERSE:
            if gone:
                return codes.YIELD, "the attacker has gone"
            if men > 0 and cohesion > self.ready_above and not self.hides:
                return codes.YIELD, f"those in the field have recovered: mean cohesion {cohesion:.2f}"
            return posture, ""
        if men > 0 and cohesion < self.disperse_below and not gone:
            return codes.DISPERSE, f"mean cohesion has fallen to {cohesion:.2f}"
        if posture == codes.GATE and s.holder[self.seat] == codes.ATTACKER:
            return codes.YIELD, "the seat of the defence is lost"
        return posture, "the scenario's plan"


ROLE = Role(
    name="defender_commander",
    models="the defender's plan: hold the gate and fall back, yield and harass, disperse",
    source="MODEL: defender's posture; yield and harass M14-M16 (recalled from the 1980s)",
    parameters=PARAMETERS,
    reads=names("phase uid side kind men cohesion post cell holder attackers_at defenders_at tally"),
    writes=names("posture fell_back status order target home_site"),
    make=DefenderCommander,
)
