"""The order of things: what happens once a day, and what happens in each of the day's four ticks.

Each line is one process with the reason for its place. ``standoff explain`` prints this page with what each reads
and writes. To add one: write its file in ``sim/mechanisms``, put it in its place here, give its parameters values
in ``scenarios/base.toml``.
"""

from __future__ import annotations

from collections.abc import Iterable

from sim import forces
from sim.actors import attacker, defender, elders, envoys, factions, leaders, patrons, spokesmen
from sim.actors.base import Role
from sim.mechanisms import (
    air,
    civilians,
    cohesion,
    cold,
    combat,
    communities,
    contact,
    control,
    events,
    movement,
    opinion,
    pursuit,
    rally,
    reports,
    roads,
    season,
    supply,
    support,
    unrest,
)  # fmt: skip
from sim.mechanisms.base import Mechanism
from sim.params import Parameter, Schema
from sim.scenario import run_parameters
from sim.world import world

DAY: tuple[Mechanism | Role, ...] = (
    season.MECHANISM,  # weather first: everyone else acts in it
    events.MECHANISM,  # what the scenario says happens today, before anyone acts on it
    support.MECHANISM,  # support comes in before stores are drawn on
    roads.MECHANISM,  # a road cut today stops today's convoys
    supply.MECHANISM,  # eat and be supplied before the day's work
    civilians.MECHANISM,  # they eat from the same valley and see yesterday's fighting
    cold.MECHANISM,  # the night's sick are missing by day
    unrest.MECHANISM,  # what happens elsewhere decides who can be spared for the valley
    communities.MECHANISM,  # people and militia have seen hunger and yesterday's fighting
    rally.MECHANISM,  # the dispersed gather before orders are given
    reports.MECHANISM,  # what each side believes this morning: all decisions rest on it
    opinion.MECHANISM,  # what the world and the people make of it
    elders.ROLE,  # make their peace or not before the commanders decide
    factions.ROLE,  # who wants an assault, and who takes part
    leaders.ROLE,  # stay or go before their side is asked for orders
    envoys.ROLE,  # an agreement today binds the commanders
    patrons.ROLE,  # the world abroad looks on before the day's moves
    attacker.ROLE,  # decides on what is known in the morning
    defender.ROLE,  # answers
    spokesmen.ROLE,  # tell of the day as their side sees it
)
TICK: tuple[Mechanism, ...] = (
    pursuit.MECHANISM,  # go on from what fell in the last tick
    movement.MECHANISM,  # march on the orders
    contact.MECHANISM,  # see who is now within reach, and with what power
    air.MECHANISM,  # add what flies to the power of the fights
    combat.MECHANISM,  # take losses on those powers
    cohesion.MECHANISM,  # wear, break and choose a fate
    control.MECHANISM,  # sites change hands; flanks are lost
)
TICKS_PER_DAY = 4

PROCESSES: tuple[Mechanism | Role, ...] = (*DAY, *TICK)
WITHOUT = "run.without"


def schema_of(processes: Iterable[Mechanism | Role]) -> Schema:
    """Every parameter, and every kind of event, of a model made of these processes."""
    parts = tuple(processes)
    names = tuple(process.name for process in parts)
    kinds = [process.event_kinds for process in parts if isinstance(process, Mechanism)]
    return Schema(
        (
            *run_parameters.PARAMETERS,
            Parameter(WITHOUT, "processes left out of the run", "", "names", choices=names),
            *world.PARAMETERS,
            *forces.PARAMETERS,
            *(parameter for process in parts for parameter in process.parameters),
        ),
        event_kinds={kind: arguments for some in kinds for kind, arguments in some.items()},
    )


SCHEMA = schema_of(PROCESSES)
"""Every parameter and every kind of event there is."""
