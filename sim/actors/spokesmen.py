"""The spokesmen: what each side says it holds, and how many of the enemy it says have fallen."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import codes
from sim.actors.base import Actor, Council, Role
from sim.codes import ATTACKER, DEFENDER
from sim.kernels.claims import CLAIMS, CONCEDES, GIVES_UP, ClaimRates, claims_of_day
from sim.mechanisms.base import names
from sim.params import Parameter


def _number(key: str, meaning: str, unit: str, low: float, high: float) -> Parameter:
    return Parameter(f"claims.{key}", meaning, unit, "float", low, high)


THRESHOLD = _number("threshold", "share of a district's floor believed held above which it is claimed", "share", 0, 1)
READINESS = _number("readiness", "chance a day that the attacker tells what he believes to hold", "1/day", 0, 1)
VICTORY = _number(
    "victory_threshold",
    "mean share of the main floor believed held above which the whole valley is claimed",
    "share",
    0,
    1,
)
REPEAT = _number("repeat_days", "days from one claim to the whole valley to the next", "days", 1, 120)
DENIAL = _number(
    "denial_lag", "mean days for which a side denies the loss of ground that it believes lost", "days", 0, 30
)
CONCEDE = _number("concede_days", "mean days from calling lost ground contested to conceding it", "days", 0, 365)
INFLATION = _number("inflation", "enemy losses claimed for each true one (median)", "x", 1, 50)
INFLATION_SD = _number("inflation_sd", "spread of the inflation of claimed losses (sd of its logarithm)", "", 0, 1.5)
CELEBRATION_KILLED = _number(
    "celebration_killed", "killed by celebrations of a false claim to the whole valley (mean)", "people", 0, 100
)
CELEBRATION_INJURED = _number(
    "celebration_injured", "injured by celebrations of a false claim to the whole valley (mean)", "people", 0, 300
)
CREDIBILITY = (
    _number("credibility_attacker", "how far the attacker's words are believed at the start", "0-1", 0, 1),
    _number("credibility_defender", "how far the defender's words are believed at the start", "0-1", 0, 1),
)
FALSE_COST = _number("false_cost", "share of credibility lost by a claim that is seen to be false", "share", 0, 0.5)
CHECK_RATE = _number("check_rate", "chance a day that a district's false claim is held against its side", "1/day", 0, 1)
RECOVERY = _number("recovery", "share of the lost credibility that comes back in a day", "1/day", 0, 0.2)
PARAMETERS = (
    THRESHOLD, READINESS, VICTORY, REPEAT, DENIAL, CONCEDE, INFLATION, INFLATION_SD, CELEBRATION_KILLED,
    CELEBRATION_INJURED, *CREDIBILITY, FALSE_COST, CHECK_RATE, RECOVERY,
)  # fmt: skip

WORDS = {
    CLAIMS: ("claims", "it believes to hold most of the floor there"),
    GIVES_UP: ("calls contested", "it does not believe to hold most of the floor there"),
    CONCEDES: ("concedes", "it has not believed to hold it for long"),
}
"""How the log tells a change, and why."""


class Spokesman(Actor):
    """One side's voice: tells what it believes to hold, late to admit what it believes lost."""

    def __init__(self, model: Any, side: int, main: NDArray[np.bool_], changes: NDArray[np.int32]) -> None:
        super().__init__(model)
        self.side, self.main, self.changes = side, main, changes
        self.role = f"{codes.SIDE_NAMES[side]}'s spokesman"
        self.told: set[tuple[int, int]] = set()  # only so that the log tells each district's first changes

    def decide(self, tick: int) -> None:
        """Log what is new in today's claims; the kernel has made them for both sides."""
        if self.changes.item(self.side, -2) == 0:
            return
        districts = self.run.world.terrain.districts
        new = [(d, int(self.changes[self.side, d])) for d in range(len(districts))]
        new = [item for item in new if item[1] and item not in self.told]
        self.told.update(new)
        if self.changes[self.side, -1]:
            self._victory(tick)
        elif new:
            said = []
            for change, (word, _) in WORDS.items():
                where = [districts[d].name for d, what in new if what == change]
                said += [f"{word} {', '.join(where)}"] if where else []
            kinds = {what for _, what in new}
            reason = "; ".join(why for change, (_, why) in WORDS.items() if change in kinds)
            self.note(tick, "; ".join(said), reason, {districts[d].name: self._own(d) - 0.5 for d, _ in new})

    def _victory(self, tick: int) -> None:
        held = float(np.mean([self._own(int(d)) for d in np.flatnonzero(self.main)]))
        self.note(
            tick, "claims the whole valley", f"it believes to hold {held:.0%} of the main floor",
            {"main floor believed held": held},
        )  # fmt: skip

    def _own(self, d: int) -> float:
        """Share of the district's floor that the side believes to be its own."""
        believed = float(self.run.state.belief_floor[self.side, d])
        return believed if self.side == ATTACKER else 1.0 - believed


class Press(Council):
    """Both spokesmen; one kernel makes the day's claims of both."""

    role = "spokesmen"

    def __init__(self, model: Any) -> None:
        run, s, t, n = model.run, model.run.state, model.run.world.tables, model.run.number
        districts = run.world.terrain.districts
        has_floor = np.array([bool((t.on_floor & (t.site_district == d)).any()) for d in range(len(districts))])
        main = np.array([district.main for district in districts]) & has_floor
        changes = run.work("claims_changed", (2, len(districts) + 2), "i4")
        super().__init__(model, [Spokesman(model, side, main, changes) for side in (ATTACKER, DEFENDER)])
        rates = ClaimRates(
            n(THRESHOLD), n(READINESS), n(VICTORY), n(REPEAT), n(DENIAL), n(CONCEDE), n(INFLATION), n(INFLATION_SD),
            n(CELEBRATION_KILLED), n(CELEBRATION_INJURED), n(FALSE_COST), n(CHECK_RATE), n(RECOVERY),
            n(CREDIBILITY[ATTACKER]), n(CREDIBILITY[DEFENDER]),
        )  # fmt: skip
        self.arrays = (
            main, has_floor, s.belief_floor, s.floor, s.claim_floor, s.claim_day, s.victory_day, s.celebrated, changes,
            s.side, s.out, s.losses_seen, s.claimed_losses, s.credibility, tuple(rates),
        )  # fmt: skip
        for side in (ATTACKER, DEFENDER):
            s.credibility[side] = n(CREDIBILITY[side])

    def decide(self, tick: int) -> None:
        """Make the day's claims, then let each tell what is new."""
        claims_of_day(tick, self.run.key, *self.arrays)
        super().decide(tick)


ROLE = Role(
    name="spokesmen",
    models="claims to ground ahead of control, denial of lost ground, inflated losses, celebrations of false victory",
    source="M04-M11 M17 M18 M23 M47 M50 M88 M89; D68 inflation of losses, D69 lead of claims and lag of denial",
    parameters=PARAMETERS,
    reads=names("belief_floor floor side out"),
    writes=names("claim_floor claim_day victory_day claimed_losses losses_seen celebrated credibility"),
    make=Press,
)
