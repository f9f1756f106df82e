"""Roads: harassers cut the road behind the attacker's columns, and the attacker mends it."""

from __future__ import annotations

from sim.kernels.supply import cut_roads
from sim.mechanisms.base import Mechanism, Run, Step, names
from sim.params import Parameter

CUT_CHANCE = Parameter(
    "roads.cut_chance", "chance a day that a hundred harassers at a site cut the road there", "1/day", "float", 0, 1
)
REPAIR = Parameter("roads.repair_h", "work to mend a cut with a small crew", "h", "float", 6, 240)
CREW = Parameter("roads.crew_men", "attackers at a cut who mend it a crew faster", "people", "float", 20, 2000)
PARAMETERS = (CUT_CHANCE, REPAIR, CREW)


def bind(run: Run) -> Step:
    """Bind the daily kernel; only floor sites have a road to cut."""
    s, t, n = run.state, run.world.tables, run.number
    arrays = (
        s.status, s.side, s.order, s.men, s.post, t.gate_of, t.chain_rank >= 0, s.holder, s.attackers_at, s.cut_h,
        n(CUT_CHANCE), n(REPAIR), n(CREW),
    )  # fmt: skip
    return lambda tick: cut_roads(tick, run.key, *arrays)


MECHANISM = Mechanism(
    name="roads",
    models="cutting the one road behind a column, and mending it",
    source="M15: road blown behind advancing columns on 4-5 September 2021; analogue 1996 at the gorge",
    parameters=PARAMETERS,
    reads=names("status side order men post holder attackers_at"),
    writes=names("cut_h"),
    bind=bind,
)
