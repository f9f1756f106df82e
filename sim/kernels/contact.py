"""Who is within reach of whom, who shows, and what power each side has there."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.codes import (
    ACTIVE,
    ASSAULT,
    ATTACKER,
    COLUMN,
    D_DETECT,
    DEFENDER,
    DISPERSED,
    HARASS,
    STORM,
    SWEEP,
)
from sim.kernels import kernel
from sim.kernels.draws import uniform


class ContactRates(NamedTuple):
    """Numbers of contact and power; see ``sim.mechanisms.contact``."""

    reach_cells: int
    cell_km: float
    detect: float
    cover: float
    dark: float
    tracks: float
    tracks_mm: float
    initiative: float
    frontage: float
    fire_attacker: float
    fire_defender: float
    artillery: float
    ammo_full_kg: float
    height_gain: float
    prepare_days: float
    hasty: float
    prepared: float
    hunger_loss: float


@kernel
def fire_effect(share):
    """Effect of the share of full ammunition on fire: the ASE table (parameters.csv D51), linear between."""
    if share <= 0.0:
        return 0.05
    if share < 0.1:
        return 0.05 + 1.5 * share
    if share < 0.2:
        return 0.20 + 4.5 * (share - 0.1)
    if share < 0.3:
        return 0.65 + 1.5 * (share - 0.2)
    if share < 0.5:
        return 0.80 + 0.5 * (share - 0.3)
    if share < 1.0:
        return 0.90 + 0.2 * (share - 0.5)
    return 1.0


@kernel
def headcount(
    side, status, men, cell, men_at, attackers_at, defenders_at, dispersed_at, post, counted,
):  # fmt: skip
    """Count people by cell (2, cells) and by nearest site; ``counted`` (number, cells) says what to clear next time."""
    for i in range(1, counted[0] + 1):
        men_at[0, counted[i]] = 0.0
        men_at[1, counted[i]] = 0.0
    attackers_at[:] = 0
    defenders_at[:] = 0
    dispersed_at[:] = 0
    n = 0
    for g in range(len(cell)):
        if men[g] <= 0:
            continue
        s = post[g]
        if status[g] == DISPERSED:
            dispersed_at[s] += men[g]
            continue
        if status[g] != ACTIVE:
            continue
        men_at[side[g], cell[g]] += men[g]
        n += 1
        counted[n] = cell[g]
        if side[g] == ATTACKER:
            attackers_at[s] += men[g]
        else:
            defenders_at[s] += men[g]
    counted[0] = n


@kernel
def window_sum(grid, cell, reach, cols):
    """Sum of a flat grid over the square of cells within ``reach`` of ``cell``; the border ring is never left."""
    rows = len(grid) // cols
    r, c = cell // cols, cell % cols
    total = 0.0
    for rr in range(max(0, r - reach), min(rows, r + reach + 1)):
        for cc in range(max(0, c - reach), min(cols, c + reach + 1)):
            total += grid[rr * cols + cc]
    return total


@kernel
def expose(
    tick, key, truce, side, status, order, uid, men, cell, men_at, ruggedness, sky, exposed, near, stamp, band,
    swe_mm, cols, rates,
):  # fmt: skip
    """Decide who shows: everyone in reach of an enemy but hidden harassers, who may strike; in a truce nobody.

    Groups of a side share cells, so the enemies ``near`` a cell (2, cells) are counted once a tick; ``stamp``
    (2, cells) holds the tick + 1 of the count.
    """
    rates = ContactRates(*rates)
    night = rates.dark if tick % 4 == 0 else 1.0
    weather = rates.dark if sky[0] == STORM else 1.0
    for g in range(len(cell)):
        exposed[g] = 0
        if truce[0] or status[g] != ACTIVE or men[g] <= 0:
            continue
        own, here = side[g], cell[g]
        if stamp[own, here] != tick + 1:
            stamp[own, here] = tick + 1
            near[own, here] = window_sum(men_at[1 - own], here, rates.reach_cells, cols)
        if near[own, here] <= 0.0:
            continue
        exposed[g] = 1
        if order[g] == HARASS:
            found = rates.detect * (1.0 - rates.cover * ruggedness[here]) * night * weather
            if swe_mm[band[here]] > rates.tracks_mm:
                found = min(1.0, found * rates.tracks)  # tracks in the snow
            shows = found + (1.0 - found) * rates.initiative * weather
            if uniform(key, D_DETECT, tick, uid[g], 0) >= shows:
                exposed[g] = 0


@kernel
def measure_power(
    tick,
    side,
    status,
    kind,
    order,
    men,
    quality,
    cohesion,
    ammo_kg,
    cell,
    days_in_place,
    hungry_days,
    exposed,
    on_road,
    terrain_defence,
    height_m,
    open_share,
    weather_factor,
    serviceable,
    arms,
    power_at,
    assault_at,
    own_power,
    enemy_power,
    sums,
    stamp,
    cols,
    rates,
):
    """Power of every exposed group, then both sides' power within reach of each, narrowed by the frontage.

    ``sums`` (own and enemy, side, cells) and ``stamp`` (side, cells) keep a cell's result for the tick's other
    groups.
    """
    rates = ContactRates(*rates)
    n_groups = len(cell)
    reach, span = rates.reach_cells, (2 * rates.reach_cells + 1) * rates.cell_km
    for g in range(n_groups):
        own_power[g] = 0.0
        enemy_power[g] = 0.0
        if not exposed[g]:
            continue
        full = max(1.0, men[g] * rates.ammo_full_kg)
        morale = 0.2 + 0.8 * cohesion[g]
        value = men[g] * quality[g] * morale * fire_effect(ammo_kg[g] / full)
        value *= 1.0 - rates.hunger_loss * min(1.0, hungry_days[g] / 5.0)
        aggressive = order[g] == ASSAULT or order[g] == SWEEP
        if side[g] == ATTACKER:
            fire = 1.0 + (rates.fire_attacker - 1.0) * serviceable[0]
            fire += rates.artillery * weather_factor[2] * serviceable[0]
            if kind[g] != COLUMN or not on_road[cell[g]]:  # guns and vehicles stay with the columns, on roads
                fire = 1.0 + 0.5 * (fire - 1.0)
            value *= fire
        else:
            value *= rates.fire_defender * arms[0]
        if aggressive:
            value *= weather_factor[1]
        else:
            ready = min(1.0, days_in_place[g] / rates.prepare_days)
            value *= terrain_defence[cell[g]] * (rates.hasty + (rates.prepared - rates.hasty) * ready)
        if side[g] == DEFENDER:
            value *= 1.0 + rates.height_gain * min(1.0, height_m[cell[g]] / 500.0)
        if aggressive:
            assault_at[side[g], cell[g]] += value
        else:
            power_at[side[g], cell[g]] += value
    for g in range(n_groups):
        if not exposed[g]:
            continue
        here, own = cell[g], side[g]
        if stamp[own, here] != tick + 1:
            stamp[own, here] = tick + 1
            # in a gorge only so many of an assaulting side can come to bear: power per km of open ground
            limit = rates.frontage * max(0.5, open_share[here] * span)
            for k in range(2):
                who = own if k == 0 else 1 - own
                assault = min(limit, window_sum(assault_at[who], here, reach, cols))
                sums[k, own, here] = assault + window_sum(power_at[who], here, reach, cols)
        own_power[g] = sums[0, own, here]
        enemy_power[g] = sums[1, own, here]
    for g in range(n_groups):
        if exposed[g]:
            power_at[side[g], cell[g]] = 0.0
            assault_at[side[g], cell[g]] = 0.0


@kernel
def note_contact(exposed, enemy_power, engaged):
    """Share of the last day's ticks in which the group had an enemy before it."""
    for g in range(len(engaged)):
        hit = 1.0 if exposed[g] and enemy_power[g] > 0.0 else 0.0
        engaged[g] = 0.75 * engaged[g] + 0.25 * hit


class Scratch(NamedTuple):
    """Work arrays that hold nothing over from one tick to the next: see ``expose`` and ``measure_power``."""

    power_at: np.ndarray
    assault_at: np.ndarray
    near: np.ndarray
    near_stamp: np.ndarray
    sums: np.ndarray
    sums_stamp: np.ndarray


def scratch(n_cells: int) -> Scratch:
    """Fresh work arrays."""
    return Scratch(
        power_at=np.zeros((2, n_cells)),
        assault_at=np.zeros((2, n_cells)),
        near=np.zeros((2, n_cells)),
        near_stamp=np.zeros((2, n_cells), np.int32),
        sums=np.zeros((2, 2, n_cells)),
        sums_stamp=np.zeros((2, n_cells), np.int32),
    )
