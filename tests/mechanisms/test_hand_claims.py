"""Claims, by hand: ahead of control, late to deny, inflated, and what a false one costs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from model_cases import SYNTHETIC, call, finished, model, rates, steps_of, tiny

from sim import codes
from sim.codes import ATTACKER, DEFENDER, INJURED, KILLED, NOBODY, OUTSIDE
from sim.kernels.claims import ClaimRates, claim_ground, claim_losses
from sim.state import State

N = 4
"""Districts of the made-up valley: three main ones and a side one."""
MAIN = np.array([True, True, True, False])
SURE: dict[str, Any] = {
    "threshold": 0.5,
    "readiness": 1.0,
    "victory_threshold": 2.0,
    "repeat_days": 14.0,
    "celebration_killed": 17.0,
    "celebration_injured": 41.0,
}
"""Whatever is believed is told at once; only districts, never the whole."""


def valley() -> State:
    """Four districts, all the defender's, and everyone says so."""
    state = tiny(2, districts=N)
    state.floor[:] = state.claim_floor[:] = DEFENDER
    return state


def speak(state: State, day: int, **more: Any) -> np.ndarray:
    changes = np.zeros((2, N + 2), np.int32)
    given = {"main": MAIN, "has_floor": np.ones(N, bool), "changes": changes, "tick": 4 * day}
    call(claim_ground, state, **given | {"rates": rates(ClaimRates, **SURE | more)})
    return changes


def count(state: State, day: int = 0, **more: Any) -> None:
    given = {"has_floor": np.ones(N, bool), "tick": 4 * day}
    call(claim_losses, state, **given | {"rates": rates(ClaimRates, **more)})


def test_the_claim_runs_ahead_of_control_when_belief_does() -> None:
    state = valley()
    for day, believed in enumerate((0.2, 0.5, 0.6)):
        state.belief_floor[ATTACKER, 0] = believed
        changes = speak(state, day)
    assert state.claim_floor[ATTACKER].tolist() == [ATTACKER, DEFENDER, DEFENDER, DEFENDER]
    assert state.claim_day[ATTACKER, 0] == 2
    assert state.floor[0] == DEFENDER  # the truth is another
    assert changes[ATTACKER].tolist() == [1, 0, 0, 0, 1, 0]
    assert changes[DEFENDER].tolist() == [0] * (N + 2)


def test_readiness_is_the_chance_a_day() -> None:
    told = 0
    for day in range(2000):
        state = valley()
        state.belief_floor[ATTACKER, 0] = 1.0
        speak(state, day, readiness=0.7)
        told += int(state.claim_floor[ATTACKER, 0] == ATTACKER)
    assert told / 2000 == pytest.approx(0.7, abs=0.04)


@pytest.mark.parametrize("lag", [0.0, 3.0, 6.0])
def test_denial_lasts_its_mean_and_ends_in_contested(lag: float) -> None:
    lags = []
    for k in range(1200):
        state, day = valley(), 200 * k
        state.belief_floor[DEFENDER, 0] = 0.8
        while state.claim_floor[DEFENDER, 0] == DEFENDER:
            speak(state, day, denial_lag=lag, concede_days=365.0)
            day += 1
        assert state.claim_floor[DEFENDER, 0] == NOBODY
        lags.append(day - 1 - 200 * k)
    assert np.mean(lags) == pytest.approx(lag, abs=0.1 * lag + 0.01)


def test_in_the_end_the_loss_is_conceded_and_a_recapture_is_told_at_once() -> None:
    state = valley()
    state.belief_floor[DEFENDER, 1] = 0.9
    speak(state, 0)
    assert state.claim_floor[DEFENDER, 1] == NOBODY
    speak(state, 1)  # with no days to concede, the next day
    assert state.claim_floor[DEFENDER, 1] == ATTACKER
    speak(state, 2)
    state.belief_floor[DEFENDER, 1] = 0.49
    speak(state, 3)
    assert state.claim_floor[DEFENDER, 1] == DEFENDER
    assert state.claim_day[DEFENDER].tolist() == [-1, 3, -1, -1]


def test_the_attacker_drops_a_claim_that_its_reports_do_not_bear_out() -> None:
    """Claimed as part of the whole on day 0, given up on day 1, as when all but two districts were claimed."""
    state = valley()
    state.belief_floor[ATTACKER] = [1.0, 1.0, 0.2, 0.0]
    speak(state, 0, victory_threshold=0.7)
    assert state.claim_floor[ATTACKER].tolist() == [ATTACKER] * N
    speak(state, 1, victory_threshold=0.7)
    assert state.claim_floor[ATTACKER].tolist() == [ATTACKER, ATTACKER, NOBODY, NOBODY]


def test_a_false_victory_is_celebrated_once_a_claim_and_not_again_within_two_weeks() -> None:
    state, claims = valley(), []
    state.belief_floor[ATTACKER] = [1.0, 1.0, 0.2, 0.0]
    for day in range(29):
        before = state.celebrated.sum()
        changes = speak(state, day, victory_threshold=0.7)
        if changes[ATTACKER, -1]:
            claims.append(day)
            assert changes[ATTACKER, -1] == 2
            assert state.victory_day[0] == day
        else:
            assert state.celebrated.sum() == before
    assert claims == [0, 14, 28]
    assert state.celebrated[INJURED] > state.celebrated[KILLED] > 0


