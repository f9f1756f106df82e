"""Taking down a day: reads the state, writes only the observers' own arrays."""

from __future__ import annotations

from sim.codes import ACTIVE, AMMUNITION, DISPERSED, FOOD, FOOT
from sim.kernels import kernel

_BY_SIDE = (
    "active", "dispersed", "sick", "out", "invalided", "gone_home", "surrendered", "engaged", "hungry", "food_kg",
    "ammo_kg",
)  # fmt: skip
_VALLEY = (
    "cache_food_kg", "cache_ammo_kg", "road_cuts", "attackers_cut_off", "residents", "sheltered", "left_valley",
    "uprooted", "civil_hunger", "civil_food_kg", "snow_line_m", "delivered_kg",
)  # fmt: skip
FIELDS: tuple[str, ...] = (
    *(f"attacker_{name}" for name in _BY_SIDE),
    *(f"defender_{name}" for name in _BY_SIDE),
    *_VALLEY,
)
"""Names of the columns that ``note_day`` fills."""

SIDE_COLUMNS = len(_BY_SIDE)
(N_ACTIVE, N_DISPERSED, N_SICK, N_OUT, N_INVALIDED, N_HOME, N_SURRENDERED, N_ENGAGED, N_HUNGRY, N_FOOD, N_AMMO) = range(
    11
)
(V_CACHE_FOOD, V_CACHE_AMMO, V_CUTS, V_CUT_OFF, V_RESIDENTS, V_SHELTERED, V_LEFT, V_UPROOTED, V_HUNGER, V_CIVIL_FOOD,
 V_SNOW_LINE, V_DELIVERED) = range(2 * 11, 2 * 11 + 12)  # fmt: skip


@kernel
def note_day(
    day, floor, presence, holder, phase, posture, side, status, men, sick, out, invalided, gone_home, surrendered,
    broke_tick,
    break_reason, food_kg, ammo_kg, cache_kg, cut_h, road_cut, hungry_days, residents, sheltered, left_valley,
    uprooted, civil_hunger, civil_food_kg, line_m, engaged, delivered_kg, floors, presences, holders, totals,
    breaks, phases, postures,
):  # fmt: skip
    """Fill row ``day`` of the observers' arrays."""
    for d in range(len(floor)):  # loops, because slices take seconds to compile
        floors[day, d] = floor[d]
        presences[day, d] = presence[d]
    for s in range(len(holder)):
        holders[day, s] = holder[s]
    phases[day] = phase[0]
    postures[day] = posture[0]
    row = totals[day]
    for k in range(len(row)):
        row[k] = 0.0
    for g in range(len(men)):
        k = SIDE_COLUMNS * side[g]
        if status[g] == ACTIVE:
            row[k + N_ACTIVE] += men[g]
            row[k + N_ENGAGED] += engaged[g] * men[g]
            if hungry_days[g] >= 3.0:
                row[k + N_HUNGRY] += men[g]
        elif status[g] == DISPERSED:
            row[k + N_DISPERSED] += men[g]
        row[k + N_SICK] += sick[g]
        row[k + N_OUT] += out[g]
        row[k + N_INVALIDED] += invalided[g]
        row[k + N_HOME] += gone_home[g]
        row[k + N_SURRENDERED] += surrendered[g]
        row[k + N_FOOD] += food_kg[g]
        row[k + N_AMMO] += ammo_kg[g]
        if broke_tick[g] >= 4 * day:
            breaks[day, side[g], break_reason[g]] += 1.0
        row[V_CUT_OFF] += men[g] * road_cut[g]
    for s in range(len(cut_h)):
        row[V_CACHE_FOOD] += cache_kg[s, FOOD]
        row[V_CACHE_AMMO] += cache_kg[s, AMMUNITION]
        row[V_CUTS] += cut_h[s] > 0.0
    hungry = 0.0
    for d in range(len(residents)):
        row[V_RESIDENTS] += residents[d]
        row[V_SHELTERED] += sheltered[d]
        hungry += civil_hunger[d] * (residents[d] + sheltered[d])
        row[V_CIVIL_FOOD] += civil_food_kg[d]
    people = row[V_RESIDENTS] + row[V_SHELTERED]
    row[V_HUNGER] = hungry / people if people > 0.0 else 0.0
    row[V_LEFT] = left_valley[0]
    row[V_UPROOTED] = uprooted[0]
    row[V_SNOW_LINE] = line_m[FOOT]
    row[V_DELIVERED] = delivered_kg[0]
