"""What the commanders decide in plain cases."""

from __future__ import annotations

import pytest
from model_cases import SYNTHETIC, Standoff, finished, model

from sim import codes

WAITING = SYNTHETIC | {"run.days": 30, "attacker.assault_start": "2021-12-01"}


def some_days(run: Standoff, cohesion: float, days: int) -> int:
    """Posture after days that the defenders each begin with this cohesion."""
    for _ in range(4 * days):
        if run.tick % 4 == 0:
            run.state.cohesion[run.state.side == codes.DEFENDER] = cohesion
        run.step()
    return int(run.state.posture[0])


def test_a_worn_defence_disperses_and_comes_back_when_it_has_recovered() -> None:
    """The gate was never lost, so that they come back to their plan."""
    run = model(WAITING)
    worn = [some_days(run, cohesion, 4) for cohesion in (1.0, 0.1, 0.1, 1.0)]
    assert worn == [codes.GATE, codes.DISPERSE, codes.DISPERSE, codes.GATE]
    told = [d for d in run.decisions if d.actor == "defender's commander"]
    assert [d.decision for d in told] == ["gate", "disperse", "gate"]
    assert "cohesion" in told[1].reason
    assert [weight > 0 for name, weight in told[1].weights if "cohesion" in name] == [True]


def test_a_worn_defence_that_has_lost_its_seat_comes_back_to_harass() -> None:
    """Who has recovered but believes the seat of the province lost does not go back to the gate."""
    run = model(WAITING | {"run.without": ("reports",)})
    mine = run.state.est_cohesion[codes.DEFENDER]
    mine[codes.DEFENDER] = 0.1
    assert some_days(run, 1.0, 1) == codes.DISPERSE
    seat = run.run.world.terrain.site_index(SYNTHETIC["defender.reserve_site"])
    run.state.believed[codes.DEFENDER, seat] = codes.ATTACKER
    mine[codes.DEFENDER] = 1.0
    assert some_days(run, 1.0, 1) == codes.YIELD
    assert run.decisions[-1].decision == "yield"
    assert dict(run.decisions[-1].weights)["the seat is lost"] > 0


def test_the_commander_goes_by_what_he_believes() -> None:
    """One bad day has not reached him; and without reports worn groups are ordered to hold, fresh ones to disperse."""
    late = model(WAITING)
    assert some_days(late, 1.0, 4) == codes.GATE
    assert some_days(late, 0.1, 1) == codes.GATE
    assert some_days(late, 0.1, 1) == codes.DISPERSE
    for believed, true, posture in ((1.0, 0.1, codes.GATE), (0.1, 1.0, codes.DISPERSE)):
        deaf = model(WAITING | {"run.without": ("reports",)})
        deaf.state.est_cohesion[codes.DEFENDER, codes.DEFENDER] = believed
        assert some_days(deaf, true, 2) == posture


@pytest.mark.parametrize("posture", ["yield", "disperse"])
def test_a_posture_of_the_scenario_is_kept_by_a_defence_in_good_order(posture: str) -> None:
    run = finished(SYNTHETIC | {"defender.posture": posture, "attacker.fighters": 0})
    assert set(run.recorder.series.posture) == {codes.POSTURE_NAMES.index(posture)}


def test_an_attacker_without_people_does_not_assault() -> None:
    run = finished(SYNTHETIC | {"attacker.fighters": 0})
    assert set(run.recorder.series.phase) == {codes.P_MASS}
