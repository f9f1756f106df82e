"""Differences in words: names, numbers no finer than their interval, and the sentence that says who gains what."""

from __future__ import annotations

import math
from collections.abc import Mapping

from sim.experiment.pairs.compare import CLASS, Comparison
from sim.experiment.pairs.paired import PairedDifference
from sim.params import Value
from sim.report.run_figures import set_by_hand
from sim.report.tables import LOSSES, MEASURES
from sim.report.words import TITLES
from sim.scenario.values import plain

BIT_WORDS: dict[str, str] = {
    "floor_taken": "the attacker takes the floor for a week",
    "held_90d": "the attacker holds the floor for 90 days",
    "defender_survives": "a defending force is left at the end",
    "settlement": "an agreement is in force at the end",
    "held_to_winter": "the defender holds some floor to winter",
    "held_through_winter": "the defender holds some floor to the end",
}
QUANTITY_WORDS: dict[str, str] = (
    LOSSES
    | MEASURES
    | {
        "denial_lag_days": "end of a claim, after loss of the floor",
        "days_floor_held": "days until the main floor was first taken",
        "first_assault_day": "first fighting of the assault, day",
        "winter_onset_day": "high passes close, day",
        "floor_taken_day": "main floor taken, where it was, day",
        "half_floor_day": "half of the main floor taken, day",
        "attacker_groups_broken": "attacker's groups broken",
        "defender_groups_broken": "defender's groups broken",
        "defender_presence": "defender's presence in the side valleys",
        "assault_days": "days of assault",
        "defenders_left": "defenders left at the end",
        "resistance_days": "days until a tenth of defenders is left",
        "hunger_day": "hunger among civilians begins, day",
        "attacker_hungry": "attackers hungry, mean of all days",
        "false_victory_day": "first false claim of victory, day",
        "belief_gap_attacker": "error of the attacker's picture",
        "belief_gap_defender": "error of the defender's picture",
        "claimed_ratio_attacker": "attacker's claims over real losses",
        "claimed_ratio_defender": "defender's claims over real losses",
        "settled_day": "agreement made, day",
        "assault_day": "assault ordered, day",
        "mean_drawn_away": "part of the force drawn away",
        "recognition_at_end": "recognition of the attacker at the end",
        "fragmentation_at_end": "discord within the attacker at the end",
        "deals": "districts that made their own peace",
    }
)
NO_UNIT = {"day", "share", "0-1", "x"}
"""Units that a name tells already, or that need no word."""
STAR = "* A run in which it was never taken counts with all its days."
NOTE = "Intervals (95 %) are for luck only, not for doubt in the assumptions."


def name_of(key: str) -> str:
    """A bit, outcome class or quantity in words."""
    if key.startswith(CLASS):
        return TITLES[key.removeprefix(CLASS)]
    return BIT_WORDS.get(key) or QUANTITY_WORDS.get(key, key)


def decimals(d: PairedDifference, scale: float = 1.0) -> int:
    """Digits after the point that the interval deserves, below 0 for tens and hundreds; no bound is rounded to zero."""
    half = scale * (d.high - d.low) / 2
    size = half if half > 0 else scale * abs(d.difference)
    if not (math.isfinite(size) and size > 0):
        return 0
    magnitude = math.floor(math.log10(size) + 0.02)
    digits = max(0, -magnitude) if magnitude < 1 else 1 - magnitude
    bounds = [scale * value for value in (d.low, d.high) if value and math.isfinite(value)]
    most = (
        4 if d.low * d.high > 0 else max(digits, 1)
    )  # of an interval over zero, its ends need no telling apart from it
    while digits < most and any(round(value, digits) == 0 for value in bounds):
        digits += 1
    if d.difference and round(scale * d.difference, digits) == 0 and round(scale * d.difference, digits + 1):
        digits += 1  # what differs does not look like nothing
    return digits


def told(value: float, digits: int, sign: bool = False) -> str:
    """A number with ``digits`` after the point; '–' for NaN, and never a minus before zero."""
    if not math.isfinite(value):
        return "–"
    rounded = round(value, digits) + 0.0
    point = max(digits, 0)
    return f"{rounded:+,.{point}f}" if sign and rounded else f"{rounded:,.{point}f}"


def interval(d: PairedDifference, scale: float = 1.0) -> str:
    """``+12 (8 to 16)``; of a quantity that is the same in all pairs, the share that so many pairs leave open."""
    if d.pairs and not d.changed and d.low == d.high:
        return f"none of {d.pairs} pairs (at most {100 * d.at_most:.2g} %)"
    digits = decimals(d, scale)
    low, high = (told(scale * bound, digits) for bound in (d.low, d.high))
    return f"{told(scale * d.difference, digits, sign=True)} ({low} to {high})"


def count_of(differs: Mapping[str, tuple[Value, Value]]) -> str:
    """How much differs: ``3 values and 1 event changed``."""
    events = [event for side in differs.get("events", ()) for event in side]  # type: ignore[union-attr]
    values = len(differs) - ("events" in differs)
    parts = [f"{n} {word}{'s' if n != 1 else ''}" for n, word in ((values, "value"), (len(events), "event")) if n]
    return " and ".join(parts) + " changed"


def short(value: Value, most: int = 40) -> str:
    """A value in few letters."""
    text = plain(value)
    return text if len(text) <= most else text[: most - 1] + "…"


def labels(comparison: Comparison) -> tuple[str, ...]:
    """A letter and a title for each, with what was changed by hand."""
    base = comparison.baseline.scenario
    names = [base.title]
    for other in comparison.alternatives:
        title = other.ensemble.scenario.title
        keys = [key for key in set_by_hand(other.ensemble.scenario) if key in other.differs]
        if keys:
            title += ": " + ", ".join(f"{key} {short(other.differs[key][1], 20)}" for key in keys[:2])
            title += ", …" if len(keys) > 2 else ""
        names.append(title)
    return tuple(f"{letter}  {name}" for letter, name in zip(comparison.letters, names, strict=True))


def cautions(comparison: Comparison) -> list[str]:
    """What makes the counts of days of two scenarios hard to compare, and what could not be paired."""
    found = []
    for letter, other in zip(comparison.letters[1:], comparison.alternatives, strict=True):
        if "run.days" in other.differs:
            a, b = (plain(value) for value in other.differs["run.days"])
            found.append(
                f"A runs {a} days and {letter} {b}: counts of days, losses and what holds at the end are over "
                "different times; part of each difference is due to that alone."
            )
        if "run.start" in other.differs:
            a, b = (plain(value) for value in other.differs["run.start"])
            found.append(f"A begins on {a} and {letter} on {b}: days are counted from each one's own first day.")
        lost = other.ensemble.asked - other.pairs
        if lost:
            found.append(
                f"{letter}: {lost} of {other.ensemble.asked} pairs lack a run that came to its end. Table and sentence "
                "are of whole pairs; the curves and maps of --out are of all finished runs of each scenario."
            )
    return found
