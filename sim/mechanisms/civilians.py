"""Civilians: they eat from the same valley, flee from fighting and hunger, and suffer a blockade first."""

from __future__ import annotations

import numpy as np

from sim.kernels.people import CivilRates, civil_day
from sim.mechanisms.base import Mechanism, Run, Step, names
from sim.mechanisms.shared import CIVIL_RATION, HEAVY
from sim.params import Parameter

RATION_LEAST = Parameter(
    "civilians.ration_least",
    "share of the ration that households keep to while any food is left",
    "share",
    "float",
    0.2,
    1,
)
RATION_DAYS = Parameter(
    "civilians.ration_days", "store, in days, below which households eat less", "days", "float", 1, 365
)
IMPORTS = Parameter(
    "civilians.import_share", "share of their food that comes from outside in peace", "share", "float", 0, 1
)
BLOCKADE = Parameter("supply.blockade", "share of civil trade that the attacker stops", "0-1", "float", 0, 1)
OCCUPIED = Parameter(
    "civilians.occupied_blockade", "share of the blockade that stays where the attacker holds the floor", "share",
    "float", 0, 1,
)  # fmt: skip
RETURN_VALLEY = Parameter(
    "civilians.return_valley",
    "share of those who left the valley who come back on a quiet day",
    "1/day",
    "float",
    0,
    0.1,
)
FLIGHT_FIGHTING = Parameter(
    "civilians.flight_fighting", "share who flee a district in a day of heavy fighting", "1/day", "float", 0, 1
)
FLIGHT_HUNGER = Parameter(
    "civilians.flight_hunger", "share who flee in a day without any food", "1/day", "float", 0, 0.5
)
SHELTER = Parameter("civilians.shelter_share", "share of those who flee who stay in the valley", "share", "float", 0, 1)
LEAVE = Parameter("civilians.leave", "share of the sheltered who leave the valley in a day", "1/day", "float", 0, 0.2)
RETURN = Parameter(
    "civilians.return_home", "share of the sheltered who settle again on a quiet day", "1/day", "float", 0, 0.2
)
PARAMETERS = (
    RATION_LEAST,
    RATION_DAYS,
    IMPORTS,
    BLOCKADE,
    OCCUPIED,
    RETURN_VALLEY,
    FLIGHT_FIGHTING,
    FLIGHT_HUNGER,
    SHELTER,
    LEAVE,
    RETURN,
    HEAVY,
)


def bind(run: Run) -> Step:
    """Bind the daily kernel; ``sim.forces`` has laid in the harvest."""
    s, t, n = run.state, run.world.tables, run.number
    rates = CivilRates(
        n(CIVIL_RATION),
        n(RATION_LEAST),
        n(RATION_DAYS),
        n(IMPORTS),
        n(BLOCKADE),
        n(OCCUPIED),
        n(FLIGHT_FIGHTING),
        n(FLIGHT_HUNGER),
        n(SHELTER),
        n(LEAVE),
        n(RETURN),
        n(RETURN_VALLEY),
        n(HEAVY),
    )
    arrays = (
        s.side, s.exposed, s.enemy_power, s.post, t.site_district, s.floor, s.residents, s.sheltered,
        s.civil_food_kg, s.civil_hunger, s.left_valley, s.uprooted, s.civil_ledger,
        run.work("fights_in", (len(s.floor),)), run.work("arrivals", (len(s.floor),)),
        np.array([d.people for d in run.world.terrain.districts], float), tuple(rates),
    )  # fmt: skip
    return lambda tick: civil_day(*arrays)


MECHANISM = Mechanism(
    name="civilians",
    models="civil food, blockade, hunger, displacement and shelter",
    source="D48-D50, D70: 172,895 residents need 86-125 t a day; most villages emptied in 2021 (timeline); M80, M102",
    parameters=PARAMETERS,
    reads=names("side exposed enemy_power post floor"),
    writes=names("residents sheltered civil_food_kg civil_hunger left_valley uprooted civil_ledger"),
    bind=bind,
)
