"""A comparison as plain text: what differs, who gains what, and all differences with their intervals."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Mapping

from sim import __version__
from sim.experiment.pairs.compare import CLASS, Alternative, Comparison
from sim.experiment.pairs.paired import PairedDifference
from sim.observe.outcome import BITS, QUANTITIES
from sim.params import Value
from sim.report.pairs.compare_sentence import headline, sentence
from sim.report.pairs.compare_words import NO_UNIT, STAR, cautions, decimals, interval, labels, name_of, short, told
from sim.report.tables import WIDTH, wrapped
from sim.report.words import LIMITS, TITLES, failures
from sim.scenario import Scenario
from sim.scenario.run_parameters import DAYS, SEED

MOST_CHANGES, MOST_ROWS, MOST_MOVES = 12, 3, 2
"""Lines of each table on the first screen."""
LUCK = "~"
"""Marks an interval that leaves out zero, as some of so many do by luck."""
_NAME = 43


def compare_text(comparison: Comparison, every: bool = False) -> str:
    """The whole report; with ``every``, all values that differ and all quantities."""
    parts = [_head(comparison)]
    parts += [wrapped(f"Mind: {text}") for text in cautions(comparison)]
    for letter, other in zip(comparison.letters[1:], comparison.alternatives, strict=True):
        parts += _alternative(comparison, letter, other, every)
    named = zip(comparison.letters, comparison.ensembles, strict=True)
    lines = [f"{letter}: {line}" for letter, ensemble in named for line in failures(ensemble)]
    if lines:
        parts.append("\n".join(["Failed runs", *(wrapped(line, "  ") for line in lines)]))
    parts.append(_foot(comparison))
    return "\n\n".join(parts) + "\n"


def _head(comparison: Comparison) -> str:
    base = comparison.baseline
    names = labels(comparison)
    title = "Compared: " + " | ".join(name.partition("  ")[2] for name in names)
    lines = [*textwrap.wrap(title, WIDTH)]
    lines.append("=" * max(map(len, lines)))
    for letter, ensemble in zip(comparison.letters, comparison.ensembles, strict=True):
        scenario = ensemble.scenario
        lines.append(f"{letter}  {scenario.name} · {scenario[DAYS]} days · scenario {scenario.hash}")
    pairs = f"{base.asked} pairs of runs with the same luck · seed {base.scenario[SEED]} · Standoff {__version__}"
    return "\n".join([*lines, pairs])


def _alternative(comparison: Comparison, letter: str, other: Alternative, every: bool) -> list[str]:
    parts = [differs_lines(comparison.baseline.scenario, other.differs, letter, every)] if other.differs else []
    parts.append(wrapped(sentence(comparison, other)))
    if other.same or other.pairs == 0:
        return parts
    parts.append(_shares(other, letter, every))
    parts += _quantities(other, letter, every)
    if other.changed_outcome:
        parts.append(_moves(other, letter))
    return parts


def differs_lines(
    base: Scenario, differs: Mapping[str, tuple[Value, Value]], letter: str = "B", every: bool = False
) -> str:
    """What differs: key, from, to, unit."""
    keys = [key for key in differs if key != "events"]
    shown = keys if every else keys[:MOST_CHANGES]
    lines = [f"What differs, from A to {letter}"]
    for key in shown:
        before, after = differs[key]
        unit = base.schema[key].unit if key in base.schema else ""
        change = f"{short(before)} → {short(after)}"
        unit = "" if unit in {"", "-", "1", "date"} else f"  {unit}"
        lines.append(f"  {key:<34} {change}{unit}")
    if len(keys) > len(shown):
        lines.append(f"  and {len(keys) - len(shown)} more (--all)")
    for sign, events in zip("-+", differs.get("events", ((), ())), strict=True):
        lines += [wrapped(f"{sign} event {event}", "  ", "      ") for event in events]  # type: ignore[union-attr]
    return "\n".join(lines)


def _shares(other: Alternative, letter: str, every: bool) -> str:
    """Outcome classes, then bits; what never came, and the class that a bit tells already, only with ``every``."""
    head = f"{'In 100 runs':<{_NAME + 2}}{'A':>8}{letter:>8}  difference (95 %)"
    classes = [CLASS + name for name in other.outcomes if every or name not in other.bits]
    keys = [key for key in (*classes, *other.bits) if every or other.all[key].a or other.all[key].b]
    return "\n".join([head, *(_share_row(other, key) for key in keys)])


def _share_row(other: Alternative, key: str) -> str:
    d = other.all[key]
    digits = max(0, decimals(d, 100.0))
    a, b = told(100 * d.a, digits), told(100 * d.b, digits)
    name = f"outcome: {name_of(key)}" if key.startswith(CLASS) else name_of(key)
    return f"  {name:<{_NAME}}{a:>8}{b:>8}  {_mark(other, key)}{interval(d, 100.0)}"


def _quantities(other: Alternative, letter: str, every: bool) -> list[str]:
    """The clear ones, those of the sentence first, then by standard deviations; with ``every``, then the rest."""
    first = headline(other)
    clear = sorted(
        (n for n, d in other.quantities.items() if d.clear),
        key=lambda n: (n not in first, -abs(other.quantities[n].effect)),
    )
    rest = [name for name in other.quantities if name not in clear]
    head = f"{'Means':<{_NAME + 2}}{'A':>8}{letter:>8}  difference (95 %)"
    shown = clear if every else clear[:MOST_ROWS]
    lines = [head, *(_row(other, name) for name in shown)] if clear else ["No quantity has a clear difference."]
    hidden = len(clear) - len(shown)
    if every:
        lines += ["Not told from luck", *(_row(other, name) for name in rest)]
    else:
        more = f"{hidden} more clear, " if hidden else ""
        lines.append(f"  {more}{len(rest)} not told from luck: --all")
    return ["\n".join(lines)]


def _row(other: Alternative, key: str) -> str:
    d = other.quantities[key]
    digits = decimals(d)
    a, b = told(d.a, digits), told(d.b, digits)
    change = interval(d) if math.isfinite(d.difference) else "–"
    missing = f"  [{d.pairs}+{d.only_a}+{d.only_b}]" if d.pairs < other.pairs else ""
    unit = "" if d.unit in NO_UNIT else f" {d.unit}"
    unit = unit if d.changed else ""
    name = name_of(key) + (" *" if key == "days_floor_held" else "")
    return f"  {name:<{_NAME}}{a:>8}{b:>8}  {_mark(other, key)}{change}{unit}{missing}"


def _mark(other: Alternative, key: str) -> str:
    return LUCK if other.all[key].clear and key not in other.firm else " "


def _moves(other: Alternative, letter: str) -> str:
    moves = [(pair, count) for pair, count in other.moved.items() if pair[0] != pair[1]]
    lines = [f"Outcomes that moved, of {other.pairs} pairs ({other.pairs - other.changed_outcome} stayed)"]
    for (before, after), count in moves[:MOST_MOVES]:
        lines.append(f"  {count:>4}  A {TITLES.get(before, before)} → {letter} {TITLES.get(after, after)}")
    if len(moves) > MOST_MOVES:
        lines.append(f"        and {sum(count for _, count in moves[MOST_MOVES:])} in other ways")
    return "\n".join(lines)


def _foot(comparison: Comparison) -> str:
    lines = [*readings(comparison.alternatives), LIMITS[0]]  # the rest is in the sentence
    return "\n".join(lines)


def readings(alternatives: Iterable[Alternative]) -> list[str]:
    """How the tables are to be read, in wrapped lines, with what pairing was worth."""
    others = [other for other in alternatives if other.pairs and not other.same]
    if not others:
        return []
    several = max(len(other.all) for other in others)
    text = (
        f"Intervals stand alone: of {several}, about {several / 20:.0f} leave out zero by luck; {LUCK} marks those "
        "that fall when all are looked at together (Benjamini-Hochberg, 5 %)."
    )
    worths = [worth_words(other.quantities["days_floor_held"]) for other in others]
    lines = [wrapped(f"{STAR} {text}"), wrapped(f"Pairing, for the days held: {'; '.join(worths)}.")]
    if any(d.only_a or d.only_b for other in others for d in other.quantities.values() if d.clear):
        lines.append(
            wrapped("[n+a+b]: n pairs in which it came in both; a in A only, b in the other, are left out: a bias.")
        )
    return lines


def worth_words(d: PairedDifference) -> str:
    """Correlation of the pairs, and how many unpaired runs one paired run is worth."""
    if not d.changed:
        return "all pairs are equal"
    if not math.isfinite(d.worth):  # infinite, or NaN where neither arm varies
        return "all pairs differ by the same"
    correlation = "–" if math.isnan(d.correlation) else f"{d.correlation:.2f}"
    return f"correlation {correlation}, one paired run is worth {d.worth:.1f} unpaired"


assert all(len(name_of(key)) <= _NAME for key in (*BITS, *QUANTITIES)), "a name is too long for its column"
