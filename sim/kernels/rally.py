"""The hidden war of the hills: gathering, drifting home, being found; and recruits."""

from __future__ import annotations

from typing import NamedTuple

from sim.codes import ACTIVE, D_DESERT, D_JOIN, D_RETURN, DEFENDER, DISPERSED, HARASS
from sim.kernels import kernel
from sim.kernels.draws import uniform, whole
from sim.kernels.groups import disband


class RallyRates(NamedTuple):
    """Numbers of rallying; see ``sim.mechanisms.rally``."""

    gather: float
    drift: float
    harass_drift: float
    found: float
    found_share: float
    cold_below: float


@kernel
def drift(
    tick, key, uid, side, status, order, men, sick, gone_home, surrendered, out, food_kg, ammo_kg, hungry_days,
    attackers_at, post, rugged, temperature_c, band, cell, cohesion, ledger, rates,
):  # fmt: skip
    """Once a day: people of hidden groups drift home, some are found, and dispersed groups gather to harass."""
    rates = RallyRates(*rates)
    for g in range(len(status)):
        hidden = status[g] == DISPERSED
        if side[g] != DEFENDER or not (hidden or (status[g] == ACTIVE and order[g] == HARASS)):
            continue
        cold = 1.0 if temperature_c[band[cell[g]]] < rates.cold_below else 0.0
        hungry = min(1.0, hungry_days[g] / 5.0)
        rate = (rates.drift if hidden else rates.harass_drift) * (1.0 + cold + 2.0 * hungry)
        leaving = min(men[g], whole(men[g] * rate, uniform(key, D_DESERT, tick, uid[g], 0)))
        men[g] -= leaving
        gone_home[g] += leaving
        found = rates.found * (2.0 - 1.5 * rugged[cell[g]])  # hills hide, plains do not
        if hidden and attackers_at[post[g]] > 0 and uniform(key, D_DESERT, tick, uid[g], 1) < found:
            taken = int(men[g] * rates.found_share)
            men[g] -= taken
            surrendered[g] += taken - taken // 3
            out[g] += taken // 3
        if men[g] <= 0:
            gone_home[g] += sick[g]
            sick[g] = 0
            disband(g, side, status, food_kg, ammo_kg, ledger)
        elif hidden:
            chance = rates.gather * (1.0 - 0.8 * cold) * (1.0 - hungry)
            if uniform(key, D_RETURN, tick, uid[g], 0) < chance:
                status[g] = ACTIVE
                order[g] = HARASS
                cohesion[g] = max(cohesion[g], 0.5)


@kernel
def recruit(tick, key, uid, side, status, men, joined, floor, recruit_factor, scenario_per_day):
    """Spread the day's recruits evenly over the defender's active groups while they hold any floor."""
    per_day = scenario_per_day * recruit_factor[0]
    held, groups = 0, 0
    for d in range(len(floor)):
        held += floor[d] == DEFENDER
    for g in range(len(men)):
        groups += side[g] == DEFENDER and status[g] == ACTIVE and men[g] > 0
    if held == 0 or groups == 0 or per_day <= 0.0:
        return
    for g in range(len(men)):
        if side[g] == DEFENDER and status[g] == ACTIVE and men[g] > 0:
            new = whole(per_day / groups, uniform(key, D_JOIN, tick, uid[g], 0))
            men[g] += new
            joined[g] += new
