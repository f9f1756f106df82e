"""Wear, recovery and breaking of groups, and what becomes of a group that breaks."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.codes import (
    ACTIVE,
    ATTACKER,
    B_AMMUNITION,
    B_FLANK,
    B_HUNGER,
    B_LEADER,
    B_LOSSES,
    B_NEIGHBOUR,
    B_ROAD,
    D_BREAK,
    D_FATE,
    D_LEADER,
    DISPERSED,
    HOLD,
    MILITIA,
    WITHDRAW,
)
from sim.kernels import kernel
from sim.kernels.draws import uniform
from sim.kernels.groups import dissolve


class CohesionRates(NamedTuple):
    """Numbers of cohesion; see ``sim.mechanisms.cohesion``."""

    recovery: float
    contact_wear: float
    loss_shock: float
    hunger_wear: float
    cold_wear: float
    cold_below: float
    flank: float
    road: float
    neighbour: float
    leader: float
    ammunition: float
    losses: float
    hunger: float
    leader_loss: float
    steepness: float
    ammo_kg_day: float
    surrender: float
    go_home: float
    trapped: float
    militia_home: float
    army_home: float
    attacker_home: float
    disperse: float
    neighbour_shock: float


@kernel
def wear(
    tick, key, uid, side, status, men, exposed, own_power, enemy_power, lost_recently, hungry_days, leader_lost,
    cell, band, temperature_c, cohesion_base, cohesion, rates,
):  # fmt: skip
    """Contact, losses, hunger and cold lower cohesion; quiet restores it towards the side's base."""
    rates = CohesionRates(*rates)
    for g in range(len(cohesion)):
        if status[g] != ACTIVE or men[g] <= 0:
            continue
        base = cohesion_base[side[g]]
        hungry = min(1.0, hungry_days[g] / 5.0)
        cold = min(1.0, max(0.0, rates.cold_below - temperature_c[band[cell[g]]]) / 20.0)
        change = -rates.hunger_wear * hungry - rates.cold_wear * cold
        if exposed[g] and enemy_power[g] > 0.0:
            ratio = min(3.0, enemy_power[g] / max(own_power[g], 1e-9))
            change -= rates.contact_wear * ratio + rates.loss_shock * lost_recently[g]
            if not leader_lost[g] and uniform(key, D_LEADER, tick, uid[g], 0) < rates.leader_loss / 4.0:
                leader_lost[g] = 1
        else:
            change += rates.recovery * (1.0 - hungry) * (base - cohesion[g])
            if tick % 4 == 0 and uniform(key, D_LEADER, tick, uid[g], 1) < 0.1:
                leader_lost[g] = 0  # a successor is found in about ten quiet days
        cohesion[g] = min(1.0, max(0.05, cohesion[g] + change / 4.0))


@kernel
def breaking(
    tick, key, uid, side, kind, status, exposed, own_power, enemy_power, engaged, flank_lost, road_cut, leader_lost,
    ammo_kg, lost_recently, hungry_days, home_site, refuge, men, sick, gone_home, surrendered, cohesion, order,
    target, post, broke_tick, break_reason, breaks_at, pinned, food_kg, ledger, hazard, rates,
):  # fmt: skip
    """Break groups by hazard, the larger the lower their cohesion, and choose each one's fate.

    Neighbours' breaks are read as they stood at the start of the tick (``breaks_at`` is updated at the end).
    ``hazard`` is a work array of at least seven numbers.
    """
    rates = CohesionRates(*rates)
    n_sites = len(breaks_at)
    fresh = np.zeros((n_sites, 2))
    groups = np.ones((n_sites, 2))
    for g in range(len(cohesion)):
        if status[g] == ACTIVE and men[g] > 0:
            groups[post[g], side[g]] += 1.0
    for g in range(len(cohesion)):
        if status[g] != ACTIVE or men[g] <= 0 or order[g] == WITHDRAW:
            continue
        pressed = 0.1 * engaged[g]
        if exposed[g] and enemy_power[g] > 0.0:
            pressed = max(pressed, min(1.0, enemy_power[g] / max(own_power[g], 1e-9)))
        if pressed <= 0.01 and hungry_days[g] < 3.0:
            continue
        # the share of the neighbours that gave way counts, not their number (Granovetter)
        near = min(1.0, 2.0 * breaks_at[post[g], side[g]] / groups[post[g], side[g]])
        hazard[B_FLANK] = rates.flank * flank_lost[g] * pressed
        hazard[B_ROAD] = rates.road * road_cut[g] * pressed
        hazard[B_NEIGHBOUR] = rates.neighbour * near * pressed
        hazard[B_LEADER] = rates.leader * leader_lost[g] * pressed
        short = 1.0 if ammo_kg[g] < 3.0 * men[g] * rates.ammo_kg_day else 0.0
        hazard[B_AMMUNITION] = rates.ammunition * short * pressed
        hazard[B_LOSSES] = rates.losses * min(2.0, lost_recently[g] / 0.1) * pressed
        hazard[B_HUNGER] = rates.hunger * min(1.0, hungry_days[g] / 7.0)
        total = 0.0
        for k in range(7):
            total += hazard[k]
        total *= math.exp(rates.steepness * (0.6 - cohesion[g]))
        if total <= 0.0 or uniform(key, D_BREAK, tick, uid[g], 0) >= 1.0 - math.exp(-total / 4.0):
            continue
        pick = uniform(key, D_BREAK, tick, uid[g], 1) * total / math.exp(rates.steepness * (0.6 - cohesion[g]))
        reason = 0
        while reason < 6 and pick >= hazard[reason]:
            pick -= hazard[reason]
            reason += 1
        broke_tick[g] = tick
        break_reason[g] = reason
        fresh[post[g], side[g]] += 1.0
        cohesion[g] = max(0.1, cohesion[g] - 0.2)
        trapped = flank_lost[g] or road_cut[g]
        u = uniform(key, D_FATE, tick, uid[g], 0)
        give_up = rates.surrender * (rates.trapped if trapped else 1.0)
        leave = rates.go_home * (rates.militia_home if kind[g] == MILITIA else rates.army_home)
        if side[g] == ATTACKER:  # far from home, with an army behind them: they fall back unless they cannot
            give_up = rates.surrender if trapped else 0.0
            leave = rates.go_home * rates.attacker_home
        if u < give_up or u < give_up + leave:
            account = surrendered if u < give_up else gone_home
            dissolve(g, account, side, status, men, sick, food_kg, ammo_kg, ledger)
        elif side[g] != ATTACKER and (kind[g] == MILITIA or u < give_up + leave + rates.disperse):
            status[g] = DISPERSED
            order[g] = HOLD
            target[g] = refuge[post[g]]
        else:
            order[g] = WITHDRAW
            target[g] = home_site[g]
            pinned[g] = 0
    for g in range(len(cohesion)):  # the sight of neighbours giving way
        if status[g] == ACTIVE and fresh[post[g], side[g]] > 0.0 and broke_tick[g] != tick:
            shock = rates.neighbour_shock * min(1.0, 4.0 * fresh[post[g], side[g]] / groups[post[g], side[g]])
            cohesion[g] = max(0.05, cohesion[g] - shock)
    for s in range(n_sites):
        for k in range(2):
            breaks_at[s, k] = 0.9 * breaks_at[s, k] + fresh[s, k]
