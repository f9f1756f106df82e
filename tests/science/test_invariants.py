"""The validating mode finds what it is there to find: each rule is broken on purpose and must be named."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from model_cases import BUSY, SMALL, SYNTHETIC, Standoff, changed, finished, model

from sim import codes
from sim.observe.invariants import InvariantError, Validator, errors
from sim.state import State
from sim.world.routes import open_cells

Harm = Callable[[State], None]


def lose_a_person(s: State) -> None:
    s.men[0] -= 1


def move_a_person(s: State) -> None:
    s.men[0] -= 1
    s.men[1] += 1


def eat_unbooked(s: State) -> None:
    s.food_kg[0] -= 1.0


def book_twice(s: State) -> None:
    s.ledger[1, codes.DEFENDER, 1] += 1.0


def find_a_cache(s: State) -> None:
    s.cache_kg[0, 0] += 1.0


def forget_a_civilian(s: State) -> None:
    s.residents[0] -= 1.0


def spoil_civil_food(s: State) -> None:
    s.civil_food_kg[0] *= 0.99


def overconfident(s: State) -> None:
    s.cohesion[3] = 1.2


def unknown_holder(s: State) -> None:
    s.holder[0] = 7


def not_a_number(s: State) -> None:
    s.own_power[0] = np.nan


def raise_the_dead(s: State) -> None:
    s.out[0] -= 1
    s.men[0] += 1


def close_with_people(s: State) -> None:
    s.status[0] = codes.EMPTY


def forget_who_surrendered(s: State) -> None:
    s.men[0] -= 5
    s.status[0] = codes.SURRENDERED


def unknown_settlement(s: State) -> None:
    s.settlement[0] = codes.LOCAL_DEALS + 1


def believe_too_much(s: State) -> None:
    s.belief_floor[codes.OUTSIDE, 0] = 1.1


def believe_the_unknown(s: State) -> None:
    s.believed[codes.DEFENDER, 0] = -1


def commit_more_than_there_are(s: State) -> None:
    s.committed[0] = 1.01


def take_back_a_claim(s: State) -> None:
    s.claimed_losses[codes.ATTACKER] -= 1.0


def half_a_deal(s: State) -> None:
    s.deal[0] = 2


def support_from_nowhere(s: State) -> None:
    s.brought_kg[codes.BY_AIR] += 1.0


def a_third_leader_state(s: State) -> None:
    s.leader[codes.MILITARY] = codes.LOST + 1


def vote_without_bound(s: State) -> None:
    s.vote[0] = np.inf


def vote_against_everything(s: State) -> None:
    s.vote[0] = -1.5


def blame_beyond_all(s: State) -> None:
    s.blame[0] = 1.01


def endless_patience(s: State) -> None:
    s.idle_days[0] = np.inf


def infinitely_ripe(s: State) -> None:
    s.ripeness[0] = np.inf


def colder_than_can_be(s: State) -> None:
    s.temperature_c[0] = -np.inf


HARMS: list[tuple[Harm, str]] = [
    (lose_a_person, "people"),
    (move_a_person, "people"),
    (eat_unbooked, "attacker food"),
    (book_twice, "defender ammunition"),
    (find_a_cache, "defender food"),
    (forget_a_civilian, "civilians"),
    (spoil_civil_food, "civil food"),
    (overconfident, "range"),
    (unknown_holder, "range"),
    (not_a_number, "range"),
    (raise_the_dead, "range|cumulative"),
    (close_with_people, "empty groups"),
    (forget_who_surrendered, "people"),
    (unknown_settlement, "range"),
    (believe_too_much, "range"),
    (believe_the_unknown, "range"),
    (commit_more_than_there_are, "range"),
    (take_back_a_claim, "range|cumulative"),
    (half_a_deal, "range"),
    (support_from_nowhere, "outside support"),
    (a_third_leader_state, "range"),
    (vote_without_bound, "range"),
    (vote_against_everything, "range"),
    (blame_beyond_all, "range"),
    (endless_patience, "range"),
    (infinitely_ripe, "range"),
    (colder_than_can_be, "range"),
]


@pytest.fixture
def checked() -> tuple[Standoff, Validator]:
    """A run of one checked day."""
    run = model(SYNTHETIC)
    validator = Validator(run)
    for tick in range(4):
        run.step()
        validator.check(tick)
    return run, validator


@pytest.mark.parametrize(("harm", "name"), HARMS, ids=[h.__name__ for h, _ in HARMS])
def test_harm_is_found(checked: tuple[Standoff, Validator], harm: Harm, name: str) -> None:
    run, validator = checked
    run.step()
    harm(run.state)
    with pytest.raises(InvariantError) as found:
        validator.check(4)
    assert found.value.name in name.split("|")
    assert found.value.tick == 4
    assert any(c.isdigit() for c in found.value.numbers)


def test_nobody_may_stand_on_rock(checked: tuple[Standoff, Validator]) -> None:
    run, validator = checked
    rock = np.flatnonzero(~open_cells(run.run.world.terrain).ravel())
    run.state.cell[0] = rock[len(rock) // 2]
    with pytest.raises(InvariantError, match="ground"):
        validator.check(4)


@pytest.mark.parametrize("values", [SYNTHETIC, SMALL], ids=["made-up", "bundled"])
def test_a_doubled_speed_is_found(values: dict) -> None:
    """March hours are doubled behind the validator's back: someone soon comes too far."""
    honest = model(values)
    fast = model(values | {"movement.march_hours": 16.0})
    validator = Validator(fast)
    validator._hours = Validator(honest)._hours
    with pytest.raises(InvariantError, match=r"speed|march hours"):
        for tick in range(fast.days * 4):
            fast.step()
            validator.check(tick)


