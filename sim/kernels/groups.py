"""What several kernels do with groups."""

from __future__ import annotations

from sim.codes import A_LOST, ACTIVE, AMMUNITION, DEFENDER, EMPTY, FOOD, HARASS
from sim.kernels import kernel


@kernel
def disband(g, side, status, food_kg, ammo_kg, ledger):
    """Empty a group that has no people left: what it carried is booked as lost."""
    status[g] = EMPTY
    ledger[FOOD, side[g], A_LOST] += food_kg[g]
    ledger[AMMUNITION, side[g], A_LOST] += ammo_kg[g]
    food_kg[g] = 0.0
    ammo_kg[g] = 0.0


@kernel
def dissolve(g, account, side, status, men, sick, food_kg, ammo_kg, ledger):
    """All people of a group, the sick with the others, go to ``account`` (home, or surrendered), and it is no more."""
    account[g] += men[g] + sick[g]
    men[g] = 0
    sick[g] = 0
    disband(g, side, status, food_kg, ammo_kg, ledger)


@kernel
def count_fights(exposed, enemy_power, post, site_district, fights):
    """Set ``fights`` (districts) to the groups of both sides that had an enemy before them there."""
    fights[:] = 0.0
    for g in range(len(post)):
        if exposed[g] and enemy_power[g] > 0.0 and site_district[post[g]] >= 0:
            fights[site_district[post[g]]] += 1.0


@kernel
def count_harassers(side, status, order, men, post, gate_of, harassers):
    """Add the people of harassing groups to ``harassers`` (sites) at the floor site through which they are reached."""
    for g in range(len(men)):
        gate = gate_of[post[g]]
        if side[g] == DEFENDER and status[g] == ACTIVE and order[g] == HARASS and gate >= 0:
            harassers[gate] += men[g]
