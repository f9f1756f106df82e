"""The sentence of a comparison: who gains what, what is nobody's gain, and when nothing can be told."""

from __future__ import annotations

from typing import NamedTuple

from sim.experiment.pairs.compare import CLASS, Alternative, Comparison
from sim.experiment.pairs.paired import FEWEST_CHANGED, PairedDifference
from sim.observe.outcome import BITS
from sim.report.pairs.compare_words import BIT_WORDS, NO_UNIT, NOTE, count_of, decimals, interval, name_of, short, told
from sim.scenario import Scenario
from sim.scenario.run_parameters import DAYS

_BIT_GAINS = {"floor_taken": "attacker", "held_90d": "attacker", "settlement": ""}
_CLASS_GAINS = {CLASS + "defended": "defender", CLASS + "collapsed": "attacker"}
"""The ends of the scale. What lies between them is fewer because either end is more, so that nobody gains by it."""
_LOSERS = {"attacker_losses": "attacker", "defender_losses": "defender"}
_OTHER = {"attacker": "defender", "defender": "attacker", "": ""}
COMPARED = ("in A", "in B")


class Clause(NamedTuple):
    """A difference in words, and who gains by it: attacker, defender, or nobody in particular."""

    text: str
    gains: str


def _size(d: PairedDifference, scale: float = 1.0) -> tuple[str, str]:
    """Difference and interval without their sign, for a clear one whose direction the words tell."""
    digits = decimals(d, scale)
    low, high = sorted((abs(d.low), abs(d.high)))
    return told(scale * abs(d.difference), digits), f"{told(scale * low, digits)} to {told(scale * high, digits)}"


def clause(key: str, d: PairedDifference, aside: str = "", nobody: bool = False) -> Clause:
    """One clear difference in words that can be quoted.

    ``aside`` is told with the interval. With ``nobody`` it is no side's gain, whatever it says.
    """
    found = _clause(key, d, f"; {aside}" if aside else "")
    return Clause(found.text, "") if nobody else found


def _clause(key: str, d: PairedDifference, aside: str) -> Clause:
    more = d.difference > 0
    if key in BITS or key.startswith(CLASS):
        size, between = _size(d, 100.0)
        gains = _BIT_GAINS.get(key, "defender") if key in BITS else _CLASS_GAINS.get(key, "")
        what = BIT_WORDS[key] if key in BITS else f"the outcome is '{name_of(key)}'"
        text = f"{what} in {size} {'more' if more else 'fewer'} of 100 runs ({between}{aside})"
        return Clause(text, gains if more else _OTHER[gains])
    size, between = _size(d)
    between += aside
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


def clause_of(alternative: Alternative, key: str, arms: tuple[str, str] = COMPARED) -> Clause:
    """The same, with what must be said beside it, and no gain where only the yardstick moved."""
    d = alternative.all[key]
    nobody, aside = bool(unlike(alternative)), ""
    if _LOSERS.get(key) in alternative.strength:
        nobody, aside = True, f"but the {_LOSERS[key]} has another number of people"
    elif key == "held_to_winter" and _winter_moved(alternative):
        nobody, aside = True, "but winter comes on another day"
    elif key == "days_floor_held":
        aside = _never_taken(alternative, arms)
    return clause(key, d, aside, nobody)


def unlike(alternative: Alternative) -> str:
    """Why no side's gain can be told from these runs at all; empty where one can."""
    found = [("run.days", "lengths"), ("run.start", "first days")]
    told = " and ".join(f"their different {words}" for key, words in found if key in alternative.differs)
    return f"Part of it is due to {told}, so that no side's gain is told." if told else ""


def _winter_moved(alternative: Alternative) -> bool:
    d = alternative.quantities["winter_onset_day"]
    return d.clear or d.only_a + d.only_b >= FEWEST_CHANGED


def _never_taken(alternative: Alternative, arms: tuple[str, str]) -> str:
    """Runs that count with all their days because the floor never fell."""
    d = alternative.quantities["floor_taken_day"]
    never = [alternative.pairs - d.pairs - only for only in (d.only_a, d.only_b)]
    if not any(never):
        return ""
    days = "their" if "run.days" in alternative.differs else f"{alternative.ensemble.scenario[DAYS]}"
    counts = f"{never[0]} of {alternative.pairs} {arms[0]} and {never[1]} {arms[1]}"
    return f"runs in which it was never taken, {counts}, count with all {days} days"


