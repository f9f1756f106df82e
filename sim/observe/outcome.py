"""What one run came to: its outcome class, bits, quantities and dates. Reads the daily series only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim import codes
from sim.observe import politics
from sim.observe.series import Series

WEEK = 7
HELD_DAYS = 90
SURVIVES = 0.05
"""Share of the defender's first people, active or dispersed, that counts as a surviving force (assumed): about the ten
people at each of some twenty side sites that the presence layer asks for. See decision 0020."""

OUTCOMES: dict[str, str] = {
    "defended": "the attacker never held the whole main floor for a week and does not at the end",
    "contested": "the main floor is shared at the end",
    "occupied_resistance_survives": "the attacker holds the whole main floor at the end; a defending force survives",
    "collapsed": "no defending force is left, or its people have made their peace by local deals",
    "withdrawn": "the attacker took the main floor and left",
    "settlement": "an agreement between the sides is in force at the end",
}
BITS: dict[str, str] = {
    "floor_taken": "the attacker held the whole main floor for a week at some time",
    "held_90d": "the attacker held the whole main floor for 90 days in a row",
    "defender_survives": "at the end a twentieth of the defending force is still there",
    "settlement": "an agreement between the sides is in force at the end",
    "held_to_winter": "the defender held some of the main floor until the high passes closed",
    "held_through_winter": "the defender held some of the main floor from start to end",
}
QUANTITIES: dict[str, str] = {
    "days_floor_held": "days",
    "first_assault_day": "day",
    "winter_onset_day": "day",
    "attacker_losses": "people",
    "defender_losses": "people",
    "attacker_invalided": "people",
    "defender_invalided": "people",
    "civilians_displaced": "people",
    "attacker_loss_rate": "%/day",
    "support_delivered_t": "t",
    "floor_taken_day": "day",
    "attacker_groups_broken": "groups",
    "defender_groups_broken": "groups",
    "road_cut_days": "days",
    "civil_hunger_days": "days",
    "defender_presence": "share",
    "half_floor_day": "day",
    "assault_days": "days",
    "defenders_left": "people",
    "resistance_days": "days",
    "hunger_day": "day",
    "attacker_hungry": "people",
    **politics.QUANTITIES,
}


@dataclass(frozen=True)
class Outcome:
    """One run's result. Days count from 0; NaN where something did not happen.

    floor_day (districts,): first day the attacker held the district's floor, NaN if never. lost_day: first day
    after that on which they no longer did. breaks (sides, reasons): groups. settlement: the last agreement made, a name
    of ``codes.SETTLEMENT_NAMES``, in force at the end or not; terms: what it said.
    """

    outcome: str
    bits: dict[str, bool]
    quantities: dict[str, float]
    floor_day: NDArray[np.float64]
    lost_day: NDArray[np.float64]
    breaks: NDArray[np.float64]
    settlement: str = codes.SETTLEMENT_NAMES[codes.NOTHING]
    terms: tuple[tuple[str, float], ...] = ()


def longest_run(flags: NDArray[np.bool_]) -> int:
    """Length of the longest unbroken run of True."""
    edges = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0))
    return int((edges[1::2] - edges[::2]).max()) if len(edges) else 0


def judge(
    series: Series, main: NDArray[np.bool_], floor_sites: NDArray, defenders: int, attackers: int, onset_day: float
) -> Outcome:
    """Judge a run.

    ``main`` flags the districts on the main floor, ``floor_sites`` lists its sites; ``defenders`` and ``attackers``
    are the people at the start; ``onset_day`` is the day on which the high passes closed, NaN if they did not.
    """
    days = len(series.phase)
    attacker_floor = (series.floor[:, main] == codes.ATTACKER).all(axis=1)
    some_defended = (series.holder[:, floor_sites] == codes.DEFENDER).any(axis=1)
    none_attacker = (series.floor[:, main] != codes.ATTACKER).all(axis=1)
    alive = series.column("defender_active") + series.column("defender_dispersed") + series.column("defender_sick")
    survives = bool(alive[-1] >= SURVIVES * defenders) and defenders > 0
    longest = longest_run(attacker_floor)
    taken = longest >= WEEK
    first_taken = _first(attacker_floor)
    onset = int(onset_day) if np.isfinite(onset_day) and onset_day < days else -1
    bits = {
        "floor_taken": taken,
        "held_90d": longest >= HELD_DAYS,
        "defender_survives": survives,
        "settlement": politics.agreed(series),
        "held_to_winter": bool(some_defended[: onset + 1].all()) if onset >= 0 else bool(some_defended.all()),
        "held_through_winter": bool(some_defended.all()),
    }
    left = bool(series.phase[-1] == codes.P_LEAVE)
    outcome = _classify(taken, bool(attacker_floor[-1]), bool(none_attacker[-1]), left, survives)
    if bits["settlement"]:
        outcome = "settlement"
    elif series.stock("settlement")[-1] == codes.LOCAL_DEALS:
        outcome = "collapsed"
    floor_day = np.array([_first(series.floor[:, d] == codes.ATTACKER) for d in range(series.floor.shape[1])])
    assaults = np.flatnonzero((series.phase == codes.P_ASSAULT) & (series.column("attacker_engaged") > 0))
    out = series.column("attacker_out")
    first_assault = float(assaults[0]) if len(assaults) else np.nan
    week = slice(int(first_assault), int(first_assault) + 14) if len(assaults) else slice(0, 14)
    losses = np.diff(out, prepend=0.0)[week]
    residents = series.column("residents")
    quantities = {
        "days_floor_held": first_taken if np.isfinite(first_taken) else float(days),
        "first_assault_day": first_assault,
        "winter_onset_day": float(onset_day),
        "attacker_losses": float(out[-1]),
        "attacker_invalided": float(series.column("attacker_invalided")[-1]),
        "defender_invalided": float(series.column("defender_invalided")[-1]),
        "defender_losses": float(series.column("defender_out")[-1]),
        "civilians_displaced": float((residents.max() - residents).max()),
        "attacker_loss_rate": 100.0 * float(losses.mean()) / attackers if attackers else 0.0,
        "support_delivered_t": float(series.column("delivered_kg")[-1]) / 1000.0,
        "floor_taken_day": first_taken,
        "attacker_groups_broken": float(series.breaks[:, 0].sum()),
        "defender_groups_broken": float(series.breaks[:, 1].sum()),
        "road_cut_days": float((series.column("road_cuts") > 0).sum()),
        "civil_hunger_days": float((series.column("civil_hunger") > 0.3).sum()),
        "defender_presence": float(series.presence[-1].mean()),
        "half_floor_day": _first(np.isin(series.holder[:, floor_sites], codes.ATTACKER).mean(axis=1) >= 0.5),
        "assault_days": float((series.phase == codes.P_ASSAULT).sum()),
        "defenders_left": float(alive[-1]),
        "hunger_day": _first(series.column("civil_hunger") > 0.3),
        "attacker_hungry": float(series.column("attacker_hungry").mean()),
        "resistance_days": _lasts(alive, defenders),
        **politics.quantities(series, main, first_taken),
    }
    lost_day = np.array([_lost(series.floor[:, d], day) for d, day in enumerate(floor_day)])
    kind = codes.SETTLEMENT_NAMES[politics.last_agreement(series)]
    terms = politics.terms(series)
    in_order = {name: quantities[name] for name in QUANTITIES}
    return Outcome(outcome, bits, in_order, floor_day, lost_day, series.breaks.sum(axis=0), kind, terms)


def _classify(taken: bool, held_at_end: bool, none_at_end: bool, left: bool, survives: bool) -> str:
    """The exclusive outcome class; see ``OUTCOMES``."""
    if taken and left:
        return "withdrawn"
    if not survives:
        return "collapsed"
    if held_at_end:
        return "occupied_resistance_survives" if taken else "contested"
    if not taken:
        return "defended"
    return "withdrawn" if none_at_end else "contested"


def _first(flags: NDArray[np.bool_]) -> float:
    found = np.flatnonzero(flags)
    return float(found[0]) if len(found) else np.nan


def _lasts(alive: NDArray[np.float64], defenders: int) -> float:
    """Days until fewer than a tenth of the defender's first people are left; all days where that never comes.

    A tenth and not ``SURVIVES``, because most runs pass it within the winter, which is what a duration needs.
    """
    ended = _first(alive < 0.1 * defenders)
    return ended if np.isfinite(ended) else float(len(alive))


def _lost(floor: NDArray[np.int8], taken: float) -> float:
    if not np.isfinite(taken):
        return np.nan
    later = np.flatnonzero(floor[int(taken) :] != codes.ATTACKER)
    return taken + float(later[0]) if len(later) else np.nan
