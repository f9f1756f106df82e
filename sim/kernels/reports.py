"""What each side comes to believe: reports from sites, estimates of strength, and the chance given to the attacker."""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.codes import ATTACKER, D_REPORT, DEFENDER, OUTSIDE, PRESENT
from sim.kernels import kernel
from sim.kernels.draws import uniform
from sim.kernels.orders import T_ACTIVE, T_COHESION, T_COLUMNS, T_DISPERSED, T_ENGAGED, tally


class ReportRates(NamedTuple):
    """Numbers of reports and estimates; see ``sim.mechanisms.reports``."""

    own_chance: float
    far_chance: float
    intelligence: float
    optimism_attacker: float
    optimism_defender: float
    hidden_seen: float
    learning: float
    contact_learning: float
    outside_claims: float
    outside_checks: float
    win_slope: float
    win_progress: float
    defence_factor: float
    prior_win: float
    prior_weight: float
    win_learning: float
    threat: float


@kernel
def morning(
    tick, key, side, status, men, sick, out, cohesion, engaged, totals, holder, attackers_at, defenders_at,
    dispersed_at, believed, site_district, on_floor, presence, claim_floor, credibility, belief_floor,
    belief_presence, work, est_people, est_cohesion, worth, committed, est_committed, leader, resolve, est_win, rates,
):  # fmt: skip
    """A morning's reports one after another: sites, districts, strengths, chances. One call costs less than five."""
    rates = ReportRates(*rates)
    tally(side, status, men, sick, out, cohesion, engaged, totals)
    site_reports(tick, key, holder, attackers_at, defenders_at, dispersed_at, believed, rates)
    district_pictures(
        site_district, on_floor, believed, holder, attackers_at, defenders_at, presence, claim_floor, credibility,
        belief_floor, belief_presence, work, rates,
    )  # fmt: skip
    strengths(totals, est_people, est_cohesion, rates)
    chances(worth, belief_floor, est_people, committed, est_committed, credibility, leader, resolve, est_win, rates)


@kernel
def site_reports(tick, key, holder, attackers_at, defenders_at, dispersed_at, believed, rates):
    """Whether today's state of each site reaches each commander: soon where his people stand, late elsewhere."""
    for s in range(len(holder)):
        for side in range(2):
            near = attackers_at[s] > 0 if side == ATTACKER else defenders_at[s] + dispersed_at[s] > 0
            chance = rates.own_chance if near else rates.far_chance
            if side == DEFENDER:
                chance = min(1.0, chance * rates.intelligence)
            if believed[side, s] != holder[s] and uniform(key, D_REPORT, tick, 2 * s + side, 0) < chance:
                believed[side, s] = holder[s]


