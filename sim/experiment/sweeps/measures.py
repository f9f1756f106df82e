"""What an experiment looks at: outcome classes, bits and quantities by name, and where a table of points has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.errors import InputError, nearest
from sim.observe.outcome import BITS, OUTCOMES, QUANTITIES

if TYPE_CHECKING:
    import polars as pl

USUAL = ("floor_taken", "held_through_winter", "defender_survives", "settlement", "days_floor_held")
"""What is reported when nothing is asked for."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A share of runs or a mean over runs; ``column`` holds it in a table of points."""

    name: str
    column: str
    is_share: bool
    unit: str
    meaning: str

    def bounds(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Columns ``value``, ``low``, ``high`` (95 %), ``n`` (finished runs): one row a point, null where unknown."""
        import polars as pl

        ends = [pl.col(f"{self.column}{end}").cast(pl.Float64) for end in ("", "_low", "_high")]
        named = [end.alias(name) for end, name in zip(ends, ("value", "low", "high"), strict=True)]
        return frame.select(*named, n=pl.col("runs") - pl.col("failed"))


def measure(name: str, where: str = "outcomes") -> Measure:
    """The measure of that name: a bit, an outcome class or a quantity. InputError, opened by ``where``, for others.

    ``settlement`` is the bit; ``outcome_settlement`` the class, which comes to the same.
    """
    if name in BITS:
        return Measure(name, name, True, "share of runs", BITS[name])
    short = name.removeprefix("outcome_")
    if short in OUTCOMES:
        return Measure(name, f"outcome_{short}", True, "share of runs", OUTCOMES[short])
    if name in QUANTITIES:
        return Measure(name, name, False, QUANTITIES[name], name.replace("_", " "))
    known = (*BITS, *(c for c in OUTCOMES if c not in BITS), *QUANTITIES)
    raise InputError(f"{where}: there is no outcome '{name}'.{nearest(name, known)} There are: {', '.join(known)}")
