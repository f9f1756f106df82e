"""Rally: once a day the dispersed gather again to harass, drift home, or are found; recruits join."""

from __future__ import annotations

from sim.kernels.rally import RallyRates, drift, recruit
from sim.mechanisms.base import Mechanism, Run, Step, names
from sim.params import Parameter

GATHER = Parameter("rally.gather", "chance a day that a dispersed group gathers to harass", "1/day", "float", 0, 0.3)
DRIFT = Parameter("rally.drift", "share of the dispersed who go home in a day", "1/day", "float", 0, 0.1)
HARASS_DRIFT = Parameter(
    "rally.harass_drift",
    "share of those who harass from the hills who go home or leave in a day",
    "1/day",
    "float",
    0,
    0.1,
)
COLD_BELOW = Parameter(
    "rally.cold_below", "daily mean temperature below which few gather and more go home", "degC", "float", -20, 10
)
FOUND = Parameter(
    "rally.found", "chance a day that a dispersed group is found where attackers stand", "1/day", "float", 0, 0.5
)
FOUND_SHARE = Parameter(
    "rally.found_share", "share of a group that is taken or killed when found", "share", "float", 0, 1
)
RECRUITS = Parameter(
    "defender.recruits_per_day", "people who join while any floor is held", "people/day", "float", 0, 400
)
PARAMETERS = (GATHER, DRIFT, HARASS_DRIFT, COLD_BELOW, FOUND, FOUND_SHARE, RECRUITS)


def bind(run: Run) -> Step:
    """Bind the daily kernels to the state."""
    s, t, n = run.state, run.world.tables, run.number
    rates = RallyRates(n(GATHER), n(DRIFT), n(HARASS_DRIFT), n(FOUND), n(FOUND_SHARE), n(COLD_BELOW))
    hidden = (
        s.uid, s.side, s.status, s.order, s.men, s.sick, s.gone_home, s.surrendered, s.out, s.food_kg, s.ammo_kg,
        s.hungry_days, s.attackers_at, s.post, t.rugged, s.temperature_c, t.band, s.cell, s.cohesion, s.ledger,
        tuple(rates),
    )  # fmt: skip
    join = (s.uid, s.side, s.status, s.men, s.joined, s.floor, s.recruit_factor, n(RECRUITS))

    def step(tick: int) -> None:
        drift(tick, run.key, *hidden)
        recruit(tick, run.key, *join)

    return step


MECHANISM = Mechanism(
    name="rally",
    models="the dispersed gather, drift home or are found; recruits join the groups that hold",
    source="tactical withdrawal and later attacks in 2021-22 (timeline); inflow M100; rates assumed",
    parameters=PARAMETERS,
    reads=names("uid side hungry_days attackers_at post temperature_c cell floor recruit_factor"),
    writes=names("status men sick gone_home food_kg ammo_kg out surrendered order cohesion ledger joined"),
    bind=bind,
)
