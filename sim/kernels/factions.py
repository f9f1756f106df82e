"""Which of the attacker's groups stay out: those that their faction keeps back, and those drawn away elsewhere."""

from __future__ import annotations

from sim.codes import ACTIVE, ATTACKER
from sim.kernels import kernel


@kernel
def withhold(side, status, men, faction, faction_commit, drawn_away, withheld):
    """Flag groups, spread evenly through each faction, so that the share asked for takes part; returns that share.

    ``faction_commit`` is the share that each faction commits; ``drawn_away`` is needed elsewhere.
    """
    taking_part, people = 0.0, 0.0
    seen = [0, 0, 0]
    for g in range(len(men)):
        if side[g] != ATTACKER or faction[g] < 0:
            continue
        f = faction[g]
        share = faction_commit[f] * (1.0 - drawn_away[0])
        place = seen[f]
        seen[f] += 1
        withheld[g] = 0 if int((place + 1) * share + 1e-9) > int(place * share + 1e-9) else 1
        if status[g] == ACTIVE:
            people += men[g]
            if not withheld[g]:
                taking_part += men[g]
    return taking_part / people if people > 0.0 else 0.0
