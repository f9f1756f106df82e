"""Breaking, its reasons and fates, the fight for sites, and flanks, by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from model_cases import call, rates, tiny

from sim import codes
from sim.kernels.cohesion import CohesionRates, breaking, wear
from sim.kernels.control import ControlRates, contest, districts, flanks
from sim.state import State

MANY = 4000
DAY = 4  # ticks
BAND = np.zeros(126, np.int32)
"""Every cell of a tiny state in the lowest band."""


def pressed(groups: int = MANY, side: int = codes.DEFENDER, kind: int = codes.REGULAR) -> State:
    """Groups in even contact at cohesion 0.6, where a hazard counts as it stands, well supplied."""
    state = tiny(groups)
    state.side[:], state.kind[:], state.exposed[:] = side, kind, 1
    state.own_power[:], state.enemy_power[:] = 100.0, 100.0
    state.cohesion[:], state.ammo_kg[:], state.home_site[:] = 0.6, 1e6, 2
    return state


def broken(state: State, **given: float) -> State:
    numbers = rates(
        CohesionRates,
        **{"ammo_kg_day": 2.0, "trapped": 3.0, "militia_home": 1.5, "army_home": 0.7, "attacker_home": 0.1} | given,
    )
    call(breaking, state, refuge=np.array([1, 1, 1], np.int32), hazard=np.zeros(8), rates=numbers)
    return state


CAUSES: list[tuple[str, int, dict[str, float]]] = [
    ("flank", codes.B_FLANK, {"flank_lost": 1}),
    ("road", codes.B_ROAD, {"road_cut": 1}),
    ("neighbour", codes.B_NEIGHBOUR, {"breaks_at": 1e9}),
    ("leader", codes.B_LEADER, {"leader_lost": 1}),
    ("ammunition", codes.B_AMMUNITION, {"ammo_kg": 0.0}),
    ("losses", codes.B_LOSSES, {"lost_recently": 0.1}),
    ("hunger", codes.B_HUNGER, {"hungry_days": 7.0}),
]


@pytest.mark.parametrize(("rate", "reason", "arrays"), CAUSES, ids=[c[0] for c in CAUSES])
def test_a_single_hazard_breaks_its_share_for_its_reason(rate: str, reason: int, arrays: dict[str, float]) -> None:
    """A hazard of 0.8 a day breaks 1 - exp(-0.2) = 18.1 % in a tick; the others, at zero, break nobody."""
    state = pressed()
    for name, value in arrays.items():
        getattr(state, name)[:] = value
    broken(state, **{rate: 0.8})
    fell = state.broke_tick == 0
    assert fell.mean() == pytest.approx(1 - math.exp(-0.2), abs=0.02)
    assert (state.break_reason[fell] == reason).all()
    for name in arrays:  # without the cause nobody breaks
        getattr(state, name)[:] = 0 if name != "ammo_kg" else 1e6
    assert (broken(pressed(), **{rate: 0.8}).broke_tick == -1).all()


def test_low_cohesion_raises_the_hazard() -> None:
    """A quarter less cohesion at steepness 4 is e times the hazard."""
    state = pressed()
    state.cohesion[:], state.flank_lost[:] = 0.35, 1
    broken(state, flank=0.4, steepness=4.0)
    assert (state.broke_tick == 0).mean() == pytest.approx(1 - math.exp(-0.1 * math.e), abs=0.02)


def all_break(state: State, **given: float) -> State:
    state.hungry_days[:] = 7.0
    return broken(state, hunger=1e6, **given)


def test_fates_have_their_shares() -> None:
    """Former army: surrender 0.1, home 0.7 of 0.3, disperse 0.4, the rest withdraw."""
    state = all_break(pressed(), surrender=0.1, go_home=0.3, disperse=0.4)
    assert (state.surrendered > 0).mean() == pytest.approx(0.1, abs=0.02)
    assert (state.gone_home > 0).mean() == pytest.approx(0.21, abs=0.02)
    assert (state.status == codes.DISPERSED).mean() == pytest.approx(0.4, abs=0.025)
    assert (state.order == codes.WITHDRAW).mean() == pytest.approx(0.29, abs=0.025)
    assert (state.target[state.status == codes.DISPERSED] == 1).all()
    assert (state.target[state.order == codes.WITHDRAW] == 2).all()


def test_militia_never_withdraw_and_oftener_go_home() -> None:
    state = all_break(pressed(kind=codes.MILITIA), go_home=0.3, disperse=0.1)
    assert (state.gone_home > 0).mean() == pytest.approx(0.45, abs=0.02)
    assert (state.status == codes.DISPERSED).mean() == pytest.approx(0.55, abs=0.02)


def test_the_trapped_surrender_three_times_as_often() -> None:
    state = pressed()
    state.flank_lost[:] = 1
    assert (all_break(state, surrender=0.1).surrendered > 0).mean() == pytest.approx(0.3, abs=0.02)


def test_attackers_fall_back_unless_they_cannot() -> None:
    state = all_break(pressed(side=codes.ATTACKER), surrender=0.1, disperse=0.9)
    assert (state.order == codes.WITHDRAW).all()


def test_who_leaves_takes_nobody_and_nothing_along_unbooked() -> None:
    state = pressed()
    state.sick[:], state.food_kg[:] = 5, 100.0
    all_break(state, surrender=0.5, go_home=1.0)
    gone = state.status == codes.EMPTY
    assert (state.men + state.sick + state.surrendered + state.gone_home == 55).all()
    assert state.food_kg[gone].sum() == 0
    assert state.ledger[0, codes.DEFENDER, 3] == pytest.approx(100.0 * gone.sum())


def test_cohesion_wears_in_contact_and_returns_in_quiet() -> None:
    numbers = rates(
        CohesionRates,
        contact_wear=0.08,
        recovery=0.2,
    )
    state = pressed(1)
    state.cohesion_base[codes.DEFENDER] = 0.8
    call(wear, state, tick=1, band=BAND, rates=numbers)
    assert state.cohesion[0] == pytest.approx(0.6 - 0.08 / 4)
    state = pressed(1)
    state.cohesion_base[codes.DEFENDER] = 0.8
    state.exposed[:] = 0
    call(wear, state, tick=1, band=BAND, rates=numbers)
    assert state.cohesion[0] == pytest.approx(0.6 + 0.2 * 0.2 / 4)


@pytest.mark.parametrize(("degrees", "share"), [(2.0, 0.0), (-5.0, 0.0), (-15.0, 0.5), (-40.0, 1.0)])
def test_cold_wears_cohesion_the_more_the_colder(degrees: float, share: float) -> None:
    """The whole wear of 0.04 a day comes twenty degrees below the threshold of -5, half of it ten below."""
    state = pressed(1)
    state.exposed[:], state.temperature_c[:] = 0, degrees
    call(wear, state, tick=1, band=BAND, rates=rates(CohesionRates, cold_wear=0.04, cold_below=-5.0))
    assert state.cohesion[0] == pytest.approx(0.6 - share * 0.04 / 4)


CELLS = 9


def storm(sites: int, ratio: float, **more: Any) -> State:
    """One attacking group against one defending group at each of many sites; returns the state after a tick."""
    state = tiny(2 * sites, sites=sites, cells=CELLS)
    state.side[1::2] = codes.DEFENDER
    state.post[:] = np.repeat(np.arange(sites), 2)
    state.target[:], state.holder[:], state.exposed[:] = state.post, codes.DEFENDER, 1
    state.attackers_at[:], state.defenders_at[:] = 50, 50
    state.order[::2] = codes.ASSAULT
    state.axis[::2] = 0
    state.own_power[::2], state.enemy_power[::2] = ratio, 1.0
    state.own_power[1::2], state.enemy_power[1::2] = 1.0, ratio
    numbers = {"decisions_per_day": 1e6, "slope": 1.0, "least_men": 20.0, "pin_ticks": 4, "reach_cells": 1} | more
    given = {"site_cell": np.full(sites, 4, np.int32), "upstream": np.full(sites, -1, np.int32), "cols": 3}
    given |= {"rear": np.full((1, sites), -1, np.int32), "rates": rates(ControlRates, **numbers)}
    call(contest, state, **given)
    return state


@pytest.mark.parametrize(("ratio", "share"), [(1.0, 0.5), (3.0, 0.75), (1 / 3, 0.25), (9.0, 0.9)])
def test_sites_fall_by_the_logistic_of_the_ratio(ratio: float, share: float) -> None:
    """With slope 1 and no intercept the odds are the power ratio itself."""
    state = storm(MANY, ratio)
    assert (state.holder == codes.ATTACKER).mean() == pytest.approx(share, abs=0.025)


def test_an_intercept_shifts_the_odds() -> None:
    """At even power log odds of -1 are 27 %."""
    assert (storm(MANY, 1.0, intercept=-1.0).holder == codes.ATTACKER).mean() == pytest.approx(0.269, abs=0.025)


@pytest.mark.parametrize(("ratio", "pace"), [(1 / 9, 0.2), (1 / 2, 0.5), (3.0, 3.0), (9.0, 6.0)])
def test_the_stronger_decide_faster(ratio: float, pace: float) -> None:
    """0.7 decisions a day at even power go with the ratio, from a fifth to six times; half are won at slope zero."""
    state = storm(MANY, ratio, decisions_per_day=0.7, slope=0.0)
    decided = (state.holder == codes.ATTACKER).mean() + (state.pinned[::2] > 0).mean()
    assert decided == pytest.approx(1 - math.exp(-0.175 * pace), abs=0.025)


def test_decisions_take_time() -> None:
    """0.7 a day: in a tick 1 - exp(-0.175) = 16 % are decided; at overwhelming power each goes to the stronger."""
    state = storm(MANY, 1.0, decisions_per_day=0.7)
    decided = (state.holder == codes.ATTACKER).mean() + (state.pinned > 0).mean() * 2
    assert decided == pytest.approx(1 - math.exp(-0.175), abs=0.02)


def test_the_repulsed_are_pinned_and_the_driven_off_withdraw() -> None:
    state = storm(MANY, 1.0, repulse_shock=0.1, lost_shock=0.2)
    won = state.holder == codes.ATTACKER
    assert (state.pinned[::2][~won] == 4).all()
    assert state.cohesion[::2][~won] == pytest.approx(0.9)
    assert (state.order[1::2][won] == codes.WITHDRAW).all()
    assert state.cohesion[1::2][won] == pytest.approx(0.8)
    assert (state.order[1::2][~won] == codes.HOLD).all()


def test_without_pinning_the_repulsed_still_do_not_flee() -> None:
    state = storm(MANY, 0.01, pin_ticks=0)
    assert (state.order[::2] == codes.ASSAULT).all()


def one_site(holder: int) -> tuple[State, dict[str, Any]]:
    """A site in the middle of nine cells; it lapses after three ticks, and twenty people hold it."""
    state = tiny(1, sites=1, cells=CELLS)
    state.holder[:] = holder
    numbers = rates(ControlRates, least_men=20.0, lapse_ticks=3, reach_cells=1)
    given = {"site_cell": np.array([4], np.int32), "upstream": np.array([-1], np.int32), "cols": 3}
    return state, given | {"rear": np.full((1, 1), -1, np.int32), "rates": numbers}


def test_presence_alone_takes_an_empty_site() -> None:
    state, given = one_site(codes.NOBODY)
    state.men_at[codes.ATTACKER, 4], state.attackers_at[0] = 50.0, 50
    call(contest, state, tick=8, **given)
    assert state.holder[0] == codes.ATTACKER
    assert state.held_since[0] == 8


def test_a_site_is_not_taken_by_those_whose_nearest_site_is_another() -> None:
    state, given = one_site(codes.NOBODY)
    state.men_at[codes.ATTACKER, 5] = 50.0
    call(contest, state, tick=8, **given)
    assert state.holder[0] == codes.NOBODY


def test_an_attackers_site_that_stands_empty_lapses() -> None:
    """It is nobody's in the third tick without attackers, and one tick with them begins the count anew."""
    state, given = one_site(codes.ATTACKER)
    for tick, attackers in enumerate((0, 0, 5, 0, 0)):
        state.attackers_at[0] = attackers
        call(contest, state, tick=tick, **given)
        assert state.holder[0] == codes.ATTACKER
    assert state.empty_ticks[0] == 2
    state.held_since[:] = -1
    call(contest, state, tick=5, **given)
    assert (state.holder[0], state.held_since[0]) == (codes.NOBODY, 5)


