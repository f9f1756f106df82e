"""``standoff sweep``: a batch over uncertainties and levers, from a file or from ``--vary``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim import api
from sim.commands.common import (
    NOT_FINISHED,
    AsJson,
    Days,
    ProgressLine,
    Seed,
    Setting,
    door,
    end_with,
    notice,
    print_json,
    shared_values,
    stopping_clean,
)
from sim.errors import InputError

if TYPE_CHECKING:
    from sim.experiment.sweeps.spec import SweepSpec
    from sim.experiment.sweeps.sweep import Sweep

ENGINES = ("local", "dask")


@door
def sweep(
    spec: Annotated[
        str | None,
        typer.Argument(metavar="[SPEC|SCENARIO]", help="A sweep file or its name; with --vary, a scenario."),
    ] = None,
    vary: Annotated[
        list[str] | None,
        typer.Option("--vary", metavar="KEY=LOW:HIGH:STEPS", help="An uncertainty: a range, or a list a,b,c; repeat."),
    ] = None,
    levers: Annotated[
        list[str] | None,
        typer.Option("--lever", metavar="KEY=LOW:HIGH:STEPS", help="A choice to be compared: as --vary; repeat."),
    ] = None,
    settings: Setting = None,
    design: Annotated[str | None, typer.Option("--design", metavar="grid|lhs|sobol", help="How to sample.")] = None,
    samples: Annotated[int | None, typer.Option("--samples", help="Points of lhs or sobol.")] = None,
    replicates: Annotated[int | None, typer.Option("-n", "--replicates", help="Runs at each point.")] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="OUTCOME=HALF", help="Runs at a point until its interval is this tight."),
    ] = None,
    refine: Annotated[
        str | None,
        typer.Option("--refine", metavar="OUTCOME[=AT]", help="Look closer only along the tipping line."),
    ] = None,
    outcomes: Annotated[
        list[str] | None, typer.Option("--outcome", metavar="NAME", help="What to report; repeat.")
    ] = None,
    draws: Annotated[
        str | None, typer.Option("--draws", metavar="paired|fresh", help="The same luck at each point, or its own.")
    ] = None,
    seed: Seed = None,
    days: Days = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Write tables, pictures, log.")] = None,
    executor: Annotated[
        str, typer.Option("--executor", metavar="local|dask", help="Where the runs are made.")
    ] = "local",
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", metavar="ADDRESS", help="Of a Dask scheduler, tcp://host:8786.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the sweep in --out.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say how many runs it would make, and stop.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run a scenario at many points: a table, where it tips, a phase diagram. A killed sweep resumes."""
    if resume and out is None:
        raise InputError("--resume: needs --out DIR, the folder of the sweep to go on with")
    if executor not in ENGINES:
        from sim.errors import nearest

        raise InputError(
            f"--executor {executor}: there is no such executor.{nearest(executor, ENGINES)} "
            f"Allowed: {', '.join(ENGINES)}"
        )
    if (executor == "dask") != (scheduler is not None):
        raise InputError("--executor dask and --scheduler ADDRESS go together")
    asked: dict[str, Any] = {
        "vary": vary or [], "levers": levers or [], "settings": _settings(settings or [], days), "design": design,
        "samples": samples, "replicates": replicates, "until": until, "refine": refine, "outcomes": outcomes,
        "draws": draws, "seed": seed,
    }  # fmt: skip
    nothing = spec is None and not any(asked.values())
    wanted = api.sweep_in(out) if resume and nothing and out is not None else api.sweep_spec(spec, **asked)
    if dry_run:
        _tell_size(wanted, as_json)
        return
    with ProgressLine() as line, stopping_clean(line, resumable=out is not None):
        done = api.sweep(wanted, folder=out, resume=resume, scheduler=scheduler, progress=line, notice=notice)
    if out is not None:
        _write(done, out)
    if as_json:
        print_json(api.sweep_json(done))
    else:
        typer.echo(api.sweep_text(done), nl=False)
    if out is not None:
        typer.echo(
            f"written to {out}: report.txt, summary.csv, phase diagrams; 'standoff report {out}' makes a page of it",
            err=True,
        )
    end_with(done.failed, done.runs)


def _write(done: Sweep, out: Path) -> None:
    """The files; where they do not fit, the runs are kept all the same."""
    try:
        api.write_sweep(done, out)
    except InputError as error:
        notice(f"{error}. All runs are kept: make room, and --resume writes the files")
        raise typer.Exit(NOT_FINISHED) from None


def _settings(settings: list[str], days: int | None) -> list[str]:
    if days is None:
        return settings
    shared_values(None, None, days)  # is refused by the option's name
    return [*settings, f"run.days={days}"]


def _tell_size(wanted: SweepSpec, as_json: bool) -> None:
    points, runs = wanted.point_count, wanted.point_count * wanted.replicates
    if as_json:
        print_json({"points": points, "replicates": wanted.replicates, "runs": runs})
        return
    most = "at most " if wanted.refine else "at first " if wanted.until else ""
    typer.echo(f"{points:,} points × {wanted.replicates:,} runs = {most}{runs:,} runs")
