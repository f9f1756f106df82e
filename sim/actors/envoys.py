"""Envoys of both sides: what each would accept, offers and demands, talks that open and fail, and agreements.

Worth is counted in shares of power over the country, on each side's own beliefs. Fearon (D60): there is a range when
both get more than they expect from fighting. Powell and Walter (D61): where the offer asks for disarmament, what is
promised is worth no more than the trust that it will be kept.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sim import codes
from sim.actors.base import Actor, Council, Role
from sim.actors.factions import CABINET, HARDLINERS, RECOGNITION_WEIGHT
from sim.kernels.draws import uniform
from sim.kernels.settle import lay_down_arms
from sim.mechanisms.base import names
from sim.params import Parameter

OFFER = Parameter("talks.offer", "share of power that the attacker offers at first", "share", "float", 0, 0.5)
DEMAND = Parameter("talks.demand", "share of power that the defender asks for", "share", "float", 0, 1)
DISARMAMENT = Parameter("talks.disarmament", "the attacker's offer asks the defender to lay down arms", "", "bool")
GUARANTEE = Parameter(
    "talks.guarantee", "part of the missing trust that a guarantor makes good", "share", "float", 0, 1
)
HOLDING = Parameter(
    "talks.holding_value", "worth of holding the valley, as a share of power in the country", "share", "float", 0.1, 1
)
AUTONOMY_SHARE = Parameter(
    "talks.autonomy_share", "worth of autonomy in the valley, as a share of power", "share", "float", 0.05, 1
)
COST_ATTACKER = Parameter("talks.cost_attacker", "what the attacker expects a fight to cost", "share", "float", 0, 0.5)
COST_DEFENDER = Parameter("talks.cost_defender", "what the defender expects a fight to cost", "share", "float", 0, 0.5)
BETRAYAL = Parameter("talks.betrayal", "loss of a defender who disarmed and is betrayed", "share", "float", 0, 1)
SPOILERS = Parameter(
    "talks.spoilers", "what each share of power conceded costs with the hardliners", "x", "float", 0, 3
)
TRUCE_WORTH = Parameter(
    "talks.truce_worth", "what a rest is worth to an attacker who has better things to do", "share", "float", 0, 0.5
)
TRUCE_DAYS = Parameter("talks.truce_days", "length of a local truce", "days", "int", 7, 400)
PACE = Parameter("talks.pace", "chance that a deal within reach is struck in a day of talks", "1/day", "float", 0, 1)
PATIENCE = Parameter("talks.patience_days", "mean days until talks without a range fail", "days", "float", 1, 120)
REOPEN = Parameter("talks.reopen_days", "mean days until failed talks are taken up again", "days", "float", 5, 400)
HOSTILITY = Parameter(
    "talks.patron_hostility", "trust lost for the full weight of the attacker's patron", "share", "float", 0, 1
)
REFUSERS = Parameter(
    "talks.refusers", "share of the groups that go home with their arms when others surrender", "share", "float", 0, 1
)


def _worth(key: str, meaning: str, high: float = 1.0) -> Parameter:
    return Parameter(f"talks.{key}", meaning, "share", "float", 0, high)


BLOODSHED = _worth(
    "bloodshed_cost", "what a fight costs the attacker for all the recognition at stake, by his wish for it"
)
ELSEWHERE = _worth("elsewhere_cost", "what a fight costs him for the whole force drawn away elsewhere")
DISCORD = _worth("discord_cost", "what a fight costs him with a council wholly at odds")
GOOD_NAME = _worth("good_name", "what a settlement earns in good name, by the wish for recognition")
TRUCE_CHANCE = _worth("truce_chance", "part of the chance of winning later that a truce keeps for the attacker")
TRUCE_SHAME = _worth("truce_shame", "what a truce with the last holdout costs with the hardliners, at full pressure")
SUPPORT_MONTHS = Parameter(
    "talks.support_months", "months over which the defender counts on the chance of support", "months", "float", 0, 12
)
HONOUR = _worth("honour", "worth of fighting on for leaders of full resolve")
HUNGER = _worth("hunger_cost", "what fighting on costs the defender when all go hungry")
WEAKNESS = _worth("weakness_cost", "what fighting on costs him without any cohesion")
LOST_START = _worth("lost_start", "what a broken promise costs a defender who kept his arms")
RESPITE = _worth("respite", "what a rest is worth to the defender")
BLAME = _worth("blame_step", "blame for broken talks whose offer met nothing of the demand")
PARAMETERS = (
    BLOODSHED, ELSEWHERE, DISCORD, GOOD_NAME, TRUCE_CHANCE, TRUCE_SHAME, SUPPORT_MONTHS, HONOUR, HUNGER, WEAKNESS,
    LOST_START, RESPITE, BLAME, OFFER, DEMAND, DISARMAMENT, GUARANTEE, HOLDING, AUTONOMY_SHARE, COST_ATTACKER,
    COST_DEFENDER, BETRAYAL, SPOILERS, TRUCE_WORTH, TRUCE_DAYS, PACE, PATIENCE, REOPEN, HOSTILITY, REFUSERS,
)  # fmt: skip


class Deal(NamedTuple):
    """One kind of agreement: share of power that goes to the defender, and whether he hands in his arms."""

    kind: int
    share: float
    disarm: bool
    gain_attacker: float
    """Worth to the attacker above what he expects from fighting."""
    gain_defender: float


class Attacker(Actor):
    """Envoy of the attacker: what a fight and each deal are worth to him."""

    role = "attacker's envoy"

    def __init__(self, model: Any) -> None:
        super().__init__(model)
        n = self.run.number
        self.recognition, self.hard, self.spoilers = n(RECOGNITION_WEIGHT), n(HARDLINERS), n(SPOILERS)
        self.spoils = self.hard * n(CABINET)
        self.cost, self.truce = n(COST_ATTACKER), n(TRUCE_WORTH)
        self.bloodshed, self.elsewhere, self.discord = n(BLOODSHED), n(ELSEWHERE), n(DISCORD)
        self.name, self.later, self.shame = n(GOOD_NAME), n(TRUCE_CHANCE), n(TRUCE_SHAME)

    def worth_of_fight(self) -> float:
        """Chance × prize − costs; the last holdout is worth more than its size (M97)."""
        s = self.run.state
        prize = 1.0 + float(s.pressure[0])
        cost = self.cost + self.bloodshed * self.recognition * float(s.est_recognition[0])
        cost += self.elsewhere * float(s.drawn_away[0]) + self.discord * float(s.fragmentation[0])
        # victory would pay the hardliners in the cabinet, a deal does not (M36)
        return float(s.est_win[codes.ATTACKER]) * (prize + self.spoils) - cost

    def worth_of(self, kind: int, share: float) -> float:
        """What is left of the prize, less the hardliners' anger, and the good name it earns."""
        s = self.run.state
        prize, name = 1.0 + float(s.pressure[0]), self.name * self.recognition
        if kind == codes.TRUCE:
            rest = self.truce + self.elsewhere * float(s.drawn_away[0]) + self.later * float(s.est_win[codes.ATTACKER])
            return rest + 0.5 * name - self.shame * float(s.pressure[0]) * self.hard
        kept = prize * (1.0 - share)
        return kept - self.spoilers * self.hard * share + name

    def most(self, fight: float) -> float:
        """The largest share at which a deal is still worth as much to him as the fight."""
        prize = 1.0 + float(self.run.state.pressure[0])
        return (prize + self.name * self.recognition - fight) / (prize + self.spoilers * self.hard)


