"""Civilians, sickness and the dispersed, by hand: every person."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from model_cases import call, rates, tiny

from sim import codes
from sim.codes import A_INFLOW
from sim.kernels.people import CivilRates, civil_day, sickness
from sim.kernels.rally import RallyRates, drift
from sim.state import State

CIVIL: dict[str, Any] = {
    "ration_kg": 0.5,
    "shelter_share": 0.7,
    "heavy_groups": 4.0,
    "occupied_share": 0.5,
    "ration_least": 0.5,
    "ration_days": 60.0,
}


def day_of_civilians(state: State, homes: Any = None, **more: Any) -> State:
    n = len(state.residents)
    work = {"fights": np.zeros(n), "arrivals": np.zeros(n)}
    work["homes_of"] = state.residents.copy() if homes is None else homes
    work["site_district"] = np.arange(3, dtype=np.int32) % n
    call(civil_day, state, **work | {"rates": rates(CivilRates, **CIVIL | more)})
    return state


def test_civilians_with_full_stores_eat_their_ration_and_stay() -> None:
    state = tiny()
    state.residents[:], state.civil_food_kg[:] = 1000, 100_000
    day_of_civilians(state)
    assert state.civil_food_kg[0] == 99_500
    assert state.civil_hunger[0] == 0
    assert state.residents[0] == 1000


def test_rationing_begins_at_thirty_days_and_ends_at_half() -> None:
    """With fifteen days in store a household eats three quarters of its ration, with almost none half."""
    for days, hunger in ((30, 0.0), (15, 0.25), (6, 0.4), (0, 1.0)):
        state = tiny()
        state.residents[:], state.civil_food_kg[:] = 1000, 500.0 * days
        assert day_of_civilians(state).civil_hunger[0] == pytest.approx(hunger, abs=1e-9)


def test_a_blockade_stops_imports() -> None:
    for blockade, holder, share in ((0.0, 1, 0.4), (1.0, 1, 0.0), (1.0, codes.ATTACKER, 0.2)):
        state = tiny()
        state.residents[:], state.floor[:] = 1000, holder
        day_of_civilians(state, import_share=0.4, blockade=blockade)
        assert state.civil_ledger[A_INFLOW] == pytest.approx(500 * share)


def test_nobody_is_lost_in_flight_and_they_flee_to_a_quieter_district() -> None:
    state = tiny(2, districts=3)
    state.exposed[:], state.enemy_power[:], state.post[:] = 1, 1.0, 0
    state.residents[:] = 1000
    state.civil_food_kg[:] = 1e6
    day_of_civilians(state, flight_fighting=0.2)
    fled = 1000 * (1 - np.exp(-0.2 * 2 / 4))
    assert state.residents == pytest.approx([1000 - fled, 1000, 1000])
    assert state.sheltered == pytest.approx([0, 0.7 * fled, 0])
    assert state.left_valley[0] == pytest.approx(0.3 * fled)
    assert state.uprooted[0] == pytest.approx(fled)


@pytest.mark.parametrize(("fighting", "back"), [(False, [0, 10, 30]), (True, [0, 10, 0])])
def test_who_left_the_valley_comes_back_to_the_empty_houses_of_quiet_districts(
    fighting: bool, back: list[float]
) -> None:
    """A tenth of 400 a day, one part to where 100 are missing and three to where 300 are, none into fighting."""
    state = tiny(1, districts=3)
    state.residents[:], state.left_valley[0] = [1000, 900, 700], 400
    state.civil_food_kg[:] = 1e6
    state.exposed[:], state.enemy_power[:], state.post[:] = fighting, 1.0, 2
    day_of_civilians(state, homes=np.full(3, 1000.0), return_valley=0.1)
    assert state.residents == pytest.approx(np.array([1000, 900, 700]) + back)
    assert state.left_valley[0] == pytest.approx(400 - sum(back))


@pytest.mark.parametrize(("share", "imported"), [(0.0, 0.4), (0.25, 0.3), (1.0, 0.0)])
def test_the_blockade_is_as_much_lighter_on_held_floor_as_the_share_says(share: float, imported: float) -> None:
    state = tiny()
    state.residents[:], state.floor[:] = 1000, codes.ATTACKER
    day_of_civilians(state, import_share=0.4, blockade=1.0, occupied_share=share)
    assert state.civil_ledger[A_INFLOW] == pytest.approx(500 * imported)


def ill(state: State, **more: float) -> State:
    numbers = {"base_rate": 0.0, "cold_attacker": 0.0, "cold_defender": 0.0, "recover": 0.0, "death_share": 0.0}
    call(sickness, state, band=np.zeros(126, np.int32), **numbers | {"threshold": -5.0} | more)
    return state


def test_sickness_and_cold_strike_as_often_as_they_say() -> None:
    state = ill(tiny(4000), base_rate=0.01)
    assert state.sick.mean() == pytest.approx(0.5, rel=0.05)
    cold = tiny(4000)
    cold.temperature_c[:] = -15.0  # half of the twenty degrees
    assert ill(cold, cold_attacker=0.02).sick.mean() == pytest.approx(0.5, rel=0.05)
    hungry = tiny(4000)
    hungry.hungry_days[:] = 7.0
    assert ill(hungry, base_rate=0.01).sick.mean() == pytest.approx(1.0, rel=0.05)


def test_of_the_sick_who_leave_the_list_a_tenth_do_not_come_back() -> None:
    state = tiny(4000)
    state.sick[:], state.men[:] = 40, 10
    ill(state, recover=0.1, death_share=0.1)
    assert (40 - state.sick).mean() == pytest.approx(4.0, rel=0.02)
    assert state.invalided.mean() == pytest.approx(0.4, rel=0.08)
    assert (state.men + state.sick + state.invalided == 50).all()
    assert not state.out.any()  # which counts the fighting alone


@pytest.mark.parametrize(("rugged", "found"), [(0.0, 0.4), (0.5, 0.25), (1.0, 0.1)])
def test_hills_hide_the_dispersed_better_than_plains(rugged: float, found: float) -> None:
    """A chance of 0.2 is doubled on the plain and halved in the hills; a fifth of the found are taken, a third out."""
    state = tiny(4000)
    state.side[:], state.status[:], state.attackers_at[:] = codes.DEFENDER, codes.DISPERSED, 50
    cells = {"rugged": np.full(126, rugged), "band": np.zeros(126, np.int32)}
    call(drift, state, **cells, rates=rates(RallyRates, found=0.2, found_share=0.2, cold_below=-99.0))
    hit = state.surrendered > 0
    assert hit.mean() == pytest.approx(found, abs=0.025)
    assert (state.surrendered[hit] == 7).all() and (state.out[hit] == 3).all()
    assert (state.men + state.surrendered + state.out == 50).all()
