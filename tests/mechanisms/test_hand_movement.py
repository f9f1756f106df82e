"""Marching, by hand: Tobler's hours, roads, snow, shut passes, Dupuy's pace against resistance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from model_cases import call, tiny

from sim import codes
from sim.kernels.movement import MarchRates, advance_km_day, march
from sim.kernels.travel import BLOCKED, TravelRates, step_hours
from sim.state import State

RATES = TravelRates(off_path=0.6, load=0.7, altitude_loss=0.01, snow_factor=0.25, column_speed=0.4, pack_slope=0.7)
COLS = 42
EAST, NONE = 2, -1


def hours(mobility: int, km: float = 1.0, rise: float = 0.0, z: float = 1000.0, surface: int = 1, line: float = 9000.0):
    return step_hours(mobility, km, rise, z, surface, 30.0 if surface else 0.0, line, RATES)


def test_ten_flat_kilometres_on_a_track_take_what_tobler_says() -> None:
    """6 km/h times e to the -3.5 times 0.05 is 5.04 km/h; loaded 3.53 km/h: 10 km take 2 h 50."""
    assert 10 * hours(codes.FOOT) == pytest.approx(2.836, abs=0.001)


def test_off_the_path_it_takes_as_much_longer_as_the_share_says() -> None:
    assert hours(codes.FOOT, surface=0) == pytest.approx(hours(codes.FOOT) / 0.6)


def test_tobler_is_fastest_on_a_gentle_descent() -> None:
    """At -5 % the exponent vanishes: 6 km/h."""
    assert hours(codes.FOOT, rise=-50) == pytest.approx(1 / (6 * 0.7))
    assert hours(codes.FOOT, rise=-50) < hours(codes.FOOT) < hours(codes.FOOT, rise=50)


def test_a_steep_climb() -> None:
    """Ten per cent up: 6 exp(-3.5 x 0.15) = 3.549 km/h, loaded 2.485."""
    assert hours(codes.FOOT, rise=100) == pytest.approx(1 / 2.4847, rel=1e-3)


def test_altitude_takes_a_hundredth_each_hundred_metres() -> None:
    assert hours(codes.FOOT, z=3500) == pytest.approx(hours(codes.FOOT) / 0.8)


def test_snow_slows_people_and_stops_animals_and_vehicles() -> None:
    assert hours(codes.FOOT, z=1400, line=1300) == pytest.approx(4 * hours(codes.FOOT, z=1400))
    assert hours(codes.PACK, z=1400, line=1300) >= BLOCKED
    assert hours(codes.VEHICLE, z=1400, line=1300) >= BLOCKED


def test_vehicles_keep_to_roads() -> None:
    assert hours(codes.VEHICLE) == pytest.approx(1 / 12)  # 30 km/h, in a column 12
    assert hours(codes.VEHICLE, surface=0) >= BLOCKED


def test_animals_climb_steep_slopes_only_on_tracks() -> None:
    assert hours(codes.PACK, rise=800) < BLOCKED
    assert hours(codes.PACK, rise=800, surface=0) >= BLOCKED


@pytest.mark.parametrize(
    ("ratio", "km"),
    [(0.5, 1.0), (1.0, 4.0), (1.26, 5.0), (1.76, 8.0), (3.0, 12.0), (4.0, 16.0), (6.0, 24.0), (9.0, 24.0)],
)
def test_pace_against_resistance_at_the_points_of_the_table(ratio: float, km: float) -> None:
    assert advance_km_day(ratio) == pytest.approx(km)


def on_a_plain(state: State, **changes: Any) -> dict[str, Any]:
    """A flat strip of one-kilometre cells with a track along its middle row; site 1 lies 40 km east of site 0."""
    shape = (3, COLS)
    direction = np.full((2, 1, 2, 3 * COLS), NONE, np.int8)
    direction[0, 0, 1, COLS : 2 * COLS] = EAST
    state.cell[:] = COLS  # the western end
    state.target[:] = 1
    state.snow_level[:] = 0
    given = {
        "z": np.full(shape, 1000.0),
        "surface": np.ones(shape, np.int8),
        "kmh": np.full(shape, 30.0),
        "pass_at": np.full(3 * COLS, -1, np.int32),
        "road_site_at": np.full(3 * COLS, -1, np.int32),
        "site_cell": np.array([COLS, COLS + 40], np.int32),
        "nearest": np.zeros(3 * COLS, np.int32),
        "direction": direction,
        "travel": RATES,
        "rates": MarchRates((6.0, 6.0, 6.0, 6.0), 0.5, 1.0),
    }
    return given | changes


def test_a_day_on_foot() -> None:
    """Four times six hours at 3.526 km/h are 84.6 km; the goal 40 km off is reached in the second tick."""
    state = tiny(sites=2)
    given = on_a_plain(state)
    call(march, state, tick=0, **given)
    assert state.cell[0] - COLS == 21  # 6 h x 3.526 = 21.2 km
    assert state.march_h[0] == pytest.approx(6 - 21 * 0.28363, abs=0.001)
    call(march, state, tick=1, **given)
    assert state.cell[0] - COLS == 40
    assert state.march_h[0] == 0.0


def on_a_road(state: State, **changes: Any) -> dict[str, Any]:
    """The same with a road along the middle row."""
    given = on_a_plain(state, **changes)
    given["direction"][1] = given["direction"][0]
    return given


@pytest.mark.parametrize("kind", [codes.COLUMN, codes.REGULAR])
def test_by_vehicle_the_same_way_is_quicker(kind: int) -> None:
    state = tiny(sites=2)
    state.kind[:] = kind
    call(march, state, tick=0, **on_a_road(state))
    assert state.cell[0] - COLS == 40  # 6 h at 12 km/h are 72 km


@pytest.mark.parametrize("kind", [codes.MOUNTAIN, codes.MILITIA])
def test_mountain_infantry_and_militia_walk_on_a_road(kind: int) -> None:
    """They have no vehicles: 6 h at 3.526 km/h, as on a track."""
    state = tiny(sites=2)
    state.kind[:] = kind
    call(march, state, tick=0, **on_a_road(state))
    assert state.cell[0] - COLS == 21
    assert state.march_h[0] == pytest.approx(6 - 21 * 0.28363, abs=0.001)


def test_a_cut_stops_vehicles_and_their_people_go_on_on_foot() -> None:
    """Ten km by vehicle take 10/12 h; the cut lies in the eleventh, and from there 5.167 h on foot are 18 km."""
    for cut_h, km in ((0.0, 40), (12.0, 28)):
        state = tiny(sites=2)
        given = on_a_road(state)
        given["road_site_at"][COLS + 11] = 0
        state.cut_h[0] = cut_h
        call(march, state, tick=0, **given)
        assert state.cell[0] - COLS == km
    assert state.march_h[0] == pytest.approx(6 - 10 / 12 - 18 * 0.28363, abs=0.001)


def test_a_cut_does_not_stop_who_walks() -> None:
    state = tiny(sites=2)
    state.kind[:] = codes.MOUNTAIN
    given = on_a_road(state)
    given["road_site_at"][COLS + 11] = 0
    state.cut_h[0] = 12.0
    call(march, state, tick=0, **given)
    assert state.cell[0] - COLS == 21


def test_bad_weather_shortens_the_march() -> None:
    state = tiny(sites=2)
    state.weather_factor[0] = 0.5
    call(march, state, tick=0, **on_a_plain(state))
    assert state.cell[0] - COLS == 10  # 3 h: 10.6 km


def test_a_shut_pass_stops_and_an_open_one_does_not() -> None:
    for open_, km in ((0, 4), (1, 21)):
        state = tiny(sites=2)
        given = on_a_plain(state)
        given["pass_at"][COLS + 5] = 0
        state.pass_open[0, :] = open_
        call(march, state, tick=0, **given)
        assert state.cell[0] - COLS == km


def test_who_drives_to_a_pass_shut_to_vehicles_walks_over_it() -> None:
    """Four km by vehicle take a third of an hour; 5.667 h on foot are 19 km more."""
    state = tiny(sites=2)
    given = on_a_road(state)
    given["pass_at"][COLS + 5] = 0
    state.pass_open[0] = (0, 1)
    call(march, state, tick=0, **given)
    assert state.cell[0] - COLS == 4 + 19


def advancing(own_power: float) -> State:
    """A group that assaults against resistance of power 1."""
    state = tiny(sites=2)
    state.order[:] = codes.ASSAULT
    state.exposed[:], state.own_power[:], state.enemy_power[:] = 1, own_power, 1.0
    return state


@pytest.mark.parametrize(("lay", "speed"), [(on_a_plain, 3.5257), (on_a_road, 12.0)], ids=["on foot", "by vehicle"])
def test_against_resistance_the_pace_is_dupuys(lay: Any, speed: float) -> None:
    """At twice the enemy's power 8.774 km a day, halved by the ground: 1.097 km a tick, however fast the march."""
    state = advancing(2.0)
    call(march, state, tick=0, **lay(state))
    km = (8 + 4 * 0.24 / 1.24) * 0.5 / 4
    assert km == pytest.approx(1.097, abs=0.001)
    assert state.cell[0] - COLS == 1
    assert state.march_h[0] == pytest.approx((km - 1) / speed, rel=1e-4)


