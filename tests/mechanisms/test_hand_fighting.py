"""Contact, power and losses, by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from model_cases import call, rates, tiny

from sim import codes
from sim.kernels.combat import CombatRates, fight
from sim.kernels.contact import ContactRates, expose, fire_effect, headcount, measure_power, window_sum
from sim.kernels.contact import scratch as new_scratch
from sim.state import State

COLS, CELLS = 14, 126
HERE = 4 * COLS + 6
CONTACT: dict[str, Any] = {
    "reach_cells": 1,
    "cell_km": 1.0,
    "frontage": 1000.0,
    "fire_attacker": 1.0,
    "fire_defender": 1.0,
    "ammo_full_kg": 5.0,
    "cover": 0.7,
    "dark": 0.5,
    "tracks": 1.5,
    "tracks_mm": 10.0,
    "prepare_days": 10.0,
    "hasty": 1.3,
    "prepared": 1.5,
}
SPAN = 3.0  # km: three cells of a kilometre


@pytest.mark.parametrize(
    ("share", "effect"),
    [(0, 0.05), (0.1, 0.20), (0.2, 0.65), (0.3, 0.80), (0.5, 0.90), (1, 1.0), (2, 1.0), (0.15, 0.425), (0.75, 0.95)],
)
def test_effect_of_ammunition(share: float, effect: float) -> None:
    assert fire_effect(share) == pytest.approx(effect)


def test_window() -> None:
    grid = np.zeros(CELLS)
    grid[HERE], grid[HERE + 1], grid[HERE + COLS + 1], grid[HERE + 2] = 1, 10, 100, 1000
    assert window_sum(grid, HERE, 1, COLS) == 111
    assert window_sum(grid, HERE, 2, COLS) == 1111
    assert window_sum(grid, 0, 3, COLS) == 0


def duel(defenders: int = 1, apart: int = 1) -> State:
    """One group of attackers, and groups of defenders so many cells off."""
    state = tiny(1 + defenders, cells=CELLS)
    state.side[1:] = codes.DEFENDER
    state.cell[:] = HERE
    state.cell[1:] = HERE + apart
    state.cohesion[:] = 1.0
    state.ammo_kg[:] = 250.0  # five kilograms each: full fire
    state.order[0] = codes.ASSAULT
    return state


def seen(state: State, **more: Any) -> State:
    """Contact and power in open, flat country unless said otherwise."""
    flat = {"ruggedness": np.zeros(CELLS), "height_m": np.zeros(CELLS), "open_share": np.ones(CELLS)}
    flat |= {
        "on_road": np.ones(CELLS, bool),
        "terrain_defence": np.ones(CELLS),
        "serviceable": state.truck_serviceable,
        "band": np.zeros(CELLS, np.int32),
        "cols": COLS,
    }
    work = new_scratch(CELLS)._asdict()
    given = flat | work | {"rates": rates(ContactRates, **CONTACT)} | more
    call(headcount, state, **given)
    call(expose, state, **given | {"stamp": work.get("near_stamp")})
    call(measure_power, state, **given | {"stamp": work.get("sums_stamp")})
    return state


def test_power_of_fifty_people_who_attack() -> None:
    """50 people of quality 1, cohesion 1, full ammunition, in clear weather: 50; the enemy in hasty defence 65."""
    state = seen(duel())
    assert state.own_power[0] == pytest.approx(50)
    assert state.enemy_power[0] == pytest.approx(50 * 1.3)
    assert state.own_power[1] == pytest.approx(65)


def test_cohesion_counts_for_four_fifths_of_power() -> None:
    state = duel()
    state.cohesion[0] = 0.5
    assert seen(state).own_power[0] == pytest.approx(50 * 0.6)


def test_ten_days_make_a_prepared_position() -> None:
    for days, factor in ((0, 1.3), (5, 1.4), (10, 1.5), (40, 1.5)):
        state = duel()
        state.days_in_place[1] = days
        assert seen(state).own_power[1] == pytest.approx(50 * factor)


def test_rugged_ground_and_height_help_the_defender() -> None:
    state = seen(
        duel(),
        terrain_defence=np.full(CELLS, 1.45),
        height_m=np.full(CELLS, 250.0),
        rates=rates(ContactRates, **CONTACT | {"height_gain": 0.25}),
    )
    assert state.own_power[1] == pytest.approx(50 * 1.3 * 1.45 * 1.125)
    assert state.own_power[0] == pytest.approx(50)


def test_out_of_reach_there_is_no_contact() -> None:
    state = seen(duel(apart=2))
    assert not state.exposed.any()
    assert not state.own_power.any()


def test_only_so_many_find_room() -> None:
    """Frontage: 1,000 power a km of open front. 40 groups assault with 2,000; on a tenth of 3 km 300 find room."""
    state = tiny(41, cells=CELLS)
    state.cell[:], state.ammo_kg[:], state.order[:] = HERE, 250.0, codes.ASSAULT
    state.side[40], state.order[40] = codes.DEFENDER, codes.HOLD
    wide = seen(state)
    assert wide.own_power[0] == pytest.approx(2000)
    # never less than half a kilometre
    narrow = seen(state, open_share=np.full(CELLS, 0.1))
    assert narrow.own_power[0] == pytest.approx(1000 * max(0.5, 0.1 * SPAN))
    assert narrow.own_power[40] == pytest.approx(65)  # the narrows do not hurt those who hold them


@pytest.mark.parametrize(
    ("kind", "road", "power"),
    [(codes.COLUMN, True, 100), (codes.COLUMN, False, 75), (codes.MOUNTAIN, True, 75), (codes.MOUNTAIN, False, 75)],
)
def test_the_columns_guns_stay_with_the_columns_on_roads(kind: int, road: bool, power: float) -> None:
    """Firepower 2 counts whole in a column on a road (100 of 50 people), half off it and in mountain infantry (75)."""
    state = duel()
    state.kind[0] = kind
    on_road = np.full(CELLS, not road)
    on_road[HERE] = road  # the cell of the guns counts, not the enemy's
    seen(state, on_road=on_road, rates=rates(ContactRates, **CONTACT | {"fire_attacker": 2.0}))
    assert state.own_power[0] == pytest.approx(power)


@pytest.mark.parametrize(("days", "factor"), [(0.0, 1.0), (2.5, 0.8), (5.0, 0.6), (30.0, 0.6)])
def test_five_hungry_days_cost_the_whole_loss_of_power(days: float, factor: float) -> None:
    state = duel()
    state.hungry_days[0] = days
    seen(state, rates=rates(ContactRates, **CONTACT | {"hunger_loss": 0.4}))
    assert state.own_power[0] == pytest.approx(50 * factor)
    assert state.own_power[1] == pytest.approx(65)


def test_hidden_harassers_show_as_often_as_they_strike() -> None:
    """By day, no detection, initiative 0.3: three in ten show; all whose order is to hold do."""
    state = duel(defenders=4000)
    state.order[1:] = codes.HARASS
    seen(state, tick=1, rates=rates(ContactRates, **CONTACT | {"initiative": 0.3}))
    assert state.exposed[1:].mean() == pytest.approx(0.3, abs=0.03)


@pytest.mark.parametrize(("snow", "tick", "share"), [(0.0, 1, 0.2), (40.0, 1, 0.3), (0.0, 0, 0.1)])
def test_hidden_harassers_are_found_by_tracks_and_less_by_night(snow: float, tick: int, share: float) -> None:
    """Detection 0.2 in the open by day; half as much by night, half as much again on snow."""
    state = duel(defenders=4000)
    state.order[1:] = codes.HARASS
    state.swe_mm[:] = snow
    seen(state, tick=tick, rates=rates(ContactRates, **CONTACT | {"detect": 0.2}))
    assert state.exposed[1:].mean() == pytest.approx(share, abs=0.025)


def losses(state: State, tick: int = 1, **more: Any) -> State:
    """A tick of combat on given powers; a rate of 0.4 a day for attackers and 0.2 for defenders, all engaged."""
    numbers = {"attack_rate": 0.4, "defence_rate": 0.2, "engaged_share": 1.0, "night": 0.5, "helmbold": 1.0}
    numbers |= {"area_reference": 1000.0, "cornered": 3.0, "ammo_kg_day": 2.0} | more
    call(fight, state, tick=tick, casualty_terrain=np.ones(CELLS), rates=rates(CombatRates, **numbers))
    return state


def fighting(groups: int = 4000, side: int = codes.ATTACKER, order: int = codes.ASSAULT, ratio: float = 1.0) -> State:
    state = tiny(groups, cells=CELLS)
    state.side[:], state.order[:], state.exposed[:] = side, order, 1
    state.own_power[:], state.enemy_power[:] = 100.0, 100.0 * ratio
    state.ammo_kg[:] = 250.0
    return state


def expected(rate: float) -> float:
    """People lost of 50 in a quarter of a day."""
    return 50 * (1 - math.exp(-rate / 4))


@pytest.mark.parametrize(("w", "factor"), [(1.0, 2.0), (0.5, math.sqrt(2)), (0.0, 1.0)])
def test_helmbolds_exponent(w: float, factor: float) -> None:
    """Against twice the power losses double by the square law and stay the same by the logarithmic one."""
    state = losses(fighting(ratio=2.0), helmbold=w)
    assert state.out.mean() == pytest.approx(expected(0.4 * factor), rel=0.02)


def test_expected_losses_come_out_in_the_mean() -> None:
    """A draw rounds; over 4,000 groups the mean is that of the law, not one of rounding."""
    for rate in (0.01, 0.1, 0.4):
        state = losses(fighting(), attack_rate=rate)
        assert state.out.mean() == pytest.approx(expected(rate), rel=0.12 if rate < 0.05 else 0.03)
        assert (state.men + state.out == 50).all()


def test_area_fire_at_hidden_groups_depends_on_the_enemy_alone() -> None:
    """Deitchman: who harasses loses by the enemy's power over the reference, whatever their own power."""
    for own in (10.0, 1000.0):
        state = fighting(side=codes.DEFENDER, order=codes.HARASS)
        state.own_power[:], state.enemy_power[:] = own, 500.0
        assert losses(state).out.mean() == pytest.approx(expected(0.2 * 0.5), rel=0.05)


