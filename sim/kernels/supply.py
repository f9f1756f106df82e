"""Food and ammunition: convoys and pack trains of the attacker, caches of the defender. Every kilogram is booked."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.codes import (
    A_CAPTURED_IN,
    A_CAPTURED_OUT,
    A_INFLOW,
    A_LOST,
    A_USED,
    ACTIVE,
    AMMUNITION,
    ATTACKER,
    D_AMBUSH,
    D_CUT,
    DEFENDER,
    DISPERSED,
    EMPTY,
    FOOD,
    FOOT,
    PACK,
    VEHICLE,
)
from sim.kernels import kernel
from sim.kernels.draws import uniform
from sim.kernels.groups import count_harassers

NO_WAY = 1.0e8


class SupplyRates(NamedTuple):
    """Numbers of supply; see ``sim.mechanisms.supply``."""

    ration_kg: float
    carry_food_days: float
    carry_ammo_kg: float
    trucks: float
    truck_kg: float
    truck_hours: float
    pack_animals: float
    pack_kg: float
    pack_hours: float
    ambush_loss: float
    ambush_scale: float
    captured_share: float
    cache_reach_h: float
    capture_reach_men: float


@kernel
def wear_out(serviceable, keep):
    """Captured trucks and arms fall out of use by a constant share a day."""
    serviceable[0] *= keep


@kernel
def eat(status, side, men, sick, food_kg, hungry_days, ledger, rates):
    """A day's rations out of what each group carries; what is missing counts as hungry days."""
    rates = SupplyRates(*rates)
    for g in range(len(men)):
        people = men[g] + sick[g]
        if status[g] == EMPTY or people <= 0:
            continue
        need = people * rates.ration_kg
        eaten = min(need, food_kg[g])
        food_kg[g] -= eaten
        ledger[FOOD, side[g], A_USED] += eaten
        missing = 1.0 - eaten / need
        hungry_days[g] = hungry_days[g] + missing if missing > 0.01 else 0.7 * hungry_days[g]


@kernel
def plan_convoys(
    side, status, men, post, cut_h, road_cut, base_site, chain, chain_rank, gate_of, hours, snow_level, serviceable,
    truck_h, pack_h, cost, rates,
):  # fmt: skip
    """Cheapest way to each of the attacker's groups: truck hours, then pack hours, one way, and its cost.

    NO_WAY where there is none. Trucks go from a base as far up the road as it is open, to the last site below a
    cut; animals go on from there.
    ``road_cut`` is set where trucks would come nearer but for a cut. hours: (mobility, snow level, from, to).
    """
    rates = SupplyRates(*rates)
    trucks, animals = snow_level[VEHICLE], snow_level[PACK]
    in_use = rates.trucks * serviceable[0]
    for g in range(len(men)):
        road_cut[g] = 0
        truck_h[g] = pack_h[g] = NO_WAY
        if side[g] != ATTACKER or status[g] != ACTIVE or men[g] <= 0:
            continue
        here, gate = post[g], gate_of[post[g]]
        best = cost[g] = NO_WAY
        for a in range(len(base_site)):
            base = base_site[a]
            by_pack = hours[PACK, animals, base, here]
            if by_pack < NO_WAY and _cost(0.0, by_pack, in_use, rates) < best:
                best = _cost(0.0, by_pack, in_use, rates)
                truck_h[g], pack_h[g] = 0.0, by_pack
            if gate < 0 or in_use <= 0.0 or hours[VEHICLE, trucks, base, gate] >= NO_WAY:
                continue
            end, cut = gate, False
            for k in range(chain_rank[base] + 1, chain_rank[gate] + 1):
                if cut_h[chain[k]] > 0.0:
                    cut = True
                    end = chain[k - 1] if k > 0 else base
                    break
            if cut:
                road_cut[g] = 1
            by_truck, by_pack = hours[VEHICLE, trucks, base, end], hours[PACK, animals, end, here]
            if by_truck < NO_WAY and by_pack < NO_WAY and _cost(by_truck, by_pack, in_use, rates) < best:
                best = _cost(by_truck, by_pack, in_use, rates)
                truck_h[g], pack_h[g] = by_truck, by_pack
        cost[g] = best


