"""Taking down a day: reads the state, writes only the observers' own arrays."""

from __future__ import annotations

from sim.codes import ACTIVE, DISPERSED
from sim.kernels import kernel

_BY_SIDE = ("active", "dispersed", "sick", "out", "gone_home", "surrendered", "engaged", "food_kg", "ammo_kg")
_OTHER = (
    "cache_food_kg",
    "cache_ammo_kg",
    "road_cuts",
    "attackers_cut_off",
    "hungry_defenders",
    "residents",
    "sheltered",
    "left_valley",
    "uprooted",
    "civil_hunger",
    "civil_food_kg",
    "snow_line_m",
    "delivered_kg",
    "hungry_attackers",
)


def tally_fields() -> tuple[str, ...]:
    """Names of the columns that ``note_day`` fills, attacker, defender, then the valley."""
    return (*(f"attacker_{n}" for n in _BY_SIDE), *(f"defender_{n}" for n in _BY_SIDE), *_OTHER)


@kernel
def note_day(
    day, floor, presence, holder, phase, posture, side, status, men, sick, out, gone_home, surrendered, broke_tick,
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
        k = 9 * side[g]
        if status[g] == ACTIVE:
            row[k] += men[g]
            row[k + 6] += engaged[g] * men[g]
        elif status[g] == DISPERSED:
            row[k + 1] += men[g]
        row[k + 2] += sick[g]
        row[k + 3] += out[g]
        row[k + 4] += gone_home[g]
        row[k + 5] += surrendered[g]
        row[k + 7] += food_kg[g]
        row[k + 8] += ammo_kg[g]
        if broke_tick[g] >= 4 * day:
            breaks[day, side[g], break_reason[g]] += 1.0
        if status[g] == ACTIVE and hungry_days[g] >= 3.0:
            row[22 if side[g] == 1 else 31] += men[g]
        row[21] += men[g] * road_cut[g]
    for s in range(len(cut_h)):
        row[18] += cache_kg[s, 0]
        row[19] += cache_kg[s, 1]
        row[20] += cut_h[s] > 0.0
    people, hungry = 0.0, 0.0
    for d in range(len(residents)):
        row[23] += residents[d]
        row[24] += sheltered[d]
        people += residents[d] + sheltered[d]
        hungry += civil_hunger[d] * (residents[d] + sheltered[d])
        row[28] += civil_food_kg[d]
    row[25] = left_valley[0]
    row[26] = uprooted[0]
    row[27] = hungry / people if people > 0.0 else 0.0
    row[29] = line_m[0]
    row[30] = delivered_kg[0]
