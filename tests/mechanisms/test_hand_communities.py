"""Goodwill, the peace that militia make, and the elders' deals, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from model_cases import KEY, SYNTHETIC, Standoff, call, finished, model, rates, steps_of, tiny

from sim import codes
from sim.kernels.communities import PeaceRates, WillRates, goodwill_day, militia_day
from sim.kernels.draws import normal
from sim.kernels.elders import COLLAPSE, NEWS, ElderRates, strike_deal, weigh
from sim.observe.invariants import Validator, errors
from sim.state import State

WILL: dict[str, Any] = {"start": 0.7, "bloodshed": 50.0, "heavy_groups": 10.0}
PLACES = {"site_district": np.array([0, 0, 1], np.int32)}


def will(state: State, homes: float = 1000.0, **more: Any) -> State:
    n = len(state.goodwill)
    work = {"fights": np.zeros(n), "homes_of": np.full(n, homes)}
    call(goodwill_day, state, **PLACES, **work, rates=rates(WillRates, **WILL | more))
    return state


def people(goodwill: float = 0.7, **more: Any) -> State:
    state = tiny(districts=2, **more)
    state.residents[:], state.goodwill[:] = 1000, goodwill
    return state


def test_goodwill_falls_with_hunger_fighting_and_flight_and_comes_back() -> None:
    state = people(groups=5)
    state.civil_hunger[0] = 0.5
    state.exposed[:], state.enemy_power[:], state.post[:] = 1, 1.0, 0
    state.residents[0] = 400
    will(state, hunger=0.02, fighting=0.02, displaced=0.01)
    assert state.goodwill == pytest.approx([0.7 - 0.5 * 0.02 - 0.5 * 0.02 - 0.6 * 0.01, 0.7])
    low = people(0.2)
    assert will(low, recovery=0.1).goodwill == pytest.approx([0.25, 0.25])


def test_a_bloody_occupation_hardens_instead() -> None:
    """At half of the full bloodshed half of the burden is laid at the occupier's door."""
    state = people(0.5, groups=10)
    state.exposed[:], state.enemy_power[:], state.post[:] = 1, 1.0, 0
    state.floor[:], state.bloodshed[0] = codes.ATTACKER, 25.0
    will(state, fighting=0.02, harden=0.1)
    assert state.goodwill[0] == pytest.approx(0.5 + 0.1 * 0.5 * 0.5 - 0.5 * 0.02)
    free = people(0.5, groups=10)
    free.exposed[:], free.enemy_power[:], free.bloodshed[0] = 1, 1.0, 25.0
    assert will(free, fighting=0.02, harden=0.1).goodwill[0] == pytest.approx(0.48)


def test_recruits_follow_goodwill_and_a_weary_people_turns_away_faster() -> None:
    """Weighed by people: (0.7 + 3 * 0.35) / 4 is 0.625 of the start; what is missing counts with the weariness."""
    state = people()
    state.goodwill[1], state.residents[1], state.sheltered[1] = 0.35, 2000, 1000
    assert will(state).recruit_factor[0] == pytest.approx(0.625)
    assert will(state, weariness=0.6).recruit_factor[0] == pytest.approx(0.625 * (1 - 0.6 * 0.375))
    assert will(people(), weariness=0.6).recruit_factor[0] == pytest.approx(1.0)
    assert will(people(1.0), weariness=0.6).recruit_factor[0] == pytest.approx(1 / 0.7)


def militia(groups: int = 4000) -> State:
    state = tiny(groups, districts=2)
    state.side[:], state.kind[:] = codes.DEFENDER, codes.MILITIA
    state.goodwill[:] = 0.5
    return state


def peace(state: State, **more: Any) -> State:
    numbers = {"mean": 0.4, "sd": 0.2, "social": 1.0, "chance": 1.0} | more
    call(militia_day, state, **PLACES, rates=rates(PeaceRates, **numbers))
    return state


def test_as_many_make_their_peace_as_have_a_lower_threshold() -> None:
    """A push of 0.4 + 0.5 * 0.4 - 0.4 * 0.5 = 0.4 is the mean threshold; each group's is a draw of its own."""
    state = militia()
    state.est_win[:] = 0.5
    peace(state, demonstration=0.4, win=0.4, goodwill=0.4)
    gone = state.status == codes.EMPTY
    expected = np.array([0.4 + 0.2 * normal(KEY, codes.D_THRESHOLD, 0, g, 0) for g in range(4000)])
    assert (gone == (np.maximum(0, expected) < 0.4)).all()
    assert (state.men + state.gone_home == 50).all()
    assert state.defected[0] == pytest.approx(gone.mean())
    late = militia()
    call(
        militia_day, late, tick=400, **PLACES, rates=rates(PeaceRates, mean=0.4, sd=0.2, demonstration=0.4, chance=1.0)
    )
    assert ((late.status == codes.EMPTY) == gone).all()  # the same thresholds on another day