class Defender(Actor):
    """Envoy of the defender: what holding out and each deal are worth to him, by his own beliefs and his trust."""

    role = "defender's envoy"

    def __init__(self, model: Any) -> None:
        super().__init__(model)
        n = self.run.number
        self.holding, self.cost, self.betrayal = n(HOLDING), n(COST_DEFENDER), n(BETRAYAL)
        self.guarantee, self.hostility = n(GUARANTEE), n(HOSTILITY)
        self.months, self.honour = n(SUPPORT_MONTHS), n(HONOUR)
        self.hunger, self.weakness, self.lost_start = n(HUNGER), n(WEAKNESS), n(LOST_START)

    def trust(self) -> float:
        """Trust in a promise: less for a patron behind it, more for a guarantor (Walter)."""
        s = self.run.state
        own = float(s.trust[0]) * (1.0 - self.hostility * float(s.patron_push[0]))
        return own + (1.0 - own) * self.guarantee

    def worth_of_fight(self) -> float:
        """Chance of holding the valley, hope of support, resolve; less what fighting and hunger cost."""
        s = self.run.state
        hold = (1.0 - float(s.est_win[codes.DEFENDER])) * self.holding
        hope = 0.5 * min(1.0, float(s.est_support[0]) * self.months) * self.holding
        resolve = 0.5 * self.honour * (float(s.resolve[codes.POLITICAL]) + float(s.resolve[codes.MILITARY]))
        suffering = self.hunger * float(s.civil_hunger.mean()) + self.weakness * (1.0 - float(s.est_cohesion[1, 1]))
        return hold + hope + resolve - self.cost - suffering

    def worth_of(self, share: float, disarm: bool, fight: float) -> float:
        """Trust × promise; if it is broken, the disarmed lose and the armed fight on."""
        trust = self.trust()
        broken = -self.betrayal if disarm else fight - self.lost_start
        return trust * share + (1.0 - trust) * broken


