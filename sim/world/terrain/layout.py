"""Places of a made-up valley: districts, villages, roads and passes along the lines of its ``Shape``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.world.terrain.model import GRAVEL, PAVED, TRACK, SiteKind
from sim.world.terrain.places import Crossing, Places, Quarter, Segment, Spot, Window

if TYPE_CHECKING:
    from sim.world.terrain.synthetic import Shape

DISTRICT_KM = 15.0
"""Length of river that a district takes, about."""

OUTSIDE_KM = 10.0
"""From a crest to the place outside where its pass route ends."""

UTM = 32631
"""Any metric projection serves a valley that is nowhere."""


def lay_out(shape: Shape, people: int, precip_region: str) -> Places:
    """Places along ``shape``; ``people`` live in its villages, a district centre holding as many as two."""
    from sim.world.terrain.synthetic import BEND_KM, RIDGE_KM

    reach = BEND_KM + RIDGE_KM + OUTSIDE_KM + 3
    window = Window(UTM, -12e3, -reach * 1e3, np.ceil(shape.length + RIDGE_KM + OUTSIDE_KM + 3) * 1e3, reach * 1e3)
    along = np.linspace(0, shape.length, int(shape.length * 2) + 1)
    river = np.column_stack(
        [along, along * 1e3, shape.bend(along) * 1e3, shape.river_m(along), shape.width(along) * 1e3]
    )
    districts = max(2, round(shape.length / DISTRICT_KM))
    spots = _spots(shape, districts, people)
    at = {spot.id: spot.at for spot in spots}
    return Places(
        name="Made-up valley",
        window=window,
        heights=np.zeros((0, 3)),
        river=river,
        floor_head_km=0.9 * shape.length,
        crossings=_crossings(shape, at, precip_region),
        segments=_segments(shape, at),
        quarters=tuple(
            Quarter(
                f"district-{i + 1}",
                f"District {i + 1}",
                i + 1,
                True,
                sum(spot.people for spot in spots if spot.district == f"district-{i + 1}"),
                f"centre-{i + 1}",
            )
            for i in range(districts)
        ),
        spots=spots,
        marks=np.zeros((0, 2)),
        mark_district=(),
        sources=("Made up by formula: no place on Earth",),
    )


def _spots(shape: Shape, districts: int, people: int) -> tuple[Spot, ...]:
    """Centres and villages on the floor, gates, a village up each side valley, staging sites outside."""
    step = 0.9 * shape.length / districts
    plan: list[tuple[str, str, SiteKind, float, float, int]] = []  # id, name, kind, km, km up the side, weight
    for i in range(districts):
        plan.append((f"centre-{i + 1}", f"Centre {i + 1}", "centre", (i + 0.5) * step, 0.0, 2))
        plan.append((f"village-{i + 1}", f"Village {i + 1}", "village", (i + 0.9) * step, 0.0, 1))
    for i, km in enumerate(shape.gates):
        plan.append((f"gate-{i + 1}", f"Gate {i + 1}", "gate", km, 0.0, 0))
    for i, (km, bank) in enumerate(shape.sides):
        plan.append((f"side-{i + 1}", f"Side valley {i + 1}", "side", km, 6.0 * bank, 1))
    total = sum(row[5] for row in plan)
    shares = [people * row[5] // total for row in plan]
    shares[0] += people - sum(shares)
    spots = [
        Spot(
            id=i,
            name=name,
            kind=kind,
            at=(km * 1e3, (float(shape.bend(km)) + up) * 1e3),
            district=f"district-{min(districts, int(km / step) + 1)}",
            floor=kind != "side",
            valley_km=km if kind != "side" else float("nan"),
            people=share,
        )
        for (i, name, kind, km, up, _), share in zip(plan, shares, strict=True)
    ]
    spots.append(_staging("stage-mouth", "Plain at the mouth", (-5e3, 0.0)))
    for name, index in (("stage-pass", 0), ("stage-side", 1)):
        if index < len(shape.passes):
            spots.append(_staging(name, f"Behind pass {index + 1}", _outside(shape, index)))
    return tuple(spots)


def _staging(site_id: str, name: str, at: tuple[float, float]) -> Spot:
    return Spot(site_id, name, "staging", at, "", False, float("nan"), 0)


def _outside(shape: Shape, index: int) -> tuple[float, float]:
    x, y = shape.pass_at(index)
    bank = shape.passes[index][1]
    return ((x + OUTSIDE_KM) * 1e3, y * 1e3) if bank == 0 else (x * 1e3, (y + bank * OUTSIDE_KM) * 1e3)


def _crossings(shape: Shape, at: dict[str, tuple[float, float]], precip_region: str) -> tuple[Crossing, ...]:
    """Pass routes: from the river below (or the head of the main route) over the crest to outside."""
    out = []
    for index, (km, bank) in enumerate(shape.passes):
        foot = 0.9 * shape.length if bank == 0 else km
        x, y = shape.pass_at(index)
        out.append(
            Crossing(
                id="head" if bank == 0 else f"ridge-{index + 1}",
                name="Head pass" if bank == 0 else f"Ridge pass {index + 1}",
                leads_to="behind the head" if bank == 0 else ("north" if bank > 0 else "south"),
                at=(x * 1e3, y * 1e3),
                elevation_m=shape.pass_m(index),
                inside=(foot * 1e3, float(shape.bend(foot)) * 1e3),
                outside=_outside(shape, index),
                trail=True,
                orographic=1.25,
                precip_region=precip_region,
            )
        )
    return tuple(out)


def _segments(shape: Shape, at: dict[str, tuple[float, float]]) -> tuple[Segment, ...]:
    """A paved road to 0.6 of the river, gravel to 0.9, a jeep track over the head; tracks up side valleys."""

    def point(share: float) -> tuple[float, float]:
        return share * shape.length * 1e3, float(shape.bend(share * shape.length)) * 1e3

    head = (shape.pass_at(0)[0] * 1e3, shape.pass_at(0)[1] * 1e3)
    out = [
        Segment("Road from the plain", at["stage-mouth"], point(0.0), PAVED, 40.0, "slope"),
        Segment("Lower road", point(0.0), point(0.6), PAVED, 35.0, "river"),
        Segment("Upper road", point(0.6), point(0.9), GRAVEL, 20.0, "river"),
        Segment("Track to the head pass", point(0.9), head, TRACK, 6.0, "river"),
        Segment("Track behind the head pass", head, at["stage-pass"], TRACK, 6.0, "slope"),
    ]
    for i, (km, _) in enumerate(shape.sides):
        foot = (km * 1e3, float(shape.bend(km)) * 1e3)
        out.append(Segment(f"Side track {i + 1}", foot, at[f"side-{i + 1}"], TRACK, 8.0, "slope"))
    return tuple(out)
