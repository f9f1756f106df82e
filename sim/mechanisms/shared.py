"""Parameters that more than one mechanism reads, so that mechanisms need not import each other."""

from __future__ import annotations

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
PARAMETERS = (AMMO_DAY, RATION, CARRY_FOOD, CARRY_AMMO, CIVIL_RATION, RESERVE_SITE, HEAVY)
