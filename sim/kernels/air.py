"""Air support in the fights of a tick."""

from __future__ import annotations

from sim.codes import ASSAULT, ATTACKER, SWEEP
from sim.kernels import kernel


@kernel
def support(
    tick, power, side, order, post, exposed, weather_factor, serviceable, air_open, own_power, enemy_power, fights_at,
):  # fmt: skip
    """Share ``power`` evenly among the sites where the attacker assaults; both sides feel it. None by night."""
    if tick % 4 == 0 or power <= 0.0:
        return
    fights_at[:] = 0.0
    for g in range(len(side)):
        if exposed[g] and enemy_power[g] > 0.0 and side[g] == ATTACKER and (order[g] == ASSAULT or order[g] == SWEEP):
            fights_at[post[g]] = 1.0
    fights = 0.0
    for s in range(len(fights_at)):
        fights += fights_at[s]
    if fights == 0.0:
        return
    share = power * weather_factor[3] * serviceable[0] * air_open[0] / fights
    for g in range(len(side)):
        if exposed[g] and enemy_power[g] > 0.0 and fights_at[post[g]] > 0.0:
            if side[g] == ATTACKER:
                own_power[g] += share
            else:
                enemy_power[g] += share
