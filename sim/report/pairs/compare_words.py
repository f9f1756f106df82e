"""Differences in words: names, numbers no finer than their interval, and the sentence that says who gains what."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from sim.experiment.pairs.compare import Alternative, Comparison
from sim.experiment.pairs.paired import PairedDifference
from sim.observe.outcome import BITS
from sim.params import Value
from sim.report.run_figures import set_by_hand
from sim.report.tables import LOSSES, MEASURES
from sim.scenario import Scenario
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
NOTE = "Intervals (95 %) are for luck only, not for doubt in the assumptions."


class Clause(NamedTuple):
    """A difference in words, and who gains by it: attacker, defender, or nobody in particular."""

    text: str
    gains: str


def name_of(key: str) -> str:
    """A bit or quantity in words."""
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
    while digits < 4 and any(round(value, digits) == 0 for value in bounds):
        digits += 1
    return digits


def told(value: float, digits: int, sign: bool = False) -> str:
    """A number with ``digits`` after the point; '–' for NaN, and never a minus before zero."""
    if not math.isfinite(value):
        return "–"
    rounded = round(value, digits) + 0.0
    point = max(digits, 0)
    return f"{rounded:+,.{point}f}" if sign and rounded else f"{rounded:,.{point}f}"


def interval(d: PairedDifference, scale: float = 1.0) -> str:
    """``+12 (8 to 16)``."""
    digits = decimals(d, scale)
    low, high = (told(scale * bound, digits) for bound in (d.low, d.high))
    return f"{told(scale * d.difference, digits, sign=True)} ({low} to {high})"


def _size(d: PairedDifference, scale: float = 1.0) -> tuple[str, str]:
    """Difference and interval without their sign, for a clear one whose direction the words tell."""
    digits = decimals(d, scale)
    low, high = sorted((abs(d.low), abs(d.high)))
    return told(scale * abs(d.difference), digits), f"{told(scale * low, digits)} to {told(scale * high, digits)}"


_BIT_GAINS = {"floor_taken": "attacker", "held_90d": "attacker", "settlement": ""}
_LOSERS = {"attacker_losses": "attacker", "defender_losses": "defender"}
_OTHER = {"attacker": "defender", "defender": "attacker", "": ""}


def clause(key: str, d: PairedDifference) -> Clause:
    """One clear difference in words that can be quoted."""
    more = d.difference > 0
    if key in BITS:
        size, between = _size(d, 100.0)
        gains = _BIT_GAINS.get(key, "defender")
        text = f"{BIT_WORDS[key]} in {size} {'more' if more else 'fewer'} of 100 runs ({between})"
        return Clause(text, gains if more else _OTHER[gains])
    size, between = _size(d)
    if key == "days_floor_held":
        text = f"the defender holds the main floor {size} days {'longer' if more else 'less'} ({between})"
        return Clause(text, "defender" if more else "attacker")
    if key in _LOSERS:
        loser = _LOSERS[key]
        text = f"the {loser} loses {size} people {'more' if more else 'fewer'} to fighting ({between})"
        return Clause(text, _OTHER[loser] if more else loser)
    if key == "civilians_displaced":
        return Clause(f"{size} {'more' if more else 'fewer'} civilians are away from home at the worst ({between})", "")
    if d.unit == "day":
        return Clause(f"{name_of(key)}: {size} days {'later' if more else 'earlier'} ({between})", "")
    unit = "" if d.unit in NO_UNIT else f"{d.unit} "
    return Clause(f"{name_of(key)}: {size} {unit}{'more' if more else 'less'} ({between})", "")


def headline(alternative: Alternative) -> list[str]:
    """The firm differences worth a sentence, at most three.

    The bit with the largest one, the days that the floor was held, then the largest, in standard deviations of a run,
    of losses and displaced.
    """
    bits = sorted(alternative.firm & set(alternative.bits), key=lambda n: (-abs(alternative.bits[n].difference), n))
    days = [name for name in ("days_floor_held",) if name in alternative.firm]
    people = alternative.firm & {*_LOSERS, "civilians_displaced"}
    ranked = sorted(people, key=lambda n: (-abs(alternative.quantities[n].effect), n))
    return [*bits[:1], *days, *ranked[:1]]


def sentence(comparison: Comparison, alternative: Alternative) -> str:
    """Who gains what by the alternative, in one or two sentences that can be quoted; never more than the intervals."""
    return finding(alternative, lead(comparison.baseline.scenario, alternative))


def finding(alternative: Alternative, start: str) -> str:
    """``start`` says what was changed; what follows says what came of it."""
    if alternative.pairs == 0:
        return f"{start} nothing can be compared: no pair of runs came to its end in both."
    if alternative.same:
        told = f"scenario {alternative.ensemble.scenario.hash}"
        return f"Both are the same ({told}): every difference is zero by construction."
    runs = f"{alternative.pairs} pairs of runs with the same luck"
    if alternative.changes_nothing:
        most = 100 * (1 - 0.05 ** (1 / alternative.pairs))  # upper 95 % bound of a share of which none was seen
        return f"{start} not one of {runs} differs; at most {most:.1f} in 100 would, with 95 % confidence."
    keys = headline(alternative)
    if not keys:
        return f"{start} {_nothing_told(alternative)}"
    clauses = [clause(key, alternative.all[key]) for key in keys]
    if "run.days" in alternative.differs:  # who gains is not to be told from runs of different lengths
        clauses = [Clause(c.text, "") for c in clauses]
        runs += ", part of it due to their different lengths"
    return f"{start} {_who_gains(clauses)}. From {runs}. {NOTE}"


def _who_gains(clauses: list[Clause]) -> str:
    """First what a side gains, then what is neither's gain."""
    sides = sorted({c.gains for c in clauses if c.gains})
    told = "; ".join(c.text for c in clauses if c.gains)
    besides = "; ".join(c.text for c in clauses if not c.gains)
    if not sides:
        return besides
    gain = "each side gains something" if len(sides) == 2 else f"the {sides[0]} gains"
    return f"{gain}: {told}" + (f". Besides, {besides}" if besides else "")


def _nothing_told(alternative: Alternative) -> str:
    d = alternative.quantities["days_floor_held"]
    text = (
        f"no difference in outcome, days held or losses can be told from luck at {alternative.pairs} pairs: the change "
        f"of the days that the main floor is held is {interval(d)}."
    )
    if alternative.firm:
        key = max(alternative.firm, key=lambda n: (abs(alternative.all[n].effect), n))
        text += f" Clearest elsewhere: {clause(key, alternative.all[key]).text}."
    return f"{text} {NOTE}"


def lead(baseline: Scenario, alternative: Alternative) -> str:
    """What was changed, as the beginning of the sentence."""
    other = alternative.ensemble.scenario
    few = 0 < len(alternative.differs) <= 2 and "events" not in alternative.differs
    told = " and ".join(f"{key} {short(b)} instead of {short(a)}" for key, (a, b) in alternative.differs.items())
    if other.title == baseline.title:
        return f"With {told if few else count_of(alternative.differs)}," if alternative.differs else "Here"
    changed = f" ({told if few and len(told) <= 120 else count_of(alternative.differs)})" if alternative.differs else ""
    return f"Under '{other.title}'{changed} against '{baseline.title}',"


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
            found.append(f"{letter}: {lost} of {other.ensemble.asked} pairs lack a run that came to its end.")
    return found
