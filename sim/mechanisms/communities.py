"""Communities: goodwill of the districts towards the defender, recruits, and the peace that local militia make."""

from __future__ import annotations

import numpy as np

from sim.kernels.communities import PeaceRates, WillRates, goodwill_day, militia_day
from sim.mechanisms.base import Mechanism, Run, Step, names
from sim.mechanisms.shared import HEAVY
from sim.params import Parameter


def _p(key: str, meaning: str, unit: str, low: float, high: float) -> Parameter:
    return Parameter(f"communities.{key}", meaning, unit, "float", low, high)


START = _p("goodwill", "goodwill of the people towards the defender at the start, to which it returns", "0-1", 0.1, 1)
HUNGER = _p("hunger_fall", "goodwill lost in a day without any food", "1/day", 0, 0.2)
FIGHTING = _p("fighting_fall", "goodwill lost in a district in a day of heavy fighting", "1/day", 0, 0.2)
DISPLACED = _p("displaced_fall", "goodwill lost in a day when everyone has fled", "1/day", 0, 0.1)
RECOVERY = _p("recovery", "share of lost goodwill that comes back in a day", "1/day", 0, 0.2)
HARDEN = _p("harden", "share of the missing goodwill won in a day of bloody occupation", "1/day", 0, 0.1)
BLOODSHED = _p("bloodshed", "people lost a day at which an occupation counts as fully bloody", "people/day", 1, 500)
WEARINESS = _p("weariness", "war-weariness: how much faster recruits fall off than goodwill", "0-1", 0, 1)
MEAN = _p("threshold_mean", "mean threshold at which a group of militia makes its peace", "share", 0.2, 0.7)
SD = _p("threshold_sd", "spread of the thresholds between groups", "share", 0, 0.5)
DEMONSTRATION = _p("demonstration", "push to make peace from each peaceful transfer elsewhere", "share", 0, 0.1)
TRANSFERS = Parameter(
    "communities.peaceful_transfers", "provinces handed over in peace before the start", "provinces", "int", 0, 34
)
MOST = _p("demonstration_most", "largest push that the transfers elsewhere can give", "share", 0, 1)
SOCIAL = _p("social_weight", "push from the share of the militia that is home already", "share", 0, 1)
WIN = _p("win_weight", "push from the chance that the defender gives to the attacker", "share", 0, 1)
GOODWILL = _p("goodwill_weight", "push against peace from goodwill at home", "share", 0, 1)
WEARY = _p("weary_weight", "push from a weariness above 0.6, the one the thresholds are read at (M103)", "x", 0, 1)
CHANCE = _p("defect_chance", "chance a day that a group whose threshold is passed makes its peace", "1/day", 0, 1)
PARAMETERS = (
    START, HUNGER, FIGHTING, DISPLACED, RECOVERY, HARDEN, BLOODSHED, WEARINESS, MEAN, SD, DEMONSTRATION, TRANSFERS,
    MOST, SOCIAL, WIN, GOODWILL, WEARY, CHANCE, HEAVY,
)  # fmt: skip

USUAL_WEARINESS = 0.6
"""War-weariness at which the thresholds are read (M103)."""


def bind(run: Run) -> Step:
    """Set the goodwill of the start and bind the daily kernels."""
    s, t, n = run.state, run.world.tables, run.number
    s.goodwill[:] = n(START)
    will = (
        s.exposed, s.enemy_power, s.post, t.site_district, s.floor, s.residents, s.sheltered, s.civil_hunger,
        np.array([d.people for d in run.world.terrain.districts], float), s.bloodshed, s.goodwill, s.recruit_factor,
        run.work("fights_here", (len(s.floor),)),
        tuple(WillRates(
            n(START), n(HUNGER), n(FIGHTING), n(DISPLACED), n(RECOVERY), n(HARDEN), n(BLOODSHED), n(HEAVY),
            n(WEARINESS),
        )),
    )  # fmt: skip
    example = min(n(MOST), n(DEMONSTRATION) * n(TRANSFERS)) + n(WEARY) * (n(WEARINESS) - USUAL_WEARINESS)
    militia = (
        s.uid, s.side, s.kind, s.status, s.men, s.sick, s.gone_home, s.surrendered, s.men_start, s.joined, s.withheld,
        s.home_site, s.food_kg, s.ammo_kg, s.ledger, t.site_district, s.goodwill, s.est_win, s.truce, s.settlement,
        s.defected, tuple(PeaceRates(n(MEAN), n(SD), example, n(SOCIAL), n(WIN), n(GOODWILL), n(CHANCE))),
    )  # fmt: skip

    def step(tick: int) -> None:
        goodwill_day(*will)
        militia_day(tick, run.key, *militia)

    return step


MECHANISM = Mechanism(
    name="communities",
    models="goodwill of the districts, recruits, and the cascade of local militia who make their peace",
    source="M20, M25, D55 (Granovetter), D56 (Kuran); occupation that punishes D59 (Bennett); war-weariness M103",
    parameters=PARAMETERS,
    reads=names(
        "exposed enemy_power post floor residents sheltered civil_hunger bloodshed uid side kind surrendered "
        "men_start joined withheld home_site est_win truce settlement"
    ),
    writes=names("goodwill recruit_factor status men sick gone_home food_kg ammo_kg ledger defected"),
    bind=bind,
)
