"""Communities: goodwill of the districts, what it does to recruiting, and the peace that local militia make."""

from __future__ import annotations

from typing import NamedTuple

from sim.codes import ACTIVE, ATTACKER, D_DEFECT, D_THRESHOLD, DEFENDER, DISPERSED, LOCAL_DEALS, MILITIA, NOTHING
from sim.kernels import kernel
from sim.kernels.draws import normal, uniform
from sim.kernels.groups import count_fights, dissolve


class WillRates(NamedTuple):
    """Numbers of goodwill and recruiting; see ``sim.mechanisms.communities``."""

    start: float
    hunger: float
    fighting: float
    displaced: float
    recovery: float
    harden: float
    bloodshed: float
    heavy_groups: float
    weariness: float


class PeaceRates(NamedTuple):
    """Numbers of the cascade among the local militia; see ``sim.mechanisms.communities``."""

    mean: float
    sd: float
    demonstration: float
    social: float
    win: float
    goodwill: float
    chance: float


@kernel
def displaced_share(residents, homes):
    """Share of a district's houses that stand empty."""
    return max(0.0, 1.0 - residents / homes) if homes > 0.0 else 0.0


@kernel
def goodwill_day(
    exposed, enemy_power, post, site_district, floor, residents, sheltered, civil_hunger, homes_of, bloodshed,
    goodwill, recruit_factor, fights, rates,
):  # fmt: skip
    """Goodwill falls with hunger, fighting and flight and comes back; under a bloody occupation it hardens (D59).

    The recruits follow the mean goodwill; a weary people turns away faster than its goodwill falls.
    """
    rates = WillRates(*rates)
    count_fights(exposed, enemy_power, post, site_district, fights)
    total, people = 0.0, 0.0
    for d in range(len(goodwill)):
        blame = min(1.0, bloodshed[0] / rates.bloodshed) if floor[d] == ATTACKER else 0.0
        burden = rates.fighting * min(1.0, fights[d] / rates.heavy_groups)
        burden += rates.displaced * displaced_share(residents[d], homes_of[d])
        will = goodwill[d] + rates.recovery * (rates.start - goodwill[d]) - rates.hunger * civil_hunger[d]
        will += rates.harden * blame * (1.0 - goodwill[d]) - (1.0 - blame) * burden
        goodwill[d] = max(0.0, min(1.0, will))
        total += goodwill[d] * (residents[d] + sheltered[d])
        people += residents[d] + sheltered[d]
    ratio = total / people / rates.start if people > 0.0 else 1.0
    recruit_factor[0] = max(0.0, ratio * (1.0 - rates.weariness * max(0.0, 1.0 - ratio)))


@kernel
def militia_day(
    tick, key, uid, side, kind, status, men, sick, gone_home, surrendered, men_start, joined, withheld, home_site,
    food_kg, ammo_kg, ledger, site_district, goodwill, est_win, truce, settlement, defected, rates,
):  # fmt: skip
    """Groups of local militia whose threshold is passed make their peace (Granovetter D55, Kuran D56, M20, M25).

    A group's threshold is a draw that belongs to its ``uid`` alone, so nothing has to be remembered.
    """
    rates = PeaceRates(*rates)
    ever, home = 0.0, 0.0
    for g in range(len(men)):
        if side[g] == DEFENDER and kind[g] == MILITIA:
            ever += men_start[g] + joined[g]
            home += gone_home[g] + surrendered[g]
    mean_will = 0.0
    for d in range(len(goodwill)):
        mean_will += goodwill[d] / len(goodwill)
    talks_bind = truce[0] or (settlement[0] != NOTHING and settlement[0] != LOCAL_DEALS)
    shared = rates.demonstration + rates.social * (home / max(1.0, ever)) + rates.win * est_win[DEFENDER]
    for g in range(len(men)):
        if talks_bind or side[g] != DEFENDER or kind[g] != MILITIA or withheld[g]:
            continue
        if status[g] != ACTIVE and status[g] != DISPERSED:
            continue
        d = site_district[home_site[g]]
        push = shared - rates.goodwill * (goodwill[d] if d >= 0 else mean_will)
        if push <= 0.0 or uniform(key, D_DEFECT, tick, uid[g], 0) >= rates.chance:
            continue
        threshold = rates.mean + rates.sd * normal(key, D_THRESHOLD, 0, uid[g], 0)
        if push > max(0.0, min(1.0, threshold)):
            home += men[g] + sick[g]
            dissolve(g, gone_home, side, status, men, sick, food_kg, ammo_kg, ledger)
    defected[0] = min(1.0, home / ever) if ever > 0.0 else 0.0
