"""What the elders of each district weigh, and what a local deal does to its militia and its sites."""

from __future__ import annotations

from typing import NamedTuple

from sim.codes import ACTIVE, ATTACKER, D_DEAL, DEFENDER, DISPERSED, MILITIA, NOBODY, OUTSIDE, REGULAR
from sim.kernels import kernel
from sim.kernels.communities import displaced_share
from sim.kernels.draws import uniform
from sim.kernels.groups import dissolve

E_WIN, E_FLOOR, E_WILL, E_HUNGER, E_FLED, E_MILITIA = 0, 1, 2, 3, 4, 5
CONSIDERATIONS = (
    "the attacker is expected to win", "the floor around is the attacker's", "little goodwill for the defender",
    "hunger", "people have fled", "the militia has gone home",
)  # fmt: skip
KEEP, DEAL, BREAK = 0, 1, 2
NEWS, COLLAPSE = 1, 2
"""Bits of what ``weigh`` returns: some district changes its mind; the valley has come to terms piece by piece."""


class ElderRates(NamedTuple):
    """Numbers of the elders; see ``sim.actors.elders``."""

    win: float
    floor: float
    will: float
    hunger: float
    fled: float
    militia: float
    bar: float
    chance: float
    guard: float
    loyal: float
    collapse_share: float
    collapse_able: float


@kernel
def weigh(
    tick, key, side, kind, status, men, gone_home, surrendered, men_start, joined, home_site, post, site_district,
    floor, residents, sheltered, civil_hunger, homes_of, belief_floor, est_win, goodwill, deal, attackers_at,
    parts, local, verdict, rates,
):  # fmt: skip
    """Each district's considerations (``parts``) and ``verdict``; ``local`` counts militia, those home, regulars and
    attackers by district."""
    rates = ElderRates(*rates)
    n = len(deal)
    local[:] = 0.0
    able, ever = 0.0, 0.0
    for g in range(len(men)):
        if side[g] != DEFENDER:
            continue
        ever += men_start[g]
        up = status[g] == ACTIVE or status[g] == DISPERSED
        able += men[g] if up else 0
        home, here = site_district[home_site[g]], site_district[post[g]]
        if kind[g] == MILITIA and home >= 0:
            local[home, 0] += men_start[g] + joined[g]
            local[home, 1] += gone_home[g] + surrendered[g]
        elif kind[g] == REGULAR and status[g] == ACTIVE and here >= 0:
            local[here, 2] += men[g]
    for s in range(len(attackers_at)):
        if site_district[s] >= 0:
            local[site_district[s], 3] += attackers_at[s]
    answer, people, covered = 0, 0.0, 0.0
    for d in range(n):
        near, count = 0.0, 0.0
        for other in (d - 1, d + 1):  # districts are numbered from the mouth
            if 0 <= other < n:
                near += belief_floor[OUTSIDE, other]
                count += 1.0
        around = belief_floor[OUTSIDE, d]
        if count > 0.0:
            around = 0.5 * around + 0.5 * near / count
        parts[d, E_WIN] = rates.win * est_win[OUTSIDE]
        parts[d, E_FLOOR] = rates.floor * around
        parts[d, E_WILL] = rates.will * (1.0 - goodwill[d])
        parts[d, E_HUNGER] = rates.hunger * civil_hunger[d]
        parts[d, E_FLED] = rates.fled * displaced_share(residents[d], homes_of[d])
        parts[d, E_MILITIA] = rates.militia * (local[d, 1] / local[d, 0] if local[d, 0] > 0.0 else 0.0)
        verdict[d] = _verdict(tick, key, d, floor, goodwill, deal, parts, local, rates)
        answer |= NEWS if verdict[d] != KEEP else 0
        people += residents[d] + sheltered[d]
        covered += residents[d] + sheltered[d] if deal[d] else 0.0
    if covered > 0.0 and covered >= rates.collapse_share * people and able < rates.collapse_able * ever:
        answer |= COLLAPSE
    return answer


@kernel
def _verdict(tick, key, d, floor, goodwill, deal, parts, local, rates):
    """Whether the elders of a district deal, go back on a deal, or leave things as they are."""
    if deal[d]:
        free = floor[d] != ATTACKER and local[d, 3] == 0.0
        return BREAK if free and goodwill[d] > rates.loyal else KEEP
    if goodwill[d] > rates.loyal or local[d, 2] > rates.guard:
        return KEEP
    score = 0.0
    for k in range(parts.shape[1]):
        score += parts[d, k]
    return DEAL if score > rates.bar and uniform(key, D_DEAL, tick, d, 0) < rates.chance else KEEP


@kernel
def strike_deal(
    d, tick, side, kind, status, men, sick, gone_home, food_kg, ammo_kg, ledger, home_site, post, site_district,
    on_floor, is_side, holder, held_since, attackers_at, deal, near,
):  # fmt: skip
    """The district's militia go home; its sites without active defenders or attackers are nobody's. ``near`` (sites)
    counts the defenders who stay. Returns how many went home."""
    deal[d] = 1
    went = 0
    near[:] = 0.0
    for g in range(len(men)):
        if side[g] != DEFENDER or (status[g] != ACTIVE and status[g] != DISPERSED):
            continue
        if kind[g] == MILITIA and site_district[home_site[g]] == d:
            went += men[g] + sick[g]
            dissolve(g, gone_home, side, status, men, sick, food_kg, ammo_kg, ledger)
        elif status[g] == ACTIVE:
            near[post[g]] += men[g]
    for s in range(len(holder)):
        if site_district[s] == d and (on_floor[s] or is_side[s]) and holder[s] == DEFENDER:
            if near[s] == 0.0 and attackers_at[s] == 0:
                holder[s] = NOBODY
                held_since[s] = tick
    return went