def test_a_defenders_site_that_stands_empty_stays_theirs() -> None:
    """The people of the place are on their side: only the attacker's hold lapses."""
    state, given = one_site(codes.DEFENDER)
    for tick in range(10):
        call(contest, state, tick=tick, **given)
    assert state.holder[0] == codes.DEFENDER


def test_flanks() -> None:
    """Defenders at the gate lose their flank when a site up to three above is lost; those above it do not."""
    state = tiny(5, sites=5)
    state.side[:], state.post[:] = codes.DEFENDER, np.arange(5)
    state.holder[:] = codes.DEFENDER
    state.holder[3] = codes.ATTACKER
    chain = np.arange(5, dtype=np.int32)
    call(
        flanks, state, chain=chain, chain_rank=chain, objective_rank=chain[None], objectives=chain[None],
    )  # fmt: skip
    assert list(state.flank_lost) == [1, 1, 1, 0, 0]


def test_harassers_have_no_flank_to_lose() -> None:
    state = tiny(2, sites=2)
    state.side[:], state.order[:] = codes.DEFENDER, (codes.HARASS, codes.HOLD)
    state.holder[:] = codes.DEFENDER, codes.ATTACKER
    chain = np.arange(2, dtype=np.int32)
    call(
        flanks, state, chain=chain, chain_rank=chain, objective_rank=chain[None], objectives=chain[None],
    )  # fmt: skip
    assert list(state.flank_lost) == [0, 1]


def test_attackers_lose_their_flank_to_a_site_retaken_behind_them() -> None:
    state = tiny(3, sites=3)
    state.axis[:], state.post[:] = 0, np.arange(3)
    state.holder[:] = codes.ATTACKER, codes.DEFENDER, codes.ATTACKER
    chain = np.arange(3, dtype=np.int32)
    call(
        flanks, state, chain=chain, chain_rank=chain, objective_rank=chain[None], objectives=chain[None],
    )  # fmt: skip
    assert list(state.flank_lost) == [0, 0, 1]


def test_two_layers_of_a_district() -> None:
    """The floor is held, shared or lost; the side valleys count where ten defenders remain."""
    on_floor = np.array([True, True, False, False])
    for holders, floor in (
        ((0, 0), codes.ATTACKER),
        ((0, 1), codes.NOBODY),
        ((1, 1), codes.DEFENDER),
        ((1, 2), codes.DEFENDER),
    ):
        state = tiny(sites=4)
        state.holder[:2] = holders
        state.dispersed_at[2], state.defenders_at[3] = 10, 9
        call(districts, state, site_district=np.zeros(4, np.int32), on_floor=on_floor, is_side=~on_floor)
        assert state.floor[0] == floor
        assert state.presence[0] == 0.5
