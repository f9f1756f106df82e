"""Unrest elsewhere: how many would rise under a given claim to rule, and in how many provinces they do today."""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.codes import AT_HOME, D_UPRISING
from sim.kernels import kernel
from sim.kernels.draws import uniform, whole

DAYS_IN_MONTH = 30.44


class UnrestRates(NamedTuple):
    """Numbers of the unrest; see ``sim.mechanisms.unrest``."""

    provinces: int
    chance: float
    reference: float
    threshold: float
    arrest: float
    days: float
    draw: float
    most_drawn: float


@kernel
def active_share(legitimacy, threshold, arrest):
    """Share of people with H(1 - L) - R·P > T for hardship H and risk aversion R uniform in 0-1 (D58), exactly.

    With a = 1 - L those of risk aversion r rise whose H lies above (T + rP)/a, up to the r at which that is 1.
    """
    anger = 1.0 - legitimacy
    if anger <= threshold:
        return 0.0
    bold = 1.0 if arrest <= anger - threshold else (anger - threshold) / arrest
    return bold * (1.0 - threshold / anger) - arrest * bold * bold / (2.0 * anger)


@kernel
def unrest_day(tick, key, legitimacy, unrest, drawn_away, rates):
    """Provinces rise by a hazard in proportion to the share of active people, and quiet down at a steady rate."""
    rates = UnrestRates(*rates)
    usual = active_share(rates.reference, rates.threshold, rates.arrest)
    ratio = active_share(legitimacy[AT_HOME], rates.threshold, rates.arrest) / max(usual, 1e-9)
    rising = 1.0 - math.exp(-rates.chance * ratio / DAYS_IN_MONTH)
    settling = 1.0 - math.exp(-1.0 / rates.days)
    restless = min(unrest[0], float(rates.provinces))
    new = whole((rates.provinces - restless) * rising, uniform(key, D_UPRISING, tick, 0, 0))
    quiet = whole(restless * settling, uniform(key, D_UPRISING, tick, 1, 0))
    unrest[0] = max(0.0, min(float(rates.provinces), restless + new - quiet))
    drawn_away[0] = min(rates.most_drawn, unrest[0] * rates.draw)
