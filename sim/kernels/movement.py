"""Marching along the path fields."""

from __future__ import annotations

from typing import NamedTuple

from sim.codes import (
    ACTIVE,
    ASSAULT,
    COLUMN,
    DISPERSED,
    FOOT,
    GARRISON,
    HOLD,
    REGULAR,
    SWEEP,
    VEHICLE,
)
from sim.kernels import kernel
from sim.kernels.travel import BLOCKED, DCOL, DROW, step_hours


class MarchRates(NamedTuple):
    """Numbers of marching; see ``sim.mechanisms.movement``."""

    hours: tuple[float, float, float, float]
    contact_advance: float
    cell_km: float


@kernel
def advance_km_day(ratio):
    """Advance against a hasty defence by power ratio, before terrain (Dupuy's table, parameters.csv D37)."""
    if ratio <= 1.0:
        return 4.0 * ratio * ratio
    if ratio <= 1.26:
        return 4.0 + (ratio - 1.0) / 0.26
    if ratio <= 1.76:
        return 5.0 + 6.0 * (ratio - 1.26)
    if ratio <= 3.0:
        return 8.0 + 4.0 * (ratio - 1.76) / 1.24
    if ratio <= 6.0:
        return 12.0 + 4.0 * (ratio - 3.0)
    return 24.0


@kernel
def march(
    tick,
    kind,
    status,
    order,
    target,
    pinned,
    exposed,
    own_power,
    enemy_power,
    cell,
    post,
    march_h,
    days_in_place,
    weather_factor,
    line_m,
    snow_level,
    pass_open,
    cut_h,
    z,
    surface,
    kmh,
    pass_at,
    road_site_at,
    site_cell,
    nearest,
    direction,
    travel,
    rates,
):
    """Move every group through one tick of six hours. Grids are (rows, cols); ``pass_at`` is -1 off passes.

    Columns and the former army ride where a road leads, others walk. A cut stops vehicles at its site
    (``road_site_at``, -1 elsewhere).
    """
    rates = MarchRates(*rates)
    rows, cols = z.shape
    hours_today = rates.hours[tick % 4] * weather_factor[0]
    for g in range(len(cell)):
        if status[g] != ACTIVE and status[g] != DISPERSED:
            continue
        goal = target[g]
        here = cell[g]
        if goal < 0 or here == site_cell[goal]:
            march_h[g] = 0.0
            days_in_place[g] += 0.25
            continue
        left = hours_today
        most_km = 1.0e9
        aggressive = order[g] == ASSAULT or order[g] == SWEEP
        if exposed[g] and enemy_power[g] > 0.0:
            if pinned[g] > 0 or order[g] == HOLD or order[g] == GARRISON:
                left = 0.0
            elif aggressive:  # against resistance the pace is Dupuy's, not that of a march
                most_km = advance_km_day(own_power[g] / enemy_power[g]) * rates.contact_advance / 4.0
        moved = False
        on_foot = kind[g] != COLUMN and kind[g] != REGULAR
        spent = march_h[g] + left
        while spent > 0.0:
            r, c = here // cols, here % cols
            mobility = VEHICLE
            way = -1 if on_foot else direction[1, snow_level[VEHICLE], goal, here]
            if way < 0:
                mobility = FOOT
                way = direction[0, snow_level[FOOT], goal, here]
            if way < 0:
                spent = 0.0
                break
            rn, cn = r + DROW[way], c + DCOL[way]
            there = rn * cols + cn
            crossing = pass_at[there]
            shut = crossing >= 0 and not pass_open[crossing, 0 if mobility == VEHICLE else 1]
            if mobility == VEHICLE and road_site_at[there] >= 0 and cut_h[road_site_at[there]] > 0.0:
                shut = True
            km = rates.cell_km * (1.4142135623730951 if way % 2 else 1.0)
            cost = step_hours(
                mobility,
                km,
                z[rn, cn] - z[r, c],
                max(z[r, c], z[rn, cn]),
                min(surface[r, c], surface[rn, cn]),
                min(kmh[r, c], kmh[rn, cn]),
                line_m[mobility],
                travel,
            )
            if shut or cost >= BLOCKED:
                if mobility == VEHICLE:  # leave the vehicles and go on foot from here
                    on_foot = True
                    continue
                spent = 0.0
                break
            if most_km < 1.0e9 and left > 0.0:  # turn the day's kilometres into hours on this ground
                spent = march_h[g] + min(left, most_km / km * cost)
                left = 0.0
            if cost > spent:
                break
            spent -= cost
            here = there
            moved = True
            if here == site_cell[goal]:
                spent = 0.0
                break
        march_h[g] = spent
        if moved:
            cell[g] = here
            post[g] = nearest[here]
            days_in_place[g] = 0.0
        else:
            days_in_place[g] += 0.25
