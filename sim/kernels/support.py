"""Outside support: what a day brings through a pass and by air, and the volunteers who come the same ways."""

from __future__ import annotations

from typing import NamedTuple

from sim.codes import (
    A_INFLOW,
    ATTACKER,
    BY_AIR,
    BY_CORRIDOR,
    BY_TRADE,
    DEFENDER,
    DELIVERING,
    DONORS,
    FOOD,
    STORM,
)
from sim.kernels import kernel
from sim.kernels.events import join

AIR = 3
"""Place of the effect on aircraft among the weather's effects (``sim.state.WEATHER_EFFECTS``)."""


class SupportRates(NamedTuple):
    """Numbers of outside support; see ``sim.mechanisms.support``."""

    capacity_kg: float
    trade_share: float
    food_share: float


class Ways(NamedTuple):
    """Where support comes in; ``number`` of the pass is -1 where none bars the way."""

    number: int
    site: int
    inside: int
    reserve: int
    reserve_rank: int


@kernel
def corridor_today(ways, capacity_kg, pass_open, holder, route_open):
    """Kilograms that the corridor can carry today: none while it is shut by snow or by the attacker."""
    if ways.number >= 0 and not pass_open[ways.number, 1]:
        return 0.0
    if holder[ways.site] == ATTACKER or holder[ways.inside] == ATTACKER:
        return 0.0
    return capacity_kg * route_open[0]


@kernel
def landing_site(ways, chain, holder):
    """The seat while it is not the attacker's, else the nearest held floor site, upstream first; -1 where none is."""
    if holder[ways.reserve] != ATTACKER:
        return ways.reserve
    for r in range(ways.reserve_rank, len(chain)):
        if holder[chain[r]] == DEFENDER:
            return chain[r]
    for r in range(ways.reserve_rank - 1, -1, -1):
        if holder[chain[r]] == DEFENDER:
            return chain[r]
    return -1


@kernel
def _store(site, channel, kg, food_share, cache_kg, brought_kg, delivered_kg, ledger):
    """Book what arrived by a channel into the cache of a site."""
    for k in range(2):
        part = kg * (food_share if k == FOOD else 1.0 - food_share)
        cache_kg[site, k] += part
        ledger[k, DEFENDER, A_INFLOW] += part
    brought_kg[channel] += kg
    delivered_kg[0] += kg


@kernel
def deliver(
    ways, rates, chain, sky, pass_open, holder, route_open, weather_factor, sent_kg, airlift_kg, cache_kg, brought_kg,
    delivered_kg, ledger,
):  # fmt: skip
    """Bring a day's support by trade, corridor and air; says whether there was any way in.

    Patrons share what trade leaves of the corridor, and fly in what it could not take. The rest never comes.
    """
    sent = 0.0
    for p in range(len(sent_kg)):
        sent += sent_kg[p]
    capacity = corridor_today(ways, rates.capacity_kg, pass_open, holder, route_open)
    traded = rates.trade_share * capacity
    carried = min(sent, capacity - traded)
    if capacity > 0.0:
        _store(ways.inside, BY_TRADE, traded, rates.food_share, cache_kg, brought_kg, delivered_kg, ledger)
        _store(ways.inside, BY_CORRIDOR, carried, rates.food_share, cache_kg, brought_kg, delivered_kg, ledger)
    flyable = 0.0 if sky[0] == STORM else airlift_kg[0] * weather_factor[AIR]
    landing = landing_site(ways, chain, holder)
    if flyable <= 0.0 or landing < 0:
        return capacity > 0.0
    # an airlift of the scenario's events flies its own cargo when no patron sends
    flown = flyable if sent <= 0.0 else min(sent - carried, flyable)
    if flown > 0.0:
        _store(landing, BY_AIR, flown, rates.food_share, cache_kg, brought_kg, delivered_kg, ledger)
    return True


@kernel
def enlist(a_day, most, patron, side, status, men, joined, volunteers):
    """Volunteers of private donors join the defender's active groups, as evenly as whole people allow."""
    if patron[DONORS] != DELIVERING:
        return
    coming = min(a_day, most - int(volunteers[0]))
    volunteers[0] += join(DEFENDER, coming, side, status, men, joined)
