"""The validating mode finds what it is there to find: each rule is broken on purpose and must be named."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from model_cases import SMALL, SYNTHETIC, Standoff, changed, finished, model

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


def test_watching_changes_nothing() -> None:
    watched, alone = finished(SYNTHETIC, validate=True), finished(SYNTHETIC)
    assert not changed(watched.state, alone.state)
