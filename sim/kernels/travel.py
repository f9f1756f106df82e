"""How long one step between neighbouring cells takes: one rule for path fields and for marching groups."""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.codes import FOOT, PACK, VEHICLE
from sim.kernels import kernel

BLOCKED = 1.0e9
"""Hours of a step that cannot be taken."""

# neighbours: N, NE, E, SE, S, SW, W, NW
DROW = (-1, -1, 0, 1, 1, 1, 0, -1)
DCOL = (0, 1, 1, 1, 0, -1, -1, -1)


class TravelRates(NamedTuple):
    """Numbers of the travel rule; see ``sim.world.routes.PARAMETERS`` for meaning, unit and source."""

    off_path: float
    load: float
    altitude_loss: float
    snow_factor: float
    column_speed: float
    pack_slope: float


@kernel
def step_hours(mobility, km, rise_m, z_m, surface, kmh, line_m, rates):
    """Hours for one step of ``km`` that rises ``rise_m`` and whose higher end lies at ``z_m``.

    ``surface`` and ``kmh`` are the worse of both cells. Above ``line_m`` snow slows people on foot and stops
    pack animals and vehicles. Tobler (1993) on slope; load, altitude and snow as factors on speed.
    """
    if mobility == VEHICLE:
        if kmh <= 0.0 or z_m > line_m:
            return BLOCKED
        return km / (kmh * rates.column_speed)
    slope = rise_m / (1000.0 * km)
    if mobility == PACK and (z_m > line_m or (surface == 0 and abs(slope) > rates.pack_slope)):
        return BLOCKED
    speed = 6.0 * math.exp(-3.5 * abs(slope + 0.05)) * rates.load
    if surface == 0:
        speed *= rates.off_path
    speed *= max(0.4, 1.0 - rates.altitude_loss * max(0.0, z_m - 1500.0) / 100.0)
    if mobility == FOOT and z_m > line_m:
        speed *= rates.snow_factor
    return km / max(speed, 0.1)