def test_the_last_district_completes_the_whole() -> None:
    state = valley()
    for day, d in enumerate((0, 1, 2)):
        state.belief_floor[ATTACKER, d] = 1.0
        changes = speak(state, day)
        assert changes[ATTACKER, -1] == (2 if d == 2 else 0)
    assert state.victory_day[0] == 2


def test_a_true_victory_costs_nobody_his_life() -> None:
    state = valley()
    state.belief_floor[ATTACKER] = 1.0
    state.floor[MAIN] = ATTACKER
    changes = speak(state, 5, victory_threshold=0.5)
    assert changes[ATTACKER, -1] == 1
    assert state.victory_day[0] == 5
    assert state.celebrated.tolist() == [0, 0]


def test_celebrations_cost_their_mean() -> None:
    harm = []
    for day in range(1500):
        state = valley()
        state.belief_floor[ATTACKER] = 1.0
        speak(state, day, victory_threshold=0.5)
        harm.append(state.celebrated.copy())
    assert np.mean(harm, axis=0) == pytest.approx([17, 41], rel=0.06)


def test_who_held_all_from_the_start_claims_no_victory() -> None:
    state = valley()
    state.floor[:] = state.claim_floor[:] = ATTACKER
    state.belief_floor[:] = 1.0
    assert not speak(state, 0, victory_threshold=0.5).any()
    assert state.victory_day[0] == -1


def test_losses_claimed_are_the_true_ones_times_ten_in_the_median() -> None:
    factors = []
    for day in range(2000):
        state = valley()
        state.side[:] = [ATTACKER, DEFENDER]
        state.out[:] = [30, 7]
        state.losses_seen[:] = [10, 7]
        count(state, day, inflation=10.0, inflation_sd=0.7)
        assert state.claimed_losses[ATTACKER] == 0  # nothing new among the defenders
        assert state.losses_seen.tolist() == [30, 7]
        factors.append(state.claimed_losses[DEFENDER] / 20)
    assert np.median(factors) == pytest.approx(10, rel=0.06)
    assert np.std(np.log(factors)) == pytest.approx(0.7, rel=0.06)


def test_claimed_losses_add_up_day_by_day_without_spread() -> None:
    state = valley()
    state.side[:] = [ATTACKER, DEFENDER]
    for day, (a, b) in enumerate(((2, 0), (2, 3), (5, 3))):
        state.out[:] = [a, b]
        count(state, day, inflation=7.0)
    assert state.claimed_losses.tolist() == [21, 35]


def test_credibility_falls_by_words_that_the_world_sees_to_be_false() -> None:
    """The attacker claims three districts, of which the world sees two as the defender's."""
    state = valley()
    state.credibility[:] = 0.4
    state.claim_floor[ATTACKER, :3] = ATTACKER
    state.belief_floor[OUTSIDE] = [0.9, 0.1, 0.4, 0.0]
    count(state, false_cost=0.05, check_rate=1.0, credibility_attacker=0.4, credibility_defender=0.4)
    # the defender says of all four that they are its own; the world sees one otherwise
    assert state.credibility == pytest.approx([0.4 * 0.95**2, 0.4 * 0.95])


def test_belief_comes_back_slowly() -> None:
    state = valley()
    state.credibility[:] = 0.2, 0.4
    count(state, recovery=0.01, credibility_attacker=0.4, credibility_defender=0.4)
    assert state.credibility == pytest.approx([0.202, 0.4])


def test_the_log_tells_victory_and_each_first_change_once() -> None:
    run = model(SYNTHETIC | {"claims.readiness": 1.0, "claims.denial_lag": 0.0, "claims.victory_threshold": 1.0})
    step, state = steps_of(run)["spokesmen"], run.state
    for day in range(30):
        state.belief_floor[:, 0] = 1.0 if day % 2 else 0.0
        step(4 * day)
    assert state.credibility[ATTACKER] <= 0.4
    name = run.run.world.terrain.districts[0].name
    said = [(line.day, line.actor, line.decision) for line in run.decisions]
    assert said == [
        (1, "attacker's spokesman", f"claims {name}"),
        (1, "defender's spokesman", f"calls contested {name}"),
        (2, "attacker's spokesman", f"calls contested {name}"),
        (2, "defender's spokesman", f"claims {name}"),
    ]
    state.belief_floor[:] = 1.0
    step(4 * 30)
    assert run.decisions[4].decision == "claims the whole valley"
    assert dict(run.decisions[4].weights)["main floor believed held"] == 1.0
    assert state.claim_floor[DEFENDER, 0] == NOBODY


def test_left_out_nothing_is_claimed() -> None:
    run = finished(SYNTHETIC | {"run.without": ("spokesmen",)})
    assert (run.state.claim_floor == model(SYNTHETIC).state.floor).all()
    assert run.state.claimed_losses.tolist() == [0, 0]
    assert run.state.celebrated.tolist() == [0, 0]
    assert codes.NOBODY not in run.state.claim_floor[:, run.state.floor != codes.NOBODY]
