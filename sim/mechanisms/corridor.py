"""Corridor: outside support reaches the defender's caches while a pass to a border is open and not the attacker's."""

from __future__ import annotations

from sim.kernels.corridor import deliver
from sim.mechanisms.base import Mechanism, Run, Step, names
from sim.params import Parameter
from sim.world.world import site_number

CAPACITY = Parameter(
    "support.corridor_capacity", "supplies that can come through the corridor", "t/day", "float", 0, 200
)
FOOD_SHARE = Parameter(
    "support.food_share", "share of the supplies that is food, the rest ammunition", "share", "float", 0, 1
)
PASS = Parameter("support.corridor_pass", "site of the pass through which the corridor leads", "site", "text")
PARAMETERS = (CAPACITY, FOOD_SHARE, PASS)


def bind(run: Run) -> Step:
    """Bind the daily kernel to the pass and the floor site behind it."""
    s, t = run.state, run.world.tables
    site = site_number(run.world, PASS.key, str(run.scenario[PASS]))
    passes = list(t.pass_sites)
    number = passes.index(site) if site in passes else -1
    inside = t.gate_of[site] if t.gate_of[site] >= 0 else site
    kg = 1000.0 * run.number(CAPACITY)
    arrays = (
        number,
        site,
        inside,
        kg,
        run.number(FOOD_SHARE),
        s.pass_open,
        s.holder,
        s.cache_kg,
        s.delivered_kg,
        s.ledger,
    )
    return lambda tick: deliver(*arrays)


MECHANISM = Mechanism(
    name="corridor",
    models="outside support through one pass, in the kilograms that it brings",
    source="M86: support in 1996-2001 needed a corridor held to the border and open to snow; absent in 2021",
    parameters=PARAMETERS,
    reads=names("pass_open holder"),
    writes=names("cache_kg delivered_kg ledger"),
    bind=bind,
)
