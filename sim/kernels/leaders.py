"""What a leader of the defender looks at before he decides whether to stay."""

from __future__ import annotations

from sim.codes import ACTIVE, ATTACKER, DEFENDER
from sim.kernels import kernel
from sim.kernels.reports import believed_mean


@kernel
def way_out(pass_sites, pass_open, holder):
    """Whether some pass that is not the attacker's leads out on foot."""
    for p in range(len(pass_sites)):
        if pass_open[p, 1] and holder[pass_sites[p]] != ATTACKER:
            return True
    return False


@kernel
def outlook(main, belief_floor, pass_sites, pass_open, holder, side, status, men, engaged):
    """Share of the main floor that the defender believes lost; whether some pass leads out on foot; and the share
    of yesterday that the defender's active people spent in contact."""
    fought, people = 0.0, 0.0
    for g in range(len(men)):
        if side[g] == DEFENDER and status[g] == ACTIVE:
            people += men[g]
            fought += men[g] * engaged[g]
    lost = believed_mean(main, belief_floor, DEFENDER)
    return lost, way_out(pass_sites, pass_open, holder), fought / max(1.0, people)
