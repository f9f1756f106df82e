"""Outcome shares of every scenario of the library on paired runs, and what each changes against the one it extends.

python -m benchmarks.library -n 200 [--write docs/library.md] [NAME ...]
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.pairing import Paired, paired
from sim import api
from sim.experiment.ensemble import Ensemble

SHORT = {
    "defended": "defended", "contested": "contested", "occupied_resistance_survives": "occupied",
    "collapsed": "collapsed", "withdrawn": "withdrawn", "settlement": "settlement",
}  # fmt: skip
WATCHED = (
    "assault_day", "days_floor_held", "attacker_losses", "defender_losses", "civilians_displaced",
    "support_delivered_t", "talk_days",
)  # fmt: skip


READING = "## Read critically"


def difference(a: Ensemble, b: Ensemble, quantity: str) -> Paired:
    """b minus a, run by run with the same luck."""
    first = {r.replicate: r.outcome.quantities[quantity] for r in a.finished if r.outcome}
    second = {r.replicate: r.outcome.quantities[quantity] for r in b.finished if r.outcome}
    return paired([second[k] - first[k] for k in first if k in second])


def told(d: Paired) -> str:
    """In the table's words; bold where the interval leaves out zero."""
    if math.isnan(d.mean):
        return "–"
    text = f"{d.mean:+,.1f} ± {d.half:,.1f}" if abs(d.mean) < 100 else f"{d.mean:+,.0f} ± {d.half:,.0f}"
    return f"**{text}**" if abs(d.mean) > d.half else text


def run_all(names: Sequence[str], count: int) -> dict[str, Ensemble]:
    """One ensemble a scenario, all with the same luck."""
    found = {}
    for name in names:
        found[name] = api.run(name, count)
        print(f"{name}: {len(found[name].failed)} failed", file=sys.stderr, flush=True)
    return found


def shares(runs: dict[str, Ensemble]) -> list[str]:
    """Rows of the table of outcomes, in 100 runs."""
    head = [*SHORT.values(), "any agreement", "floor taken, day", "assault, day"]
    lines = ["| scenario | " + " | ".join(head) + " |", "|---|" + "---|" * len(head)]
    for name, e in runs.items():
        row = [f"{100 * e.outcomes[key].share:.0f}" for key in SHORT]
        made = sum(share.count for share in e.settlements.values())
        kinds = ", ".join(f"{kind} {100 * s.share:.0f}" for kind, s in e.settlements.items() if s.count)
        row.append(kinds if made else "–")
        row += [_day(e, "floor_taken_day"), _day(e, "assault_day")]
        lines.append(f"| {name} | " + " | ".join(row) + " |")
    return lines


def _day(e: Ensemble, quantity: str) -> str:
    spread = e.quantities[quantity]
    return f"{spread.q50:.0f} ({spread.count} runs)" if spread.count else "–"


def differences(runs: dict[str, Ensemble]) -> list[str]:
    """Rows of the table of paired differences against what each scenario extends; bold: the interval leaves out 0."""
    lines = ["| scenario | against | " + " | ".join(WATCHED) + " |", "|---|---|" + "---|" * len(WATCHED)]
    for name, e in runs.items():
        parent = next((p for p in reversed(e.scenario.chain) if p != name and p in runs), None)
        if parent is None:
            continue
        row = [told(difference(runs[parent], e, quantity)) for quantity in WATCHED]
        lines.append(f"| {name} | {parent} | " + " | ".join(row) + " |")
    return lines


def report(runs: dict[str, Ensemble], count: int) -> str:
    """Both tables."""
    lead = f"{count} runs a scenario, all with the same luck (seed {next(iter(runs.values())).scenario['run.seed']})."
    return "\n".join(["# The library in figures", "", lead, "", *shares(runs), "",
                      "Paired differences against the scenario",
                      "that each extends, mean and 95 % interval; bold where the interval leaves out zero.", "",
                      *differences(runs), ""])  # fmt: skip


def main() -> None:
    """Run the library and print or write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("-n", type=int, default=200)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    names = options.names or [info.name for info in api.list_scenarios() if info.name != "base"]
    text = report(run_all(names, options.n), options.n)
    if options.write:
        kept = options.write.read_text(encoding="utf-8") if options.write.exists() else ""
        _, mark, reading = kept.partition(READING)  # written by hand, kept when the figures are renewed
        options.write.write_text(text + ("\n" + mark + reading if mark else ""), encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