def test_an_ambushed_garrison_suffers_aimed_fire() -> None:
    """The mixed law's other half: the whole ratio counts, also where held lines would lose by its root."""
    state = losses(fighting(order=codes.GARRISON, ratio=2.0), helmbold=0.5)
    assert state.out.mean() == pytest.approx(expected(0.2 * 2.0), rel=0.03)


def test_night_terrain_weather_and_lost_flanks() -> None:
    night = losses(fighting(), tick=4).out.mean()
    assert night == pytest.approx(expected(0.2), rel=0.03)
    cornered = fighting(side=codes.DEFENDER, order=codes.HOLD)
    cornered.flank_lost[:] = 1
    assert losses(cornered).out.mean() == pytest.approx(expected(0.6), rel=0.03)
    storm = fighting()
    storm.weather_factor[4] = 0.3
    assert losses(storm).out.mean() == pytest.approx(expected(0.12), rel=0.04)


@pytest.mark.parametrize(("ratio", "share"), [(1.0, 1.0), (3.0, 1.0), (0.8, 0.8), (0.5, 0.5), (0.1, 0.5)])
def test_a_quarter_of_a_days_ammunition_is_fired_and_booked(ratio: float, share: float) -> None:
    """Against a weaker enemy less is fired, down to a half: 25 kg of fifty people at even power."""
    state = losses(fighting(groups=10, ratio=ratio), attack_rate=0.0)
    assert state.ammo_kg == pytest.approx(250 - share * 50 * 2.0 / 4)
    assert state.ledger[1, codes.ATTACKER, 2] == pytest.approx(250 * share)


