"""One run as a dated story."""

from __future__ import annotations

import textwrap
from itertools import groupby

from sim.experiment.one_run import RunStory
from sim.observe.outcome import OUTCOMES
from sim.report.tables import WIDTH, head
from sim.report.words import LIMITS, TITLES
from sim.scenario.run_parameters import DAYS, SEED

_DATED = 14
"""Columns of the date."""


def story_text(told: RunStory) -> str:
    """The story, its end, and how to repeat it."""
    scenario, result = told.scenario, told.result
    facts = f"run {result.replicate} of seed {scenario[SEED]}, {scenario[DAYS]} days · scenario {scenario.hash}"
    parts = [head(scenario.name, scenario.title, facts)]
    lines = []
    for date, entries in groupby(told.lines, key=lambda line: line.date):
        for number, entry in enumerate(entries):
            lead = f"{date:%d %b %Y}" if number == 0 else ""
            lines.append(
                textwrap.fill(entry.text, WIDTH, initial_indent=lead.ljust(_DATED), subsequent_indent=" " * _DATED)
            )
    parts.append("\n".join(lines) or "Nothing worth a line happened.")
    if result.outcome is not None:
        name, quantities = result.outcome.outcome, result.outcome.quantities
        losses = ", ".join(
            f"{quantities[f'{side}_losses']:,.0f} of the {side}'s people" for side in ("attacker", "defender")
        )
        end = (
            f"The end: {TITLES[name]} – {OUTCOMES[name]}. Lost to fighting: {losses}; civilians away from home at the "
            "worst: "
        )
        parts.append(textwrap.fill(f"{end}{quantities['civilians_displaced']:,.0f}.", WIDTH))
    parts.append("One run is one draw of chance; 'standoff run' without -n 1 shows how often it goes this way.")
    parts.append("\n".join(LIMITS))
    return "\n\n".join(parts) + "\n"
