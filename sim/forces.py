"""Who is there at the start: groups of both sides, their posts, stores and kit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from sim import codes
from sim.errors import InputError, nearest
from sim.mechanisms import opinion
from sim.mechanisms.base import Run
from sim.mechanisms.cohesion import BASE_ATTACKER, BASE_DEFENDER
from sim.mechanisms.shared import CARRY_AMMO, CARRY_FOOD, CIVIL_RATION, RATION, RESERVE_SITE
from sim.mechanisms.shared import PARAMETERS as SHARED
from sim.params import Parameter
from sim.scenario import Scenario
from sim.state import FIXED_DIMS
from sim.world.daily import BANDS_M
from sim.world.world import World, objectives, site_number

ATTACKERS = Parameter("attacker.fighters", "attackers committed to the valley", "people", "int", 0, 100_000)
DEFENDERS = Parameter("defender.fighters", "defenders in the valley", "people", "int", 0, 50_000)
GROUP_SIZE = Parameter("forces.group_size", "people in a group", "people", "int", 20, 200)
MAIN_AXIS = Parameter("attacker.main_axis", "site from which the main attack starts", "site", "text")
SECOND_AXIS = Parameter("attacker.second_axis", "site from which a second attack starts", "site", "text", optional=True)
HELD = Parameter(
    "attacker.held_districts", "districts whose floor the attacker holds at the start, with commas between", "district",
    "text", optional=True,
)  # fmt: skip
SECOND_SHARE = Parameter(
    "attacker.second_axis_share", "share of the attackers on the second axis", "share", "float", 0, 0.9
)
COLUMN_SHARE = Parameter("attacker.column_share", "share of the main attack bound to vehicles", "share", "float", 0, 1)
ATTACKER_QUALITY = Parameter("attacker.quality", "fighting value of an attacker", "x", "float", 0.3, 3)
FORMER_ARMY = Parameter(
    "defender.former_army_share", "share of the defenders from the former army", "share", "float", 0, 1
)
MILITIA_QUALITY = Parameter("defender.militia_quality", "fighting value of local militia", "x", "float", 0.3, 3)
ARMY_QUALITY = Parameter("defender.army_quality", "fighting value of the former army", "x", "float", 0.3, 3)
GATE_SITE = Parameter("defender.gate_site", "site of the gate", "site", "text")
GATE_SHARE = Parameter("defender.gate_share", "share of the former army at the gate", "share", "float", 0, 1)
PASS_SITE = Parameter("defender.pass_site", "site of the guarded pass", "site", "text", optional=True)
PASS_SHARE = Parameter("defender.pass_share", "share of the former army at the guarded pass", "share", "float", 0, 1)
GATE_MILITIA = Parameter(
    "defender.gate_militia", "share of the militia that joins the gate when it is held", "share", "float", 0, 1
)
AMMO_DAYS = Parameter(
    "defender.ammunition_days", "days of intense combat that the stockpile allows", "days", "float", 0, 365
)
FOOD_DAYS = Parameter("defender.food_days", "days of food in the fighters' caches", "days", "float", 0, 730)
CIVIL_STOCK = Parameter(
    "civilians.stock_days", "days of food that civilians have in store at the start", "days", "float", 0, 400
)
REFUGEES = Parameter(
    "civilians.refugees", "people from outside who shelter in the valley at the start", "people", "float", 0, 100_000
)
PREPARED_DAYS = Parameter(
    "defender.prepared_days", "days for which the defender has been in position at the start", "days", "float", 0, 60
)
POSTURE = Parameter("defender.posture", "plan with which the defence sets out", "", "choice", choices=codes.PLANS)
HARDLINE_FORCE = Parameter(
    "attacker.hardline_force", "share of the attackers who belong to the hardline faction", "share", "float", 0, 0.5
)
PRAGMATIST_FORCE = Parameter(
    "attacker.pragmatist_force", "share of the attackers who follow the pragmatist faction", "share", "float", 0, 0.5
)
PARAMETERS = (
    ATTACKERS, DEFENDERS, GROUP_SIZE, MAIN_AXIS, SECOND_AXIS, HELD, SECOND_SHARE, COLUMN_SHARE, ATTACKER_QUALITY,
    FORMER_ARMY, MILITIA_QUALITY, ARMY_QUALITY, GATE_SITE, GATE_SHARE, PASS_SITE, PASS_SHARE, GATE_MILITIA, AMMO_DAYS,
    FOOD_DAYS, CIVIL_STOCK, REFUGEES, PREPARED_DAYS, POSTURE, HARDLINE_FORCE, PRAGMATIST_FORCE, *SHARED,
)  # fmt: skip

INTENSE_KG = 5.0
"""Ammunition of a person in a day of intense combat, kg (parameters.csv D50, heavy use)."""
_QUALITY = {
    codes.COLUMN: ATTACKER_QUALITY,
    codes.MOUNTAIN: ATTACKER_QUALITY,
    codes.MILITIA: MILITIA_QUALITY,
    codes.REGULAR: ARMY_QUALITY,
}
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
    terrain = world.terrain
    groups = max(1, sum(-(-unit.people // size) for unit in order_of_battle(scenario, world)))
    return FIXED_DIMS | {
        "group": groups,
        "slot": groups + 1,
        "cell": terrain.shape[0] * terrain.shape[1],
        "site": len(terrain.sites),
        "district": len(terrain.districts),
        "pass": len(terrain.passes),
        "band": len(BANDS_M),
        "axis": len(bases(scenario, world)),
    }


class Holdings(NamedTuple):
    """What the attacker holds at the start: sites, and for each axis the foremost of them, or its base."""

    sites: frozenset[int]
    front: tuple[int, ...]


def holdings(scenario: Scenario, world: World) -> Holdings:
    """Floor sites of the districts held at the start, and all on the way to them along the axis with the shortest."""
    axes, t, held = bases(scenario, world), world.tables, set[int]()
    reached = [0] * len(axes)
    districts = _held_districts(scenario, world)
    if not districts:
        return Holdings(frozenset(), tuple(axes))
    ways = [[int(site) for site in row if site >= 0] for row in objectives(world, axes)]
    for d in districts:
        floor = [int(site) for site in np.flatnonzero(t.on_floor & (t.site_district == d))]
        held.update(floor)
        # a centre off the main floor is reached by the floor site at its valley's mouth
        doors = {site if t.chain_rank[site] >= 0 else int(t.gate_of[site]) for site in floor}
        lengths = {
            a: 1 + max(way.index(door) for door in doors) for a, way in enumerate(ways) if doors and doors <= set(way)
        }
        if lengths:
            axis = min(lengths, key=lengths.__getitem__)  # of equals the first
            reached[axis] = max(reached[axis], lengths[axis])
    for way, length in zip(ways, reached, strict=True):
        held.update(way[:length])
    front = [way[length - 1] if length else base for base, way, length in zip(axes, ways, reached, strict=True)]
    return Holdings(frozenset(held), tuple(front))


def _held_districts(scenario: Scenario, world: World) -> list[int]:
    known = [district.id for district in world.terrain.districts]
    asked = [word.strip() for word in str(scenario[HELD] or "").split(",") if word.strip()]
    for name in asked:
        if name not in known:
            raise InputError(
                f'{HELD.key} = "{scenario[HELD]}": the terrain "{world.terrain.name}" has no district \'{name}\'.'
                f"{nearest(name, known)} Districts: {', '.join(known)}"
            )
    return [known.index(name) for name in asked]


class Unit(NamedTuple):
    """People of one kind at one place: ``uid`` numbers their first group, ``site`` is home, ``at`` where they stand."""

    people: int
    side: int
    kind: int
    axis: int
    site: int
    at: int
    uid: int


def order_of_battle(scenario: Scenario, world: World) -> list[Unit]:
    """All units of both sides, in the order of their groups' rows."""
    held = holdings(scenario, world)
    return [u for u in (*_attackers(scenario, world, held), *_defenders(scenario, world, held)) if u.people > 0]


