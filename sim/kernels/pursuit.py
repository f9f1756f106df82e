"""Pressing on after a success."""

from __future__ import annotations

from sim.codes import ACTIVE, ASSAULT, ATTACKER
from sim.kernels import kernel


@kernel
def press_on(side, status, axis, order, target, cohesion, holder, objectives, least_cohesion):
    """Point assaulting groups whose target has fallen to the next site of their axis."""
    for g in range(len(side)):
        if side[g] != ATTACKER or status[g] != ACTIVE or order[g] != ASSAULT or cohesion[g] < least_cohesion:
            continue
        if holder[target[g]] != ATTACKER:
            continue
        row = objectives[axis[g]]
        for k in range(len(row)):
            if row[k] >= 0 and holder[row[k]] != ATTACKER:
                target[g] = row[k]
                break
