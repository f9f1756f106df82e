"""Cohesion: groups wear down, break - mostly on manoeuvre - and withdraw, disperse, go home or surrender."""

from __future__ import annotations

from sim.kernels.cohesion import CohesionRates, breaking, wear
from sim.mechanisms.base import Mechanism, Run, Step, names
from sim.mechanisms.shared import AMMO_DAY
from sim.params import Parameter


def _hazard(key: str, why: str) -> Parameter:
    return Parameter(f"cohesion.{key}", f"hazard of breaking of a pressed group {why}", "1/day", "float", 0, 3)


BASE_ATTACKER = Parameter("attacker.cohesion", "cohesion that the attacker's groups return to", "0-1", "float", 0.1, 1)
BASE_DEFENDER = Parameter("defender.cohesion", "cohesion that the defender's groups return to", "0-1", "float", 0.1, 1)
RECOVERY = Parameter(
    "cohesion.recovery", "share of the gap to the base closed in a quiet day", "1/day", "float", 0, 0.5
)
CONTACT_WEAR = Parameter(
    "cohesion.contact_wear", "loss of cohesion in a day of contact at even power", "1/day", "float", 0, 0.3
)
LOSS_SHOCK = Parameter(
    "cohesion.loss_shock", "loss of cohesion a day for each whole force share lost lately", "1/day", "float", 0, 10
)
HUNGER_WEAR = Parameter("cohesion.hunger_wear", "loss of cohesion in a day of full hunger", "1/day", "float", 0, 0.3)
COLD_WEAR = Parameter(
    "cohesion.cold_wear", "loss of cohesion in a day 20 K below the threshold", "1/day", "float", 0, 0.3
)
COLD_BELOW = Parameter("cohesion.cold_below", "daily mean temperature below which cold wears", "degC", "float", -20, 5)
FLANK = _hazard("flank", "whose flank is lost")
ROAD = _hazard("road", "whose road is cut behind it")
NEIGHBOUR = _hazard("neighbour", "whose neighbours give way")
LEADER = _hazard("leader", "that has lost its leader")
AMMUNITION = _hazard("ammunition", "with ammunition for under three days")
LOSSES = _hazard("losses", "that has lost a tenth lately")
HUNGER = _hazard("hunger", "that has gone hungry for a week")
LEADER_LOSS = Parameter(
    "cohesion.leader_loss", "chance that a group in contact loses its leader", "1/day", "float", 0, 0.1
)
STEEPNESS = Parameter(
    "cohesion.steepness", "how fast the hazard falls as cohesion rises (e-folds a unit)", "", "float", 0, 10
)
SURRENDER = Parameter(
    "cohesion.surrender",
    "share of breaking groups that surrender; attackers only when trapped",
    "share",
    "float",
    0,
    0.3,
)
GO_HOME = Parameter("cohesion.go_home", "share of breaking groups that go home", "share", "float", 0, 0.6)
TRAPPED = Parameter(
    "cohesion.trapped",
    "surrenders of breaking defenders whose flank or road is lost, against others",
    "x",
    "float",
    1,
    10,
)
MILITIA_HOME = Parameter("cohesion.militia_home", "militia who go home, against the mean", "x", "float", 0, 3)
ARMY_HOME = Parameter("cohesion.army_home", "former army who go home, against the mean", "x", "float", 0, 3)
ATTACKER_HOME = Parameter("cohesion.attacker_home", "attackers who go home, against the mean", "x", "float", 0, 3)
DISPERSE = Parameter(
    "cohesion.disperse", "share of breaking former-army groups that disperse", "share", "float", 0, 0.8
)
NEIGHBOUR_SHOCK = Parameter(
    "cohesion.neighbour_shock", "cohesion lost at the sight of a neighbour breaking", "0-1", "float", 0, 0.2
)
PARAMETERS = (
    BASE_ATTACKER, BASE_DEFENDER, RECOVERY, CONTACT_WEAR, LOSS_SHOCK, HUNGER_WEAR, COLD_WEAR, COLD_BELOW, FLANK,
    ROAD, NEIGHBOUR, LEADER,
    AMMUNITION, LOSSES, HUNGER, LEADER_LOSS, STEEPNESS, SURRENDER, GO_HOME, TRAPPED,
    MILITIA_HOME, ARMY_HOME, ATTACKER_HOME, DISPERSE, NEIGHBOUR_SHOCK,
)  # fmt: skip


def bind(run: Run) -> Step:
    """Bind wear and breaking to the state."""
    s, t, n = run.state, run.world.tables, run.number
    rates = CohesionRates(
        n(RECOVERY), n(CONTACT_WEAR), n(LOSS_SHOCK), n(HUNGER_WEAR), n(COLD_WEAR),
        n(COLD_BELOW), n(FLANK),
        n(ROAD), n(NEIGHBOUR), n(LEADER), n(AMMUNITION), n(LOSSES), n(HUNGER), n(LEADER_LOSS), n(STEEPNESS),
        n(AMMO_DAY), n(SURRENDER), n(GO_HOME), n(TRAPPED), n(MILITIA_HOME),
        n(ARMY_HOME), n(ATTACKER_HOME), n(DISPERSE), n(NEIGHBOUR_SHOCK),
    )  # fmt: skip
    worn = (
        s.uid, s.side, s.status, s.men, s.exposed, s.own_power, s.enemy_power, s.lost_recently, s.hungry_days,
        s.leader_lost, s.cell, t.band, s.temperature_c, s.cohesion_base, s.cohesion, tuple(rates),
    )  # fmt: skip
    broken = (
        s.uid, s.side, s.kind, s.status, s.exposed, s.own_power, s.enemy_power, s.engaged, s.flank_lost,
        s.road_cut, s.leader_lost, s.ammo_kg, s.lost_recently, s.hungry_days, s.home_site, t.refuge, s.men, s.sick,
        s.gone_home, s.surrendered, s.cohesion, s.order, s.target, s.post, s.broke_tick, s.break_reason, s.breaks_at,
        s.pinned, s.food_kg, s.ledger, run.work("hazard", (8,)), tuple(rates),
    )  # fmt: skip

    def step(tick: int) -> None:
        wear(tick, run.key, *worn)
        breaking(tick, run.key, *broken)

    return step


MECHANISM = Mechanism(
    name="cohesion",
    models="wear and recovery of cohesion; breaks by hazard; fate of those who break",
    source="McQuie 1987 (D33): manoeuvre in 64 % of defeats; Helmbold 1971 (D34); local ties M79; exits D21",
    parameters=PARAMETERS,
    reads=names(
        "cell temperature_c cohesion_base uid side kind exposed own_power enemy_power lost_recently hungry_days "
        "engaged flank_lost road_cut home_site post"
    ),
    writes=names(
        "cohesion leader_lost status men sick gone_home surrendered order target broke_tick break_reason "
        "breaks_at pinned food_kg ammo_kg ledger"
    ),
    bind=bind,
)