def muster(run: Run) -> None:
    """Fill the state of a fresh run: groups, holders, caches, residents and the ledgers' opening balances."""
    state, tables = run.state, run.world.tables
    row = 0
    for unit in order_of_battle(run.scenario, run.world):
        row = _add(run, row, unit)
    held = holdings(run.scenario, run.world)
    _leave_behind(run, held)
    state.post[:row] = run.world.routes.nearest[state.cell[:row]]
    state.men_start[:] = np.maximum(1, state.men)
    inside = tables.site_district >= 0
    anyone = run.scenario.typed(DEFENDERS, int) > 0
    state.holder[:] = np.where(inside & anyone, codes.DEFENDER, codes.NOBODY)
    state.holder[tables.pass_sites] = codes.NOBODY
    state.holder[[*run.base_site, *held.sites]] = codes.ATTACKER
    for d, district in enumerate(run.world.terrain.districts):
        state.residents[d] = district.people
    state.floor[:] = codes.DEFENDER if anyone else codes.NOBODY
    for d in range(len(state.floor)):
        here = state.holder[tables.on_floor & (tables.site_district == d)] == codes.ATTACKER
        if here.any():
            state.floor[d] = codes.ATTACKER if here.all() else codes.NOBODY
    state.days_in_place[state.side == codes.DEFENDER] = run.number(PREPARED_DAYS)
    state.posture[0] = codes.POSTURE_NAMES.index(str(run.scenario[POSTURE]))
    state.civil_food_kg[:] = state.residents * run.number(CIVIL_RATION) * run.number(CIVIL_STOCK)
    state.civil_ledger[codes.A_INITIAL] = state.civil_food_kg.sum()
    state.sheltered[:] = state.residents * (run.number(REFUGEES) / max(1.0, float(state.residents.sum())))
    _caches(run)
    _factions(run)
    _first_picture(run)


