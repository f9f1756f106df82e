"""Who is there at the start: groups of both sides, their posts, stores and kit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim import codes
from sim.mechanisms.base import Run
from sim.mechanisms.cohesion import BASE_ATTACKER, BASE_DEFENDER
from sim.mechanisms.shared import CARRY_AMMO, CARRY_FOOD, RATION
from sim.mechanisms.shared import PARAMETERS as SHARED
from sim.params import Parameter
from sim.scenario import Scenario
from sim.state import FIXED_DIMS, State
from sim.world.daily import BANDS_M
from sim.world.world import World, site_number

ATTACKERS = Parameter("attacker.fighters", "attackers committed to the valley", "people", "int", 0, 100_000)
DEFENDERS = Parameter("defender.fighters", "defenders in the valley", "people", "int", 0, 50_000)
GROUP_SIZE = Parameter("forces.group_size", "people in a group", "people", "int", 20, 200)
MAIN_AXIS = Parameter("attacker.main_axis", "site from which the main attack starts", "site", "text")
SECOND_AXIS = Parameter("attacker.second_axis", "site from which a second attack starts", "site", "text", optional=True)
SECOND_SHARE = Parameter("attacker.second_axis_share", "share of the attackers on the second axis", "share", "float", 0, 0.9)
COLUMN_SHARE = Parameter("attacker.column_share", "share of the main attack bound to vehicles", "share", "float", 0, 1)
ATTACKER_QUALITY = Parameter("attacker.quality", "fighting value of an attacker", "x", "float", 0.3, 3)
FORMER_ARMY = Parameter("defender.former_army_share", "share of the defenders from the former army", "share", "float", 0, 1)
MILITIA_QUALITY = Parameter("defender.militia_quality", "fighting value of local militia", "x", "float", 0.3, 3)
ARMY_QUALITY = Parameter("defender.army_quality", "fighting value of the former army", "x", "float", 0.3, 3)
GATE_SITE = Parameter("defender.gate_site", "site of the gate", "site", "text")
GATE_SHARE = Parameter("defender.gate_share", "share of the former army at the gate", "share", "float", 0, 1)
PASS_SITE = Parameter("defender.pass_site", "site of the guarded pass", "site", "text", optional=True)
PASS_SHARE = Parameter("defender.pass_share", "share of the former army at the guarded pass", "share", "float", 0, 1)
RESERVE_SITE = Parameter("defender.reserve_site", "site of the reserve and seat of the defender", "site", "text")
GATE_MILITIA = Parameter("defender.gate_militia", "share of the militia that joins the gate when it is held", "share", "float", 0, 1)
AMMO_DAYS = Parameter("defender.ammunition_days", "days of intense combat that the stockpile allows", "days", "float", 0, 365)
FOOD_DAYS = Parameter("defender.food_days", "days of food in the fighters' caches", "days", "float", 0, 730)
POSTURE = Parameter("defender.posture", "plan of the defence", "", "choice", choices=codes.POSTURE_NAMES)
PARAMETERS = (
    ATTACKERS, DEFENDERS, GROUP_SIZE, MAIN_AXIS, SECOND_AXIS, SECOND_SHARE, COLUMN_SHARE, ATTACKER_QUALITY, FORMER_ARMY,
    MILITIA_QUALITY, ARMY_QUALITY, GATE_SITE, GATE_SHARE, PASS_SITE, PASS_SHARE, RESERVE_SITE, GATE_MILITIA, AMMO_DAYS,
    FOOD_DAYS, POSTURE, *SHARED,
)  # fmt: skip

INTENSE_KG = 5.0
"""Ammunition of a person in a day of intense combat, kg (parameters.csv D50, heavy use)."""
_COHESION = {codes.ATTACKER: BASE_ATTACKER, codes.DEFENDER: BASE_DEFENDER}


def bases(scenario: Scenario, world: World) -> list[int]:
    """Sites of the attacker's axes, the main one first."""
    found = [site_number(world, MAIN_AXIS.key, str(scenario[MAIN_AXIS]))]
    if scenario[SECOND_AXIS] is not None and scenario.typed(SECOND_SHARE, float) > 0:
        found.append(site_number(world, SECOND_AXIS.key, str(scenario[SECOND_AXIS])))
    return found


