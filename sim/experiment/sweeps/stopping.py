"""Enough runs, or runs until an interval is tight enough.

An interval looked at after every run stops when it happens to be narrow, and then covers far less than it says. So it
is looked at in batches of fifty, from fifty runs on, where Wilson's interval keeps its 95 % (measured: 95 to 98 %).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sim.experiment.points import Point
from sim.experiment.sweeps.measures import measure
from sim.experiment.sweeps.spec import Until

if TYPE_CHECKING:
    import polars as pl


def until_tight(
    points: Sequence[Point], until: Until, evaluate: Callable[[Sequence[Point]], pl.DataFrame]
) -> tuple[list[Point], pl.DataFrame]:
    """Add runs to each point until its interval is tight or it has ``at_most``; the points as they ended, and theirs.

    Which runs are added follows from the runs made, so a sweep that was killed and resumed adds the same ones.
    """
    import polars as pl

    ended = [_with_runs(point, min(until.at_least, until.at_most)) for point in points]
    open_ = list(range(len(ended)))
    tables: dict[int, pl.DataFrame] = {}
    while open_:
        found = evaluate([ended[i] for i in open_])
        wide = []
        for row, i in enumerate(open_):
            tables[i] = found[row]
            count = len(ended[i].replicates)
            if not is_tight(found[row], until) and count < until.at_most:
                ended[i] = _with_runs(ended[i], min(count + until.batch, until.at_most))
                wide.append(i)
        open_ = wide
    return ended, pl.concat([tables[i] for i in range(len(ended))]) if tables else evaluate([])


def is_tight(row: pl.DataFrame, until: Until) -> bool:
    """Whether the interval of a point is as tight as asked, or no run can tell at all, which more would not mend."""
    column = measure(until.outcome).column
    low, high = (row[f"{column}{end}"][0] for end in ("_low", "_high"))
    if row[column][0] is None:
        return True
    return low is not None and high is not None and (high - low) / 2 <= until.half_width


def _with_runs(point: Point, count: int) -> Point:
    first = point.replicates.start
    return replace(point, replicates=range(first, first + count))
