"""Rally: once a day the dispersed gather again to harass, drift home, or are found; recruits join."""

from __future__ import annotations

from sim.kernels.cohesion import dispersed_life
from sim.kernels.rally import recruit
from sim.mechanisms.base import Mechanism, Run, Step
from sim.params import Parameter

GATHER = Parameter("rally.gather", "chance a day that a dispersed group gathers to harass", "1/day", "float", 0, 0.3)
DRIFT = Parameter("rally.drift", "share of the dispersed who go home in a day", "1/day", "float", 0, 0.1)
FOUND = Parameter("rally.found", "chance a day that a dispersed group is found where attackers stand", "1/day", "float", 0, 0.5)
RECRUITS = Parameter("defender.recruits_per_day", "people who join while any floor is held", "people/day", "float", 0, 200)
PARAMETERS = (GATHER, DRIFT, FOUND, RECRUITS)


def bind(run: Run) -> Step:
    """Bind the daily kernels to the state."""
    s, t, n = run.state, run.world.tables, run.number
    life = (
        s.uid, s.side, s.status, s.men, s.sick, s.gone_home, s.food_kg, s.ammo_kg, s.hungry_days, s.attackers_at,
        s.post, s.temperature_c, t.band, s.cell, s.out, s.surrendered, s.order, s.cohesion, s.ledger,
        n(GATHER), n(DRIFT), n(FOUND),
    )  # fmt: skip
    join = (s.side, s.status, s.men, s.joined, s.floor, n(RECRUITS))

    def step(tick: int) -> None:
        dispersed_life(tick, run.key, *life)
        recruit(tick, run.key, *join)

    return step


MECHANISM = Mechanism(
    name="rally",
    models="the dispersed gather, drift home or are found; recruits join the groups that hold",
    source="tactical withdrawal and later attacks in 2021-22 (timeline); inflow M100; rates assumed",
    parameters=PARAMETERS,
    reads=("uid", "side", "hungry_days", "attackers_at", "post", "temperature_c", "cell", "floor"),
    writes=(
        "status", "men", "sick", "gone_home", "food_kg", "ammo_kg", "out", "surrendered", "order", "cohesion",
        "ledger", "joined",
    ),  # fmt: skip
    bind=bind,
)