@kernel
def _cost(truck_h, pack_h, trucks, rates):
    """Vehicle and animal time for a kilogram, animals counting as dear as they are few."""
    by_truck = truck_h / (rates.truck_kg * trucks) if truck_h > 0.0 else 0.0
    return by_truck + pack_h / (rates.pack_kg * max(rates.pack_animals, 1.0))


@kernel
def convoys(
    tick, key, status, side, order, uid, men, sick, post, chain, gate_of, chain_rank, serviceable, queue, truck_h,
    pack_h, food_kg, ammo_kg, cache_kg, ledger, rates,
):  # fmt: skip
    """Bring the attacker's groups up to what they can carry, in the order of ``queue``, within the day's hours.

    Convoys that pass harassed sites may be struck and lose a share, part of it carried off by the defender.
    """
    rates = SupplyRates(*rates)
    n = len(men)
    harassers = np.zeros(len(gate_of))
    count_harassers(side, status, order, men, post, gate_of, harassers)
    danger = np.zeros(len(chain))
    total = 0.0
    for k in range(len(chain)):  # from the mouth up to each site
        total += harassers[chain[k]]
        danger[k] = total
    truck_left = rates.trucks * serviceable[0] * rates.truck_hours
    pack_left = rates.pack_animals * rates.pack_hours
    for i in range(n):
        g = queue[i]
        if pack_h[g] >= NO_WAY:
            continue
        want_food = max(0.0, (men[g] + sick[g]) * rates.ration_kg * rates.carry_food_days - food_kg[g])
        want_ammo = max(0.0, men[g] * rates.carry_ammo_kg - ammo_kg[g])
        want = want_food + want_ammo
        share = 1.0
        if truck_h[g] > 0.0:
            share = min(share, truck_left * rates.truck_kg / max(2.0 * truck_h[g] * want, 1e-9))
        if pack_h[g] > 0.0:
            share = min(share, pack_left * rates.pack_kg / max(2.0 * pack_h[g] * want, 1e-9))
        if want <= 0.0 or share <= 0.0:
            continue
        truck_left -= 2.0 * truck_h[g] * want * share / rates.truck_kg
        pack_left -= 2.0 * pack_h[g] * want * share / rates.pack_kg
        gate = gate_of[post[g]]
        loss = 0.0
        if truck_h[g] > 0.0 and gate >= 0:
            risk = 1.0 - math.exp(-danger[chain_rank[gate]] / rates.ambush_scale)
            if risk > 0.0 and uniform(key, D_AMBUSH, tick, uid[g], 0) < risk:
                loss = rates.ambush_loss
        for k in range(2):
            sent = share * (want_food if k == FOOD else want_ammo)
            taken = sent * loss * rates.captured_share
            ledger[k, ATTACKER, A_INFLOW] += sent
            ledger[k, ATTACKER, A_LOST] += sent * loss - taken
            ledger[k, ATTACKER, A_CAPTURED_OUT] += taken
            if taken > 0.0:
                ledger[k, DEFENDER, A_CAPTURED_IN] += taken
                cache_kg[gate, k] += taken
            if k == FOOD:
                food_kg[g] += sent - sent * loss
            else:
                ammo_kg[g] += sent - sent * loss


@kernel
def draw_caches(
    status, side, men, sick, post, holder, hours, snow_level, food_kg, ammo_kg, cache_kg, rates,
):  # fmt: skip
    """The defender's groups fill up from caches within reach on foot, each from the nearest first.

    Not from sites that the attacker holds. hours: (mobility, snow level, from, to), today's level on foot.
    """
    rates = SupplyRates(*rates)
    today = snow_level[FOOT]
    n_sites = len(cache_kg)
    for g in range(len(men)):
        if side[g] != DEFENDER or men[g] <= 0 or (status[g] != ACTIVE and status[g] != DISPERSED):
            continue
        for k in range(2):
            want = (men[g] + sick[g]) * rates.ration_kg * rates.carry_food_days - food_kg[g]
            if k == AMMUNITION:
                want = men[g] * rates.carry_ammo_kg - ammo_kg[g]
            here = post[g]
            while want > 1e-6:
                best, nearest = -1, rates.cache_reach_h
                for s in range(n_sites):
                    way = hours[FOOT, today, s, here]
                    if cache_kg[s, k] > 0.0 and holder[s] != ATTACKER and way <= nearest:
                        best, nearest = s, way - 1e-9
                if best < 0:
                    break
                taken = min(want, cache_kg[best, k])
                cache_kg[best, k] -= taken
                want -= taken
                if k == FOOD:
                    food_kg[g] += taken
                else:
                    ammo_kg[g] += taken