def _leave_behind(run: Run, held: Holdings) -> None:
    """One full group, on foot where there is one, stands at each held site behind the front of its axis."""
    state, t = run.state, run.world.tables
    full = (state.side == codes.ATTACKER) & (state.men == run.scenario.typed(GROUP_SIZE, int))
    spare = {a: list(np.flatnonzero(full & (state.axis == a))) for a, at in enumerate(held.front) if at in held.sites}
    for site in sorted(held.sites - set(held.front)):
        axis = min(spare, key=lambda a: float(t.foot_hours[held.front[a], site]), default=-1)
        if axis >= 0 and len(spare[axis]) > 1:
            row = spare[axis].pop()
            state.cell[row], state.target[row] = t.site_cell[site], site


def _factions(run: Run) -> None:
    """Spread the factions evenly over the attacker's groups, so that each axis has its part of each."""
    state = run.state
    rows = np.flatnonzero((state.side == codes.ATTACKER) & (state.men > 0))
    hard, soft = run.number(HARDLINE_FORCE), run.number(PRAGMATIST_FORCE)
    state.faction[rows] = codes.FIELD
    for share, faction in ((hard, codes.HARDLINE), (soft / max(1e-9, 1.0 - hard), codes.PRAGMATIST)):
        free = state.faction[rows] == codes.FIELD
        place = np.cumsum(free) - 1
        turn = np.floor((place + 1) * share) > np.floor(place * share)
        state.faction[rows[free & turn]] = faction


def _first_opinion(run: Run) -> None:
    """The stocks of opinion as they stand: set here, so that a run without that process keeps them."""
    state, n = run.state, run.number
    state.recognition[0] = state.legitimacy[codes.FOREIGN] = n(opinion.RECOGNITION)
    state.est_recognition[0] = min(1.0, n(opinion.RECOGNITION) + n(opinion.OPTIMISM))
    state.legitimacy[codes.AT_HOME] = n(opinion.HOME) + n(opinion.NARRATIVE)
    state.trust[0] = n(opinion.TRUST)
    state.est_support[0] = n(opinion.SUPPORT_CHANCE) * (1.0 - n(opinion.ABANDONMENT))


def _first_picture(run: Run) -> None:
    """What everyone knows on the first morning: the truth, as far as reports go."""
    state = run.state
    state.believed[:] = state.holder
    state.claim_floor[:] = state.floor
    state.belief_floor[:] = state.floor == codes.ATTACKER
    state.belief_presence[:] = state.presence[:] = run.number(DEFENDERS) > 0  # until the first tick counts them
    state.est_win[:] = 0.5
    _first_opinion(run)
    for side, base in _COHESION.items():
        state.cohesion_base[side] = state.est_cohesion[:, side] = run.number(base)
        state.est_people[:, side] = state.men[state.side == side].sum()


