"""Convoys, caches and villages, by hand: every kilogram."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from model_cases import call, rates, tiny

from sim import codes
from sim.codes import A_CAPTURED_IN, A_CAPTURED_OUT, A_INFLOW, A_LOST, A_USED, AMMUNITION, FOOD
from sim.kernels.supply import (
    SupplyRates,
    capture_caches,
    convoys,
    cut_roads,
    draw_caches,
    eat,
    live_off_villages,
    plan_convoys,
)
from sim.state import State

NEAR, MIDDLE, FAR, BASE = 0, 1, 2, 3
"""Floor sites one, two and three hours up the road from the base outside."""
SUPPLY: dict[str, Any] = {
    "ration_kg": 1.0,
    "carry_food_days": 4.0,
    "carry_ammo_kg": 8.0,
    "trucks": 10.0,
    "truck_kg": 1000.0,
    "truck_hours": 8.0,
    "pack_animals": 100.0,
    "pack_kg": 80.0,
    "pack_hours": 7.0,
    "cache_reach_h": 10.0,
    "capture_reach_men": 50.0,
}
A_ROOMFUL = 50 * 4 + 50 * 8
"""What an empty group of fifty wants: four days of food and eight kilograms of ammunition each."""


def on_the_road(groups: int = 3) -> State:
    """Groups of attackers at the near, middle and far site, with nothing to eat."""
    state = tiny(groups, sites=4)
    state.axis[:] = 0
    state.post[:] = [NEAR, MIDDLE, FAR][:groups]
    return state


def bring(state: State, serviceable: float = 1.0, **more: Any) -> State:
    """Plan the day's convoys and send them."""
    hours = np.full((3, 1, 4, 4), 1e9)
    for mobility in range(3):
        hours[mobility, 0] = np.abs(np.subtract.outer([1, 2, 3, 0], [1, 2, 3, 0]))
    state.snow_level[:] = 0
    given = {
        "base_site": np.array([BASE], np.int32),
        "chain": np.array([NEAR, MIDDLE, FAR], np.int32),
        "chain_rank": np.array([0, 1, 2, -1], np.int32),
        "gate_of": np.array([NEAR, MIDDLE, FAR, -1], np.int32),
        "hours": hours,
        "serviceable": np.array([serviceable]),
        "truck_h": np.zeros(len(state.men)),
        "pack_h": np.zeros(len(state.men)),
        "rates": rates(SupplyRates, **SUPPLY | more),
    }
    given["cost"] = np.zeros(len(state.men))
    call(plan_convoys, state, **given)
    call(convoys, state, queue=np.argsort(given["cost"], kind="stable"), **given)
    return state


def test_enough_trucks_fill_everyone() -> None:
    state = bring(on_the_road())
    assert (state.food_kg == 200).all()
    assert (state.ammo_kg == 400).all()
    assert state.ledger[FOOD, codes.ATTACKER, A_INFLOW] == pytest.approx(600)
    assert state.ledger[AMMUNITION, codes.ATTACKER, A_INFLOW] == pytest.approx(1200)


def test_too_few_trucks_serve_the_nearest_first() -> None:
    """One truck, three hours a day: 600 kg to the near site take 1.2 h, to the middle 2.4 h: there is room for 3/4."""
    state = bring(on_the_road(), trucks=1.0, truck_hours=3.0, pack_animals=0.0)
    assert state.food_kg == pytest.approx([200, 200 * 1.8 / 2.4, 0])
    assert state.ammo_kg == pytest.approx([400, 400 * 1.8 / 2.4, 0])


def test_worn_out_trucks_carry_less() -> None:
    """Half of two trucks in use do what one does; none in use bring nothing where there are no animals."""
    state = bring(on_the_road(), serviceable=0.5, trucks=2.0, truck_hours=3.0, pack_animals=0.0)
    assert state.food_kg == pytest.approx([200, 200 * 1.8 / 2.4, 0])
    assert not bring(on_the_road(), serviceable=0.0, pack_animals=0.0).food_kg.any()


def test_a_cut_road_stops_trucks_beyond_it() -> None:
    """The cut is at the middle site: trucks reach the near one only, and pack animals go on from there."""
    state = on_the_road()
    state.cut_h[MIDDLE] = 24.0
    bring(state, pack_animals=0.0)
    assert list(state.road_cut) == [0, 1, 1]
    assert list(state.food_kg) == [200, 0, 0]
    state = on_the_road()
    state.cut_h[MIDDLE] = 24.0
    bring(state)
    assert (state.food_kg == 200).all()


