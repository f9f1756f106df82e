"""``standoff sensitivity``: which numbers of a scenario move its outcomes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim import api
from sim.commands.common import (
    AsJson,
    Days,
    NoStore,
    ProgressLine,
    Seed,
    Setting,
    door,
    duration,
    end_with,
    notice,
    print_json,
    shared_values,
    stopping_clean,
)
from sim.errors import InputError

if TYPE_CHECKING:
    from sim.experiment.sensitivity.result import Plan

MANY = 2_000_000
"""Runs that are not made without --yes."""
Patterns = list[str] | None


@door
def sensitivity(
    scenario: Annotated[str, typer.Argument(metavar="NAME|FILE", help="A scenario's name, or the path of a file.")],
    method: Annotated[str, typer.Option("--method", metavar="morris|sobol", help="What to make.")] = "morris",
    trajectories: Annotated[int, typer.Option("--trajectories", help="Of a Morris screening.")] = 10,
    samples: Annotated[int, typer.Option("--samples", help="Of a Sobol design, a power of two.")] = 64,
    top: Annotated[int, typer.Option("--top", help="How many numbers a screening leaves for Sobol.")] = 10,
    replicates: Annotated[int, typer.Option("-n", "--replicates", help="Runs at each point.")] = 5,
    outcomes: Annotated[Patterns, typer.Option("--outcome", metavar="NAME", help="What to report; repeat.")] = None,
    only: Annotated[Patterns, typer.Option("--only", metavar="PATTERN", help="As 'attacker.*'; repeat.")] = None,
    leave_out: Annotated[Patterns, typer.Option("--leave-out", metavar="PATTERN", help="Not these; repeat.")] = None,
    grades: Annotated[Patterns, typer.Option("--grade", metavar="GRADE", help="Of this grade only; repeat.")] = None,
    around: Annotated[
        str, typer.Option("--range", metavar="SHARE|full", help="How far a number goes, as a share of its value.")
    ] = "0.5",
    vary: Annotated[
        Patterns, typer.Option("--vary", metavar="KEY=LOW:HIGH", help="These ends; without --only, just these; repeat.")
    ] = None,
    with_terrain: Annotated[
        bool, typer.Option("--with-terrain", help="Numbers of the terrain, too: seconds for each value.")
    ] = False,
    settings: Setting = None,
    seed: Seed = None,
    days: Days = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Write tables, pictures, report.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say how many runs it would make, and stop.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help=f"Make even more than {MANY:,} runs.")] = False,
    no_store: NoStore = False,
    as_json: AsJson = False,
) -> None:
    """Tell which numbers move the outcomes: a Morris screening, or Sobol indices of the first."""
    plan = api.sensitivity_plan(
        scenario,
        values=shared_values(settings, seed, days),
        only=only or (),
        leave_out=leave_out or (),
        grades=grades or (),
        around=_around(around),
        vary=vary or (),
        with_terrain=with_terrain,
        method=method,
        trajectories=trajectories,
        samples=samples,
        top=top,
        replicates=replicates,
        outcomes=outcomes or (),
    )
    if dry_run and as_json:
        print_json({"numbers": len(plan.problem.factors), "runs": plan.runs})
        return
    if plan.runs > MANY and not (yes or dry_run):
        raise InputError(f"that would be {plan.runs:,} runs: take fewer numbers, points or runs, or say --yes")
    if out is not None and not dry_run:
        api.open_folder(out)
    _tell_size(plan, to_output=dry_run)
    if dry_run:
        return
    with ProgressLine() as line, stopping_clean(line):
        found = api.sensitivity(plan, store=not no_store, progress=line, notice=notice)
    if out is not None:
        api.write_sensitivity(found, out)
    if as_json:
        print_json(api.sensitivity_json(found))
    else:
        typer.echo(api.sensitivity_text(found), nl=False)
    if out is not None:
        typer.echo(f"written to {out}: report.txt, indices.csv, ranges.csv, design.parquet, pictures", err=True)
    end_with(found.failed, found.runs)


def _around(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _tell_size(plan: Plan, to_output: bool) -> None:
    """How many runs, and how long they take if the store has none of them."""
    seconds = api.estimated_seconds(plan)
    text = f"{len(plan.problem.factors)} numbers, at most {plan.runs:,} runs, about {duration(seconds)}"
    typer.echo(text if to_output else f"standoff: {text}", err=not to_output)
