"""What a leader of the defender looks at before he decides whether to stay."""

from __future__ import annotations

from sim.codes import ACTIVE, ATTACKER, DEFENDER
from sim.kernels import kernel


@kernel
def outlook(main, belief_floor, pass_sites, pass_open, holder, side, status, men, engaged):
    """Share of the main floor that the defender believes lost; 1 where some pass leads out on foot, else 0; and
    the share of yesterday that the defender's active people spent in contact."""
    lost, districts = 0.0, 0
    for d in range(len(main)):
        if main[d]:
            lost += belief_floor[DEFENDER, d]
            districts += 1
    way = 0.0
    for p in range(len(pass_sites)):
        if pass_open[p, 1] and holder[pass_sites[p]] != ATTACKER:
            way = 1.0
    fought, people = 0.0, 0.0
    for g in range(len(men)):
        if side[g] == DEFENDER and status[g] == ACTIVE:
            people += men[g]
            fought += men[g] * engaged[g]
    return lost / max(1, districts), way, fought / max(1.0, people)