def test_pack_animals_have_their_limit() -> None:
    """Ten animals with 80 kg for six hours: to the middle site and back (4 h) 1,200 kg a day; 1,800 are wanted."""
    state = on_the_road()
    state.post[:] = MIDDLE
    state.cut_h[NEAR] = 24.0
    bring(state, pack_animals=10.0, pack_hours=6.0)
    assert state.food_kg.sum() + state.ammo_kg.sum() == pytest.approx(10 * 80 * 6 / 4)


def test_ambushed_convoys_lose_a_share_to_the_caches_of_the_harassers() -> None:
    """Harassers enough at the far site strike for certain; half is lost, and a fifth of that carried off."""
    state = tiny(6, sites=4)
    state.axis[0], state.post[:] = 0, FAR
    state.side[1:], state.order[1:], state.axis[1:] = codes.DEFENDER, codes.HARASS, -1
    bring(state, ambush_loss=0.5, captured_share=0.2, ambush_scale=1.0)
    assert state.food_kg[0] + state.ammo_kg[0] == pytest.approx(A_ROOMFUL / 2)
    assert state.cache_kg[FAR].sum() == pytest.approx(A_ROOMFUL / 2 * 0.2)
    attacker, defender = state.ledger[:, codes.ATTACKER].sum(axis=0), state.ledger[:, codes.DEFENDER].sum(axis=0)
    assert attacker[A_INFLOW] == pytest.approx(A_ROOMFUL)
    assert attacker[A_LOST] == pytest.approx(A_ROOMFUL / 2 * 0.8)
    assert attacker[A_CAPTURED_OUT] == defender[A_CAPTURED_IN] == pytest.approx(A_ROOMFUL / 2 * 0.2)


def test_a_days_rations() -> None:
    """Fifty fit and ten sick eat sixty kilograms; who has half goes hungry for half a day."""
    state = tiny(3)
    state.sick[:] = 10
    state.food_kg[:] = [100, 30, 0]
    state.hungry_days[:] = [2, 2, 0]
    call(eat, state, rates=rates(SupplyRates, ration_kg=1.0))
    assert list(state.food_kg) == [40, 0, 0]
    assert state.hungry_days == pytest.approx([1.4, 2.5, 1.0])
    assert state.ledger[FOOD, codes.ATTACKER, A_USED] == pytest.approx(90)


HOURS = (np.array([[0.0], [5], [3], [11]]) * np.ones((4, 4)))[None, None]
"""Hours on foot from each of four sites to wherever the group is."""


def test_caches_are_drawn_on_nearest_first_and_within_reach() -> None:
    state = tiny(1, sites=4)
    state.side[:], state.post[:] = codes.DEFENDER, 0
    state.cache_kg[:, FOOD] = [0, 60, 100, 999]
    call(draw_caches, state, hours=HOURS, rates=rates(SupplyRates, **SUPPLY))
    assert state.food_kg[0] == 160  # it wants 200; what is eleven hours off is out of reach
    assert list(state.cache_kg[:, FOOD]) == [0, 0, 0, 999]
    state.cache_kg[:, AMMUNITION] = [0, 300, 300, 0]
    call(draw_caches, state, hours=HOURS, rates=rates(SupplyRates, **SUPPLY))
    assert state.ammo_kg[0] == 400
    assert list(state.cache_kg[:, AMMUNITION]) == [0, 200, 0, 0]


def test_caches_under_the_attackers_garrison_are_out_of_reach() -> None:
    """The nearest cache is the attacker's: the group goes to the next one, which nobody holds."""
    state = tiny(1, sites=4)
    state.side[:], state.post[:] = codes.DEFENDER, 0
    state.holder[:] = codes.DEFENDER, codes.NOBODY, codes.ATTACKER, codes.DEFENDER
    state.cache_kg[:] = [[0, 0], [60, 60], [500, 500], [0, 0]]
    call(draw_caches, state, hours=HOURS, rates=rates(SupplyRates, **SUPPLY))
    assert (state.food_kg[0], state.ammo_kg[0]) == (60, 60)
    assert list(state.cache_kg[:, FOOD]) == [0, 0, 500, 0]


def test_in_deep_snow_the_way_to_a_cache_is_todays() -> None:
    """On the second level everything lies eleven hours off and more."""
    state = tiny(1, sites=4)
    state.side[:], state.snow_level[codes.FOOT] = codes.DEFENDER, 1
    state.cache_kg[:, FOOD] = 100
    hours = np.concatenate([HOURS, HOURS + 11], axis=1)
    call(draw_caches, state, hours=hours, rates=rates(SupplyRates, **SUPPLY))
    assert state.food_kg[0] == 0


