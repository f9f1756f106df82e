"""``standoff compare``: scenarios against a baseline, run by run with the same luck."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

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
    end_with,
    parsed,
    print_json,
    shared_values,
)
from sim.errors import InputError

MOST = 1_000_000
Folder = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Write report, tables and figures.")]


@door
def compare(
    scenarios: Annotated[
        list[str], typer.Argument(metavar="A [B …]", help="Names or files; the first is the baseline.")
    ],
    replicates: Annotated[
        int | None, typer.Option("-n", "--replicates", help="How many pairs of runs; by default as the baseline says.")
    ] = None,
    settings: Setting = None,
    settings_b: Annotated[
        list[str] | None,
        typer.Option("--set-b", metavar="KEY=VALUE", help="Change a value in all but the baseline; repeat for more."),
    ] = None,
    seed: Seed = None,
    days: Days = None,
    first: Annotated[int, typer.Option("--first", min=0, help="Number of the first run.")] = 0,
    every: Annotated[bool, typer.Option("--all", help="Print all that differs and all quantities.")] = False,
    out: Folder = None,
    no_store: NoStore = False,
    as_json: AsJson = False,
) -> None:
    """Compare scenarios with the same luck: who gains what, and how sure that is."""
    if replicates is not None and not 2 <= replicates <= MOST:
        raise InputError(f"-n {replicates}: from 2 to {MOST:,} pairs of runs; one pair has no interval")
    if len(scenarios) == 1 and not settings_b:
        raise InputError(f"compare {scenarios[0]}: name a second scenario, or what to change with --set-b KEY=VALUE")
    if out is not None:
        api.open_folder(out)
    values_b = parsed(settings_b or [], "--set-b")
    with ProgressLine() as line:
        found = api.compare(
            *scenarios,
            replicates=replicates,
            values=shared_values(settings, seed, days),
            values_b=values_b,
            first=first,
            store=not no_store,
            progress=line,
        )
    if out is not None:
        written = api.write_compare(found, out)
        typer.echo(f"written to {out}: {', '.join(path.name for path in written)}", err=True)
    if as_json:
        print_json(api.compare_json(found))
    else:
        typer.echo(api.compare_text(found, every), nl=False)
    end_with(found.failed, sum(len(ensemble.results) for ensemble in found.ensembles))
