"""Named integer codes, for kernels and arrays. Plain integers, because compiled code takes them as constants."""

from __future__ import annotations

# Sides
ATTACKER, DEFENDER, NOBODY = 0, 1, 2
SIDE_NAMES = ("attacker", "defender", "nobody")

# Status of a group: where its people count
ACTIVE, DISPERSED, HOME, SURRENDERED, EMPTY = 0, 1, 2, 3, 4
STATUS_NAMES = ("active", "dispersed", "gone home", "surrendered", "empty")

# Kind of a group
COLUMN, MOUNTAIN, MILITIA, REGULAR = 0, 1, 2, 3
KIND_NAMES = ("road-bound column", "mountain infantry", "local militia", "former army")

# Mobility class, each with its own travel-time fields
FOOT, PACK, VEHICLE = 0, 1, 2
MOBILITY_NAMES = ("foot", "pack", "vehicle")

# Order of a group
HOLD, MASS, ASSAULT, GARRISON, SWEEP, HARASS, WITHDRAW, LEAVE = 0, 1, 2, 3, 4, 5, 6, 7
ORDER_NAMES = ("hold", "mass", "assault", "garrison", "sweep", "harass", "withdraw", "leave")

# Phase of the attacker's plan
P_MASS, P_ASSAULT, P_CONSOLIDATE, P_SWEEP, P_WINTER, P_LEAVE = 0, 1, 2, 3, 4, 5
PHASE_NAMES = ("mass and blockade", "assault", "consolidate", "sweep", "winter pause", "leave")

# Posture of the defender's plan
GATE, YIELD, DISPERSE = 0, 1, 2
POSTURE_NAMES = ("gate", "yield", "disperse")

# Sky of a day
CLEAR, OVERCAST, STORM = 0, 1, 2
SKY_NAMES = ("clear", "overcast", "storm")

# Why a group broke (McQuie 1987, parameters.csv D33)
B_FLANK, B_ROAD, B_NEIGHBOUR, B_LEADER, B_AMMUNITION, B_LOSSES, B_HUNGER = 0, 1, 2, 3, 4, 5, 6
BREAK_NAMES = (
    "flank lost",
    "road cut behind",
    "neighbours gave way",
    "leader lost",
    "ammunition gone",
    "losses",
    "hunger and cold",
)

# Commodities and the accounts that every kilogram is booked on
FOOD, AMMUNITION = 0, 1
A_INITIAL, A_INFLOW, A_USED, A_LOST, A_CAPTURED_IN, A_CAPTURED_OUT = 0, 1, 2, 3, 4, 5

# Process of a random draw: never renumber nor use a gap twice, a number is part of every past result
D_TEMPERATURE, D_WETNESS, D_AMOUNT, D_SKY, D_YEAR = 1, 2, 3, 4, 5
D_DETECT, D_LOSS, D_BREAK, D_FATE, D_CONTROL = 10, 12, 13, 14, 15
D_CUT, D_AMBUSH = 21, 22
D_SICK, D_DESERT, D_RETURN, D_JOIN, D_LEADER = 30, 31, 32, 33, 34
D_DEFENDER_PLAN = 41
