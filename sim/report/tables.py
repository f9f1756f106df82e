"""An ensemble as plain text that fits 100 columns and needs no colour."""

from __future__ import annotations

import math
import textwrap

from sim import __version__
from sim.experiment.ensemble import Ensemble
from sim.experiment.statistics import Share, Spread, rounded_to
from sim.observe.outcome import BITS, OUTCOMES
from sim.report.words import LIMITS, TITLES, failures, sentence
from sim.scenario import Scenario
from sim.scenario.run_parameters import DAYS, SEED
from sim.scenario.values import plain

WIDTH = 98
LOSSES: dict[str, str] = {
    "attacker_losses": "attacker, lost to fighting",
    "defender_losses": "defender, lost to fighting",
    "attacker_invalided": "attacker, lost to sickness and cold",
    "defender_invalided": "defender, lost to sickness and cold",
    "civilians_displaced": "civilians away from home, at the worst",
}
MEASURES: dict[str, str] = {
    "days_floor_held": "days until the main floor was first taken *",
    "attacker_loss_rate": "attacker's losses in the first fortnight",
    "road_cut_days": "days with a road cut",
    "civil_hunger_days": "days of hunger among civilians",
    "support_delivered_t": "outside support that arrived",
    "claim_lead_days": "claim of the floor, ahead of its capture",
    "denial_lag_days": "end of a claim, after the loss of the floor",
    "celebration_killed": "killed by celebrations of a false victory",
    "belief_gap_outside": "error of the world's picture",
    "talk_days": "days of talks",
    "mean_committed": "part of the force that takes part",
    "leaders_left": "leading roles gone at the end, of two",
}


def ensemble_text(ensemble: Ensemble) -> str:
    """The whole report: the sentence, outcomes, key dates, losses and why."""
    parts = [_head(ensemble), wrapped(sentence(ensemble))]
    if ensemble.finished:
        parts += [
            _outcomes(ensemble),
            *_settlements(ensemble),
            _bits(ensemble),
            _dates(ensemble),
            _held(ensemble),
            _measures(ensemble),
        ]
        parts += [_why(ensemble)]
    if ensemble.failed:
        parts.append("\n".join(["Failed runs", *(wrapped(line, "  ") for line in failures(ensemble))]))
    parts.append("\n".join(LIMITS))
    return "\n\n".join(parts) + "\n"


def head(name: str, title: str, facts: str) -> str:
    """The head of any report on a scenario: its title, and what is needed to repeat it."""
    return "\n".join([title, "=" * len(title), wrapped(f"{name} · {facts} · Standoff {__version__}")])


def _head(ensemble: Ensemble) -> str:
    scenario = ensemble.scenario
    runs = f"{len(ensemble.results)} of {ensemble.asked}" if len(ensemble.results) < ensemble.asked else ensemble.asked
    facts = f"{runs} runs of {scenario[DAYS]} days · seed {scenario[SEED]} · scenario {scenario.hash}"
    lines = [head(scenario.name, scenario.title, facts)]
    if changed := changes(scenario):
        told = "; ".join(f"{key} {base} → {value}" for key, (base, value) in changed.items())
        lines.append(wrapped(f"changed from the base: {told}"))
    return "\n".join(lines)


def changes(scenario: Scenario) -> dict[str, tuple[str, str]]:
    """Key → (base, now) of every value that is not the base's, as words."""
    return {
        key: (str(plain(item.base_value)), str(plain(item.value)))
        for key, item in scenario.provenance.items()
        if item.changed_from_base
    }


def wrapped(text: str, indent: str = "", further: str | None = None) -> str:
    """Text in lines of the report's width; ``further`` indents all but the first, by default as the first."""
    return textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent if further is None else further)


def _outcomes(ensemble: Ensemble) -> str:
    hundred = rounded_to({name: share.share for name, share in ensemble.outcomes.items()})
    lines = ["Outcome, in 100 runs                         95 % interval"]
    for name, share in ensemble.outcomes.items():
        bar = "#" * round(hundred[name] / 4)
        lines.append(f"  {TITLES.get(name, name):<32}{hundred[name]:>5}   {_interval(share):>13}  {bar}".rstrip())
    return "\n".join(lines)