def test_the_spread_of_thresholds_makes_the_cascade() -> None:
    """From a push of 0.2, half of the mean: with little spread nobody begins, with much those first draw the rest."""
    gone = {}
    for sd in (0.05, 0.2, 0.4):
        state = militia(1000)
        for _ in range(30):
            peace(state, demonstration=0.2, sd=sd)
        gone[sd] = state.defected[0]
    assert gone[0.05] == 0
    assert 0.9 < gone[0.2] <= 1
    assert 0.9 < gone[0.4] <= 1
    weak = militia(1000)
    for _ in range(30):
        peace(weak, demonstration=0.2, social=0.0)
    assert weak.defected[0] == pytest.approx(0.16, abs=0.03)  # one standard deviation below the mean, and no more


@pytest.mark.parametrize("why", ["truce", "agreement", "army", "attackers", "withheld", "no push"])
def test_who_does_not_make_his_own_peace(why: str) -> None:
    state = militia(50)
    state.truce[0] = why == "truce"
    state.settlement[0] = codes.AUTONOMY if why == "agreement" else codes.NOTHING
    state.kind[:] = codes.REGULAR if why == "army" else codes.MILITIA
    state.side[:] = codes.ATTACKER if why == "attackers" else codes.DEFENDER
    state.withheld[:] = why == "withheld"
    peace(state, demonstration=0.0 if why == "no push" else 1.0, sd=0.0)
    assert (state.men == 50).all()
    assert state.defected[0] == 0


def test_the_sick_and_the_dispersed_go_home_with_the_others_and_kit_is_booked() -> None:
    state = militia(2)
    state.status[1], state.sick[:], state.food_kg[:] = codes.DISPERSED, 5, 80.0
    peace(state, demonstration=1.0, sd=0.0)
    assert (state.status == codes.EMPTY).all()
    assert (state.gone_home == 55).all()
    assert state.ledger[codes.FOOD, codes.DEFENDER, codes.A_LOST] == 160


ELDERS: dict[str, Any] = {"win": 0.3, "floor": 0.2, "will": 0.3, "chance": 1.0, "loyal": 0.6, "guard": 100.0}


def council(state: State, **more: Any) -> tuple[int, list[int], np.ndarray]:
    n = len(state.deal)
    work: dict[str, Any] = {"parts": np.zeros((n, 6)), "local": np.zeros((n, 4)), "verdict": np.zeros(n, np.int8)}
    given = {"homes_of": np.full(n, 1000.0)} | work
    answer = call(weigh, state, **PLACES, **given, rates=rates(ElderRates, **ELDERS | more))
    return answer, work["verdict"].tolist(), work["parts"]


def torn() -> State:
    """Two districts: one group of militia of each, the floor of the lower one believed lost."""
    state = militia(2)
    state.home_site[:] = state.post[:] = [0, 2]
    state.residents[:], state.goodwill[:] = 1000, 0.4
    state.est_win[codes.OUTSIDE], state.belief_floor[codes.OUTSIDE] = 0.8, [1, 0]
    return state


def test_elders_weigh_what_they_see() -> None:
    """0.3 * 0.8 + 0.2 * (1 + 0) / 2 + 0.3 * 0.6 = 0.52 in both; hunger and flight in one tip it over the bar."""
    state = torn()
    answer, verdict, parts = council(state, bar=0.53, hunger=0.1, fled=0.1, militia=0.5)
    assert (answer, verdict) == (0, [0, 0])
    assert parts.sum(axis=1) == pytest.approx([0.52, 0.52])
    state.civil_hunger[0], state.residents[0], state.gone_home[0] = 0.5, 800, 10
    answer, verdict, parts = council(state, bar=0.53, hunger=0.1, fled=0.1, militia=0.5)
    assert (answer, verdict) == (NEWS, [1, 0])
    assert parts[0].sum() == pytest.approx(0.52 + 0.05 + 0.02 + 0.1)