def headline(alternative: Alternative, aside: frozenset[str] = frozenset()) -> list[str]:
    """The firm differences worth a sentence, at most four, without those in ``aside``.

    The bit or end of the scale of outcomes with the largest one, the days that the floor was held, the largest, in
    standard deviations of a run, of losses and displaced; then, when all these are one side's gain, the largest that is
    the other's.
    """
    stand, every = alternative.firm - aside, alternative.all
    classes = [CLASS + name for name in alternative.outcomes]
    shares = _largest_first(alternative, stand & {*alternative.bits, *_CLASS_GAINS})
    shares += _largest_first(alternative, stand & {*classes} - {*_CLASS_GAINS})
    days = [name for name in ("days_floor_held",) if name in stand]
    people = sorted(stand & {*_LOSERS, "civilians_displaced"}, key=lambda n: (-abs(every[n].effect), n))
    keys = [*shares[:1], *days, *people[:1]]
    gains = {key: clause_of(alternative, key).gains for key in {*shares, *days, *people}}
    sides = {gains[key] for key in keys} - {""}
    if len(sides) == 1:
        other = _OTHER[sides.pop()]
        keys += [key for key in (*shares, *people) if gains[key] == other][:1]
    return keys


def _largest_first(alternative: Alternative, names: frozenset[str] | set[str]) -> list[str]:
    """By the difference of the shares; of equals bits come before classes."""
    every = alternative.all
    return sorted(names, key=lambda n: (-abs(every[n].difference), n not in BITS, n))


def sentence(comparison: Comparison, alternative: Alternative) -> str:
    """Who gains what by the alternative, in one or two sentences that can be quoted; never more than the intervals."""
    named = zip(comparison.letters[1:], comparison.alternatives, strict=True)
    letter = next((letter for letter, other in named if other is alternative), "B")
    return finding(alternative, lead(comparison.baseline.scenario, alternative), arms=("in A", f"in {letter}"))


def finding(
    alternative: Alternative, start: str, aside: frozenset[str] = frozenset(), arms: tuple[str, str] = COMPARED
) -> str:
    """``start`` says what was changed; what follows says what came of it, leaving ``aside`` out of the headline."""
    if alternative.pairs == 0:
        return f"{start} nothing can be compared: no pair of runs came to its end in both."
    if alternative.same:
        told = f"scenario {alternative.ensemble.scenario.hash}"
        return f"Both are the same ({told}): every difference is zero by construction."
    runs = f"{alternative.pairs} pairs of runs with the same luck"
    if alternative.changes_nothing:
        most = 100 * alternative.quantities["attacker_losses"].at_most
        return f"{start} not one of {runs} differs; at most {most:.1f} in 100 would, with 95 % confidence."
    keys = headline(alternative, aside)
    if not keys:
        return f"{start} {_nothing_told(alternative, aside)}"
    clauses = [clause_of(alternative, key, arms) for key in keys]
    why = unlike(alternative)
    return " ".join(filter(None, (f"{start} {_who_gains(clauses)}. From {runs}.", why, NOTE)))


def _who_gains(clauses: list[Clause]) -> str:
    """First what a side gains, then what is neither's gain."""
    by_side = {side: "; ".join(c.text for c in clauses if c.gains == side) for side in ("defender", "attacker")}
    by_side = {side: text for side, text in by_side.items() if text}
    besides = "; ".join(c.text for c in clauses if not c.gains)
    if not by_side:
        return besides
    if len(by_side) == 1:
        text = "".join(f"the {side} gains: {text}" for side, text in by_side.items())
    else:
        text = "mixed: " + "; ".join(f"for the {side}, {text}" for side, text in by_side.items())
    return text + (f". Besides, {besides}" if besides else "")


def _nothing_told(alternative: Alternative, aside: frozenset[str] = frozenset()) -> str:
    d = alternative.quantities["days_floor_held"]
    if d.changed:
        days = f"the change of the days that the main floor is held is {interval(d)}"
    else:
        days = (
            f"in none of {d.pairs} pairs do the days differ that the main floor is held (at most "
            f"{100 * d.at_most:.2g} in 100 pairs would, with 95 % confidence)"
        )
    text = (
        "no difference in outcome, days held or losses to fighting can be told from luck at "
        f"{alternative.pairs} pairs: {days}."
    )
    if elsewhere := alternative.firm - aside:
        key = max(elsewhere, key=lambda n: (abs(alternative.all[n].effect), n))
        text += f" Clearest elsewhere: {clause_of(alternative, key).text}."
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
