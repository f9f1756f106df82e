"""Combat: losses by the law that fits the posture, and ammunition fired."""

from __future__ import annotations

from sim.kernels.combat import CombatRates, fight
from sim.mechanisms.base import Mechanism, Run, Step, names
from sim.mechanisms.shared import AMMO_DAY
from sim.params import Parameter

ATTACK_RATE = Parameter(
    "combat.attack_rate", "daily loss of a fully engaged attacking force at even power", "1/day", "float", 0.005, 0.06
)
DEFENCE_RATE = Parameter(
    "combat.defence_rate", "daily loss of a fully engaged defending force at even power", "1/day", "float", 0.003, 0.04
)
ENGAGED = Parameter(
    "combat.engaged_share", "share of a group in contact that is really under fire", "share", "float", 0.02, 0.5
)
NIGHT = Parameter("combat.night", "losses by night", "x", "float", 0.1, 1)
HELMBOLD = Parameter(
    "combat.helmbold_w", "exponent of enemy over own power: 1 square law, 0.5 linear, 0 logarithmic", "", "float", 0, 1
)
AREA_REFERENCE = Parameter(
    "combat.area_reference",
    "enemy power at which area fire at hidden groups equals aimed fire",
    "power",
    "float",
    500,
    20000,
)
CORNERED = Parameter("combat.cornered", "losses of a group whose flank is lost", "x", "float", 1, 10)
RUGGED_CASUALTIES = Parameter(
    "combat.rugged_casualties", "losses on fully rugged ground against flat", "x", "float", 0.3, 1
)
PARAMETERS = (
    ATTACK_RATE, DEFENCE_RATE, ENGAGED, NIGHT, HELMBOLD, AREA_REFERENCE, CORNERED, RUGGED_CASUALTIES,
)  # fmt: skip


def bind(run: Run) -> Step:
    """Bind the kernel to the state and to the terrain's effect on losses."""
    s, t, n = run.state, run.world.tables, run.number
    rates = CombatRates(
        n(ATTACK_RATE), n(DEFENCE_RATE), n(ENGAGED), n(NIGHT), n(HELMBOLD), n(AREA_REFERENCE), n(CORNERED), n(AMMO_DAY)
    )
    terrain = 1.0 + (n(RUGGED_CASUALTIES) - 1.0) * t.rugged
    arrays = (
        s.side, s.order, s.uid, s.exposed, s.own_power, s.enemy_power, s.cell, terrain, s.weather_factor, s.flank_lost,
        s.men_start, s.men, s.out, s.lost_recently, s.ammo_kg, s.ledger, tuple(rates),
    )  # fmt: skip
    return lambda tick: fight(tick, run.key, *arrays)


MECHANISM = Mechanism(
    name="combat",
    models="losses by Helmbold's law where a line is held, Deitchman's where columns are ambushed; ammunition fired",
    source="Dupuy rates and terrain (D19, D04); level D20; Helmbold 1965 (D29); Deitchman 1962 (D27); D21, D50",
    parameters=PARAMETERS,
    reads=names("side order uid exposed own_power enemy_power cell weather_factor flank_lost men_start"),
    writes=names("men out lost_recently ammo_kg ledger"),
    bind=bind,
)
