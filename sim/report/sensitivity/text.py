"""A sensitivity analysis as plain text of 98 columns."""

from __future__ import annotations

import textwrap

from sim.experiment.sensitivity.morris import STEP, Morris
from sim.experiment.sensitivity.result import Sensitivity, Stage, ranked
from sim.experiment.sensitivity.sobol import Sobol
from sim.experiment.sensitivity.warnings import uncertain
from sim.observe.outcome import BITS
from sim.report.sensitivity.words import (
    LIMITS,
    direction,
    ends_told,
    number,
    outcome_words,
    scaled,
    sentence,
    share,
    span,
    step_words,
    take_care,
    unit_words,
    weak_spots,
)
from sim.report.tables import WIDTH, head, wrapped
from sim.report.words import LIMITS as USUAL_LIMITS
from sim.scenario.run_parameters import DAYS, SEED

ROWS, OTHERS, MOST = 15, 3, 12
"""Numbers in the table, told for each other outcome, and listed of those that are not varied."""
_HEADS = {
    "morris": "                                          effect ± 95 %     sigma   by luck  way    grade",
    "sobol": "                                     alone (S1) ± 95 %   in all (ST) ± 95 %   by luck  grade",
}


def sensitivity_text(found: Sensitivity) -> str:
    """The whole report: sentence, tables, weak spots, what is not covered, warnings and limits."""
    parts = [_head(found), wrapped(sentence(found))]
    for name in found.plan.outcomes:
        if name in found.last.indices:
            parts += [_table(found.last, name), wrapped(weak_spots(found, name))]
    parts += [_others(found), _silent(found), _screening(found), _covered(found), _warnings(found)]
    parts.append("\n".join([USUAL_LIMITS[0], *(wrapped(line) for line in LIMITS)]))
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(found: Sensitivity) -> str:
    plan = found.plan
    design = [f"{s.size} {'trajectories' if s.method == 'morris' else 'samples'}" for s in found.stages]
    facts = (
        f"{' and Sobol '.join(design) if len(design) > 1 else design[0]} · {plan.replicates} runs a point · "
        f"{found.runs:,} runs of {plan.scenario[DAYS]} days · seed {plan.scenario[SEED]} · "
        f"scenario {plan.scenario.hash}"
    )
    method = "Morris screening" if found.last.method == "morris" else "Sobol indices"
    return head(plan.scenario.name, f"{method}: {plan.scenario.title}", facts)


def _table(stage: Stage, name: str) -> str:
    found = stage.indices[name]
    base = f"; it is {number(scaled(name, stage.base[name]))} in the scenario itself" if name in stage.base else ""
    step = "Effect of a step of two thirds of a number's range, if nothing else is said, on"
    what = step if isinstance(found, Morris) else "Shares of the variance of"
    lines = [wrapped(f"{what} the {outcome_words(name)}, {unit_words(name)}{base}"), _HEADS[stage.method]]
    shown = [i for i in ranked(found) if not found.nothing[i]][:ROWS]
    for place, i in enumerate(shown, start=1):
        factor = stage.problem.factors[i]
        mark = " " if found.above_luck[i] else "*"
        lines.append(f"{place:>3}{mark}{factor.key:<33}{_numbers(name, found, i)}  {factor.grade}".rstrip())
        ends = span(factor)
        if isinstance(found, Morris) and abs(found.step[i] - STEP) >= 0.02:
            ends += f", a step of {step_words(float(found.step[i]))}"
        for text in (f"{ends} · {factor.parameter.meaning}", f"source: {factor.source}"):
            lines.append("      " + textwrap.shorten(text, WIDTH - 6, placeholder=" …"))
    if not shown:
        lines.append("  no number changed it")
    if any(not found.above_luck[i] for i in shown):
        lines.append("  * not shown to be above luck: chance alone may do as much")
    return "\n".join(lines)


def _numbers(name: str, found: Morris | Sobol, i: int) -> str:
    if isinstance(found, Sobol):
        alone = f"{share(found.s1[i])} ± {share(found.s1_conf[i])}"
        total = f"{share(found.st[i])} ± {share(found.st_conf[i])}"
        return f"{alone:>17}{total:>21}{share(found.noise[i]):>10}"
    effect = f"{number(scaled(name, found.effect[i]))} ± {number(scaled(name, found.effect_conf[i]))}"
    sigma, noise = (number(scaled(name, value[i])) for value in (found.effect_sigma, found.effect_noise))
    return f"{effect:>18}{sigma:>10}{noise:>10}  {direction(found, i):<5}"


def _others(found: Sensitivity) -> str:
    """The first numbers for each bit that is not told above."""
    stage = found.last
    lines = []
    for name in BITS:
        if name in found.plan.outcomes or name not in stage.indices:
            continue
        indices = stage.indices[name]
        first = [i for i in ranked(indices) if indices.above_luck[i]][:OTHERS]
        if isinstance(indices, Sobol) and any(uncertain(indices, i) for i in first):
            lines.append(wrapped(f"{name}: the sample does not tell", "  ", "      "))
            continue
        told = ", ".join(f"{stage.problem.factors[i].key} {_short(name, indices, i)}" for i in first)
        lines.append(wrapped(f"{name}: {told or 'nothing is shown to be above luck'}", "  ", "      "))
    return "\n".join(["Other outcomes, the first above luck", *lines]) if lines else ""


def _short(name: str, found: Morris | Sobol, i: int) -> str:
    if isinstance(found, Sobol):
        return f"{100 * min(found.st[i], 1.0):.0f} %"
    return f"{number(scaled(name, found.effect[i]))} {unit_words(name)}"


def _silent(found: Sensitivity) -> str:
    silent = found.stages[0].silent()
    if not silent:
        return ""
    which = ", ".join(silent[:5]) + (", …" if len(silent) > 5 else "")
    one = "1 number" if len(silent) == 1 else f"{len(silent)} numbers"
    return wrapped(f"{one} changed no outcome of any run: {which} (no_effect in indices.csv tells by outcome).")


def _screening(found: Sensitivity) -> str:
    if len(found.stages) == 1:
        return ""
    first, last = found.stages
    keys = ", ".join(factor.key for factor in last.problem.factors)
    return wrapped(f"A Morris screening of {len(first.problem.factors)} numbers in {first.runs:,} runs chose: {keys}.")


def _covered(found: Sensitivity) -> str:
    """How the ends were found, and what is not varied, with the reason."""
    lines = [wrapped(f"Ranges: {', '.join(ends_told(found))}.")]
    for reason, keys in found.stages[0].problem.left_out.items():
        told = ", ".join(keys) if len(keys) <= MOST or reason.endswith("not covered") else f"{len(keys)} numbers"
        lines.append(wrapped(f"Not varied, {reason}: {told}", "", "  "))
    return "\n".join(lines)


def _warnings(found: Sensitivity) -> str:
    told = take_care(found)
    if not told:
        return ""
    return "\n".join(["Take care", *(wrapped(f"- {line}", "  ", "    ") for line in told)])
