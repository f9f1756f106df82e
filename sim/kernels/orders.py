"""From a commander's plan to each group's order and target. The plan itself is made in ``sim.actors``."""

from __future__ import annotations

from typing import NamedTuple

from sim.codes import (
    ACCEPT,
    ACTIVE,
    ASSAULT,
    ATTACKER,
    D_DEFENDER_PLAN,
    DEFENDER,
    DISPERSE,
    DISPERSED,
    GARRISON,
    GATE,
    HARASS,
    HOLD,
    LEAVE,
    MASS,
    MILITIA,
    MOUNTAIN,
    P_ASSAULT,
    P_LEAVE,
    P_MASS,
    P_SWEEP,
    SWEEP,
    WITHDRAW,
)
from sim.kernels import kernel
from sim.kernels.draws import uniform

T_ACTIVE, T_DISPERSED, T_SICK, T_OUT, T_COHESION, T_ENGAGED = 0, 1, 2, 3, 4, 5
T_COLUMNS = 6
"""Columns of the commanders' tally, the attacker's six and then the defender's."""


class AttackerRates(NamedTuple):
    """Numbers of the attacker's orders; see ``sim.actors.attacker``."""

    rest_below: float
    ready_above: float
    sweep_groups: int


class DefenderRates(NamedTuple):
    """Numbers of the defender's orders; see ``sim.actors.defender``."""

    ready_above: float
    counter_ratio: float
    counter_chance: float
    fall_back_limit: int
    lie_low: float
    raid_chance: float