@kernel
def district_pictures(
    site_district, on_floor, believed, holder, attackers_at, defenders_at, presence, claim_floor, credibility,
    belief_floor, belief_presence, work, rates,
):  # fmt: skip
    """Each observer's picture of the floor and the side valleys of each district.

    Leaders on the spot report what they fight for as if it were theirs (optimism). The outside hears the claims,
    weighed by credibility, and now and then an independent witness. ``work`` is (4, districts).
    """
    n = len(presence)
    for d in range(n):
        for k in range(4):
            work[k, d] = 0.0
    for s in range(len(holder)):
        d = site_district[s]
        if d < 0 or not on_floor[s]:
            continue
        work[0, d] += 1.0
        work[1, d] += holder[s] == ATTACKER
        theirs = 1.0 if believed[ATTACKER, s] == ATTACKER else 0.0
        if theirs == 0.0 and attackers_at[s] > 0:
            theirs = rates.optimism_attacker
        work[2, d] += theirs
        lost = 1.0 if believed[DEFENDER, s] == ATTACKER else 0.0
        if lost == 1.0 and defenders_at[s] > 0:
            lost = 1.0 - rates.optimism_defender
        work[3, d] += lost
    trust = credibility[ATTACKER] + credibility[DEFENDER]
    for d in range(n):
        sites = max(1.0, work[0, d])
        for side in range(2):
            belief_floor[side, d] += rates.own_chance * (work[2 + side, d] / sites - belief_floor[side, d])
        told = belief_floor[OUTSIDE, d]
        if trust > 0.0:
            told = 0.0
            for side in range(2):
                said = 1.0 if claim_floor[side, d] == ATTACKER else (0.0 if claim_floor[side, d] == DEFENDER else 0.5)
                told += credibility[side] * said / trust
        step = rates.outside_claims * (told - belief_floor[OUTSIDE, d])
        step += rates.outside_checks * (work[1, d] / sites - belief_floor[OUTSIDE, d])
        belief_floor[OUTSIDE, d] = min(1.0, max(0.0, belief_floor[OUTSIDE, d] + step))
        belief_presence[DEFENDER, d] += rates.own_chance * (presence[d] - belief_presence[DEFENDER, d])
        belief_presence[ATTACKER, d] += rates.hidden_seen * (presence[d] - belief_presence[ATTACKER, d])
        belief_presence[OUTSIDE, d] += rates.outside_checks * (presence[d] - belief_presence[OUTSIDE, d])


@kernel
def believed_mean(main, belief_floor, observer):
    """Mean over the main districts of the share that an observer believes to be the attacker's."""
    total, count = 0.0, 0
    for d in range(len(main)):
        if main[d]:
            total += belief_floor[observer, d]
            count += 1
    return total / max(1, count)


@kernel
def strengths(tally, est_people, est_cohesion, rates):
    """Each side counts its own people soon and learns the other's strength mostly by fighting (Slantchev, D62)."""
    for side in range(2):
        for whom in range(2):
            at = whom * T_COLUMNS
            men = tally[at + T_ACTIVE]
            people = men + (tally[at + T_DISPERSED] if whom == DEFENDER else 0.0)
            rate = rates.own_chance
            if side != whom:
                fought = tally[at + T_ENGAGED] / men if men > 0.0 else 0.0
                rate = min(1.0, rates.learning + rates.contact_learning * fought)
            est_people[side, whom] += rate * (people - est_people[side, whom])
            if men > 0.0:
                est_cohesion[side, whom] += rate * (tally[at + T_COHESION] / men - est_cohesion[side, whom])


@kernel
def chances(worth, belief_floor, est_people, committed, est_committed, credibility, leader, resolve, est_win, rates):
    """Chance that each observer gives the attacker: odds from believed strengths, ground held, and the past."""
    logs = 0.0
    for o in range(3):
        known = 1.0 if o == ATTACKER else rates.learning  # what a faction keeps back leaks out slowly
        est_committed[o] += known * (committed[0] - est_committed[o])
        held = 0.0
        for d in range(len(worth)):
            held += worth[d] * belief_floor[o, d]
        if o < OUTSIDE:
            ratio = max(1e-3, est_people[o, ATTACKER] * est_committed[o]) / max(1.0, est_people[o, DEFENDER])
            log_ratio = math.log(min(1e3, ratio) / rates.defence_factor)
            logs += 0.5 * log_ratio
        else:
            log_ratio = logs  # the world hears both sides' counts
        odds = rates.win_slope * log_ratio + rates.win_progress * held
        weight = rates.prior_weight * (1.0 - held)
        target = (1.0 - weight) / (1.0 + math.exp(-odds)) + weight * (1.0 - rates.prior_win)
        if o == ATTACKER:  # vows and threats of leaders who are believed (M78, M94)
            vowed = 0.0
            for k in range(len(leader)):
                vowed += resolve[k] / len(leader) if leader[k] == PRESENT else 0.0
            target = max(0.0, target - rates.threat * credibility[DEFENDER] * vowed)
        est_win[o] += rates.win_learning * (target - est_win[o])
