"""What an event does to many groups at once."""

from __future__ import annotations

from sim.codes import ACTIVE
from sim.kernels import kernel


@kernel
def join(of_side, people, side, status, men, joined):
    """Spread ``people`` over a side's active groups, as evenly as whole people allow; the first take the odd ones.

    Nobody joins a side that has no active group. Returns how many joined.
    """
    groups = 0
    for g in range(len(men)):
        groups += side[g] == of_side and status[g] == ACTIVE and men[g] > 0
    if groups == 0 or people <= 0:
        return 0
    each, odd = people // groups, people % groups
    for g in range(len(men)):
        if side[g] == of_side and status[g] == ACTIVE and men[g] > 0:
            new = each
            if odd > 0:
                new += 1
                odd -= 1
            men[g] += new
            joined[g] += new
    return people
