"""Losses and ammunition of groups in contact."""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.codes import A_USED, AMMUNITION, ASSAULT, ATTACKER, D_LOSS, HARASS, SWEEP
from sim.kernels import kernel
from sim.kernels.draws import uniform, whole


class CombatRates(NamedTuple):
    """Numbers of fighting; see ``sim.mechanisms.combat``."""

    attack_rate: float
    defence_rate: float
    engaged_share: float
    night: float
    helmbold: float
    area_reference: float
    cornered: float
    ammo_kg_day: float


@kernel
def fight(
    tick,
    key,
    side,
    order,
    uid,
    exposed,
    own_power,
    enemy_power,
    cell,
    casualty_terrain,
    weather_factor,
    flank_lost,
    men_start,
    men,
    out,
    lost_recently,
    ammo_kg,
    ledger,
    rates,
):
    """Take losses and fire ammunition. Reads only last phase's powers, so the order of groups is no matter.

    A held line loses by Helmbold's law, (enemy / own) ** w; columns and garrisons under ambush by aimed fire
    and the ambushers by area fire, Deitchman's mixed law.
    """
    rates = CombatRates(*rates)
    dark = rates.night if tick % 4 == 0 else 1.0
    for g in range(len(cell)):
        lost_recently[g] *= 0.975
        if not exposed[g] or enemy_power[g] <= 0.0 or men[g] <= 0:
            continue
        ratio = min(4.0, max(0.1, enemy_power[g] / max(own_power[g], 1e-9)))
        aggressive = order[g] == ASSAULT or order[g] == SWEEP
        if order[g] == HARASS:
            law = min(2.0, enemy_power[g] / rates.area_reference)
        elif side[g] == ATTACKER and not aggressive:
            law = ratio
        else:
            law = ratio**rates.helmbold
        rate = rates.attack_rate if aggressive else rates.defence_rate
        rate *= rates.engaged_share * law * casualty_terrain[cell[g]] * weather_factor[4] * dark
        if flank_lost[g]:
            rate *= rates.cornered
        share = 1.0 - math.exp(-rate / 4.0)
        lost = whole(men[g] * share, uniform(key, D_LOSS, tick, uid[g], 0))
        lost = min(lost, men[g])
        men[g] -= lost
        out[g] += lost
        lost_recently[g] += lost / men_start[g]
        fired = min(ammo_kg[g], men[g] * rates.ammo_kg_day / 4.0 * min(1.0, max(0.5, ratio)))
        ammo_kg[g] -= fired
        ledger[AMMUNITION, side[g], A_USED] += fired
