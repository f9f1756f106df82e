"""Recruits."""

from __future__ import annotations

from sim.codes import ACTIVE, D_JOIN, DEFENDER
from sim.kernels import kernel
from sim.kernels.draws import uniform, whole


@kernel
def recruit(tick, key, side, status, men, joined, floor, per_day):
    """Spread the day's recruits evenly over the defender's active groups while they hold any floor."""
    held, groups = 0, 0
    for d in range(len(floor)):
        held += floor[d] == DEFENDER
    for g in range(len(men)):
        groups += side[g] == DEFENDER and status[g] == ACTIVE and men[g] > 0
    if held == 0 or groups == 0 or per_day <= 0.0:
        return
    for g in range(len(men)):
        if side[g] == DEFENDER and status[g] == ACTIVE and men[g] > 0:
            new = whole(per_day / groups, uniform(key, D_JOIN, tick, g, 0))
            men[g] += new
            joined[g] += new
