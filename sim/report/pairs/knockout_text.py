"""What each mechanism contributes, as plain text."""

from __future__ import annotations

from sim import __version__
from sim.experiment.pairs.knockout import Effect, Knockout
from sim.report.pairs.compare_sentence import finding
from sim.report.pairs.compare_text import LUCK
from sim.report.pairs.compare_words import BIT_WORDS, STAR, interval, told
from sim.report.tables import WIDTH, wrapped
from sim.report.words import LIMITS, failures
from sim.scenario.run_parameters import DAYS, SEED

COLUMNS = {
    "days_floor_held": "days held *",
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
TOGETHER = (
    f"Intervals stand alone, so that some leave out zero by luck; {LUCK} marks those that fall when all mechanisms are "
    "looked at together, in all bits, outcomes and the quantities shown (Benjamini-Hochberg, 5 %)."
)
ARMS = ("with it", "without")
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
    parts.append("\n".join([STAR, wrapped(INTERACT), wrapped(TOGETHER), *LIMITS]))
    return "\n\n".join(parts) + "\n"


def sentence(knockout: Knockout) -> str:
    """What the mechanism with the largest effect does, that can be quoted, and which come next."""
    if not knockout.telling:
        return "Leaving out any one of these mechanisms changes nothing in these runs."
    firm = [e for e in knockout.telling if (e.without.firm - e.its_own) & set(knockout.watched)]
    first, rest = (firm or list(knockout.telling))[0], firm[1:TOLD]
    text = finding(first.without, f"Without {first.name} ({first.models}),", first.its_own, ARMS)
    if rest:
        text += f" Next in size: {' and '.join(effect.name for effect in rest)}."
    return text


def sentence_of(effect: Effect) -> str:
    """The same for one mechanism."""
    return finding(effect.without, f"Without {effect.name},", effect.its_own, ARMS)


def _head(knockout: Knockout) -> str:
    base = knockout.baseline
    title = f"What each mechanism contributes: {base.scenario.title}"
    facts = (
        f"{base.scenario.name} · {base.asked} pairs of runs of {base.scenario[DAYS]} days with the same luck · "
        f"seed {base.scenario[SEED]} · scenario {base.scenario.hash} · Standoff {__version__}"
    )
    return "\n".join([title, "=" * min(len(title), WIDTH), wrapped(facts)])


def _table(knockout: Knockout) -> str:
    """Differences in what is watched, each with its interval below it; the largest first."""
    legend = (
        f"Differences, without the mechanism minus with it, with 95 % intervals; the largest first, in standard "
        f"deviations of a run with all. Bit: {BIT_WORDS[knockout.bit]}, in 100 runs; the others are means. · no pair "
        f"differs; ? not told from luck; {LUCK} may be luck among so many; = never varies without it, so that it is "
        "not ranked by this."
    )
    rows = [["", "bit", *COLUMNS.values()], ["with all", *(_base(knockout, key) for key in knockout.watched)]]
    for effect in knockout.telling:
        cells = [cell(knockout, effect, key) for key in knockout.watched]
        rows.append([effect.name, *(change for change, _ in cells)])
        rows.append(["", *(between for _, between in cells)])
    name, *widths = (max(map(len, column)) for column in zip(*rows, strict=True))
    lines = [
        f"{first:<{name}}" + "".join(f" {text:>{width}}" for text, width in zip(rest, widths, strict=True))
        for first, *rest in rows
    ]
    return "\n".join([wrapped(legend), "", *(line.rstrip() for line in lines if line.strip())])


def _base(knockout: Knockout, key: str) -> str:
    if key == knockout.bit:
        return f"{100 * knockout.baseline.bits[key].share:.0f}"
    return told(knockout.baseline.quantities[key].mean, 0)


def cell(knockout: Knockout, effect: Effect, key: str) -> tuple[str, str]:
    """Difference, and its interval in brackets."""
    d = effect.without.all[key]
    if not d.pairs:
        return "–", ""
    if not d.changed:
        return "·", ""
    mark = LUCK if d.clear and key not in effect.without.firm else "" if d.clear else "?"
    change, _, between = interval(d, 100.0 if key == knockout.bit else 1.0).partition(" ")
    return ("=" if key in effect.its_own else "") + mark + change, between
