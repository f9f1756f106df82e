"""Parameters that more than one mechanism reads, so that mechanisms need not import each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.mechanisms.base import Run
from sim.params import Parameter

AMMO_DAY = Parameter(
    "combat.ammo_kg_day", "ammunition fired by a person in a day of fighting", "kg/day", "float", 0.5, 5
)
RATION = Parameter("supply.ration_kg", "food that a fighter needs", "kg/day", "float", 0.5, 2.5)
CARRY_FOOD = Parameter("supply.carry_food_days", "days of food that a group carries", "days", "float", 1, 15)
CARRY_AMMO = Parameter("supply.carry_ammo_kg", "ammunition that a person carries", "kg", "float", 2, 30)
CIVIL_RATION = Parameter("civilians.ration_kg", "food that a civilian needs", "kg/day", "float", 0.3, 0.8)
RESERVE_SITE = Parameter("defender.reserve_site", "site of the reserve and seat of the defender", "site", "text")
HEAVY = Parameter(
    "civilians.heavy_groups", "groups in contact in a district that make heavy fighting", "groups", "float", 1, 200
)
SEAT_WEIGHT = Parameter(
    "reports.seat_weight",
    "weight of the seat's district in what the main floor is thought worth",
    "share",
    "float",
    0,
    1,
)
BLOODSHED_COST = Parameter(
    "opinion.bloodshed_cost", "recognition lost for 100 people lost in full view of the world", "0-1", "float", 0, 0.3
)
PARAMETERS = (AMMO_DAY, RATION, CARRY_FOOD, CARRY_AMMO, CIVIL_RATION, RESERVE_SITE)


def floor_worth(run: Run) -> NDArray[np.float64]:
    """(districts,) part of each district's floor in what the main floor is thought worth: even, more for the seat."""
    main = np.array([district.main for district in run.world.terrain.districts])
    worth = main / max(1, main.sum())
    seat = run.world.tables.site_district[run.site(RESERVE_SITE)]
    if seat < 0:
        return worth
    weight = run.number(SEAT_WEIGHT)
    return (1.0 - weight) * worth + weight * (np.arange(len(main)) == seat)