@kernel
def attacker_orders(
    phase, retake, side, status, kind, axis, axis_open, withheld, men, cohesion, order, target, post, site_cell, cell,
    holder, believed, garrison_need, foot_hours, days_in_place, gate_of, chain_rank, base_site, objectives, spearhead,
    sweep_sites, sweep_first, assigned, rates,
):  # fmt: skip
    """Give the attacker's groups their orders for the day. ``spearhead`` (axes) is set to each axis's next site as
    the commander believes it; with ``retake`` a site lost to the defender is assaulted whatever the phase.
    Groups that are withheld, and those of an axis that is not used, mass at their base.

    Garrisons first, from groups that are there; the rest mass, assault the spearhead, sweep, hold or leave.
    ``sweep_sites`` lists side sites; the sweep works on a batch that begins at ``sweep_first``.
    """
    rates = AttackerRates(*rates)
    n = len(men)
    for a in range(objectives.shape[0]):
        spearhead[a] = _next_believed(objectives[a], believed)
    assigned[:] = 0
    for g in range(n):  # garrisons that stand remain; those too many are freed
        if side[g] != ATTACKER or status[g] != ACTIVE or order[g] != GARRISON:
            continue
        s = target[g]
        if phase == P_LEAVE or withheld[g] or holder[s] == DEFENDER or assigned[s] >= garrison_need[s]:
            order[g] = HOLD
        else:
            assigned[s] += men[g]
    for g in range(n):  # fill gaps with groups that are already there
        if side[g] != ATTACKER or status[g] != ACTIVE or men[g] <= 0 or phase == P_LEAVE or withheld[g]:
            continue
        s = post[g]
        if (
            (order[g] == HOLD or order[g] == ASSAULT or order[g] == SWEEP or order[g] == MASS)
            and holder[s] == ATTACKER
            and assigned[s] < garrison_need[s]
        ):
            order[g] = GARRISON
            target[g] = s
            assigned[s] += men[g]
    _fill_gaps(phase, side, status, withheld, men, order, target, post, holder, garrison_need, foot_hours, assigned)
    turn = 0
    for g in range(n):
        if side[g] != ATTACKER or status[g] != ACTIVE or men[g] <= 0 or order[g] == GARRISON:
            continue
        a = axis[g]
        base = base_site[a]
        if order[g] == WITHDRAW:
            if cell[g] == site_cell[target[g]] and cohesion[g] > rates.ready_above:
                order[g] = HOLD
            elif cell[g] != site_cell[target[g]] and days_in_place[g] > 2.0 and gate_of[post[g]] >= 0:
                target[g] = gate_of[post[g]]  # the way is shut: turn back to the valley floor
            continue
        if phase == P_LEAVE:
            order[g] = LEAVE
            target[g] = base
        elif phase == P_MASS or withheld[g] or (phase == P_ASSAULT and not axis_open[a]):
            order[g] = MASS
            target[g] = base if withheld[g] else _foremost_held(objectives[a], holder, base)
        elif cohesion[g] < rates.rest_below:
            order[g] = HOLD
            target[g] = post[g] if holder[post[g]] == ATTACKER else base
        elif order[g] == HOLD and cohesion[g] < rates.ready_above and phase == P_ASSAULT:
            continue
        elif spearhead[a] >= 0 and (phase == P_ASSAULT or (retake and believed[ATTACKER, spearhead[a]] == DEFENDER)):
            order[g] = ASSAULT
            target[g] = spearhead[a]
        elif phase == P_SWEEP and len(sweep_sites) > 0 and kind[g] == MOUNTAIN:
            order[g] = SWEEP
            target[g] = sweep_sites[(sweep_first + turn // rates.sweep_groups) % len(sweep_sites)]
            turn += 1
        else:
            order[g] = HOLD
            way_out = gate_of[post[g]]
            if chain_rank[post[g]] < 0 and way_out >= 0 and holder[way_out] != DEFENDER:
                target[g] = way_out  # out of the side valleys
            elif holder[post[g]] == ATTACKER or chain_rank[post[g]] < 0:
                target[g] = post[g]  # halt: nobody marches on in a pause or a truce
            else:
                target[g] = _foremost_held(objectives[a], holder, base)


@kernel
def _next_believed(row, believed):
    """The first site of an axis that the attacker's commander does not believe held; -1 when all are."""
    for k in range(len(row)):
        if row[k] >= 0 and believed[ATTACKER, row[k]] != ATTACKER:
            return row[k]
    return -1


@kernel
def _fill_gaps(phase, side, status, withheld, men, order, target, post, holder, garrison_need, foot_hours, assigned):
    """Send the nearest free group back to each held site that a column has passed without leaving anyone."""
    if phase == P_LEAVE:
        return
    for s in range(len(holder)):
        if holder[s] != ATTACKER or garrison_need[s] <= 0.0 or assigned[s] > 0.0:
            continue
        best, nearest = -1, 12.0  # hours: a long day's march
        for g in range(len(men)):
            free = order[g] == HOLD or order[g] == ASSAULT or order[g] == SWEEP or order[g] == MASS
            if side[g] != ATTACKER or status[g] != ACTIVE or men[g] <= 0 or withheld[g] or not free:
                continue
            if foot_hours[post[g], s] < nearest:
                best, nearest = g, foot_hours[post[g], s]
        if best >= 0:
            order[best] = GARRISON
            target[best] = s
            assigned[s] += men[best]


@kernel
def _foremost_held(row, holder, base):
    """The farthest site of an axis that is held without a gap from its base."""
    best = base
    for k in range(len(row)):
        if row[k] < 0 or holder[row[k]] != ATTACKER:
            break
        best = row[k]
    return best


@kernel
def defender_orders(
    tick, key, posture, enemy_gone, uid, side, status, kind, men, cohesion, order, target, post, cell, site_cell,
    home_site,
    holder, refuge, gate_of, upstream, attackers_at, defenders_at, fell_back, can_recapture, is_side,
    foot_hours, rates,
):  # fmt: skip
    """Give the defender's groups their orders for the day: hold and fall back, yield and harass, or disperse.

    With ``enemy_gone`` the attacker has left the valley, and groups go back to their posts.
    """
    rates = DefenderRates(*rates)
    for g in range(len(men)):
        if side[g] != DEFENDER or men[g] <= 0:
            continue
        if status[g] == DISPERSED and holder[post[g]] == ATTACKER:
            target[g] = _free_refuge(post[g], is_side, holder, foot_hours)  # slip away from the sweep
        if status[g] != ACTIVE:
            continue
        home = home_site[g]
        if posture == ACCEPT:  # an agreement holds: each at his post or in his village
            order[g] = HOLD
            target[g] = home if holder[home] != ATTACKER else refuge[home]
            continue
        if order[g] == WITHDRAW:
            if cell[g] != site_cell[target[g]]:
                continue
            fell_back[g] += 1
            order[g] = HOLD
            home_site[g] = target[g]
            home = target[g]
        if posture == GATE and fell_back[g] < rates.fall_back_limit and order[g] != HARASS:
            if holder[home] == ATTACKER:
                nxt = upstream[home]
                while nxt >= 0 and holder[nxt] == ATTACKER:
                    nxt = upstream[nxt]
                if nxt < 0 or kind[g] == MILITIA:
                    order[g] = HARASS
                    target[g] = refuge[home]
                else:
                    home_site[g] = nxt
                    order[g] = WITHDRAW
                    target[g] = nxt
            else:
                order[g] = HOLD
                target[g] = home
            continue
        if enemy_gone and holder[home] != ATTACKER and attackers_at[home] == 0:
            order[g] = HOLD  # home again
            target[g] = home
            continue
        # yield, disperse, or fallen back too often: into the side valleys and strike from there
        if order[g] == ASSAULT:
            s = target[g]
            if holder[s] == ATTACKER and cohesion[g] > rates.ready_above:
                continue
        order[g] = HARASS
        hide = refuge[home]
        if holder[hide] == ATTACKER:
            hide = _free_refuge(post[g], is_side, holder, foot_hours)
        target[g] = hide
        raid = gate_of[hide]
        if posture < DISPERSE and raid >= 0 and uniform(key, D_DEFENDER_PLAN, tick, uid[g], 2) < rates.raid_chance:
            target[g] = raid  # down to the road for the day
        if posture >= DISPERSE:  # those who do not leave the valley with the others go to ground
            if cell[g] == site_cell[hide] and uniform(key, D_DEFENDER_PLAN, tick, uid[g], 1) < rates.lie_low:
                status[g] = DISPERSED
                order[g] = HOLD
            continue
        weak = home if can_recapture[home] else post[g]
        if can_recapture[weak] and holder[weak] == ATTACKER and cohesion[g] > rates.ready_above:
            near = defenders_at[weak] + defenders_at[refuge[home]]
            # one draw a site and day: a strike is agreed among those around it
            strike = uniform(key, D_DEFENDER_PLAN, tick, weak, 0) < rates.counter_chance
            if strike and near > rates.counter_ratio * attackers_at[weak]:
                order[g] = ASSAULT
                target[g] = weak


@kernel
def _free_refuge(here, is_side, holder, foot_hours):
    """The nearest side site that the attacker does not hold; ``here`` when there is none."""
    best, nearest = here, 1.0e8
    for s in range(len(holder)):
        if is_side[s] and holder[s] != ATTACKER and foot_hours[here, s] < nearest:
            best, nearest = s, foot_hours[here, s]
    return best


@kernel
def tally(side, status, men, sick, out, cohesion, engaged, totals):
    """Sums by side for the commanders: active, dispersed, sick, out, cohesion × men, engaged × men."""
    totals[:] = 0.0
    for g in range(len(men)):
        base = side[g] * T_COLUMNS
        if status[g] == ACTIVE:
            totals[base + T_ACTIVE] += men[g]
            totals[base + T_COHESION] += cohesion[g] * men[g]
            totals[base + T_ENGAGED] += engaged[g] * men[g]
        elif status[g] == DISPERSED:
            totals[base + T_DISPERSED] += men[g]
        totals[base + T_SICK] += sick[g]
        totals[base + T_OUT] += out[g]
