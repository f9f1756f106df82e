"""Unrest elsewhere: provinces rise where the claim to rule is weak, and draw attackers away from the valley."""

from __future__ import annotations

from sim.kernels.unrest import UnrestRates, unrest_day
from sim.mechanisms.base import Mechanism, Run, Step, names
from sim.params import Parameter

PROVINCES = Parameter("unrest.provinces", "provinces outside the valley that could rise", "provinces", "int", 1, 100)
CHANCE = Parameter(
    "unrest.chance",
    "chance a month that a quiet province rises at the reference legitimacy",
    "1/month",
    "float",
    0,
    0.1,
)
REFERENCE = Parameter("unrest.reference", "legitimacy at which unrest.chance holds", "0-1", "float", 0, 0.65)
THRESHOLD = Parameter("unrest.threshold", "grievance net of risk above which people rise", "0-1", "float", 0, 0.3)
ARREST = Parameter("unrest.arrest", "chance of arrest that people reckon with", "0-1", "float", 0, 0.9)
DAYS = Parameter("unrest.days", "days that the unrest of a province lasts on average", "days", "float", 5, 365)
DRAW = Parameter("unrest.draw", "share of the attackers drawn away by a province in unrest", "share", "float", 0, 0.1)
MOST_DRAWN = Parameter("unrest.most_drawn", "largest share of the attackers drawn away", "share", "float", 0, 0.9)
PARAMETERS = (PROVINCES, CHANCE, REFERENCE, THRESHOLD, ARREST, DAYS, DRAW, MOST_DRAWN)


def bind(run: Run) -> Step:
    """Bind the daily kernel to the state."""
    s, n = run.state, run.number
    rates = UnrestRates(
        int(n(PROVINCES)), n(CHANCE), n(REFERENCE), n(THRESHOLD), n(ARREST), n(DAYS), n(DRAW), n(MOST_DRAWN)
    )
    arrays = (s.legitimacy, s.unrest, s.drawn_away, tuple(rates))
    return lambda tick: unrest_day(tick, run.key, *arrays)


MECHANISM = Mechanism(
    name="unrest",
    models="uprisings in other provinces, the more the weaker the claim to rule; they draw attackers away",
    source="M58; civil violence D58 reduced to the share of people who would rise; share drawn away is judgement",
    parameters=PARAMETERS,
    reads=names("legitimacy"),
    writes=names("unrest drawn_away"),
    bind=bind,
)