def test_what_is_short_of_a_cell_is_kept_for_the_next_tick() -> None:
    """At even power 4 km a day, halved: half a kilometre a tick, a cell every second."""
    state = advancing(1.0)
    given = on_a_plain(state)
    ends = []
    for tick in range(4):
        call(march, state, tick=tick, **given)
        ends.append(state.cell[0] - COLS)
    assert ends == [0, 1, 1, 2]


def test_nobody_advances_faster_than_they_march() -> None:
    """At overwhelming power 3 km a tick; a quarter of an hour's march is less."""
    state = advancing(9.0)
    call(march, state, tick=0, **on_a_plain(state, rates=MarchRates((0.25, 6.0, 6.0, 6.0), 0.5, 1.0)))
    assert state.cell[0] == COLS
    assert state.march_h[0] == pytest.approx(0.25)


def test_who_holds_or_is_pinned_in_contact_stays() -> None:
    for order, pinned in ((codes.HOLD, 0), (codes.GARRISON, 0), (codes.ASSAULT, 3)):
        state = tiny(sites=2)
        state.order[:], state.pinned[:] = order, pinned
        state.exposed[:], state.enemy_power[:], state.own_power[:] = 1, 1.0, 5.0
        call(march, state, tick=0, **on_a_plain(state))
        assert state.cell[0] == COLS
        assert state.days_in_place[0] == 0.25


def test_time_in_place_is_lost_by_moving() -> None:
    state = tiny(sites=2)
    state.days_in_place[:] = 9.0
    call(march, state, tick=0, **on_a_plain(state))
    assert state.days_in_place[0] == 0.0
