"""``standoff scenarios``: list, show, check, schema, new."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Annotated

import typer

from sim import api
from sim.commands.common import BAD_INPUT, AsJson, door, print_json
from sim.errors import InputError

app = typer.Typer(help="Scenario files: list, show, check, schema, new.", no_args_is_help=False)


@app.callback(invoke_without_command=True)
def scenarios(context: typer.Context) -> None:
    """Scenario files; without a command, the list."""
    if context.invoked_subcommand is None:
        list_all(False)


@app.command("list")
@door
def list_all(as_json: AsJson = False) -> None:
    """Every scenario that can be named, with its question."""
    found = api.list_scenarios()
    if as_json:
        keys = ("name", "title", "question")
        print_json({"scenarios": [{key: getattr(info, key) for key in keys} for info in found]})
        return
    wide = max((len(info.name) for info in found), default=0) + 2
    for info in found:
        typer.echo(f"{info.name:<{wide}}{info.title}")
        if info.question:
            indent = " " * wide
            typer.echo(textwrap.fill(info.question, 98, initial_indent=indent, subsequent_indent=indent))


@app.command()
@door
def show(
    scenario: Annotated[str, typer.Argument(metavar="NAME|FILE")],
    as_json: AsJson = False,
) -> None:
    """What a scenario asks, what it builds on and what it changes, with sources."""
    found = api.load_scenario(scenario)
    changed = api.changes(found)
    if as_json:
        facts = {key: getattr(found, key) for key in ("name", "title", "question", "reason", "hash", "chain")}
        values = {key: {"from": a, "to": b} for key, (a, b) in changed.items()}
        print_json({**facts, "changes": values, "events": [str(event) for event in found.events]})
        return
    typer.echo(f"{found.title}\n{'=' * len(found.title)}")
    for label in ("question", "reason"):
        typer.echo(textwrap.fill(f"{label.capitalize()}: {getattr(found, label)}", 98))
    typer.echo(f"Name: {found.name}   Builds on: {' → '.join(found.chain)}   Hash: {found.hash}")
    typer.echo(f"\nChanges from the base: {len(changed) or 'none'}")
    for key, (before, after) in changed.items():
        item = found.provenance[key]
        typer.echo(f"  {key}: {_plain(before)} → {_plain(after)}")
        typer.echo(textwrap.fill(f"{item.grade}: {item.source}", 98, initial_indent=" " * 6, subsequent_indent=" " * 6))
    for event in found.events:
        typer.echo(f"  event {event}")


def _plain(value: object) -> str:
    return "none" if value is None else ", ".join(value) or "none" if isinstance(value, tuple) else str(value)


@app.command()
@door
def check(
    scenarios: Annotated[list[str] | None, typer.Argument(metavar="[NAME|FILE]...", help="By default, all.")] = None,
) -> None:
    """Check scenario files: keys, types, ranges, and whether they can be set up on their terrain."""
    names = scenarios or [info.name for info in api.list_scenarios()]
    bad = 0
    for name in names:
        try:
            found = api.check_scenario(name)
        except InputError as error:
            bad += 1
            typer.echo(f"standoff: {error}", err=True)
        else:
            typer.echo(f"{name}: in order ({found.hash})")
    if bad:
        raise typer.Exit(BAD_INPUT)


@app.command()
@door
def schema() -> None:
    """The JSON Schema of scenario files, for editors."""
    print_json(api.schema_json())


@app.command()
@door
def new(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")],
    extends: Annotated[str, typer.Option("--extends", metavar="NAME|FILE", help="The scenario to change.")] = (
        api.DEFAULT_SCENARIO
    ),
    title: Annotated[str, typer.Option("--title", help="What it is, in a few words.")] = "",
) -> None:
    """Write a small scenario file to start from."""
    typer.echo(f"written: {api.new_scenario(path, extends, title)}")