@pytest.mark.parametrize(("holder", "given"), [(codes.NOBODY, 30), (codes.DEFENDER, 30), (codes.ATTACKER, 0)])
def test_villagers_give_what_is_missing_to_a_day_unless_an_enemy_holds_the_place(holder: int, given: float) -> None:
    state = tiny(2)
    state.holder[:] = holder
    state.side[:] = codes.DEFENDER
    state.food_kg[:] = [20, 80]
    state.civil_food_kg[:] = 1000
    districts = np.zeros(3, np.int32)
    call(live_off_villages, state, site_district=districts, rates=rates(SupplyRates, ration_kg=1.0))
    assert list(state.food_kg) == [20 + given, 80]
    assert state.civil_food_kg[0] == 1000 - given
    assert state.civil_ledger[A_CAPTURED_OUT] == state.ledger[FOOD, codes.DEFENDER, A_CAPTURED_IN] == given


def test_caches_fall_to_attackers_who_hold_the_site_alone() -> None:
    for holder, attackers, defenders, left in ((0, 60, 0, 90), (0, 40, 0, 100), (0, 60, 5, 100), (1, 60, 0, 100)):
        state = tiny(1, sites=1)
        state.holder[:], state.attackers_at[:], state.defenders_at[:] = holder, attackers, defenders
        state.cache_kg[:] = 100.0
        call(capture_caches, state, share_a_day=0.1, rates=rates(SupplyRates, **SUPPLY))
        assert (state.cache_kg == left).all()


def test_captured_stores_fill_those_at_the_site_and_the_rest_is_destroyed() -> None:
    """A tenth of 3,000 kg is found; one group has room for 5 kg, one for 200, and 95 kg are more than they carry.

    Neither the group at the other site nor the defender's takes any.
    """
    state = tiny(4, sites=2)
    state.side[3] = codes.DEFENDER
    state.post[:], state.food_kg[:] = [0, 0, 1, 0], [195, 0, 0, 0]
    state.holder[:], state.attackers_at[:] = codes.ATTACKER, [100, 0]
    state.cache_kg[0, FOOD] = 3000
    call(capture_caches, state, share_a_day=0.1, rates=rates(SupplyRates, **SUPPLY))
    assert state.cache_kg[0, FOOD] == pytest.approx(2700)
    assert state.food_kg == pytest.approx([200, 200, 0, 0])
    assert state.ledger[FOOD, codes.DEFENDER, A_CAPTURED_OUT] == pytest.approx(300)
    assert state.ledger[FOOD, codes.ATTACKER, A_CAPTURED_IN] == pytest.approx(300)
    assert state.ledger[FOOD, codes.ATTACKER, A_LOST] == pytest.approx(95)


def test_captured_ammunition_fills_whom_it_can() -> None:
    """Fifty people carry 400 kg: of the 100 found they take the 60 that they lack."""
    state = tiny(1, sites=1)
    state.holder[:], state.attackers_at[:], state.ammo_kg[:] = codes.ATTACKER, 50, 340
    state.cache_kg[0, AMMUNITION] = 1000
    call(capture_caches, state, share_a_day=0.1, rates=rates(SupplyRates, **SUPPLY))
    assert state.ammo_kg[0] == pytest.approx(400)
    assert state.ledger[AMMUNITION, codes.ATTACKER, A_LOST] == pytest.approx(40)


def harassed_road(holder: int, attackers: int = 0) -> tuple[State, dict[str, Any]]:
    """A site on the road with a hundred harassers about it."""
    state = tiny(2, sites=1)
    state.side[:], state.order[:] = codes.DEFENDER, codes.HARASS
    state.holder[:], state.attackers_at[:] = holder, attackers
    return state, {
        "gate_of": np.zeros(1, np.int32),
        "on_road": np.ones(1, bool),
        "chance": 1.0,
        "repair": 48.0,
        "crew_men": 200.0,
    }


def test_roads_are_cut_by_harassers_and_mended_by_crews() -> None:
    state, given = harassed_road(codes.ATTACKER)
    call(cut_roads, state, **given)
    assert state.cut_h[0] == 48
    state.attackers_at[:] = 300
    call(cut_roads, state, **given)
    assert state.cut_h[0] == 0  # 24 h x (0.5 + 1.5)


@pytest.mark.parametrize(
    ("holder", "attackers", "hours"),
    [(codes.ATTACKER, 999, 48), (codes.ATTACKER, 1000, 0), (codes.NOBODY, 0, 0), (codes.DEFENDER, 0, 0)],
)
def test_only_the_attackers_road_is_cut_and_not_where_they_are_ten_to_one(
    holder: int, attackers: int, hours: float
) -> None:
    state, given = harassed_road(holder, attackers)
    call(cut_roads, state, **given)
    assert state.cut_h[0] == hours