def _add(run: Run, row: int, unit: Unit) -> int:
    """Fill the rows of a unit's groups, full ones and a remainder; returns the next free row."""
    state, n, size = run.state, run.number, run.scenario.typed(GROUP_SIZE, int)
    count = -(-unit.people // size)
    rows = slice(row, row + count)
    state.men[rows] = size
    state.men[row + count - 1] = unit.people - (count - 1) * size
    state.uid[rows] = unit.uid + np.arange(count)
    state.side[rows], state.kind[rows], state.axis[rows] = unit.side, unit.kind, unit.axis
    state.status[rows], state.quality[rows] = codes.ACTIVE, n(_QUALITY[unit.kind])
    state.home_site[rows] = unit.site
    state.target[rows] = unit.at if unit.side == codes.ATTACKER else unit.site
    state.cell[rows] = run.world.tables.site_cell[unit.at]
    state.cohesion[rows] = n(_COHESION[unit.side])
    state.food_kg[rows] = state.men[rows] * n(RATION) * n(CARRY_FOOD)
    state.ammo_kg[rows] = state.men[rows] * n(CARRY_AMMO)
    return row + count


def _attackers(scenario: Scenario, world: World, held: Holdings) -> Iterator[Unit]:
    people, axes = scenario.typed(ATTACKERS, int), bases(scenario, world)
    second = round(people * scenario.typed(SECOND_SHARE, float)) if len(axes) > 1 else 0
    columns = round((people - second) * scenario.typed(COLUMN_SHARE, float))
    side, main = codes.ATTACKER, axes[0]
    yield Unit(columns, side, codes.COLUMN, 0, main, held.front[0], 0)
    yield Unit(people - second - columns, side, codes.MOUNTAIN, 0, main, held.front[0], 100_000)
    if second:
        yield Unit(second, side, codes.MOUNTAIN, 1, axes[1], held.front[1], 200_000)


def _free_post(world: World, held: Holdings, site: int) -> int:
    """The site, or the next one up the valley that the attacker does not hold; its refuge when there is none."""
    at = site
    while at >= 0 and at in held.sites:
        at = int(world.tables.upstream[at])
    return at if at >= 0 else int(world.tables.refuge[site])


def _defenders(scenario: Scenario, world: World, held: Holdings) -> Iterator[Unit]:
    """Former army at gate, pass and reserve; militia in their own districts, some of them at the gate."""
    people, share = scenario.typed(DEFENDERS, int), scenario.typed
    army = round(people * share(FORMER_ARMY, float))
    holds_gate = scenario[POSTURE] == "gate"
    reserve = site_number(world, RESERVE_SITE.key, str(scenario[RESERVE_SITE]))
    gate = site_number(world, GATE_SITE.key, str(scenario[GATE_SITE]))
    guard = site_number(world, PASS_SITE.key, str(scenario[PASS_SITE])) if scenario[PASS_SITE] is not None else -1
    at_gate = round(army * share(GATE_SHARE, float)) if holds_gate else 0
    at_pass = min(army - at_gate, round(army * share(PASS_SHARE, float))) if holds_gate and guard >= 0 else 0
    side, refuge = codes.DEFENDER, world.tables.refuge
    posts = [_free_post(world, held, site) for site in (gate, guard, reserve)]
    counts = (at_gate, at_pass, army - at_gate - at_pass)
    for uid, count, at in zip((300_000, 400_000, 500_000), counts, posts, strict=True):
        yield Unit(count, side, codes.REGULAR, -1, at, at, uid)
    militia = people - army
    forward = round(militia * share(GATE_MILITIA, float)) if holds_gate else 0
    yield Unit(forward, side, codes.MILITIA, -1, gate, int(refuge[gate]) if gate in held.sites else gate, 600_000)
    homes, weights = _militia_homes(world)
    shares = _apportion(militia - forward, weights)
    for number, (site, count) in enumerate(zip(homes, shares, strict=True)):
        at = site if holds_gate and site not in held.sites else int(refuge[site])
        yield Unit(int(count), side, codes.MILITIA, -1, site, at, 700_000 + 1000 * number)


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
    free = state.holder[homes] != codes.ATTACKER
    weights = weights * free if free.any() else weights  # nothing is stored where the attacker stands
    fighters = run.scenario.typed(DEFENDERS, int)
    stock = (fighters * n(RATION) * n(FOOD_DAYS), fighters * INTENSE_KG * n(AMMO_DAYS))
    for k, total in enumerate(stock):
        state.cache_kg[homes, k] = total * weights / weights.sum()
        state.ledger[k, codes.DEFENDER, codes.A_INITIAL] = state.cache_kg[:, k].sum()
    for k, kit in enumerate((state.food_kg, state.ammo_kg)):
        for side in (codes.ATTACKER, codes.DEFENDER):
            state.ledger[k, side, codes.A_INITIAL] += kit[state.side == side].sum()
