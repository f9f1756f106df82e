"""Outside support by hand: what a shut pass, a full road and a storm let through, and every kilogram booked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from model_cases import SYNTHETIC, call, finished, model, tiny

from sim import codes
from sim.codes import A_INFLOW, ATTACKER, BY_AIR, BY_CORRIDOR, BY_TRADE, CLEAR, DEFENDER, NOBODY, OVERCAST, STORM
from sim.kernels.support import AIR, SupportRates, Ways, deliver, enlist, landing_site
from sim.mechanisms.support import ways_in
from sim.observe.invariants import InvariantError, Validator, errors
from sim.state import WEATHER_EFFECTS, State

PASS, MOUTH, SEAT, UP, HEAD = 0, 1, 2, 3, 4
"""A pass behind the head of a valley of four floor sites."""
CHAIN = np.array([MOUTH, SEAT, UP, HEAD], np.int32)
WAYS = Ways(number=0, site=PASS, inside=HEAD, reserve=SEAT, reserve_rank=1)


def valley(sent: tuple[float, float, float] = (0.0, 0.0, 0.0), airlift: float = 0.0) -> State:
    """All held by the defender, the pass open, the sky clear."""
    state = tiny(sites=5)
    state.side[:], state.holder[:] = DEFENDER, DEFENDER
    state.sent_kg[:], state.airlift_kg[0] = sent, airlift
    return state


def arrives(state: State, capacity: float = 1000.0, trade: float = 0.3, food: float = 0.7) -> bool:
    return bool(call(deliver, state, ways=WAYS, rates=SupportRates(capacity, trade, food), chain=CHAIN))


def brought(state: State) -> list[float]:
    return [float(kg) for kg in state.brought_kg]


@pytest.mark.parametrize(
    ("open_", "holder", "inside", "kg"),
    [(1, NOBODY, DEFENDER, 300), (0, NOBODY, DEFENDER, 0), (1, ATTACKER, DEFENDER, 0), (1, NOBODY, ATTACKER, 0)],
)
def test_a_corridor_is_shut_by_snow_and_by_the_attacker(open_: int, holder: int, inside: int, kg: float) -> None:
    state = valley()
    state.pass_open[0] = (0, open_)
    state.holder[[PASS, HEAD]] = holder, inside
    assert arrives(state) == (kg > 0)
    assert brought(state) == pytest.approx([kg, 0, 0])
    assert state.cache_kg[HEAD] == pytest.approx([0.7 * kg, 0.3 * kg])
    assert state.ledger[:, DEFENDER, A_INFLOW] == pytest.approx([0.7 * kg, 0.3 * kg])
    assert state.delivered_kg[0] == pytest.approx(kg)


def test_vehicles_are_not_needed() -> None:
    state = valley()
    state.pass_open[0] = (0, 1)
    assert arrives(state)


@pytest.mark.parametrize(
    ("sent", "carried"), [((0, 0, 0), 0), ((200, 0, 0), 200), ((200, 300, 100), 600), ((700, 0, 0), 700),
                          ((10_000, 20_000, 2_000), 700)],
)  # fmt: skip
def test_patrons_have_what_trade_leaves_of_the_road(sent: Any, carried: float) -> None:
    state = valley(sent)
    arrives(state)
    assert brought(state) == pytest.approx([300, carried, 0])
    assert state.cache_kg[HEAD].sum() == pytest.approx(300 + carried)


def test_events_narrow_the_road() -> None:
    state = valley((1000, 0, 0))
    state.route_open[0] = 0.4
    arrives(state)
    assert brought(state) == pytest.approx([120, 280, 0])


def test_without_a_way_nothing_comes_whatever_is_sent() -> None:
    state = valley((10_000, 20_000, 2_000))
    assert not arrives(state, capacity=0.0)
    assert state.delivered_kg[0] == 0
    assert state.cache_kg.sum() == state.ledger.sum() == 0


@pytest.mark.parametrize(
    ("sky", "factor", "sent", "flown"),
    [(CLEAR, 1.0, 5000, 2000), (OVERCAST, 0.5, 5000, 1000), (STORM, 0.5, 5000, 0), (CLEAR, 1.0, 600, 600)],
)
def test_air_is_bound_by_lift_weather_and_what_is_sent(sky: int, factor: float, sent: float, flown: float) -> None:
    state = valley((sent, 0, 0), airlift=2000)
    state.sky[0], state.weather_factor[AIR] = sky, factor
    assert arrives(state, capacity=0.0) == (flown > 0)
    assert brought(state) == pytest.approx([0, 0, flown])
    assert state.cache_kg[SEAT] == pytest.approx([0.7 * flown, 0.3 * flown])


def test_the_effect_on_air_is_the_one_of_aircraft() -> None:
    assert WEATHER_EFFECTS[AIR] == "air"


def test_what_the_road_carried_is_not_flown() -> None:
    state = valley((800, 0, 0), airlift=5000)
    arrives(state)
    assert brought(state) == pytest.approx([300, 700, 100])
    state = valley((600, 0, 0), airlift=5000)
    arrives(state)
    assert brought(state) == pytest.approx([300, 600, 0])


def test_an_airlift_of_the_scenario_needs_no_patron() -> None:
    state = valley((0, 0, 0), airlift=5000)
    arrives(state)
    assert brought(state) == pytest.approx([300, 0, 5000])


@pytest.mark.parametrize(
    ("lost", "held", "lands"),
    [((), (), SEAT), ((SEAT,), (), UP), ((SEAT, UP), (), HEAD), ((SEAT, UP, HEAD), (), MOUTH),
     ((MOUTH, SEAT, UP, HEAD), (), -1), ((SEAT,), (MOUTH,), MOUTH)],
)  # fmt: skip
def test_aircraft_land_at_the_seat_or_the_nearest_held_site(lost: Any, held: Any, lands: int) -> None:
    """``held`` names the only sites that are still the defender's; the others are nobody's."""
    state = valley((1000, 0, 0), airlift=500)
    if held:
        state.holder[:] = NOBODY
        state.holder[list(held)] = DEFENDER
    state.holder[list(lost)] = ATTACKER
    assert call(landing_site, state, ways=WAYS, chain=CHAIN) == lands
    state.holder[PASS] = ATTACKER
    arrives(state)
    assert state.cache_kg[lands].sum() == pytest.approx(500 if lands >= 0 else 0)
    assert state.delivered_kg[0] == pytest.approx(500 if lands >= 0 else 0)


@pytest.mark.parametrize(("came", "stage", "join"), [(0, codes.DELIVERING, 7), (96, codes.DELIVERING, 4),
                                                     (100, codes.DELIVERING, 0), (0, codes.PLEDGED, 0)])  # fmt: skip
def test_volunteers_join_evenly_up_to_their_number(came: int, stage: int, join: int) -> None:
    state = tiny(4)
    state.side[:] = DEFENDER
    state.side[3] = ATTACKER
    state.patron[codes.DONORS], state.volunteers[0] = stage, came
    call(enlist, state, a_day=7, most=100)
    assert (state.men - 50).tolist() == state.joined.tolist() == [-(-join // 3), (join + 1) // 3, join // 3, 0]
    assert state.volunteers[0] == came + join


def test_nobody_comes_where_nobody_fights() -> None:
    state = tiny(2)
    state.side[:], state.status[:], state.patron[codes.DONORS] = DEFENDER, codes.DISPERSED, codes.DELIVERING
    call(enlist, state, a_day=7, most=100)
    assert state.joined.sum() == state.volunteers[0] == 0


def test_the_ways_in_of_a_real_valley() -> None:
    run = model(SYNTHETIC).run
    ways, t = ways_in(run), run.world.tables
    assert t.pass_sites[ways.number] == ways.site
    assert t.on_floor[ways.inside]
    assert t.chain[ways.reserve_rank] == ways.reserve


HELD: dict[str, Any] = SYNTHETIC | {"run.days": 20, "attacker.fighters": 20, "support.corridor_capacity": 10.0}


def test_a_run_with_trade_alone_gets_its_share_of_every_open_day() -> None:
    run = finished(HELD, validate=True)
    days = run.state.brought_kg[BY_TRADE] / 3000.0
    assert days == pytest.approx(round(days))
    assert days > 0
    assert run.state.brought_kg[[BY_CORRIDOR, BY_AIR]].sum() == 0
    full = finished(HELD | {"support.trade_share": 1.0})
    assert full.state.brought_kg[BY_TRADE] == pytest.approx(days * 10_000)


def test_the_ledger_keeps_to_what_was_brought() -> None:
    run = model(HELD)
    run.step()
    run.state.brought_kg[BY_AIR] += 1.0
    assert errors(run)["outside support"] > 1e-5
    with pytest.raises(InvariantError, match="outside support"):
        Validator(run).check(0)