class Talks(Council):
    """Both envoys at a table: looks for a range, strikes a deal within it, breaks off or takes talks up again."""

    role = "envoys"

    def __init__(self, model: Any) -> None:
        self.attacker, self.defender = Attacker(model), Defender(model)
        super().__init__(model, [self.attacker, self.defender])
        run, s, n = self.run, self.run.state, self.run.number
        s.talks[0], s.offer[0], self.demand = codes.TALKING, n(OFFER), n(DEMAND)
        self.first_offer, self.disarm = n(OFFER), bool(run.scenario[DISARMAMENT])
        self.autonomy, self.guarantee, self.truce_days = n(AUTONOMY_SHARE), n(GUARANTEE), int(n(TRUCE_DAYS))
        self.pace, self.refusers, self.respite, self.blame = n(PACE), n(REFUSERS), n(RESPITE), n(BLAME)
        self.fails, self.reopens = 1.0 / n(PATIENCE), 1.0 / n(REOPEN)
        self.arms = (
            s.uid, s.side, s.status, s.men, s.sick, s.surrendered, s.gone_home, s.food_kg, s.ammo_kg, s.ledger,
        )  # fmt: skip

    def decide(self, tick: int) -> None:
        """A day of diplomacy."""
        s, day = self.run.state, tick // 4
        if s.settlement[0] == codes.TRUCE and day > s.truce_until[0]:
            self._end_of_truce(tick, day)
        if s.settlement[0] != codes.NOTHING:
            return
        if s.talks[0] == codes.TALKING:
            best = self._best()
            if best is not None:
                if uniform(self.run.key, codes.D_TALKS, tick, 1_000_001, 0) < self.pace:
                    self._agree(tick, day, best)
            elif uniform(self.run.key, codes.D_TALKS, tick, 1_000_002, 0) < self.fails or self._fighting():
                self._break_off(tick, day)
        elif uniform(self.run.key, codes.D_TALKS, tick, 1_000_003, 0) < self.reopens:
            best = self._best()
            if best is not None or s.phase[0] in (codes.P_WINTER, codes.P_MASS):
                s.talks[0] = codes.TALKING
                why = "there is something to talk about" if best else "the fighting rests"
                self.note(tick, "talk again", why)

    def _fighting(self) -> bool:
        return bool(self.run.state.phase[0] == codes.P_ASSAULT)

    def deals(self) -> list[Deal]:
        """Every kind of agreement with what each side would gain by it, as each believes."""
        s = self.run.state
        fight_a, fight_d = self.attacker.worth_of_fight(), self.defender.worth_of_fight()
        # the attacker goes up to the demand as far as a deal is still worth more to him than the fight (M19)
        ceiling = self.attacker.most(fight_a)
        offer = min(self.demand, max(self.first_offer, 0.5 * (self.first_offer + ceiling)))
        s.offer[0] = min(1.0, max(0.0, offer))
        kinds = [(codes.SURRENDER, self.first_offer, True), (codes.POWER_SHARE, float(s.offer[0]), self.disarm)]
        if not self.disarm:
            kinds.append((codes.AUTONOMY, self.autonomy, False))
        found = []
        for kind, share, disarm in kinds:
            gain_a = self.attacker.worth_of(kind, share) - fight_a
            gain_d = self.defender.worth_of(share, disarm, fight_d) - fight_d
            found.append(Deal(kind, share, disarm, gain_a, gain_d))
        # each keeps his arms and his ground, so that nobody has to trust anybody: it enforces itself
        gain_a = self.attacker.worth_of(codes.TRUCE, 0.0) - fight_a
        rest = self.respite + 0.5 * (float(s.est_win[codes.DEFENDER]) - 0.5) * self.defender.holding
        found.append(Deal(codes.TRUCE, 0.0, False, gain_a, rest))
        return found

    def _best(self) -> Deal | None:
        """The deal with the largest product of gains (Nash) among those that give both something."""
        within = [deal for deal in self.deals() if deal.gain_attacker > 0.0 and deal.gain_defender > 0.0]
        return max(within, key=lambda deal: deal.gain_attacker * deal.gain_defender, default=None)

    def _agree(self, tick: int, day: int, deal: Deal) -> None:
        s = self.run.state
        s.settlement[0], s.truce[0] = deal.kind, 1
        s.truce_until[0] = day + self.truce_days - 1 if deal.kind == codes.TRUCE else -1
        stays = deal.kind in (codes.SURRENDER, codes.POWER_SHARE) or (
            deal.kind == codes.TRUCE and s.floor_since[0] >= 0
        )
        s.terms[:] = (
            deal.share, deal.disarm, self.truce_days if deal.kind == codes.TRUCE else 0.0, self.guarantee, stays
        )  # fmt: skip
        s.talks[0] = codes.NO_TALKS
        if deal.disarm:
            lay_down_arms(tick, self.run.key, 1.0 - self.refusers, *self.arms)
        weights = {"gain of the attacker": deal.gain_attacker, "gain of the defender": deal.gain_defender,
                   "trust": self.defender.trust()}  # fmt: skip
        self.note(tick, f"agree on {codes.SETTLEMENT_NAMES[deal.kind]}", _words(deal, self.truce_days), weights)

    def _break_off(self, tick: int, day: int) -> None:
        s = self.run.state
        s.talks[0] = codes.TALKS_FAILED
        deals = {deal.kind: deal for deal in self.deals()}
        near = max(deals.values(), key=lambda deal: min(deal.gain_attacker, deal.gain_defender))
        # blame falls on whoever gave less: an offer far from the demand speaks against the attacker (M27)
        gap = (self.demand - float(s.offer[0])) / max(0.05, self.demand)
        step = self.blame * (2.0 * gap - 1.0)
        if self._fighting():
            step = max(0.0, step)  # who attacks cannot put the blame on the other
        s.blame[0] = min(1.0, max(-1.0, float(s.blame[0]) + step))
        reason = "the attacker attacks" if self._fighting() else "no terms leave both better off than fighting"
        weights = {f"{codes.SETTLEMENT_NAMES[near.kind]}: gain of the attacker": near.gain_attacker,
                   "gain of the defender": near.gain_defender, "trust": self.defender.trust()}  # fmt: skip
        self.note(tick, "break off talks", reason, weights)

    def _end_of_truce(self, tick: int, day: int) -> None:
        s = self.run.state
        truce = next(deal for deal in self.deals() if deal.kind == codes.TRUCE)
        if truce.gain_attacker > 0.0 and truce.gain_defender > 0.0:
            s.truce_until[0] = day + self.truce_days - 1
            self.note(tick, "prolong the truce", "both still gain by it")
            return
        s.settlement[0], s.truce[0], s.terms[:] = codes.NOTHING, 0, 0.0
        s.talks[0] = codes.TALKING
        who = "the attacker" if truce.gain_attacker <= 0.0 else "the defender"
        self.note(tick, "let the truce run out", f"{who} expects more from fighting")


def _words(deal: Deal, days: int) -> str:
    """The terms in words."""
    if deal.kind == codes.TRUCE:
        return f"both hold their fire for {days} days and keep their arms and their ground"
    arms = "the defender hands in his arms" if deal.disarm else "the defender keeps his arms"
    return f"{100 * deal.share:.0f} % of power to the defender; {arms}"


ROLE = Role(
    name="envoys",
    models="talks: worth of fighting and of each deal, offers, trust, failure, truce, autonomy, power share, surrender",
    source="M19, M26-M30, M40; Fearon 1995 (D60), Powell 2006 and Walter (D61); truce of 1983 (analogues)",
    parameters=PARAMETERS,
    reads=names(
        "uid side est_win est_recognition est_support est_cohesion pressure drawn_away fragmentation trust patron_push "
        "resolve civil_hunger phase floor_since"
    ),
    writes=names(
        "talks offer settlement truce truce_until terms blame status men sick "
        "surrendered gone_home food_kg ammo_kg ledger"
    ),
    make=Talks,
)