def test_nobody_fires_what_they_do_not_have() -> None:
    state = fighting(groups=10)
    state.ammo_kg[:] = 3.0
    assert (losses(state, attack_rate=0.0).ammo_kg == 0).all()


def test_who_is_not_in_contact_loses_nobody() -> None:
    state = fighting()
    state.exposed[:] = 0
    losses(state)
    assert not state.out.any()
    assert not state.ledger.any()


def test_the_order_of_groups_does_not_matter() -> None:
    """Contact and combat read what was and write what will be: other rows, same results."""
    rng = np.random.default_rng(3)
    state = tiny(60, cells=CELLS)
    state.side[:] = rng.integers(0, 2, 60)
    state.order[:] = rng.choice([codes.HOLD, codes.ASSAULT, codes.HARASS], 60)
    state.cell[:] = rng.choice([HERE, HERE + 1, HERE + 2], 60)
    state.men[:] = rng.integers(5, 60, 60)
    state.ammo_kg[:] = 128.0
    moved = state.copy()
    order = rng.permutation(60)
    for name in ("uid", "side", "order", "cell", "men"):
        getattr(moved, name)[:] = getattr(state, name)[order]
    for each in (state, moved):
        seen(each, rates=rates(ContactRates, **CONTACT | {"initiative": 0.3}))
        losses(each, engaged_share=0.5)
    for name in ("exposed", "men", "out"):
        assert (getattr(moved, name) == getattr(state, name)[order]).all()
    assert moved.own_power == pytest.approx(state.own_power[order], rel=1e-12)
    assert moved.ledger == pytest.approx(state.ledger, rel=1e-12)
