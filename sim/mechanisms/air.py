"""Air: the attacker's few aircraft add power where their groups assault, in flying weather."""

from __future__ import annotations

from sim.kernels.air import support
from sim.mechanisms.base import Mechanism, Run, Step, names
from sim.params import Parameter

SORTIES = Parameter("air.sorties_per_day", "attacker's sorties on a clear day", "1/day", "float", 0, 100)
POWER = Parameter("air.power_per_sortie", "power a sortie adds to the fight it supports", "power", "float", 0, 300)
PARAMETERS = (SORTIES, POWER)


def bind(run: Run) -> Step:
    """Bind the kernel; the day's sorties are shared among the fights of each tick by daylight."""
    s = run.state
    power = run.number(SORTIES) * run.number(POWER) / 3.0
    fights = run.work("fights_at", (len(s.holder),))
    arrays = (
        s.side,
        s.order,
        s.post,
        s.exposed,
        s.weather_factor,
        s.truck_serviceable,
        s.air_open,
        s.own_power,
        s.enemy_power,
    )
    return lambda tick: support(tick, power, *arrays, fights)


MECHANISM = Mechanism(
    name="air",
    models="helicopter sorties of the attacker, fewer in bad weather and as captured aircraft wear out",
    source="few captured aircraft could be flown (M83; SIGAR); weather factors on air D07-D11 (Dupuy)",
    parameters=PARAMETERS,
    reads=names("side order post exposed weather_factor truck_serviceable air_open"),
    writes=names("own_power enemy_power"),
    bind=bind,
)
