"""``standoff run``: an ensemble, or one run told as a story."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim import api
from sim.commands.common import (
    INTERRUPTED,
    AsJson,
    Days,
    NoStore,
    ProgressLine,
    Seed,
    Setting,
    door,
    end_with,
    notice,
    print_json,
    shared_values,
)
from sim.errors import InputError

if TYPE_CHECKING:
    from sim.experiment.ensemble import Ensemble

LEAST, MOST = 1, 1_000_000


@door
def run(
    scenario: Annotated[str, typer.Argument(metavar="NAME|FILE", help="A scenario's name, or the path of a file.")],
    replicates: Annotated[
        int | None, typer.Option("-n", "--replicates", help="How many runs; 1 tells one run as a story.")
    ] = None,
    settings: Setting = None,
    seed: Seed = None,
    days: Days = None,
    first: Annotated[int, typer.Option("--first", min=0, help="Number of the first run, to look at one again.")] = 0,
    dates: Annotated[
        list[str] | None, typer.Option("--on", metavar="DATE", help="Who holds each floor on this date; repeat.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Write summary, runs and report.")] = None,
    no_store: NoStore = False,
    as_json: AsJson = False,
) -> None:
    """Run a scenario many times and tell what happens, how sure that is, when, and why."""
    if replicates is not None and not LEAST <= replicates <= MOST:
        raise InputError(f"-n {replicates}: from {LEAST} to {MOST:,} runs")
    if out is not None:
        api.open_folder(out)
    values = shared_values(settings, seed, days)
    asked = _dates(dates or [])
    if replicates == 1:
        _tell(scenario, first, values, out, as_json)
        return
    line = ProgressLine()
    try:
        ensemble = api.run(
            scenario, replicates, values=values, first=first, dates=asked, progress=line, store=not no_store
        )
    except KeyboardInterrupt as stop:
        line.clear()
        _keep_finished(getattr(stop, "ensemble", None), out)
        raise typer.Exit(INTERRUPTED) from None
    line.clear()
    _report(ensemble, out, as_json)


def _report(ensemble: Ensemble, out: Path | None, as_json: bool, more: dict[str, Any] | None = None) -> None:
    if out is not None:
        api.write_ensemble(ensemble, out)
    if as_json:
        print_json(api.ensemble_json(ensemble) | (more or {}))
    else:
        typer.echo(api.ensemble_text(ensemble), nl=False)
    _say_written(out)
    end_with(len(ensemble.failed), len(ensemble.results))


def _tell(scenario: str, number: int, values: dict[str, Any], out: Path | None, as_json: bool) -> None:
    """One run: its story, unless it fails; then the ensemble of one says how."""
    told = api.run_one(scenario, number, values=values)
    ensemble = api.gather([told.result], told.scenario)
    if as_json or ensemble.failed:
        if out is not None:
            api.write_run(told, out)
        _report(ensemble, out, as_json, {"story": api.story_json(told)})
        return
    typer.echo(api.story_text(told), nl=False)
    if out is not None:
        api.write_ensemble(ensemble, out)
        api.write_text(out / "report.txt", api.story_text(told))
        _say_written(out, [path.name for path in api.write_run(told, out)])


def _dates(texts: list[str]) -> list[Any]:
    import datetime as dt

    found = []
    for text in texts:
        try:
            found.append(dt.date.fromisoformat(text))
        except ValueError:
            raise InputError(f"--on {text}: is not a date like 2021-09-15") from None
    return found


def _keep_finished(ensemble: Ensemble | None, out: Path | None) -> None:
    done = len(ensemble.results) if ensemble is not None else 0
    notice(f"interrupted after {done} runs")
    if ensemble is not None and done and out is not None:
        api.write_ensemble(ensemble, out)
        _say_written(out)


def _say_written(out: Path | None, more: Sequence[str] = ()) -> None:
    if out is not None:
        names = ", ".join(("summary.json", "runs.csv", "report.txt", "charts", *more))
        typer.echo(f"written to {out}: {names}; 'standoff report {out}' makes a page of it", err=True)
