"""Civilians, cold and sickness: once a day."""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.codes import A_INFLOW, A_USED, ATTACKER, D_SICK, EMPTY
from sim.kernels import kernel
from sim.kernels.draws import uniform, whole
from sim.kernels.groups import count_fights


class CivilRates(NamedTuple):
    """Numbers of the civilians; see ``sim.mechanisms.civilians``."""

    ration_kg: float
    ration_least: float
    ration_days: float
    import_share: float
    blockade: float
    occupied_share: float
    flight_fighting: float
    flight_hunger: float
    shelter_share: float
    leave: float
    return_home: float
    return_valley: float
    heavy_groups: float


@kernel
def civil_day(
    side, exposed, enemy_power, post, site_district, floor, residents, sheltered, civil_food_kg,
    civil_hunger, left_valley, uprooted, civil_ledger, fights, arrivals, homes_of, rates,
):  # fmt: skip
    """Eat, import, flee. Residents, sheltered and those who left always add up to the same people."""
    rates = CivilRates(*rates)
    n = len(residents)
    empty = 0.0  # houses, in people
    for d in range(n):
        empty += max(0.0, homes_of[d] - residents[d])
    away = left_valley[0]
    arrivals[:] = 0.0
    count_fights(exposed, enemy_power, post, site_district, fights)
    for d in range(n):
        people = residents[d] + sheltered[d]
        need = people * rates.ration_kg
        # the attacker lifts the blockade where they hold the floor themselves
        open_share = 1.0 - rates.blockade * (rates.occupied_share if floor[d] == ATTACKER else 1.0)
        brought = need * rates.import_share * open_share
        civil_ledger[A_INFLOW] += brought
        civil_food_kg[d] += brought
        # rationing: as the store runs down a household eats less, never less than a least share while any is left
        wanted = need * min(1.0, rates.ration_least + civil_food_kg[d] / max(need * rates.ration_days, 1e-9))
        eaten = min(wanted, civil_food_kg[d])
        civil_food_kg[d] -= eaten
        civil_ledger[A_USED] += eaten
        civil_hunger[d] = 1.0 - eaten / need if need > 0.0 else 0.0
        rate = (
            rates.flight_fighting * min(1.0, fights[d] / rates.heavy_groups)
            + rates.flight_hunger * civil_hunger[d] ** 2
        )
        fleeing = residents[d] * (1.0 - math.exp(-rate))
        residents[d] -= fleeing
        uprooted[0] += fleeing
        left_valley[0] += fleeing * (1.0 - rates.shelter_share)
        _shelter(d, fleeing * rates.shelter_share, fights, arrivals)
        going = min(sheltered[d], sheltered[d] * (rates.leave + 0.5 * rate))
        sheltered[d] -= going
        left_valley[0] += going
        if fights[d] == 0.0:  # those who shelter in a quiet district take up life there or go back
            back = sheltered[d] * rates.return_home * (1.0 - civil_hunger[d])
            sheltered[d] -= back
            residents[d] += back
            room = max(0.0, homes_of[d] - residents[d]) / empty if empty > 0.0 else 0.0
            back = min(left_valley[0], away * room * rates.return_valley * (1.0 - civil_hunger[d]))
            left_valley[0] -= back
            residents[d] += back
    for d in range(n):
        sheltered[d] += arrivals[d]


@kernel
def _shelter(d, people, fights, arrivals):
    """Seek shelter in the nearest quieter district (districts are numbered from the mouth)."""
    best = d
    for step in range(1, len(arrivals)):
        for other in (d + step, d - step):
            if 0 <= other < len(arrivals) and fights[other] < fights[best]:
                best = other
        if best != d:
            break
    arrivals[best] += people


@kernel
def sickness(
    tick, key, uid, side, status, men, sick, invalided, hungry_days, cell, band, temperature_c, base_rate,
    cold_attacker,
    cold_defender, recover, death_share, threshold,
):  # fmt: skip
    """Non-battle losses: sickness at a base rate, cold injury below a threshold; most return after a while."""
    for g in range(len(men)):
        if status[g] == EMPTY:
            continue
        back = min(sick[g], whole(sick[g] * recover * (1.0 - death_share), uniform(key, D_SICK, tick, uid[g], 1)))
        lost = min(sick[g] - back, whole(sick[g] * recover * death_share, uniform(key, D_SICK, tick, uid[g], 2)))
        sick[g] -= back + lost
        men[g] += back
        invalided[g] += lost
        cold = max(0.0, threshold - temperature_c[band[cell[g]]])
        rate = cold_attacker if side[g] == ATTACKER else cold_defender
        share = (base_rate + rate * min(1.0, cold / 20.0)) * (1.0 + min(1.0, hungry_days[g] / 7.0))
        falling = min(men[g], whole(men[g] * share, uniform(key, D_SICK, tick, uid[g], 0)))
        men[g] -= falling
        sick[g] += falling
