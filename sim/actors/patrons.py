"""Patrons: a regional power, a great power and private donors watch, pledge, deliver, or are put off."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sim import codes
from sim.actors.base import Actor, Council, Role
from sim.codes import DELIVERING, DETERRED, PLEDGED, WATCHING
from sim.kernels.draws import uniform
from sim.mechanisms.base import names
from sim.params import Parameter


def _interest(who: str) -> Parameter:
    words = {"regional": "the regional power", "great_power": "the great power", "donor": "private donors"}[who]
    return Parameter(f"support.{who}_interest", f"interest of {words} in helping at the start", "0-1", "float", 0, 1)


def _lag(who: str, words: str) -> Parameter:
    return Parameter(f"support.{who}_lag_days", f"days from the decision of {words} to help", "days", "int", 0, 730)


def _sends(who: str, words: str) -> Parameter:
    return Parameter(f"support.{who}_t_day", f"supplies that {words} when it delivers", "t/day", "float", 0, 100)


INTEREST = (_interest("regional"), _interest("great_power"), _interest("donor"))
LAG = (_lag("regional", "the regional power"), _lag("great_power", "the great power"), _lag("donor", "private donors"))
SENDS = (
    _sends("regional", "the regional power sends"),
    _sends("great_power", "the great power sends"),
    _sends("donor", "private money pays for"),
)
READINESS = Parameter(
    "support.readiness", "rate at which a patron of full interest decides to help", "1/month", "float", 0, 30
)
DECAY = Parameter("support.interest_decay", "share of a patron's interest that fades", "1/month", "float", 0, 1)
LOBBY = Parameter("support.lobby_drift", "interest that a lobby adds in the great power", "1/month", "float", 0, 0.1)
SYMPATHY = Parameter(
    "support.sympathy", "the great power's sympathy for the defender's leaders, on its readiness", "0-1", "float", 0, 1
)
FATIGUE = Parameter("support.fatigue", "share of interest lost with 1,000 t sent", "share", "float", 0, 1)
GIVES_UP = Parameter("support.gives_up_below", "interest under which a patron does not help", "0-1", "float", 0, 0.5)
DETERRENCE = Parameter(
    "support.deterrence",
    "share of readiness that full standing of the attacker abroad takes away",
    "share",
    "float",
    0,
    1,
)
DETERRED_RATE = Parameter(
    "support.deterrence_chance", "rate at which a helping patron is put off when the attacker is fully recognised",
    "1/month", "float", 0, 3,
)  # fmt: skip
UNDETERRED = Parameter(
    "support.undeterred_below", "standing of the attacker abroad under which a patron looks again", "0-1", "float", 0, 1
)
AIRLIFT = Parameter("support.airlift_t_day", "supplies that states fly in on a clear day", "t/day", "float", 0, 50)
PARAMETERS = (
    *INTEREST, *LAG, *SENDS, READINESS, DECAY, LOBBY, SYMPATHY, FATIGUE, GIVES_UP, DETERRENCE, DETERRED_RATE,
    UNDETERRED, AIRLIFT,
)  # fmt: skip

STANDS = 0.05
"""Share of a district's floor or side valleys that must be believed the defender's for its cause to stand (assumed)."""
DECIDES, PUT_OFF = 0, 1
"""Which of a patron's draws of the day."""


def daily(per_month: float) -> float:
    """Chance in a day of what happens at a rate a month."""
    return 1.0 - math.exp(-per_month / 30.0)


