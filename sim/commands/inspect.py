"""``standoff assumptions``, ``explain``, ``terrain show`` and ``doctor``: what is inside, without a run."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from sim import api
from sim.commands.common import AsJson, Setting, door, print_json

terrain = typer.Typer(help="The terrain of a scenario.", no_args_is_help=True)


@terrain.callback()
def _terrain() -> None:
    """The terrain of a scenario."""


@terrain.command("show")
@door
def show_terrain(
    scenario: Annotated[str, typer.Argument(metavar="[NAME|FILE]")] = api.DEFAULT_SCENARIO,
    out: Annotated[Path, typer.Option("--out", metavar="FILE.png", help="The picture to write.")] = Path("terrain.png"),
    settings: Setting = None,
) -> None:
    """Draw the relief map of a scenario's terrain as a PNG."""
    typer.echo(f"written: {api.show_terrain(out, scenario, values=api.parse_set(settings or []))}")


@door
def assumptions(
    scenario: Annotated[str, typer.Argument(metavar="[NAME|FILE]")] = api.DEFAULT_SCENARIO,
    grade: Annotated[str | None, typer.Option("--grade", help=f"Only of this grade: {', '.join(api.GRADES)}.")] = None,
    as_json: AsJson = False,
) -> None:
    """Every number with unit, range, grade, source and the processes that read it."""
    found = api.assumptions(scenario, grade)
    if as_json:
        print_json({"assumptions": [dataclasses.asdict(row) for row in found]})
        return
    typer.echo(api.assumptions_text(found), nl=False)


@door
def explain() -> None:
    """The model's day and tick: each process in order, what it reads and what it writes."""
    typer.echo(api.explain(), nl=False)


@door
def doctor(as_json: AsJson = False) -> None:
    """Versions, cores, folders, caches: what to look at, and to send, when something is wrong."""
    found = api.doctor()
    if as_json:
        print_json(found)
        return
    for key, value in found.items():
        told = ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else value
        typer.echo(f"{key.replace('_', ' '):<18}{told}")
    if not found["ready"]:
        typer.echo("The kernels are not compiled yet; the first run does it and takes up to half a minute.")


@door
def bench(
    scenario: Annotated[str, typer.Argument(metavar="[NAME|FILE]")] = api.DEFAULT_SCENARIO,
    repeats: Annotated[int, typer.Option("--repeats", min=1, help="Timings of each kind.")] = 7,
    as_json: AsJson = False,
) -> None:
    """How fast a run is: milliseconds, the ratio to its bare kernels, and where the time goes."""
    found = api.bench(scenario, repeats)
    if as_json:
        print_json(dataclasses.asdict(found))
        return
    typer.echo(api.bench_text(found), nl=False)
