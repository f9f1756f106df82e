"""Elders: those of each district weigh a local deal with the attacker, and may go back on it."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim import codes
from sim.actors.base import Actor, Council, Role
from sim.kernels.elders import BREAK, COLLAPSE, CONSIDERATIONS, KEEP, NEWS, ElderRates, strike_deal, weigh
from sim.mechanisms.base import names
from sim.params import Parameter


def _p(key: str, meaning: str, unit: str, low: float, high: float) -> Parameter:
    return Parameter(f"communities.{key}", meaning, unit, "float", low, high)


WIN = _p("deal_win", "weight for a deal of the outside estimate that the attacker wins", "share", 0, 1)
FLOOR = _p("deal_floor", "weight for a deal of the floor believed lost in and beside the district", "share", 0, 1)
WILL = _p("deal_goodwill", "weight for a deal of missing goodwill towards the defender", "share", 0, 1)
HUNGER = _p("deal_hunger", "weight for a deal of the share of the ration missed", "share", 0, 1)
FLED = _p("deal_displaced", "weight for a deal of the share of the residents who have fled", "share", 0, 1)
MILITIA = _p("deal_militia", "weight for a deal of the share of the district's militia that is home", "share", 0, 1)
BAR = _p("deal_bar", "sum of the weighed considerations above which elders seek a deal", "share", 0, 2)
CHANCE = _p("deal_chance", "chance a day that elders above the bar come to a deal", "1/day", 0, 1)
GUARD = _p("deal_guard", "people of the former army in a district who keep its elders from a deal", "people", 0, 5000)
LOYAL = _p("deal_loyal", "goodwill above which elders make no deal, and leave one once they are free to", "0-1", 0, 1)
COLLAPSE_SHARE = _p("collapse_share", "share of the people under local deals that ends the defence", "share", 0, 1)
COLLAPSE_ABLE = _p("collapse_able", "share of the defenders still able below which deals end it", "share", 0, 1)
PARAMETERS = (
    WIN, FLOOR, WILL, HUNGER, FLED, MILITIA, BAR, CHANCE, GUARD, LOYAL, COLLAPSE_SHARE, COLLAPSE_ABLE,
)  # fmt: skip


class Elders(Actor):
    """The elders of one district."""

    def __init__(self, model: Any, district: int, parts: Any, strike: Any) -> None:
        super().__init__(model)
        self.district, self.parts, self.strike = district, parts, strike
        self.role = f"elders of {self.run.world.terrain.districts[district].name}"

    def change(self, tick: int, verdict: int) -> None:
        """Make a deal or leave it, and say why."""
        s, d = self.run.state, self.district
        if verdict == BREAK:
            s.deal[d] = 0
            self.note(tick, "leave the deal", "the attacker has gone", {"goodwill": float(s.goodwill[d])})
            return
        went = strike_deal(d, tick, *self.strike)
        weights = dict(zip(CONSIDERATIONS, self.parts[d].tolist(), strict=True))
        bar = self.run.number(BAR)
        reason = f"what speaks for it, {sum(weights.values()):.2f}, is above {bar:.2f}; {went} of the militia go home"
        self.note(tick, "local deal", reason, weights | {"what it takes": -bar})


class ElderCouncil(Council):
    """All elders: one look at the valley, then those who change their mind act."""

    role = "elders"

    def __init__(self, model: Any) -> None:
        run = model.run
        s, t, n = run.state, run.world.tables, run.number
        districts, sites = len(s.deal), len(s.holder)
        self.parts = run.work("elders_parts", (districts, len(CONSIDERATIONS)))
        self.verdict = run.work("elders_verdict", (districts,), "i1")
        strike = (
            s.side, s.kind, s.status, s.men, s.sick, s.gone_home, s.food_kg, s.ammo_kg, s.ledger, s.home_site, s.post,
            t.site_district, t.on_floor, t.is_side, s.holder, s.held_since, s.attackers_at, s.deal,
            run.work("elders_near", (sites,)),
        )  # fmt: skip
        super().__init__(model, [Elders(model, d, self.parts, strike) for d in range(districts)])
        rates = ElderRates(*(n(parameter) for parameter in PARAMETERS))
        self.arrays = (
            s.side, s.kind, s.status, s.men, s.gone_home, s.surrendered, s.men_start, s.joined, s.home_site, s.post,
            t.site_district, s.floor, s.residents, s.sheltered, s.civil_hunger,
            np.array([d.people for d in run.world.terrain.districts], float), s.belief_floor, s.est_win, s.goodwill,
            s.deal, s.attackers_at, self.parts, run.work("elders_local", (districts, 4)), self.verdict, tuple(rates),
        )  # fmt: skip

    def decide(self, tick: int) -> None:
        """Nothing while an agreement is in force; else each district on its own, and then the sum of them."""
        s = self.run.state
        if s.settlement[0] != codes.NOTHING or s.truce[0]:
            return
        answer = weigh(tick, self.run.key, *self.arrays)
        if answer & NEWS:
            for elders, verdict in zip(self.members, self.verdict.tolist(), strict=True):
                if verdict != KEEP:
                    elders.change(tick, verdict)
        if answer & COLLAPSE:
            s.settlement[0] = codes.LOCAL_DEALS
            s.terms[:] = (0.0, 1.0, 0.0, 0.0, 1.0)  # the militia lays down its arms, the attacker stays
            reason = "local deals cover most of the people, and few defenders are left"
            self.note(tick, codes.SETTLEMENT_NAMES[codes.LOCAL_DEALS], reason, {"deals": float(s.deal.sum())})


ROLE = Role(
    name="elders",
    models="elders of each district make a local deal with the attacker, or leave it when the attacker has gone",
    source="M20: control came elsewhere by deals with elders and local commanders; weights and bars are judgement",
    parameters=PARAMETERS,
    reads=names(
        "side kind surrendered men_start joined home_site post floor residents sheltered civil_hunger belief_floor "
        "est_win goodwill attackers_at truce"
    ),
    writes=names("deal status men sick gone_home food_kg ammo_kg ledger holder held_since settlement terms"),
    make=ElderCouncil,
)