def test_goodwill_or_the_army_in_the_district_keep_them_from_it() -> None:
    assert council(torn(), bar=0.5)[1] == [1, 1]
    loyal = torn()
    loyal.goodwill[1] = 0.61
    assert council(loyal, bar=0.1)[1] == [1, 0]
    guarded = militia(5)
    guarded.goodwill[:], guarded.residents[:] = 0.4, 1000
    guarded.kind[2:], guarded.post[:] = codes.REGULAR, [0, 0, 2, 2, 2]
    assert council(guarded, bar=0.1)[1] == [1, 0]


def test_they_leave_the_deal_when_goodwill_is_back_and_the_attacker_gone() -> None:
    state = torn()
    state.deal[:], state.goodwill[:], state.floor[:] = 1, 0.7, codes.NOBODY
    state.attackers_at[1] = 20
    assert council(state)[1] == [0, 2]
    state.floor[1] = codes.ATTACKER
    assert council(state)[1] == [0, 0]


def test_deals_end_the_defence_when_they_cover_the_valley_and_few_are_left() -> None:
    state = torn()
    state.deal[0] = 1
    numbers = {"bar": 9.0, "collapse_share": 0.5, "collapse_able": 0.33}
    assert council(state, **numbers)[0] == 0
    state.men[:] = 16
    assert council(state, **numbers)[0] == COLLAPSE
    state.sheltered[1] = 500
    assert council(state, **numbers)[0] == 0


def test_a_deal_sends_the_militia_home_and_frees_sites_where_nobody_stands() -> None:
    state = militia(3)
    state.kind[2] = codes.REGULAR
    state.home_site[:] = state.post[:] = [0, 2, 1]
    state.holder[:], state.sick[0] = codes.DEFENDER, 4
    places = {"on_floor": np.array([True, False, True]), "is_side": np.array([False, True, False])}
    went = call(strike_deal, state, d=0, **PLACES, **places, near=np.zeros(3))
    assert (went, state.gone_home.tolist(), state.men.tolist()) == (54, [54, 0, 0], [0, 50, 50])
    assert state.holder.tolist() == [codes.NOBODY, codes.DEFENDER, codes.DEFENDER]
    assert state.deal.tolist() == [1, 0]
    taken = militia(1)
    taken.holder[:], taken.attackers_at[0] = codes.DEFENDER, 30
    call(strike_deal, taken, d=0, **PLACES, **places, near=np.zeros(3))
    assert taken.holder[0] == codes.DEFENDER  # who stands there decides


def broken(**more: Any) -> Standoff:
    """A run in which elders and militia have every reason to come to terms."""
    return model(
        SYNTHETIC | {"communities.goodwill": 0.3, "communities.deal_bar": 0.1, "communities.deal_chance": 1.0} | more
    )


def test_deals_are_logged_with_reason_and_weights_and_stop_under_a_truce() -> None:
    run = broken(**{"communities.deal_guard": 5000.0})
    steps_of(run)["elders"](0)
    assert (run.state.deal == 1).all()
    logged = [d for d in run.decisions if d.decision == "local deal"]
    assert len(logged) == len(run.state.deal)
    assert sum(w for _, w in logged[0].weights) > 0  # all that speaks for it, less what it takes
    quiet = broken()
    quiet.state.truce[0] = 1
    steps_of(quiet)["elders"](0)
    assert not quiet.state.deal.any()


def test_collapse_by_deals_is_written_as_a_settlement() -> None:
    run = broken(**{"communities.deal_guard": 5000.0, "communities.collapse_able": 1.0})
    steps = steps_of(run)
    steps["elders"](0)
    steps["elders"](4)
    assert run.state.settlement[0] == codes.LOCAL_DEALS


def test_people_are_conserved_through_peace_deals_and_refugees() -> None:
    run = broken(**{"civilians.refugees": 5000.0, "communities.defect_chance": 0.3, "communities.deal_chance": 0.3})
    assert run.state.sheltered.sum() == pytest.approx(5000)
    assert run.state.sheltered / 5000 == pytest.approx(run.state.residents / run.state.residents.sum())
    validator = Validator(run)
    while run.running:
        tick = run.tick
        run.step()
        validator.check(tick)
    assert max(errors(run).values()) < 1e-9
    assert run.state.deal.any()


def test_the_base_does_not_empty_the_valley_before_the_fighting() -> None:
    """With nobody attacking, no group makes its peace and no elders deal in two weeks."""
    values = SYNTHETIC | {"run.days": 14, "attacker.assault_start": "2021-12-01", "supply.blockade": 0.0}
    quiet = finished(values)
    assert quiet.state.gone_home[quiet.state.kind == codes.MILITIA].sum() == 0
    assert not quiet.state.deal.any()
