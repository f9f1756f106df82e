"""The defender's commander: hold the gate, yield and harass, disperse, accept terms, leave the valley."""

from __future__ import annotations

from typing import Any

from sim import codes
from sim.actors.base import CERTAIN, Actor, Options, Role, best, tipping
from sim.forces import GATE_SITE, POSTURE, RESERVE_SITE
from sim.kernels.leaders import way_out
from sim.kernels.orders import DefenderRates, defender_orders
from sim.kernels.settle import depart
from sim.mechanisms.base import names
from sim.mechanisms.cohesion import BASE_DEFENDER
from sim.mechanisms.reports import PRIOR_WIN
from sim.params import Parameter

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
PLAN_WEIGHT = Parameter("defender.plan_weight", "weight of the plan with which the defence set out", "", "float", 0, 3)
TIES = Parameter("defender.ties", "weight of home against leaving the valley", "", "float", 0, 3)
DEPART_RATE = Parameter(
    "defender.depart_rate",
    "share of the former army that leaves in a day once leaving is decided",
    "1/day",
    "float",
    0,
    0.5,
)
PAST = Parameter("defender.past_weight", "weight of the valley's past for letting the enemy in", "", "float", 0, 3)
SEAT = Parameter("defender.seat_weight", "weight of a lost seat against holding the gate", "", "float", 0, 5)
WORN = Parameter("defender.worn_weight", "weight of worn groups for dispersing", "", "float", 0, 5)
LEADERS = Parameter("defender.leaders_weight", "weight of each leader gone for leaving the valley", "", "float", 0, 3)
STORES = Parameter("defender.stores_weight", "weight of empty stores for leaving the valley", "", "float", 0, 3)
PARAMETERS = (
    PAST, SEAT, WORN, LEADERS, STORES, FALL_BACKS, COUNTER_RATIO, COUNTER_CHANCE, READY, DISPERSE_BELOW, LIE_LOW, RAID,
    PLAN_WEIGHT, TIES, DEPART_RATE,
)  # fmt: skip


