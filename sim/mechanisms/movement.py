"""Movement: groups march along path fields, by vehicle where a road leads, else on foot; slower against resistance."""

from __future__ import annotations

from sim.kernels.movement import MarchRates, march
from sim.mechanisms.base import Mechanism, Run, Step, names
from sim.params import Parameter

MARCH_HOURS = Parameter("movement.march_hours", "hours a day that a group marches", "h/day", "float", 2, 16)
NIGHT_SHARE = Parameter(
    "movement.night_share", "share of the day's march done between 0 and 6", "share", "float", 0, 0.4
)
CONTACT_ADVANCE = Parameter(
    "movement.contact_advance", "factor of terrain on Dupuy's advance rates against resistance", "x", "float", 0.1, 1.5
)
PARAMETERS = (MARCH_HOURS, NIGHT_SHARE, CONTACT_ADVANCE)


def day_parts(run: Run) -> tuple[float, float, float, float]:
    """March hours in each quarter of the day, the night first."""
    hours, night = run.number(MARCH_HOURS), run.number(NIGHT_SHARE)
    rest = 1.0 - night
    return (hours * night, hours * rest * 0.42, hours * rest * 0.42, hours * rest * 0.16)


def bind(run: Run) -> Step:
    """Bind the march kernel to the state, the grids and the path fields."""
    s, t, r = run.state, run.world.tables, run.world.routes
    rates = MarchRates(day_parts(run), run.number(CONTACT_ADVANCE), run.cell_km)
    arrays = (
        s.kind, s.status, s.order, s.target, s.pinned, s.exposed, s.own_power, s.enemy_power, s.cell, s.post, s.march_h,
        s.days_in_place, s.weather_factor, s.line_m, s.snow_level, s.pass_open, s.cut_h, t.z, t.surface, t.kmh,
        t.pass_at, t.road_site_at,
        t.site_cell, r.nearest, r.direction, r.rates, tuple(rates),
    )  # fmt: skip
    return lambda tick: march(tick, *arrays)


MECHANISM = Mechanism(
    name="movement",
    models="marching along roads, tracks and slopes; passes shut by snow; advance against resistance",
    source="Tobler 1993 (D39); snow and altitude D42, D44; advance D37, terrain mobility D02 (Dupuy)",
    parameters=PARAMETERS,
    reads=names(
        "kind cut_h status order target pinned exposed own_power enemy_power weather_factor line_m snow_level pass_open"
    ),
    writes=names("cell post march_h days_in_place"),
    bind=bind,
)
