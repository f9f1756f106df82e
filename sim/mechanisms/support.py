"""Support: what trade and patrons send reaches the caches through a pass that is open and held, or by air."""

from __future__ import annotations

from sim.codes import BY_AIR, BY_CORRIDOR
from sim.kernels.support import SupportRates, Ways, deliver, enlist
from sim.mechanisms.base import Mechanism, Run, Step, names
from sim.mechanisms.shared import RESERVE_SITE
from sim.params import Parameter

CAPACITY = Parameter(
    "support.corridor_capacity", "supplies that the way through the corridor can carry", "t/day", "float", 0, 200
)
TRADE_SHARE = Parameter(
    "support.trade_share", "share of the corridor that trade and friends fill without any patron", "share", "float",
    0, 1,
)  # fmt: skip
FOOD_SHARE = Parameter(
    "support.food_share", "share of the supplies that is food, the rest ammunition", "share", "float", 0, 1
)
PASS = Parameter("support.corridor_pass", "site of the pass through which the corridor leads", "site", "text")
FIGHTERS = Parameter(
    "support.private_fighters", "volunteers who come in all once private donors deliver", "people", "int", 0, 200
)
ARMS_GAIN = Parameter(
    "support.arms_gain",
    "what the arms among patrons' supplies can add to the defender's firepower",
    "share",
    "float",
    0,
    1.5,
)
ARMS_HALF = Parameter(
    "support.arms_half_t", "supplies from patrons that bring half of that gain", "t", "float", 10, 5000
)
PARAMETERS = (CAPACITY, TRADE_SHARE, FOOD_SHARE, PASS, FIGHTERS, ARMS_GAIN, ARMS_HALF)

ARRIVE_DAYS = 30
"""Open days over which the volunteers come in (assumed)."""


def ways_in(run: Run) -> Ways:
    """The corridor's pass, the floor site behind it, and the seat with its place along the valley."""
    t = run.world.tables
    site = run.site(PASS)
    reserve = run.site(RESERVE_SITE)
    passes = list(t.pass_sites)
    number = passes.index(site) if site in passes else -1
    inside = int(t.gate_of[site]) if t.gate_of[site] >= 0 else site
    floor = reserve if t.chain_rank[reserve] >= 0 else int(t.gate_of[reserve])
    return Ways(number, site, inside, reserve, int(t.chain_rank[floor]) if floor >= 0 else 0)


def bind(run: Run) -> Step:
    """Bind the daily kernels to the pass, the floor site behind it and the landing ground."""
    s, n = run.state, run.number
    rates = SupportRates(1000.0 * n(CAPACITY), n(TRADE_SHARE), n(FOOD_SHARE))
    arrays = (
        ways_in(run), rates, run.world.tables.chain, s.sky, s.pass_open, s.holder, s.route_open, s.weather_factor,
        s.sent_kg, s.airlift_kg, s.cache_kg, s.brought_kg, s.delivered_kg, s.ledger,
    )  # fmt: skip
    gain, half_kg = n(ARMS_GAIN), 1000.0 * n(ARMS_HALF)
    most = run.scenario.typed(FIGHTERS, int)
    people = (-(-most // ARRIVE_DAYS), most, s.patron, s.side, s.status, s.men, s.joined, s.volunteers)

    def step(tick: int) -> None:
        if deliver(*arrays) and most > 0:
            enlist(*people)
        sent_in = s.brought_kg.item(BY_CORRIDOR) + s.brought_kg.item(BY_AIR)
        if sent_in > 0.0:
            s.arms[0] = 1.0 + gain * sent_in / (sent_in + half_kg)

    return step


MECHANISM = Mechanism(
    name="support",
    models=(
        "outside support by trade, through one pass and by air, in the kilograms, arms and volunteers that it brings"
    ),
    source="M86: support in 1996-2001 needed a corridor held to the border and open to snow; absent in 2021 (M65)",
    parameters=PARAMETERS,
    reads=names("sky pass_open holder route_open weather_factor sent_kg airlift_kg patron side status"),
    writes=names("cache_kg brought_kg delivered_kg ledger men joined volunteers arms"),
    bind=bind,
)
