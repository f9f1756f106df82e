"""Supply: rations, the attacker's convoys and pack trains, the defender's caches. Every kilogram is booked."""

from __future__ import annotations

import numpy as np

from sim.kernels.supply import (
    SupplyRates,
    capture_caches,
    convoys,
    draw_caches,
    eat,
    live_off_villages,
    plan_convoys,
    wear_out,
)
from sim.mechanisms.base import Mechanism, Run, Step, names
from sim.mechanisms.shared import CARRY_AMMO, CARRY_FOOD, RATION
from sim.params import Parameter

TRUCKS = Parameter("supply.trucks", "trucks that supply the attacker", "trucks", "float", 0, 2000)
TRUCK_KG = Parameter("supply.truck_kg", "load of a truck", "kg", "float", 1000, 10000)
TRUCK_HOURS = Parameter("supply.truck_hours", "hours a day that a truck is on the road", "h/day", "float", 1, 16)
PACK_ANIMALS = Parameter(
    "supply.pack_animals", "pack animals and porters' equivalents of the attacker", "animals", "float", 0, 5000
)
PACK_KG = Parameter("supply.pack_kg", "load of a pack animal", "kg", "float", 30, 102)
PACK_HOURS = Parameter("supply.pack_hours", "hours a day that pack animals walk", "h/day", "float", 2, 12)
AMBUSH_LOSS = Parameter("supply.ambush_loss", "share of a struck convoy that is lost", "share", "float", 0, 1)
AMBUSH_SCALE = Parameter(
    "supply.ambush_scale",
    "harassers along the road that make an ambush of a convoy likely (63 %)",
    "people",
    "float",
    50,
    5000,
)
CAPTURED = Parameter(
    "supply.captured_share", "share of what a struck convoy loses that the defender carries off", "share", "float", 0, 1
)
CACHE_REACH = Parameter(
    "supply.cache_reach_h", "hours on foot within which a group draws on a cache", "h", "float", 1, 48
)
CAPTURE_RATE = Parameter(
    "supply.capture_rate", "share of a cache found in a day at a site that the attacker holds", "1/day", "float", 0, 1
)
CAPTURE_MEN = Parameter("supply.capture_men", "attackers at a site who search it", "people", "float", 1, 500)
WEAR_OUT = Parameter(
    "supply.wear_out", "share of captured vehicles and arms that fall out of use in a month", "1/month", "float", 0, 0.5
)
PARAMETERS = (
    TRUCKS, TRUCK_KG, TRUCK_HOURS, PACK_ANIMALS, PACK_KG, PACK_HOURS, AMBUSH_LOSS, AMBUSH_SCALE, CAPTURED, CACHE_REACH,
    CAPTURE_RATE, CAPTURE_MEN, WEAR_OUT,
)  # fmt: skip


def bind(run: Run) -> Step:
    """Bind the day's supply: eat, bring up, draw on caches, capture."""
    s, t, n, hours = run.state, run.world.tables, run.number, run.world.routes.hours
    rates = SupplyRates(
        n(RATION), n(CARRY_FOOD), n(CARRY_AMMO), n(TRUCKS), n(TRUCK_KG), n(TRUCK_HOURS), n(PACK_ANIMALS), n(PACK_KG),
        n(PACK_HOURS), n(AMBUSH_LOSS), n(AMBUSH_SCALE), n(CAPTURED), n(CACHE_REACH), n(CAPTURE_MEN),
    )  # fmt: skip
    keep = (1.0 - n(WEAR_OUT)) ** (1.0 / 30.0)
    eaten = (s.status, s.side, s.men, s.sick, s.food_kg, s.hungry_days, s.ledger, tuple(rates))
    truck_h, pack_h = run.work("truck_h", (len(s.men),)), run.work("pack_h", (len(s.men),))
    cost = run.work("supply_cost", (len(s.men),))
    planned = (
        s.side, s.status, s.men, s.post, s.cut_h, s.road_cut, run.base_site, t.chain, t.chain_rank, t.gate_of, hours,
        s.snow_level, s.truck_serviceable, truck_h, pack_h, cost, tuple(rates),
    )  # fmt: skip
    people = (
        s.status, s.side, s.order, s.uid, s.men, s.sick, s.post, t.chain, t.gate_of, t.chain_rank, s.truck_serviceable,
    )  # fmt: skip
    stores = (truck_h, pack_h, s.food_kg, s.ammo_kg, s.cache_kg, s.ledger, tuple(rates))
    drawn = (
        s.status, s.side, s.men, s.sick, s.post, s.holder, hours, s.snow_level, s.food_kg, s.ammo_kg, s.cache_kg,
        tuple(rates),
    )  # fmt: skip
    villages = (
        s.status, s.side, s.men, s.sick, s.post, s.holder, t.site_district, s.food_kg, s.civil_food_kg, s.ledger,
        s.civil_ledger,
        tuple(rates),
    )  # fmt: skip
    captured = (
        s.holder, s.status, s.side, s.men, s.sick, s.post, s.attackers_at, s.defenders_at, s.food_kg, s.ammo_kg,
        s.cache_kg, s.ledger, n(CAPTURE_RATE), tuple(rates),
    )  # fmt: skip

    def step(tick: int) -> None:
        wear_out(s.truck_serviceable, keep)
        plan_convoys(*planned)
        cheapest_first = np.argsort(cost, kind="stable")
        convoys(tick, run.key, *people, cheapest_first, *stores)
        draw_caches(*drawn)
        live_off_villages(*villages)
        eat(*eaten)
        capture_caches(*captured)

    return step


MECHANISM = Mechanism(
    name="supply",
    models="rations; convoys limited by road, distance, snow, ambush and cuts; caches; capture; wear of arms",
    source="D48-D54: rations, trucks, mules; ambush and road M15; captured equipment decays M82-M83",
    parameters=PARAMETERS,
    reads=names("status side order uid men sick post cut_h snow_level holder attackers_at defenders_at"),
    writes=names("road_cut food_kg ammo_kg cache_kg hungry_days ledger truck_serviceable civil_food_kg civil_ledger"),
    bind=bind,
)
