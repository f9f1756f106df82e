"""Pressing on after a success."""

from __future__ import annotations

from sim.codes import ACTIVE, ASSAULT, ATTACKER
from sim.kernels import kernel


@kernel
def next_site(row, holder):
    """The first site of an axis's list that the attacker does not hold; -1 when there is none."""
    for k in range(len(row)):
        if row[k] >= 0 and holder[row[k]] != ATTACKER:
            return row[k]
    return -1


@kernel
def press_on(side, status, axis, order, target, cohesion, holder, objectives, least_cohesion):
    """Point assaulting groups whose target has fallen to the next site of their axis."""
    for g in range(len(side)):
        if side[g] != ATTACKER or status[g] != ACTIVE or order[g] != ASSAULT or cohesion[g] < least_cohesion:
            continue
        if holder[target[g]] == ATTACKER:
            following = next_site(objectives[axis[g]], holder)
            if following >= 0:
                target[g] = following
