"""What each mechanism contributes, as plain text."""

from __future__ import annotations

import math

from sim import __version__
from sim.experiment.pairs.knockout import Effect, Knockout
from sim.report.pairs.compare_text import LUCK, readings, wrapped
from sim.report.pairs.compare_words import BIT_WORDS, decimals, finding, interval, told
from sim.report.tables import WIDTH
from sim.report.words import LIMITS, failures
from sim.scenario.run_parameters import DAYS, SEED

COLUMNS = {
    "days_floor_held": "days held",
    "attacker_losses": "attacker lost",
    "defender_losses": "defender lost",
    "civilians_displaced": "displaced",
}
"""Heads of the watched quantities."""
INTERACT = (
    "Contributions do not add up: mechanisms work on each other, so that what two do together is not the sum, and a "
    "mechanism whose part another takes over shows little. Each row is the difference without it, all else in place."
)
STAY = "Terrain, weather and the people at the start are no mechanisms and stay."
WIDTHS = (18, 14, 14, 15, 18)
TOLD = 3
"""Mechanisms in the sentence's longer form."""


def knockout_text(knockout: Knockout) -> str:
    """The sentence, the table, what changes nothing, and how to read it."""
    parts = [_head(knockout), wrapped(sentence(knockout)), _table(knockout)]
    nothing = [effect.name for effect in knockout.effects if effect.without.changes_nothing]
    if nothing:
        parts.append(wrapped(f"Changes nothing in these runs: {', '.join(nothing)}."))
    skipped = "; ".join(f"{name}: {reason}" for name, reason in knockout.skipped.items())
    parts.append(wrapped((f"Not left out: {skipped}. " if skipped else "") + STAY))
    failed = [f"without {e.name}: {line}" for e in knockout.effects for line in failures(e.without.ensemble)]
    failed = [*(f"with all: {line}" for line in failures(knockout.baseline)), *failed]
    if failed:
        parts.append("\n".join(["Failed runs", *(wrapped(line, "  ") for line in failed)]))
    reading = readings([effect.without for effect in knockout.telling[:1]])
    parts.append("\n".join([wrapped(INTERACT), *reading[:1], *LIMITS]))
    return "\n\n".join(parts) + "\n"


def sentence(knockout: Knockout) -> str:
    """What the mechanism with the largest effect does, that can be quoted, and which come next."""
    if not knockout.telling:
        return "Leaving out any one of these mechanisms changes nothing in these runs."
    firm = [e for e in knockout.telling if e.without.firm & set(knockout.watched)]
    first, rest = (firm or list(knockout.telling))[0], firm[1:TOLD]
    text = finding(first.without, f"Without {first.name} ({first.models}),")
    if rest:
        text += f" Next in size: {' and '.join(effect.name for effect in rest)}."
    return text


def sentence_of(effect: Effect) -> str:
    """The same for one mechanism."""
    return finding(effect.without, f"Without {effect.name},")


def _head(knockout: Knockout) -> str:
    base = knockout.baseline
    title = f"What each mechanism contributes: {base.scenario.title}"
    facts = (
        f"{base.scenario.name} · {base.asked} pairs of runs of {base.scenario[DAYS]} days with the same luck · "
        f"seed {base.scenario[SEED]} · scenario {base.scenario.hash} · Standoff {__version__}"
    )
    return "\n".join([title, "=" * min(len(title), WIDTH), wrapped(facts)])


def _table(knockout: Knockout) -> str:
    """Differences in what is watched; the largest effect in standard deviations first."""
    legend = (
        f"Differences, without the mechanism minus with it, the largest first. Bit: {BIT_WORDS[knockout.bit]}, in 100 "
        f"runs, with its 95 % interval; the others are means with half of theirs. · no pair differs; ? not told from "
        f"luck; {LUCK} may be luck among so many."
    )
    heads = ["bit", *COLUMNS.values()]
    rows = [("", heads), ("with all", [_base(knockout, key) for key in knockout.watched])]
    rows += [(e.name, [_cell(knockout, e, key) for key in knockout.watched]) for e in knockout.telling]
    lines = [
        f"{name:<19}" + "".join(f"{cell:>{width}}" for cell, width in zip(cells, WIDTHS, strict=True))
        for name, cells in rows
    ]
    return "\n".join([wrapped(legend), "", *lines])


def _base(knockout: Knockout, key: str) -> str:
    if key == knockout.bit:
        return f"{100 * knockout.baseline.bits[key].share:.0f}"
    return told(knockout.baseline.quantities[key].mean, 0)


def _cell(knockout: Knockout, effect: Effect, key: str) -> str:
    """Difference with its interval."""
    d, is_bit = effect.without.all[key], key == knockout.bit
    if math.isnan(d.difference):
        return "–"
    if not d.changed:
        return "·"
    mark = LUCK if d.clear and key not in effect.without.firm else "" if d.clear else "?"
    if is_bit:
        return mark + interval(d, 100.0)
    digits = decimals(d)
    return f"{mark}{told(d.difference, digits, sign=True)} ±{told((d.high - d.low) / 2, digits)}"
