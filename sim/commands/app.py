"""The command line put together."""

from __future__ import annotations

from typing import Annotated

import typer

from sim import api
from sim.commands import inspect, results, scenarios
from sim.commands.compare import compare
from sim.commands.knockout import knockout
from sim.commands.report import report
from sim.commands.run import run
from sim.commands.sensitivity import sensitivity
from sim.commands.sweep import sweep

app = typer.Typer(
    name="standoff",
    help="What if, in a mountain valley? A teaching model, not a forecast.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _tell_version(asked: bool) -> None:
    if asked:
        typer.echo(f"standoff {api.version}")
        raise typer.Exit


@app.callback()
def standoff(
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """What if, in a mountain valley? A teaching model, not a forecast."""


app.command()(run)
app.command()(sweep)
app.command()(compare)
app.command()(knockout)
app.command()(sensitivity)
app.command()(report)
app.add_typer(results.app, name="results")
app.add_typer(scenarios.app, name="scenarios")
app.command()(inspect.assumptions)
app.command()(inspect.explain)
app.add_typer(inspect.terrain, name="terrain")
app.command()(inspect.doctor)
app.command()(inspect.bench)
