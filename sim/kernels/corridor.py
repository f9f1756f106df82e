"""Outside support through a pass."""

from __future__ import annotations

from sim.codes import A_INFLOW, ATTACKER, DEFENDER, FOOD
from sim.kernels import kernel


@kernel
def deliver(number, site, inside, kg, food_share, pass_open, holder, cache_kg, delivered_kg, ledger):
    """Add a day's support to the cache ``inside``. ``number`` of the pass is -1 where none bars the way."""
    shut = number >= 0 and not pass_open[number, 1]
    if kg <= 0.0 or shut or holder[site] == ATTACKER or holder[inside] == ATTACKER:
        return
    for k in range(2):
        part = kg * (food_share if k == FOOD else 1.0 - food_share)
        cache_kg[inside, k] += part
        ledger[k, DEFENDER, A_INFLOW] += part
        delivered_kg[0] += part