def test_nobody_crosses_a_pass_behind_the_snow() -> None:
    """Attackers who march over an open pass are found out when the day's record says that it was shut."""
    run = model({"run.days": 6})
    validator = Validator(run)
    with pytest.raises(InvariantError, match="speed"):
        for tick in range(run.days * 4):
            run.step()
            kept = run.state.pass_open.copy()
            run.state.pass_open[:] = 0
            validator.check(tick)
            run.state.pass_open[:] = kept


@pytest.mark.parametrize("posture", codes.PLANS)
def test_a_whole_winter_is_valid(posture: str) -> None:
    run = finished({"defender.posture": posture, "support.corridor_capacity": 10.0}, validate=True)
    assert max(errors(run).values()) < 1e-9


@pytest.mark.parametrize("size", [20, 50, 200])
@pytest.mark.parametrize("people", [(12000, 6000), (1000, 500), (1, 1), (0, 0), (777, 333)])
def test_all_who_are_asked_for_muster(size: int, people: tuple[int, int]) -> None:
    run = model({"forces.group_size": size, "attacker.fighters": people[0], "defender.fighters": people[1]})
    for side in (codes.ATTACKER, codes.DEFENDER):
        assert run.state.men[run.state.side == side].sum() == people[side]
    assert run.state.men.max() <= size


@pytest.mark.parametrize("values", [SYNTHETIC, BUSY["surrender"], BUSY["departure"]], ids=["war", "terms", "departure"])
def test_watching_changes_nothing(values: dict) -> None:
    watched, alone = finished(values, validate=True), finished(values)
    assert not changed(watched.state, alone.state)


@pytest.mark.parametrize("name", ["surrender", "truce", "autonomy", "departure", "deals"])
def test_nothing_is_lost_in_an_agreement(name: str) -> None:
    """People and kilograms are all accounted for after a surrender, a truce, a departure and local deals."""
    run = finished(BUSY[name], validate=True)
    assert max(errors(run).values()) < 1e-9
    ended = int(run.state.settlement[0])
    left = int(run.state.surrendered.sum() + run.state.gone_home.sum())
    talked = {d.decision for d in run.decisions if d.actor == "envoys"}
    happened = {
        "surrender": ended == codes.SURRENDER and left >= BUSY[name]["defender.fighters"],
        "truce": any("truce" in decision for decision in talked),
        "autonomy": ended == codes.AUTONOMY and run.state.surrendered.sum() == 0,
        "departure": codes.DEPART in run.recorder.series.posture and left > 0,
        "deals": bool(run.state.deal.any()),
    }
    assert happened[name]