class DefenderCommander(Actor):
    """Weighs the plan against what he believes of the enemy, the ground and his own people."""

    role = "defender's commander"

    def __init__(self, model: Any) -> None:
        super().__init__(model)
        run, s, t, n = self.run, self.run.state, self.run.world.tables, self.run.number
        self.plan = codes.PLANS.index(str(run.scenario[POSTURE]))
        self.seat = run.site(RESERVE_SITE)
        gate = run.site(GATE_SITE)
        self.behind = [site for site in t.chain.tolist() if t.chain_rank[site] > t.chain_rank[gate]]
        self.ways_out, self.mine = t.pass_sites, s.believed[codes.DEFENDER]
        base = n(BASE_DEFENDER)
        self.disperse_below, self.ready_above = base * n(DISPERSE_BELOW), base * n(READY)
        self.plan_weight, self.ties, self.depart_rate = n(PLAN_WEIGHT), n(TIES), n(DEPART_RATE)
        self.past, self.seat_lost, self.worn = n(PAST) * n(PRIOR_WIN), n(SEAT), n(WORN)
        self.leaders, self.stores = n(LEADERS), n(STORES)
        rates = DefenderRates(
            self.ready_above, n(COUNTER_RATIO), n(COUNTER_CHANCE), run.scenario.typed(FALL_BACKS, int), n(LIE_LOW),
            n(RAID),
        )  # fmt: skip
        self.arrays = (
            s.uid, s.side, s.status, s.kind, s.men, s.cohesion, s.order, s.target, s.post, s.cell, t.site_cell,
            s.home_site, s.holder, t.refuge, t.gate_of, t.upstream, s.attackers_at, s.defenders_at,
            s.fell_back, t.on_floor, t.is_side, t.foot_hours, tuple(rates),
        )  # fmt: skip
        self.leavers = (
            s.uid, s.side, s.status, s.kind, codes.REGULAR, s.men, s.sick, s.gone_home, s.food_kg, s.ammo_kg, s.ledger,
        )  # fmt: skip

    def decide(self, tick: int) -> None:
        """Choose the posture, then give orders."""
        s, run = self.run.state, self.run
        gone = s.phase.item(0) == codes.P_LEAVE
        before = s.posture.item(0)
        options = self._options(before, gone)
        posture = best(options, before)
        if posture != before or tick == 0:
            s.posture[0] = posture
            self.note(tick, codes.POSTURE_NAMES[posture], tipping(options, posture, before), options[posture])
        if posture == codes.DEPART:
            depart(tick, run.key, self.depart_rate, *self.leavers)
        defender_orders(tick, run.key, posture, gone, *self.arrays)

    def _options(self, before: int, gone: bool) -> Options:
        """What he could do today, with the considerations for it (above 0) and against it."""
        s = self.run.state
        if s.truce.item(0):
            return {codes.ACCEPT: {"an agreement is in force": CERTAIN}}
        people = s.est_people.item(codes.DEFENDER, codes.DEFENDER)
        own = s.est_cohesion.item(codes.DEFENDER, codes.DEFENDER) if people >= 1.0 else 1.0
        odds, holder = s.est_win.item(codes.DEFENDER), self.mine.tolist()
        lost = [holder[site] for site in self.behind].count(codes.ATTACKER) / max(1, len(self.behind))
        seat = 1.0 if holder[self.seat] == codes.ATTACKER else 0.0
        options: Options = {
            codes.GATE: {
                "the plan": self._planned(codes.GATE), "chance to hold": 0.5 - odds,
                "the enemy is behind the gate": -lost, "the seat is lost": -self.seat_lost * seat,
            },
            codes.YIELD: {
                "the plan": self._planned(codes.YIELD), "the past teaches it": self.past,
                "the seat is lost": 0.25 * self.seat_lost * seat, "the attacker has gone": 2.0 if gone else 0.0,
            },
        }  # fmt: skip
        hidden = before >= codes.DISPERSE
        worn = own < (max(self.ready_above, self.disperse_below) if hidden else self.disperse_below)
        by_plan = self.plan == codes.DISPERSE  # and not for want of cohesion
        options[codes.DISPERSE] = {
            "the plan": self._planned(codes.DISPERSE),
            f"mean cohesion {own:.2f}": self.worn if (worn or by_plan) and not gone else -1.0,
        }
        if hidden and worn:
            options[codes.DEPART] = self._leaving(own, odds)
        return options

    def _planned(self, posture: int) -> float:
        return self.plan_weight if posture == self.plan else 0.0

    def _leaving(self, own: float, odds: float) -> dict[str, float]:
        """What speaks for leaving the valley for good."""
        s = self.run.state
        free = way_out(self.ways_out, s.pass_open, self.mine)
        absent = self.leaders * sum(1.0 for status in s.leader.tolist() if status != codes.PRESENT)
        stores = float(s.cache_kg[:, codes.FOOD].sum())
        return {
            "the leaders are gone": absent, "worn out": 2.0 * max(0.0, 0.6 - own), "little chance": odds - 0.5,
            "the stores are empty": self.stores if stores < s.est_people.item(1, 1) else 0.0,
            "this is home": -self.ties,
            "a way out" if free else "no way out": 0.2 if free else -CERTAIN,
        }  # fmt: skip


ROLE = Role(
    name="defender_commander",
    models="the defender's plan: hold the gate and fall back, yield and harass, disperse, accept terms, leave",
    source="MODEL: defender's posture; yield and harass M14-M16 (recalled from the 1980s); leaving M92",
    parameters=PARAMETERS,
    reads=names(
        "phase truce uid side kind cohesion post cell holder believed est_people est_cohesion est_win leader pass_open "
        "cache_kg attackers_at defenders_at"
    ),
    writes=names("posture fell_back status order target home_site men sick gone_home food_kg ammo_kg ledger"),
    make=DefenderCommander,
)