def _settlements(ensemble: Ensemble) -> list[str]:
    """Agreements that were made in any run, whether they held to the end or not."""
    made = {name: share for name, share in ensemble.settlements.items() if share.count}
    if not made:
        return []
    lines = ["Agreements made, in 100 runs"]
    lines += [f"  {name:<32}{100 * share.share:>5.0f}   {_interval(share):>13}" for name, share in made.items()]
    return ["\n".join(lines)]


def _bits(ensemble: Ensemble) -> str:
    lines = ["In 100 runs"]
    for name, share in ensemble.bits.items():
        lines.append(f"  {BITS.get(name, name):<72}{100 * share.share:>5.0f}   {_interval(share):>9}")
    return "\n".join(lines)


def _interval(share: Share) -> str:
    return f"{100 * share.low:.0f} to {100 * share.high:.0f}"


def _dates(ensemble: Ensemble) -> str:
    """First fall of each district's floor, and the closing of the passes."""
    lines = ["Key dates                           in 100 runs   median day    5 %       to 95 %"]
    for fall in ensemble.districts:
        lines.append(_date_row(ensemble, f"{fall.name}: floor taken", 100 * fall.taken.share, fall.day))
    for name, words in (("first_assault_day", "first assault"), ("winter_onset_day", "high passes close")):
        spread = ensemble.quantities[name]
        lines.append(_date_row(ensemble, words, 100 * spread.count / len(ensemble.finished), spread))
    return "\n".join(lines)


def _date_row(ensemble: Ensemble, words: str, share: float, day: Spread) -> str:
    dates = [ensemble.date_of(q) for q in (day.q50, day.q05, day.q95)]
    told = [f"{date:%d %b %Y}" if date else "-" for date in dates]
    return f"  {words[:36]:<36}{share:>6.0f}    {told[0]:>12}  {told[1]:>12}  {told[2]:>12}"


def _held(ensemble: Ensemble) -> str:
    """Of 100 runs, in how many the attacker controls each floor on some dates; at most seven fit."""
    every = list(ensemble.districts[0].held) if ensemble.districts else []
    if not every:
        return "No district was looked at."
    step = max(1, math.ceil((len(every) - 1) / 6))
    dates = sorted({*every[::step], every[-1]})[-8:]
    lines = ["Floor under the attacker's control, in 100 runs, at the end of"]
    lines.append(" " * 22 + "".join(f"{date:%d %b}".rjust(9) for date in dates))
    for fall in ensemble.districts:
        row = "".join(f"{100 * fall.held[date]:9.0f}" for date in dates)
        lines.append(f"  {fall.name[:20]:<20}{row}")
    return "\n".join(lines)


def _measures(ensemble: Ensemble) -> str:
    lines = ["Losses, and other measures                     median   5 % to 95 %"]
    for name, words in (LOSSES | MEASURES).items():
        spread = ensemble.quantities.get(name)
        if spread is None or spread.count == 0:
            continue
        interval = f"{_number(spread.q05)} to {_number(spread.q95)}"
        lines.append(f"  {words:<42}{_number(spread.q50):>9}   {interval:<20} {spread.unit}")
    lines.append("  * a run in which it was never taken counts with all its days")
    return "\n".join(lines)


def _number(value: float) -> str:
    """A number without a false show of precision."""
    return f"{value:,.0f}" if abs(value) >= 10 or value == round(value) else f"{value:.2g}"


def _why(ensemble: Ensemble) -> str:
    lines = ["Why"]
    if (why := ensemble.why) is not None:
        lines.append(f"  Commonest order of the most telling steps ({why.count} of the {why.of} runs that ended")
        lines.append(f"  '{TITLES.get(why.outcome, why.outcome)}'), with median dates:")
        for number, (step, day) in enumerate(why.steps, start=1):
            lines.append(f"    {number}. {step:<40}{ensemble.date_of(day):%d %b %Y}")
    for side, reasons in ensemble.breaks.items():
        total = sum(reasons.values())
        ranked = sorted(reasons, key=lambda reason: -reasons[reason])[:3]
        if total >= 1:
            parts = ", ".join(f"{reason} {100 * reasons[reason] / total:.0f} %" for reason in ranked)
            lines.append(wrapped(f"The {side}'s groups broke {total:.0f} times a run: {parts}.", "  "))
    return "\n".join(lines)


assert set(TITLES) == set(OUTCOMES), "an outcome has no title"
