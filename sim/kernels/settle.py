"""What an agreement does to groups."""

from __future__ import annotations

from sim.codes import ACTIVE, D_TALKS, DEFENDER, DISPERSED
from sim.kernels import kernel
from sim.kernels.draws import uniform
from sim.kernels.groups import dissolve


@kernel
def lay_down_arms(
    tick, key, share, uid, side, status, men, sick, surrendered, gone_home, food_kg, ammo_kg, ledger
):  # fmt: skip
    """The defender's groups hand in their arms on terms, a ``share`` of them; the others go home with theirs."""
    for g in range(len(men)):
        if side[g] != DEFENDER or (status[g] != ACTIVE and status[g] != DISPERSED):
            continue
        account = surrendered if uniform(key, D_TALKS, tick, uid[g], 1) < share else gone_home
        dissolve(g, account, side, status, men, sick, food_kg, ammo_kg, ledger)


@kernel
def depart(tick, key, share, uid, side, status, kind, leaving_kind, men, sick, gone_home, food_kg, ammo_kg, ledger):
    """A share of the groups of one kind leaves the valley for good today."""
    for g in range(len(men)):
        if side[g] != DEFENDER or kind[g] != leaving_kind or (status[g] != ACTIVE and status[g] != DISPERSED):
            continue
        if uniform(key, D_TALKS, tick, uid[g], 2) < share:
            dissolve(g, gone_home, side, status, men, sick, food_kg, ammo_kg, ledger)
