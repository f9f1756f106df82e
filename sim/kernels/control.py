"""Who holds each site, whose rear is lost, and who holds each district's floor."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.codes import (
    ACTIVE,
    ASSAULT,
    ATTACKER,
    D_CONTROL,
    DEFENDER,
    GARRISON,
    HARASS,
    HOLD,
    NOBODY,
    SWEEP,
    WITHDRAW,
)
from sim.kernels import kernel
from sim.kernels.contact import window_sum
from sim.kernels.draws import uniform


class ControlRates(NamedTuple):
    """Numbers of control; see ``sim.mechanisms.control``."""

    decisions_per_day: float
    intercept: float
    slope: float
    least_men: float
    repulse_shock: float
    lost_shock: float
    pin_ticks: int
    lapse_ticks: int
    reach_cells: int


@kernel
def _pin(site, loser, post, side, status, order, cohesion, pinned, shock, ticks):
    """Halt the groups whose assault on a site has failed."""
    for g in range(len(post)):
        if post[g] == site and side[g] == loser and status[g] == ACTIVE:
            cohesion[g] = max(0.05, cohesion[g] - shock)
            if order[g] == ASSAULT or order[g] == SWEEP:
                pinned[g] = ticks


@kernel
def _drive_off(site, loser, post, side, status, axis, order, target, cohesion, upstream, rear, shock):
    """Make the groups that held a site leave it: defenders up the valley, attackers back along their axis."""
    for g in range(len(post)):
        if post[g] != site or side[g] != loser or status[g] != ACTIVE:
            continue
        cohesion[g] = max(0.05, cohesion[g] - shock)
        if order[g] == HOLD or order[g] == GARRISON or order[g] == ASSAULT:
            order[g] = WITHDRAW
            back = rear[axis[g], site] if loser == ATTACKER else upstream[site]
            if back >= 0:
                target[g] = back


@kernel
def contest(
    tick, key, side, status, axis, order, target, exposed, own_power, enemy_power, post, men_at, attackers_at,
    defenders_at, site_cell, upstream, rear, holder, held_since, empty_ticks, cohesion, pinned,
    cols, rates,
):  # fmt: skip
    """Change holders: by presence where one side is alone, by the logistic of ln R where both fight (D13)."""
    rates = ControlRates(*rates)
    n_sites = len(holder)
    power = np.zeros((n_sites, 2))
    storming = np.zeros((n_sites, 2))
    for g in range(len(post)):
        if pinned[g] > 0:
            pinned[g] -= 1
        if status[g] != ACTIVE:
            continue
        s, own = post[g], side[g]
        if exposed[g] and enemy_power[g] > 0.0:
            power[s, own] = max(power[s, own], own_power[g])
            power[s, 1 - own] = max(power[s, 1 - own], enemy_power[g])
            if (order[g] == ASSAULT or order[g] == SWEEP) and pinned[g] == 0:
                storming[s, own] += 1.0
    for s in range(n_sites):
        if holder[s] == ATTACKER and attackers_at[s] == 0:
            empty_ticks[s] += 1
            if empty_ticks[s] >= rates.lapse_ticks:  # nobody holds what nobody stands on
                holder[s] = NOBODY
                held_since[s] = tick
        else:
            empty_ticks[s] = 0
        if attackers_at[s] + defenders_at[s] == 0:
            continue  # a site changes hands only by people whose nearest site it is
        here = site_cell[s]
        attackers = window_sum(men_at[ATTACKER], here, rates.reach_cells, cols)
        defenders = window_sum(men_at[DEFENDER], here, rates.reach_cells, cols)
        before = holder[s]
        if power[s, ATTACKER] > 0.0 and power[s, DEFENDER] > 0.0:
            storm = ATTACKER if before != ATTACKER else DEFENDER
            ratio = power[s, storm] / power[s, 1 - storm]
            # an overwhelmed post is decided faster, as the pace of advance grows with the ratio up to 6 (D37); the
            # weaker a side the less often it tries
            pace = min(6.0, max(0.2, ratio))
            decide = 1.0 - math.exp(-rates.decisions_per_day * pace / 4.0)
            if storming[s, storm] > 0.0 and uniform(key, D_CONTROL, tick, s, 0) < decide:
                wins = 1.0 / (1.0 + math.exp(-(rates.intercept + rates.slope * math.log(ratio))))
                if uniform(key, D_CONTROL, tick, s, 1) < wins:
                    holder[s] = storm
                    _drive_off(
                        s, 1 - storm, post, side, status, axis, order, target, cohesion, upstream, rear,
                        rates.lost_shock,
                    )  # fmt: skip
                else:
                    _pin(s, storm, post, side, status, order, cohesion, pinned, rates.repulse_shock, rates.pin_ticks)
        elif attackers >= rates.least_men and defenders < rates.least_men:
            holder[s] = ATTACKER
        elif defenders >= rates.least_men and attackers < rates.least_men and before != DEFENDER:
            holder[s] = DEFENDER
        if holder[s] != before:
            held_since[s] = tick


@kernel
def flanks(side, status, order, post, axis, chain_rank, chain, holder, objective_rank, objectives, flank_lost):
    """Defenders lose their flank when the floor above them is the attacker's, attackers when the road below is not.

    ``chain`` lists the floor sites from the mouth upward, ``objectives`` (axes, n) each axis's sites outward.
    """
    n_chain = len(chain)
    for g in range(len(post)):
        flank_lost[g] = 0
        if status[g] != ACTIVE:
            continue
        s = post[g]
        if side[g] == DEFENDER:
            if order[g] == HARASS:
                continue  # the hills behind it are its way out
            rank = chain_rank[s]
            if rank >= 0:
                for k in range(rank + 1, min(n_chain, rank + 4)):
                    if holder[chain[k]] == ATTACKER:
                        flank_lost[g] = 1
        elif axis[g] >= 0:
            rank = objective_rank[axis[g], s]
            if rank > 0 and holder[objectives[axis[g], rank - 1]] == DEFENDER:
                flank_lost[g] = 1


@kernel
def districts(site_district, on_floor, is_side, holder, defenders_at, dispersed_at, floor, presence):
    """Holder of each district's floor (NOBODY where shared) and the share of side sites with defenders."""
    for d in range(len(floor)):
        attacker, held, total, sides, kept = 0, 0, 0, 0, 0
        for s in range(len(holder)):
            if site_district[s] != d:
                continue
            if on_floor[s]:
                total += 1
                attacker += holder[s] == ATTACKER
                held += holder[s] == DEFENDER
            if is_side[s]:
                sides += 1
                kept += defenders_at[s] + dispersed_at[s] >= 10
        if total > 0:
            if attacker == total:
                floor[d] = ATTACKER
            elif attacker == 0 and held > 0:
                floor[d] = DEFENDER
            else:
                floor[d] = NOBODY
        presence[d] = kept / sides if sides > 0 else 0.0
