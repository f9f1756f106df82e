"""``standoff knockout``: what each mechanism contributes, by leaving it out."""

from __future__ import annotations

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
    print_json,
    shared_values,
)
from sim.commands.compare import MOST, Folder
from sim.errors import InputError


@door
def knockout(
    scenario: Annotated[str, typer.Argument(metavar="NAME|FILE", help="A scenario's name, or the path of a file.")],
    replicates: Annotated[int, typer.Option("-n", "--replicates", help="How many pairs of runs a mechanism.")] = 100,
    only: Annotated[str, typer.Option("--only", metavar="A,B", help="Leave out these mechanisms only.")] = "",
    bit: Annotated[str, typer.Option("--bit", help="Bit to show; by default the one that changes most.")] = "",
    settings: Setting = None,
    seed: Seed = None,
    days: Days = None,
    out: Folder = None,
    no_store: NoStore = False,
    as_json: AsJson = False,
) -> None:
    """Run a scenario without each of its mechanisms, one at a time, and tell what that changes."""
    if not 2 <= replicates <= MOST:
        raise InputError(f"-n {replicates}: from 2 to {MOST:,} pairs of runs; one pair has no interval")
    names = [name.strip() for name in only.split(",") if name.strip()]
    if out is not None:
        api.open_folder(out)
    with ProgressLine() as line:
        found = api.knockout(
            scenario,
            replicates,
            only=names,
            bit=bit,
            values=shared_values(settings, seed, days),
            store=not no_store,
            progress=line,
        )
    if out is not None:
        written = api.write_knockout(found, out)
        typer.echo(f"written to {out}: {', '.join(path.name for path in written)}", err=True)
    if as_json:
        print_json(api.knockout_json(found))
    else:
        typer.echo(api.knockout_text(found), nl=False)
    runs = [found.baseline, *(effect.without.ensemble for effect in found.effects)]
    end_with(found.failed, sum(len(ensemble.results) for ensemble in runs))
