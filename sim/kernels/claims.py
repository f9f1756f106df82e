"""What both sides say in public: who holds the floor, and how many of the enemy fell."""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.codes import (
    ATTACKER,
    D_CELEBRATE,
    D_DENIAL,
    D_INFLATE,
    INJURED,
    KILLED,
    NOBODY,
    OUTSIDE,
)
from sim.kernels import kernel
from sim.kernels.draws import normal, uniform, whole
from sim.kernels.reports import believed_mean

CLAIMS, GIVES_UP, CONCEDES = 1, 2, 3
"""How a side's word on a district has changed today, in ``changes``."""
DENY, CONCEDE, CHECK, READY, VICTORY = 0, 1, 2, 3, 4
"""Extra numbers of the draws D_DENIAL; the unit is 2 × district + side."""


class ClaimRates(NamedTuple):
    """Numbers of claims; see ``sim.actors.spokesmen``."""

    threshold: float
    readiness: float
    victory_threshold: float
    repeat_days: float
    denial_lag: float
    concede_days: float
    inflation: float
    inflation_sd: float
    celebration_killed: float
    celebration_injured: float
    false_cost: float
    check_rate: float
    recovery: float
    credibility_attacker: float
    credibility_defender: float


@kernel
def _say(day, side, district, what, change, claim_floor, claim_day, changes):
    """Set a side's word on a district and count the change in the column after the last district."""
    claim_floor[side, district] = what
    claim_day[side, district] = day
    changes[side, district] = change
    changes[side, changes.shape[1] - 2] += 1


@kernel
def _all_claimed(main, claim_floor):
    """Whether the attacker says that he holds every main district."""
    some = False
    for d in range(len(main)):
        if main[d]:
            some = True
            if claim_floor[ATTACKER, d] != ATTACKER:
                return False
    return some


@kernel
def _districts(tick, key, has_floor, belief_floor, claim_floor, claim_day, changes, rates):
    """Each side claims what it believes to hold; what it believes lost it denies for a while, then calls contested."""
    day = tick // 4
    deny = 1.0 / (1.0 + rates.denial_lag)
    concede = 1.0 / (1.0 + rates.concede_days)
    for side in range(2):
        bar = rates.threshold if side == ATTACKER else 0.5
        ready = rates.readiness if side == ATTACKER else 1.0  # a recapture is told at once
        for d in range(len(has_floor)):
            if not has_floor[d] or changes[side, d] != 0:
                continue
            unit = 2 * d + side
            own = belief_floor[side, d] if side == ATTACKER else 1.0 - belief_floor[side, d]
            said = claim_floor[side, d]
            if said != side:
                if own > bar and uniform(key, D_DENIAL, tick, unit, READY) < ready:
                    _say(day, side, d, side, CLAIMS, claim_floor, claim_day, changes)
                elif said == NOBODY and own < min(0.5, bar) and uniform(key, D_DENIAL, tick, unit, CONCEDE) < concede:
                    _say(day, side, d, 1 - side, CONCEDES, claim_floor, claim_day, changes)
            elif own < min(0.5, bar) and uniform(key, D_DENIAL, tick, unit, DENY) < deny:
                _say(day, side, d, NOBODY, GIVES_UP, claim_floor, claim_day, changes)


@kernel
def _celebrate(tick, key, celebrated, rates):
    """Shots into the air for a victory that was none: one size for both counts, their means kept."""
    size = 2.0 * uniform(key, D_CELEBRATE, tick, ATTACKER, 0)
    celebrated[KILLED] += whole(rates.celebration_killed * size, uniform(key, D_CELEBRATE, tick, ATTACKER, 1))
    celebrated[INJURED] += whole(rates.celebration_injured * size, uniform(key, D_CELEBRATE, tick, ATTACKER, 2))


@kernel
def claims_of_day(
    tick, key, main, has_floor, belief_floor, floor, claim_floor, claim_day, victory_day, celebrated, changes, side,
    out, losses_seen, claimed_losses, credibility, rates,
):  # fmt: skip
    """A day of claims to ground, then to losses."""
    rates = ClaimRates(*rates)
    claim_ground(
        tick, key, main, has_floor, belief_floor, floor, claim_floor, claim_day, victory_day, celebrated, changes, rates
    )
    claim_losses(
        tick, key, has_floor, belief_floor, claim_floor, side, out, losses_seen, claimed_losses, credibility, rates
    )


@kernel
def claim_ground(
    tick, key, main, has_floor, belief_floor, floor, claim_floor, claim_day, victory_day, celebrated, changes, rates
):  # fmt: skip
    """A day of claims to ground. ``changes`` (sides, districts + 2): what changed today by district, how many
    changes, and in the last column 1 for a claim to the whole valley that is true, 2 for one that is not."""
    n, day = len(main), tick // 4
    for side in range(2):
        for k in range(n + 2):
            changes[side, k] = 0
    fresh = victory_day[0] < 0 or day - victory_day[0] >= rates.repeat_days
    before = _all_claimed(main, claim_floor)
    if (
        fresh
        and not before
        and believed_mean(main, belief_floor, ATTACKER) > rates.victory_threshold
        and uniform(key, D_DENIAL, tick, 2 * n, VICTORY) < rates.readiness
    ):
        for d in range(n):
            if has_floor[d] and claim_floor[ATTACKER, d] != ATTACKER:
                _say(day, ATTACKER, d, ATTACKER, CLAIMS, claim_floor, claim_day, changes)
    _districts(tick, key, has_floor, belief_floor, claim_floor, claim_day, changes, rates)
    if fresh and not before and _all_claimed(main, claim_floor):
        victory_day[0] = day
        changes[ATTACKER, n + 1] = 1
        for d in range(n):
            if main[d] and floor[d] != ATTACKER:
                changes[ATTACKER, n + 1] = 2
        if changes[ATTACKER, n + 1] == 2:
            _celebrate(tick, key, celebrated, rates)


@kernel
def claim_losses(
    tick, key, has_floor, belief_floor, claim_floor, side, out, losses_seen, claimed_losses, credibility, rates
):  # fmt: skip
    """Each side claims the enemy's new losses times a drawn factor; words that the world sees to be false cost belief,
    which comes back slowly."""
    for own in range(2):
        enemy, total = 1 - own, 0.0
        for g in range(len(side)):
            if side[g] == enemy:
                total += out[g]
        new = total - losses_seen[enemy]
        losses_seen[enemy] = total
        if new > 0.0:
            factor = rates.inflation * math.exp(rates.inflation_sd * normal(key, D_INFLATE, tick, own, 0))
            claimed_losses[own] += new * factor
        start = rates.credibility_attacker if own == ATTACKER else rates.credibility_defender
        credibility[own] += rates.recovery * (start - credibility[own])
        for d in range(len(has_floor)):
            if not has_floor[d] or claim_floor[own, d] != own:
                continue
            seen = belief_floor[OUTSIDE, d] if own == ATTACKER else 1.0 - belief_floor[OUTSIDE, d]
            if seen < 0.5 and uniform(key, D_DENIAL, tick, 2 * d + own, CHECK) < rates.check_rate:
                credibility[own] *= 1.0 - rates.false_cost