class Patron(Actor):
    """One patron: its interest fades, and it helps whom it thinks alive, seen, and not too costly to help."""

    def __init__(self, model: Any, number: int) -> None:
        super().__init__(model)
        n, whole = self.run.number, self.run.scenario.typed
        self.number, self.role = number, codes.PATRON_NAMES[number]
        self.lag, self.sends_kg = whole(LAG[number], int), 1000.0 * n(SENDS[number])
        self.keeps, self.fatigue = 1.0 - n(DECAY) / 30.0, n(FATIGUE)
        self.drift = n(LOBBY) / 30.0 if number == codes.GREAT_POWER else 0.0
        self.readiness = n(READINESS) * (n(SYMPATHY) if number == codes.GREAT_POWER else 1.0)
        self.gives_up, self.deterrence = n(GIVES_UP), n(DETERRENCE)
        self.deterred_rate, self.undeterred = n(DETERRED_RATE), n(UNDETERRED)
        self.run.state.interest[number] = n(INTEREST[number])

    def decide(self, tick: int) -> None:
        """Lose or gain interest, then take the day's decision; writes what is sent."""
        s, p = self.run.state, self.number
        before = s.interest.item(p)
        interest = before * self.keeps + self.drift
        interest = min(1.0, interest * (1.0 - min(1.0, self.fatigue * s.sent_kg.item(p) / 1e6)))
        s.interest[p] = interest
        stage = s.patron.item(p)
        if max(before, interest) <= self.gives_up:
            return  # it has no mind of its own: only the scenario's events move it
        if stage == DETERRED:
            self._look_again(tick)
        elif stage == WATCHING:
            if interest > self.gives_up:
                self._watch(tick, interest)
        elif not self._stop(tick, interest) and stage == PLEDGED and tick // 4 - s.patron_since.item(p) >= self.lag:
            self._become(tick, DELIVERING, f"what was pledged is ready, {self._days()} on", {"interest": interest})

    def _watch(self, tick: int, interest: float) -> None:
        """Decide to help, or go on watching."""
        s = self.run.state
        viable, publicity = self.viability(), s.publicity.item(0)
        free = max(0.0, 1.0 - self.deterrence * s.legitimacy.item(codes.FOREIGN))
        chance = daily(interest * self.readiness * viable * (0.5 + publicity) * free)
        if uniform(self.run.key, codes.D_PATRON, tick, self.number, DECIDES) < chance:
            weights = {"interest": interest, "viability": viable, "publicity": publicity, "deterrence": free - 1.0}
            self._become(tick, PLEDGED, f"the defence is worth helping; deliveries in {self._days()}", weights)

    def _stop(self, tick: int, interest: float) -> bool:
        """Give up a cause that is lost or forgotten, or be put off by the attacker's standing."""
        s = self.run.state
        viable = self.viability()
        if viable <= 0.0:
            self._become(tick, WATCHING, "nothing is left to help", {"viability": -1.0})
            return True
        if interest <= self.gives_up:
            self._become(tick, WATCHING, "interest is spent", {"interest": interest - self.gives_up})
            return True
        standing, push = s.legitimacy.item(codes.FOREIGN), s.patron_push.item(0)
        chance = daily(self.deterred_rate * standing * (1.0 + push))
        if uniform(self.run.key, codes.D_PATRON, tick, self.number, PUT_OFF) >= chance:
            return False
        weights = {"the attacker's standing": standing, "the attacker's patron": push, "interest": -interest}
        self._become(tick, DETERRED, "helping would cost it more with the attacker than it is worth", weights)
        return True

    def _look_again(self, tick: int) -> None:
        """Come back to watching once the attacker's standing has fallen."""
        standing = self.run.state.legitimacy.item(codes.FOREIGN)
        if standing < self.undeterred:
            weights = {"the attacker's standing": self.undeterred - standing}
            self._become(tick, WATCHING, "the attacker's standing has fallen", weights)

    def viability(self) -> float:
        """Chance given to the defence abroad; none when it is believed to have neither floor nor side valleys."""
        s = self.run.state
        for d in range(len(s.floor)):
            lost, hills = s.belief_floor.item(codes.OUTSIDE, d), s.belief_presence.item(codes.OUTSIDE, d)
            if lost < 1.0 - STANDS or hills > STANDS:
                return 1.0 - s.est_win.item(codes.OUTSIDE)
        return 0.0

    def _days(self) -> str:
        return "1 day" if self.lag == 1 else f"{self.lag} days"

    def _become(self, tick: int, stage: int, reason: str, weights: Mapping[str, float]) -> None:
        """Enter a stage, with what is sent in it, and say why."""
        s, p = self.run.state, self.number
        before = s.patron.item(p)
        s.patron[p], s.patron_since[p] = stage, tick // 4
        s.sent_kg[p] = self.sends_kg if stage == DELIVERING else 0.0
        said = {WATCHING: "look on", PLEDGED: "pledge help", DELIVERING: "deliver", DETERRED: "be put off"}
        if stage == WATCHING and before != DETERRED:
            said = {WATCHING: "stop helping"}
        self.note(tick, said[stage], reason, weights)


class Patrons(Council):
    """The three, one after another; states that deliver fly in, too, if the scenario lets them."""

    role = "patrons"

    def __init__(self, model: Any) -> None:
        super().__init__(model, (Patron(model, number) for number in range(len(codes.PATRON_NAMES))))
        self.airlift_kg = 1000.0 * self.run.number(AIRLIFT)

    def decide(self, tick: int) -> None:
        """Let each decide, then see who flies."""
        super().decide(tick)
        s = self.run.state
        flies = s.patron.item(codes.REGIONAL) == DELIVERING or s.patron.item(codes.GREAT_POWER) == DELIVERING
        s.airlift_kg[0] = self.airlift_kg if flies else 0.0


ROLE = Role(
    name="patrons",
    models="three outside patrons who watch, pledge, deliver after a lag, tire, or are put off by the attacker",
    source="support M32, M59; patrons M65-M72, M85, M105; standing M27, M35; longer wars with outside help D63-D65",
    parameters=PARAMETERS,
    reads=names("belief_floor belief_presence est_win publicity legitimacy patron_push"),
    writes=names("interest patron patron_since sent_kg airlift_kg"),
    make=Patrons,
)