@kernel
def live_off_villages(
    status, side, men, sick, post, holder, site_district, food_kg, civil_food_kg, ledger, civil_ledger, rates
):
    """Villagers feed the defender's groups among them with what is missing to a day's ration, where no enemy holds."""
    rates = SupplyRates(*rates)
    for g in range(len(men)):
        district = site_district[post[g]]
        if side[g] != DEFENDER or status[g] == EMPTY or district < 0 or holder[post[g]] == ATTACKER:
            continue
        want = (men[g] + sick[g]) * rates.ration_kg - food_kg[g]
        taken = min(want, civil_food_kg[district])
        if taken > 0.0:
            civil_food_kg[district] -= taken
            food_kg[g] += taken
            civil_ledger[A_CAPTURED_OUT] += taken
            ledger[FOOD, DEFENDER, A_CAPTURED_IN] += taken


@kernel
def capture_caches(
    holder, status, side, men, sick, post, attackers_at, defenders_at, food_kg, ammo_kg, cache_kg, ledger, share_a_day,
    rates,
):  # fmt: skip
    """Stores at the attacker's sites are found little by little; what those there cannot carry is destroyed."""
    rates = SupplyRates(*rates)
    first, after = _attackers_by_post(side, status, post, len(holder))
    for s in range(len(holder)):
        if holder[s] != ATTACKER or attackers_at[s] < rates.capture_reach_men or defenders_at[s] > 0:
            continue
        for k in range(2):
            found = share_a_day * cache_kg[s, k]
            if found <= 0.0:
                continue
            cache_kg[s, k] -= found
            ledger[k, DEFENDER, A_CAPTURED_OUT] += found
            ledger[k, ATTACKER, A_CAPTURED_IN] += found
            g = first[s]
            while g >= 0 and found > 0.0:
                if k == FOOD:
                    taken = min(
                        found, max(0.0, (men[g] + sick[g]) * rates.ration_kg * rates.carry_food_days - food_kg[g])
                    )
                    food_kg[g] += taken
                else:
                    taken = min(found, max(0.0, men[g] * rates.carry_ammo_kg - ammo_kg[g]))
                    ammo_kg[g] += taken
                found -= taken
                g = after[g]
            ledger[k, ATTACKER, A_LOST] += found


@kernel
def _attackers_by_post(side, status, post, sites):
    """The first active attacker at each site, and the next one after each; -1 ends the list."""
    first, after = np.full(sites, -1), np.full(len(post), -1)
    for i in range(len(post)):
        g = len(post) - 1 - i
        if side[g] == ATTACKER and status[g] == ACTIVE:
            after[g] = first[post[g]]
            first[post[g]] = g
    return first, after


@kernel
def cut_roads(
    tick, key, status, side, order, men, post, gate_of, on_road, holder, attackers_at, cut_h, chance, repair, crew_men
):
    """Harassers near the road cut it; the attacker's people near the cut mend it, the more the faster."""
    harassers = np.zeros(len(cut_h))
    count_harassers(side, status, order, men, post, gate_of, harassers)
    for s in range(len(cut_h)):
        if not on_road[s]:
            continue
        if cut_h[s] > 0.0:
            crew = 0.5 + min(1.5, attackers_at[s] / crew_men)
            cut_h[s] = max(0.0, cut_h[s] - 24.0 * crew) if holder[s] == ATTACKER else cut_h[s]
        elif holder[s] == ATTACKER and harassers[s] > 0.0 and attackers_at[s] < 10.0 * harassers[s]:
            if uniform(key, D_CUT, tick, s, 0) < chance * min(1.0, harassers[s] / 100.0):
                cut_h[s] = repair
