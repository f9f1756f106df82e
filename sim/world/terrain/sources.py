"""Reads a folder of places (CSV files and ``terrain.toml``) into ``Places``."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

import numpy as np
from pyproj import Transformer

from sim.errors import InputError, nearest
from sim.world.terrain.model import F8, GRAVEL, PAVED, TRACK, SiteKind
from sim.world.terrain.places import Crossing, Places, Quarter, Segment, Spot, Window

SURFACES = {"track": TRACK, "gravel": GRAVEL, "paved": PAVED}

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a CSV file, which says where it is when something in it is wrong."""

    file: Path
    line: int
    cells: dict[str, str]

    def text(self, column: str) -> str:
        """The text in ``column``."""
        value = self.cells.get(column)
        if value is None:
            raise InputError(f"{self.file}: column {column!r} is missing.{nearest(column, self.cells)}")
        return value.strip()

    def number(self, column: str, empty: float | None = None) -> float:
        """The number in ``column``; an empty cell gives ``empty`` where that is allowed."""
        raw = self.text(column)
        if not raw and empty is not None:
            return empty
        try:
            return float(raw)
        except ValueError:
            raise InputError(f"{self.file}, line {self.line}: {column} is {raw!r}; a number is needed.") from None

    def choice(self, column: str, allowed: Iterable[str]) -> str:
        """The text in ``column``, which must be one of ``allowed``."""
        value, known = self.text(column), list(allowed)
        if value not in known:
            raise InputError(
                f"{self.file}, line {self.line}: {column} is {value!r}; allowed are {', '.join(known)}."
                + nearest(value, known)
            )
        return value

    def flag(self, column: str) -> bool:
        """True for "yes", False for "no"."""
        return self.choice(column, ("yes", "no")) == "yes"


def read_rows(file: Path) -> list[Row]:
    """All lines of a CSV file with a header."""
    try:
        with file.open(newline="", encoding="utf-8") as stream:
            return [Row(file, i, dict(cells)) for i, cells in enumerate(csv.DictReader(stream), start=2)]
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror}); a terrain folder needs it.") from None


class _Folder:
    """The files of one folder, with the projection that turns latitude and longitude into metres."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            beside = [p.name for p in folder.parent.iterdir() if p.is_dir()] if folder.parent.is_dir() else []
            raise InputError(f"terrain.folder: there is no folder {folder}.{nearest(folder.name, beside)}")
        self.path = folder
        file = folder / "terrain.toml"
        try:
            self.head = tomllib.loads(file.read_text(encoding="utf-8"))
            self.window = Window(
                int(self.head["epsg"]),
                *(float(self.head[key]) for key in ("west_m", "south_m", "east_m", "north_m")),
            )
        except OSError as error:
            raise InputError(f"{file}: cannot be read ({error.strerror}).") from None
        except (tomllib.TOMLDecodeError, KeyError, ValueError, TypeError) as error:
            raise InputError(f"{file}: {error!s} is missing or malformed.") from None
        self._project = Transformer.from_crs(4326, self.window.epsg, always_xy=True)

    def rows(self, name: str) -> list[Row]:
        return read_rows(self.path / name)

    def point(self, row: Row, prefix: str = "") -> Point:
        """Easting and northing, m, of the columns ``<prefix>lat`` and ``<prefix>lon``."""
        x, y = self._project.transform(row.number(prefix + "lon"), row.number(prefix + "lat"))
        return float(x), float(y)

    def table(self, name: str, build: Callable[[Row, Point], tuple[float, ...]]) -> F8:
        """An array of the rows of ``name``, projected in one go because it is long."""
        rows = self.rows(name)
        x, y = self._project.transform([row.number("lon") for row in rows], [row.number("lat") for row in rows])
        return np.array([build(row, at) for row, at in zip(rows, zip(x, y, strict=True), strict=True)])


def _crossing(row: Row, folder: _Folder) -> Crossing:
    return Crossing(
        id=row.text("id"),
        name=row.text("name"),
        leads_to=row.text("leads_to"),
        at=folder.point(row),
        elevation_m=row.number("elevation_m"),
        inside=folder.point(row, "join_"),
        outside=folder.point(row, "outside_"),
        trail=row.choice("track", ("mule", "none")) == "mule",
        orographic=row.number("orographic"),
        precip_region=row.text("precip_region"),
    )


def _segment(row: Row, folder: _Folder) -> Segment:
    return Segment(
        name=row.text("name"),
        start=folder.point(row, "from_"),
        end=folder.point(row, "to_"),
        surface=SURFACES[row.choice("surface", SURFACES)],
        kmh=row.number("kmh"),
        follow="river" if row.choice("follow", ("river", "slope")) == "river" else "slope",
    )


def _spot(row: Row, folder: _Folder, districts: set[str]) -> Spot:
    return Spot(
        id=row.text("id"),
        name=row.text("name"),
        kind=cast(SiteKind, row.choice("kind", get_args(SiteKind))),
        at=folder.point(row),
        district=row.choice("district", ["", *sorted(districts)]),
        floor=row.flag("floor"),
        valley_km=row.number("valley_km", empty=float("nan")),
        people=int(row.number("people")),
    )


def read_places(path: Path) -> Places:
    """The places of a terrain folder. Every file that is missing or malformed raises ``InputError``."""
    folder = _Folder(path)
    quarters = tuple(
        Quarter(
            id=row.text("id"),
            name=row.text("name"),
            order=int(row.number("order")),
            main=row.flag("main"),
            people=int(row.number("people")),
            centre_site=row.text("centre_site"),
        )
        for row in folder.rows("districts.csv")
    )
    known = {quarter.id for quarter in quarters}
    marks = folder.rows("marks.csv")
    return Places(
        name=str(folder.head.get("name", path.name)),
        window=folder.window,
        heights=folder.table("spot_heights.csv", lambda r, at: (*at, r.number("elevation_m"))),
        river=folder.table(
            "river.csv",
            lambda r, at: (r.number("valley_km"), *at, r.number("elevation_m"), r.number("width_m")),
        ),
        floor_head_km=float(folder.head.get("floor_head_km", np.inf)),
        crossings=tuple(_crossing(row, folder) for row in folder.rows("passes.csv")),
        segments=tuple(_segment(row, folder) for row in folder.rows("roads.csv")),
        quarters=quarters,
        spots=tuple(_spot(row, folder, known) for row in folder.rows("sites.csv")),
        marks=np.array([folder.point(row) for row in marks]).reshape(-1, 2),
        mark_district=tuple(row.choice("district", sorted(known)) for row in marks),
        sources=tuple(str(line) for line in folder.head.get("sources", ())),
    )
