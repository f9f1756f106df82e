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
P_MASS, P_ASSAULT, P_CONSOLIDATE, P_SWEEP, P_WINTER, P_LEAVE, P_TALK, P_TRUCE = 0, 1, 2, 3, 4, 5, 6, 7
PHASE_NAMES = (
    "mass and blockade", "assault", "consolidate", "sweep", "winter pause", "leave", "talk", "keep the agreement",
)  # fmt: skip

# Posture of the defender's plan
GATE, YIELD, DISPERSE, ACCEPT, DEPART = 0, 1, 2, 3, 4
POSTURE_NAMES = ("gate", "yield", "disperse", "accept terms", "leave the valley")
PLANS = POSTURE_NAMES[:3]
"""Postures that a scenario may set out with."""

# Who holds an estimate: the two sides, and the world outside
OUTSIDE = 2
OBSERVER_NAMES = ("attacker", "defender", "outside")

# Factions of the attacker
HARDLINE, FIELD, PRAGMATIST = 0, 1, 2
FACTION_NAMES = ("hardline", "field commanders", "pragmatist")

# Outside patrons of the defender, and how far each has come
REGIONAL, GREAT_POWER, DONORS = 0, 1, 2
PATRON_NAMES = ("regional power", "great power", "private donors")
WATCHING, PLEDGED, DELIVERING, DETERRED = 0, 1, 2, 3
PATRON_STATES = ("watching", "pledged", "delivering", "deterred")

# Ways in which support comes
BY_TRADE, BY_CORRIDOR, BY_AIR = 0, 1, 2
CHANNEL_NAMES = ("trade", "corridor", "air")

# Leading roles of the defender, and where each is
POLITICAL, MILITARY = 0, 1
LEADER_NAMES = ("political leader", "military leader")
PRESENT, ABROAD, LOST = 0, 1, 2
LEADER_STATES = ("in the valley", "abroad", "lost")

# Talks, and what was settled
NO_TALKS, TALKING, TALKS_FAILED = 0, 1, 2
TALKS_NAMES = ("no talks", "talking", "talks failed")
NOTHING, TRUCE, AUTONOMY, POWER_SHARE, SURRENDER, LOCAL_DEALS = 0, 1, 2, 3, 4, 5
SETTLEMENT_NAMES = ("none", "local truce", "autonomy", "power share", "surrender on terms", "local deals")
T_SHARE, T_DISARM, T_DAYS, T_GUARANTEE, T_STAYS = 0, 1, 2, 3, 4
TERM_NAMES = ("share of power", "disarmament", "days", "guarantee", "attacker stays in the valley")

# Audiences of a claim to rule, and kinds of harm
AT_HOME, FOREIGN = 0, 1
KILLED, INJURED = 0, 1

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
D_REPORT, D_ESTIMATE, D_INFLATE, D_CELEBRATE, D_DENIAL = 50, 51, 52, 53, 54
D_GOVERNMENT, D_SPLIT, D_UPRISING, D_TALKS, D_PATRON = 55, 56, 57, 58, 59
D_FATE_OF_LEADER, D_THRESHOLD, D_DEFECT, D_ASSAULT_DAY, D_DEAL = 60, 61, 62, 63, 64
