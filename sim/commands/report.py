"""``standoff report``: one page from an output folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim import api
from sim.commands.common import door


@door
def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that a command wrote with --out.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.html", help="Where to write; by default DIR/report.html.")
    ] = None,
) -> None:
    """Make one HTML page of an output folder: charts, tables, assumptions, limits; to read offline and to print."""
    typer.echo(f"written: {api.write_report(folder, out)}")