def dims(scenario: Scenario, world: World) -> Mapping[str, int]:
    """Length of every dimension of the state."""
    size = scenario.typed(GROUP_SIZE, int)
    groups = sum(-(-scenario.typed(p, int) // size) for p in (ATTACKERS, DEFENDERS))
    groups += 8  # rounding of shares over kinds and axes never needs more
    terrain = world.terrain
    return FIXED_DIMS | {
        "group": groups,
        "site": len(terrain.sites),
        "district": len(terrain.districts),
        "pass": len(terrain.passes),
        "band": len(BANDS_M),
        "tally": 12,
    }


def muster(run: Run) -> None:
    """Fill the state of a fresh run: groups, holders, caches, residents and the ledgers' opening balances."""
    state, tables = run.state, run.world.tables
    row = _attackers(run, 0)
    row = _defenders(run, row)
    state.post[:row] = run.world.routes.nearest[state.cell[:row]]
    state.men_start[:] = np.maximum(1, state.men)
    for site in range(len(state.holder)):
        inside = tables.site_district[site] >= 0
        state.holder[site] = codes.DEFENDER if inside else codes.NOBODY
    state.holder[tables.pass_sites] = codes.NOBODY
    state.holder[run.base_site] = codes.ATTACKER
    for d, district in enumerate(run.world.terrain.districts):
        state.residents[d] = district.people
    state.floor[:] = codes.DEFENDER
    state.posture[0] = codes.POSTURE_NAMES.index(str(run.scenario[POSTURE]))
    _caches(run)


def _add(run: Run, row: int, people: int, side: int, kind: int, axis: int, site: int, at: int, uid: int) -> int:
    """Append groups of full size and a remainder; returns the next free row."""
    state, size = run.state, run.scenario.typed(GROUP_SIZE, int)
    quality = {
        codes.COLUMN: ATTACKER_QUALITY,
        codes.MOUNTAIN: ATTACKER_QUALITY,
        codes.MILITIA: MILITIA_QUALITY,
        codes.REGULAR: ARMY_QUALITY,
    }[kind]
    while people > 0 and row < len(state.uid):
        n = min(size, people)
        state.uid[row], state.side[row], state.kind[row], state.axis[row] = uid, side, kind, axis
        state.status[row], state.men[row], state.quality[row] = codes.ACTIVE, n, run.number(quality)
        state.home_site[row], state.target[row] = site, site
        state.cell[row] = run.world.tables.site_cell[at]
        state.cohesion[row] = run.number(_COHESION[side])
        state.food_kg[row] = n * run.number(RATION) * run.number(CARRY_FOOD)
        state.ammo_kg[row] = n * run.number(CARRY_AMMO)
        people, row, uid = people - n, row + 1, uid + 1
    return row


def _attackers(run: Run, row: int) -> int:
    people = run.scenario.typed(ATTACKERS, int)
    second = round(people * run.number(SECOND_SHARE)) if len(run.base_site) > 1 else 0
    columns = round((people - second) * run.number(COLUMN_SHARE))
    main = int(run.base_site[0])
    row = _add(run, row, columns, codes.ATTACKER, codes.COLUMN, 0, main, main, 0)
    row = _add(run, row, people - second - columns, codes.ATTACKER, codes.MOUNTAIN, 0, main, main, 100_000)
    if second:
        base = int(run.base_site[1])
        row = _add(run, row, second, codes.ATTACKER, codes.MOUNTAIN, 1, base, base, 200_000)
    return row


def _defenders(run: Run, row: int) -> int:
    """Former army at gate, pass and reserve; militia in their own districts, some of them at the gate."""
    scenario, world = run.scenario, run.world
    people = scenario.typed(DEFENDERS, int)
    army = round(people * run.number(FORMER_ARMY))
    holds_gate = scenario[POSTURE] == "gate"
    reserve = site_number(world, RESERVE_SITE.key, str(scenario[RESERVE_SITE]))
    gate = site_number(world, GATE_SITE.key, str(scenario[GATE_SITE]))
    guard = site_number(world, PASS_SITE.key, str(scenario[PASS_SITE])) if scenario[PASS_SITE] is not None else -1
    at_gate = round(army * run.number(GATE_SHARE)) if holds_gate else 0
    at_pass = round(army * run.number(PASS_SHARE)) if holds_gate and guard >= 0 else 0
    side, refuge = codes.DEFENDER, world.tables.refuge
    row = _add(run, row, at_gate, side, codes.REGULAR, -1, gate, gate, 300_000)
    row = _add(run, row, at_pass, side, codes.REGULAR, -1, guard, guard, 400_000)
    row = _add(run, row, army - at_gate - at_pass, side, codes.REGULAR, -1, reserve, reserve, 500_000)
    militia = people - army
    forward = round(militia * run.number(GATE_MILITIA)) if holds_gate else 0
    row = _add(run, row, forward, side, codes.MILITIA, -1, gate, gate, 600_000)
    homes, weights = _militia_homes(world)
    counts = _apportion(militia - forward, weights)
    for number, (site, count) in enumerate(zip(homes, counts, strict=True)):
        at = site if holds_gate else int(refuge[site])
        row = _add(run, row, int(count), side, codes.MILITIA, -1, site, at, 700_000 + 1000 * number)
    return row


def _militia_homes(world: World) -> tuple[list[int], np.ndarray]:
    """Sites where militia live, with the people around each as weight."""
    homes = [i for i, s in enumerate(world.terrain.sites) if s.district >= 0 and s.people > 0]
    return homes, np.array([world.terrain.sites[i].people for i in homes], float)


def _apportion(total: int, weights: np.ndarray) -> np.ndarray:
    """Whole numbers in proportion to weights that add up to total (largest remainder)."""
    exact = total * weights / weights.sum()
    counts = np.floor(exact).astype(int)
    for i in np.argsort(counts - exact, kind="stable")[: total - counts.sum()]:
        counts[i] += 1
    return counts


def _caches(run: Run) -> None:
    """Spread the stockpile over the valley's sites by people, and open the ledgers."""
    state, n = run.state, run.number
    homes, weights = _militia_homes(run.world)
    fighters = run.scenario.typed(DEFENDERS, int)
    stock = (fighters * n(RATION) * n(FOOD_DAYS), fighters * INTENSE_KG * n(AMMO_DAYS))
    for k, total in enumerate(stock):
        state.cache_kg[homes, k] = total * weights / weights.sum()
        state.ledger[k, codes.DEFENDER, 0] = state.cache_kg[:, k].sum()
    for k, kit in enumerate((state.food_kg, state.ammo_kg)):
        for side in (codes.ATTACKER, codes.DEFENDER):
            state.ledger[k, side, 0] += kit[state.side == side].sum()

