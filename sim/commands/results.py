"""``standoff results``: list, query, export, check, clean the store of finished runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from sim import api
from sim.commands.common import AsJson, door, print_json
from sim.errors import InputError

app = typer.Typer(help="The store of finished runs: list, query, export, check, clean.", no_args_is_help=False)
LINES = 40
"""Lines of a list or table shown on a terminal; --json and --csv give all."""
AllVersions = Annotated[
    bool, typer.Option("--all-versions", help="Results of other versions of the model, too; they may not compare.")
]


@app.callback(invoke_without_command=True)
def results(context: typer.Context) -> None:
    """The store of finished runs; without a command, the list."""
    if context.invoked_subcommand is None:
        list_all(False)


@app.command("list")
@door
def list_all(as_json: AsJson = False) -> None:
    """What is stored: scenarios, runs, when, and by which version."""
    found = api.results_list()
    if as_json:
        print_json(found)
        return
    typer.echo(f"Result store {found['folder']}: {found['runs']:,} runs, {_size(found['bytes'])}")
    if found["set_aside"]:
        typer.echo(f"{found['set_aside']} files are set aside; 'standoff results check' tells why")
    lines = [_line(group) for group in _by_name(found["scenarios"])]
    if lines:
        typer.echo(f"\n{'scenario':<28}{'hash':<18}{'seed':>8}{'runs':>9}{'failed':>8}  last made (UTC)   version")
    for line in lines[:LINES]:
        typer.echo(line)
    if len(lines) > LINES:
        typer.echo(f"… and {len(lines) - LINES} more; --json shows all")


def _by_name(entries: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Entries that share name, seed and version together, as those of a sweep do; what was made last comes first."""
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for entry in entries:
        groups.setdefault((entry["name"], entry["seed"], entry["model"]), []).append(entry)
    return sorted(groups.values(), key=lambda group: max(entry["last"] for entry in group), reverse=True)


def _line(group: list[dict[str, Any]]) -> str:
    runs, failed = (sum(entry[key] for entry in group) for key in ("runs", "failed"))
    first = group[0]
    which = first["scenario"] if len(group) == 1 else f"{len(group):,} variants"
    last = max(entry["last"] for entry in group)
    version = "this" if first["this_version"] else f"another ({first['version'] or first['model']})"
    name = first["name"] if len(first["name"]) < 28 else first["name"][:26] + "…"
    return f"{name:<28}{which:<18}{first['seed']:>8}{runs:>9,}{failed:>8,}  {last[:16].replace('T', ' ')}  {version}"


@app.command()
@door
def query(
    sql: Annotated[
        str, typer.Argument(metavar="SQL", help='For example "SELECT name, count(*) FROM runs GROUP BY 1".')
    ],
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write the answer to a file.")] = None,
    all_versions: AllVersions = False,
    as_json: AsJson = False,
) -> None:
    """Ask the table runs, one row a run, in SQL."""
    answer = api.results_query(sql, all_versions=all_versions, csv=csv)
    if csv is not None:
        typer.echo(f"written: {csv} ({len(answer):,} rows)", err=True)
    if as_json:
        print_json(api.results_json(answer))
    elif csv is None:
        typer.echo(api.results_text(answer, LINES))
        if len(answer) > LINES:
            typer.echo(f"{len(answer):,} rows; --csv FILE writes all", err=True)


@app.command()
@door
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv|FILE.parquet")],
    scenario: Annotated[
        str | None,
        typer.Option("--scenario", metavar="NAME|HASH", help="Only this one; a name means all its variants."),
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Only runs of this seed.")] = None,
    all_versions: AllVersions = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
) -> None:
    """Write stored runs to a file, with their provenance on every row."""
    rows = api.results_export(file, scenario=scenario, seed=seed, all_versions=all_versions, force=force)
    typer.echo(f"written: {file} ({rows:,} runs)")


@app.command()
@door
def check(as_json: AsJson = False) -> None:
    """Compare every file with its digest; what is torn or foreign is set aside."""
    told = api.results_check()
    if as_json:
        print_json(told)
        return
    typer.echo(f"in order: {told['parts']:,} parts with {told['runs']:,} runs, {_size(told['bytes'])}")
    for name, reason in told["set_aside"].items():
        typer.echo(f"set aside now: {name}: {reason}")
    for name in told["foreign"]:
        typer.echo(f"foreign, neither read nor touched: runs/{name}")
    for name in told["unread"]:
        typer.echo(f"not read, and could not be set aside: {name}")
    for name, rows in told["lost"].items():
        typer.echo(f"gone: {name} with {rows:,} runs, which will be computed again")
    for name, reason in told["earlier"].items():
        typer.echo(f"set aside earlier: {name}: {reason}")
    if told["temporary"]:
        typer.echo(f"deleted: {told['temporary']} files that were never finished")


@app.command()
@door
def clean(
    other_versions: Annotated[bool, typer.Option("--other-versions", help="Results of other versions.")] = False,
    set_aside: Annotated[bool, typer.Option("--set-aside", help="Files that were set aside.")] = False,
    failed: Annotated[
        bool, typer.Option("--failed", help="Failed runs of this version, so that they are made again.")
    ] = False,
    scenario: Annotated[
        str | None,
        typer.Option("--scenario", metavar="NAME|HASH", help="With --failed: only of this one and its variants."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Delete; without it, only say what would go.")] = False,
) -> None:
    """Delete what is not needed any more."""
    if not (other_versions or set_aside or failed):
        raise InputError("clean: say what: --other-versions, --set-aside or --failed, or several")
    told = api.results_clean(
        other_versions=other_versions, set_aside=set_aside, failed=failed, scenario=scenario, yes=yes
    )
    what = []
    if other_versions:
        what.append(f"{told.runs:,} runs of {len(told.models)} other versions")
    if set_aside:
        what.append(f"{len(told.files)} files that were set aside")
    if failed:
        what.append(f"{told.failed:,} failed runs")
    size = f", {_size(told.bytes)}" if other_versions or set_aside else ""
    how = "deleted" if told.deleted else "would go"
    typer.echo(f"{how}: {' and '.join(what)}{size}" + ("" if yes else "; --yes deletes them"))


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size / 1e3:,.1f} kB"
