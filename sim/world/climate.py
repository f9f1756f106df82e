"""The climate of a place: monthly normals, read from ``climate.csv`` of a terrain's folder.

Rows by ``kind``: temperature (monthly mean at ``elevation_m``), lapse, precipitation and precipitation_sd by
region (``value``: share of the valley; ``also``: other names of the region, parted by |), cloud (share of days
without sun), orographic (factor ``value`` at ``elevation_m``), high_pass (crossings that define winter onset;
``also``: region, ``value``: orographic factor). Each row names its source.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.cache import source_hash
from sim.errors import InputError, nearest

F8 = NDArray[np.float64]
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_KINDS = ("temperature", "lapse", "precipitation", "precipitation_sd", "cloud", "orographic", "high_pass")


class Crossing(NamedTuple):
    """What the weather needs to know of a pass."""

    elevation_m: float
    orographic: float
    precip_region: str


@dataclass(frozen=True, eq=False)
class Climate:
    """Monthly normals, January first. Two climates of the same file are equal.

    temperature_c (12,) at ``reference_m``; lapse (12,), K per m, positive; precip_mm, precip_sd_mm
    (12, regions), monthly total and its year-to-year standard deviation, the last region being the valley's mean;
    cloud (12,), share of days; orographic_m, orographic (points,), factor on precipitation by elevation.
    """

    temperature_c: F8
    reference_m: float
    lapse: F8
    regions: dict[str, int]
    precip_mm: F8
    precip_sd_mm: F8
    cloud: F8
    orographic_m: F8
    orographic: F8
    high_passes: tuple[Crossing, ...]
    sources: tuple[str, ...]
    content: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Climate) and other.content == self.content

    def __hash__(self) -> int:
        return hash(self.content)

    @property
    def valley(self) -> int:
        """Region index of the valley's area-weighted mean."""
        return self.precip_mm.shape[1] - 1

    def region_index(self, name: str) -> int:
        """Column of a region by its id or any of its other names."""
        if name not in self.regions:
            known = ", ".join(dict.fromkeys(self.regions))
            raise InputError(
                f"climate.csv has no precipitation region {name!r}.{nearest(name, self.regions)} Known: {known}"
            )
        return self.regions[name]


def load_climate(folder: Path) -> Climate:
    """Read ``climate.csv`` of a terrain's folder; an InputError names what is missing or not a number."""
    file = folder / "climate.csv"
    if not file.is_file():
        raise InputError(f"{file}: no such file. A terrain folder needs a climate.csv with monthly normals.")
    rows: dict[str, list[dict[str, str]]] = {kind: [] for kind in _KINDS}
    with file.open(newline="", encoding="utf-8") as stream:
        for number, row in enumerate(csv.DictReader(stream), start=2):
            kind = row.get("kind") or ""
            if kind not in rows:
                raise InputError(f"{file}, line {number}: unknown kind {kind!r}.{nearest(kind, _KINDS)}")
            rows[kind].append(row)
    for kind, found in rows.items():
        if not found:
            raise InputError(f"{file}: no row of kind {kind!r}.")
    try:
        return _build(rows, source_hash(file))
    except (KeyError, ValueError) as error:
        raise InputError(f"{file}: a column or number is missing or unreadable: {error}") from error


def _build(rows: dict[str, list[dict[str, str]]], content: str) -> Climate:
    """Put the rows together; the valley's mean becomes the last region."""
    normal, means = rows["temperature"][0], rows["precipitation"]
    spread = {row["name"]: row for row in rows["precipitation_sd"]}
    weight = np.array([float(row["value"]) for row in means])
    mean = np.column_stack([_months(row) for row in means])
    sd = np.column_stack([_months(spread[row["name"]]) for row in means])
    weight /= weight.sum()
    names: dict[str, int] = {}
    for i, row in enumerate(means):
        names |= {row["name"]: i} | {other: i for other in row["also"].split("|") if other}
    points = sorted((float(row["elevation_m"]), float(row["value"])) for row in rows["orographic"])
    passes = tuple(Crossing(float(row["elevation_m"]), float(row["value"]), row["also"]) for row in rows["high_pass"])
    return Climate(
        temperature_c=_months(normal),
        reference_m=float(normal["elevation_m"]),
        lapse=_months(rows["lapse"][0]) / 1000.0,
        regions=names,
        precip_mm=np.column_stack([mean, mean @ weight]),
        precip_sd_mm=np.column_stack([sd, sd @ weight]),
        cloud=_months(rows["cloud"][0]),
        orographic_m=np.array([p[0] for p in points]),
        orographic=np.array([p[1] for p in points]),
        high_passes=passes,
        sources=tuple(dict.fromkeys(row["source"] for found in rows.values() for row in found)),
        content=content,
    )


def _months(row: dict[str, str]) -> F8:
    """The twelve monthly numbers of a row."""
    return np.array([float(row[month]) for month in MONTHS])
