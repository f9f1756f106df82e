"""Reports, by hand: what is late, what is coloured, what is unknown, what the world hears, and the chances given."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from model_cases import KEY, SYNTHETIC, call, model, rates, steps_of, tiny

from sim import codes
from sim.codes import ATTACKER, DEFENDER, NOBODY, OUTSIDE
from sim.kernels.draws import normal, uniform
from sim.kernels.orders import T_ACTIVE, T_COHESION, T_COLUMNS, T_DISPERSED, T_ENGAGED
from sim.kernels.reports import ReportRates, chances, district_pictures, site_reports, strengths
from sim.mechanisms.reports import MECHANISM
from sim.mechanisms.shared import floor_worth
from sim.state import State


def some(**given: Any) -> ReportRates:
    return rates(ReportRates, **given)


def test_soon_where_his_people_stand_and_late_elsewhere() -> None:
    s = tiny(sites=3)
    s.holder[:], s.believed[:] = ATTACKER, DEFENDER
    s.attackers_at[0] = s.defenders_at[1] = 10
    call(site_reports, s, rates=some(own_chance=1.0, intelligence=1.0))
    assert s.believed[ATTACKER].tolist() == [ATTACKER, DEFENDER, DEFENDER]
    assert s.believed[DEFENDER].tolist() == [DEFENDER, ATTACKER, DEFENDER]
    s.dispersed_at[2] = 1  # eyes in the hills are the defender's
    call(site_reports, s, rates=some(own_chance=1.0, intelligence=1.0))
    assert s.believed[DEFENDER].tolist() == [DEFENDER, ATTACKER, ATTACKER]


def test_a_report_comes_by_the_draw_of_its_side_and_site() -> None:
    """Half a chance for the attacker, with better ears 0.6 for the defender."""
    late = 0
    for day in range(60):
        s = tiny(sites=4)
        s.holder[:], s.believed[:] = ATTACKER, DEFENDER
        call(site_reports, s, tick=4 * day, rates=some(far_chance=0.5, intelligence=1.2))
        for site in range(4):
            for side, chance in ((ATTACKER, 0.5), (DEFENDER, 0.6)):
                heard = uniform(KEY, codes.D_REPORT, 4 * day, 2 * site + side, 0) < chance
                assert (s.believed[side, site] == ATTACKER) == heard
                late += not heard
    assert 0.36 < late / 480 < 0.54


def test_delays_are_means_in_days() -> None:
    """In a run without people at a site: four days on average are 1 - exp(-1/4) a day."""
    days, told = 40, 0
    for replicate in range(days):
        run = model(SYNTHETIC | {"reports.far_days": 4.0, "reports.intelligence": 1.0}, replicate=replicate)
        s, step = run.state, MECHANISM.bind(run.run)
        s.holder[:], s.believed[:] = ATTACKER, DEFENDER
        step(0)
        told += int((s.believed == ATTACKER).sum())
    assert told / (days * s.believed.size) == pytest.approx(1 - math.exp(-1 / 4), abs=0.04)


def pictures(s: State, **given: Any) -> None:
    given_rates = {name: given.pop(name) for name in list(given) if name in ReportRates._fields}
    n, sites = len(s.presence), len(s.holder)
    known = {"site_district": np.zeros(sites, np.int32), "on_floor": np.ones(sites, bool), "work": np.zeros((4, n))}
    call(district_pictures, s, **(known | given), rates=some(**given_rates))


def test_both_sides_report_what_they_fight_for_as_theirs() -> None:
    """Of two sites one is lost. The attacker fights at the other: (1 + 0.7) / 2; the defender in it: (0.5 + 0) / 2."""
    s = tiny(sites=2)
    s.believed[:] = s.holder[:] = (ATTACKER, DEFENDER)
    s.attackers_at[1] = s.defenders_at[0] = 20
    pictures(s, own_chance=1.0, optimism_attacker=0.7, optimism_defender=0.5)
    assert s.belief_floor[:2, 0] == pytest.approx([0.85, 0.25])
    pictures(s, own_chance=1.0)
    assert s.belief_floor[:2, 0] == pytest.approx([0.5, 0.5])


def test_side_valleys_are_learnt_of_slowly() -> None:
    s = tiny()
    s.presence[0], s.belief_presence[:] = 1.0, 0.5
    pictures(s, own_chance=1.0, hidden_seen=0.1, outside_checks=0.2)
    assert s.belief_presence[:, 0] == pytest.approx([0.55, 1.0, 0.6])


def test_the_world_hears_claims_by_their_credibility_and_witnesses() -> None:
    """Claims: (0.6 × 1 + 0.2 × 0) / 0.8 = 0.75. Truth 0.5. From nothing 0.3 × 0.75 + 0.1 × 0.5."""
    s = tiny(sites=2)
    s.holder[:] = (ATTACKER, DEFENDER)
    s.claim_floor[:, 0], s.credibility[:] = (ATTACKER, DEFENDER), (0.6, 0.2)
    pictures(s, outside_claims=0.3, outside_checks=0.1)
    assert s.belief_floor[OUTSIDE, 0] == pytest.approx(0.275)
    s.belief_floor[OUTSIDE, 0], s.claim_floor[DEFENDER, 0] = 0.0, NOBODY  # who says nothing counts as even
    pictures(s, outside_claims=0.3)
    assert s.belief_floor[OUTSIDE, 0] == pytest.approx(0.3 * (0.6 + 0.1) / 0.8)
    s.belief_floor[OUTSIDE, 0], s.credibility[:] = 0.2, 0.0  # nobody is believed: only witnesses count
    pictures(s, outside_claims=0.3, outside_checks=0.1)
    assert s.belief_floor[OUTSIDE, 0] == pytest.approx(0.2 + 0.1 * 0.3)


def test_the_first_estimate_is_off_by_a_drawn_factor() -> None:
    run = model(SYNTHETIC | {"reports.error_sd": 0.5})
    s = run.state
    for side, men in ((ATTACKER, 1500), (DEFENDER, 900)):
        other = 1 - side
        off = math.exp(0.5 * normal(run.run.key, codes.D_ESTIMATE, 0, other, 0))
        assert s.est_people[side, side] == men
        assert s.est_people[other, side] == pytest.approx(men * off)
        assert s.est_people[other, side] != men


def test_fighting_teaches_strength() -> None:
    """A quiet day mends 0.02 of the error, one on which half of the enemy fight 0.02 + 0.15 / 2."""
    for fought, rate in ((0.0, 0.02), (0.5, 0.095)):
        s = tiny()
        tally = np.zeros(2 * T_COLUMNS)
        tally[[T_ACTIVE, T_COHESION, T_ENGAGED]] = 1000.0, 800.0, 1000.0 * fought
        at = DEFENDER * T_COLUMNS
        tally[[at + T_ACTIVE, at + T_DISPERSED, at + T_COHESION]] = 400.0, 100.0, 200.0
        s.est_people[:], s.est_cohesion[:] = 2000.0, 1.0
        call(strengths, s, tally=tally, rates=some(own_chance=1.0, learning=0.02, contact_learning=0.15))
        assert s.est_people[ATTACKER, ATTACKER] == 1000.0
        assert s.est_people[DEFENDER, DEFENDER] == 500.0  # those in the hills can come back
        assert s.est_people[DEFENDER, ATTACKER] == pytest.approx(2000 - 1000 * rate)
        assert s.est_people[ATTACKER, DEFENDER] == pytest.approx(2000 - 1500 * 0.02)  # defenders did not fight
        assert s.est_cohesion[DEFENDER, ATTACKER] == pytest.approx(1 - 0.2 * rate)
        assert s.est_cohesion[DEFENDER, DEFENDER] == 0.5


def chance(**given: float) -> State:
    """Odds that both sides think even: 220 against 100 at 2.2 to one."""
    s = tiny()
    s.est_people[:], s.committed[0] = (220.0, 100.0), 1.0
    s.belief_floor[:] = given.pop("held", 0.0)
    s.credibility[DEFENDER], s.resolve[:] = 0.5, (1.0, 0.6)
    s.est_people[:, ATTACKER] *= given.pop("times", 1.0)
    s.leader[:] = int(given.pop("leaders", codes.PRESENT))
    known = {"win_slope": 0.92, "win_progress": 3.0, "defence_factor": 2.2, "win_learning": 1.0}
    call(chances, s, worth=np.ones(1), rates=some(**(known | given)))
    return s


def test_the_chance_is_odds_by_strength_ground_and_the_past() -> None:
    assert chance().est_win == pytest.approx([0.5] * 3)
    assert chance(times=math.e).est_win == pytest.approx([1 / (1 + math.exp(-0.92))] * 3)
    assert chance(held=1.0).est_win == pytest.approx([1 / (1 + math.exp(-3))] * 3)
    # the past gives the defender 0.8 and weighs 0.3 while no floor is lost, half of that with half of it
    past = {"prior_win": 0.8, "prior_weight": 0.3}
    assert chance(**past).est_win == pytest.approx([0.7 * 0.5 + 0.3 * 0.2] * 3)
    half = 1 / (1 + math.exp(-1.5))
    assert chance(**past, held=0.5).est_win == pytest.approx([0.85 * half + 0.15 * 0.2] * 3)
    assert chance(win_learning=0.15, held=1.0).est_win == pytest.approx([0.15 / (1 + math.exp(-3))] * 3)


def test_believed_vows_frighten_the_attacker_only() -> None:
    """0.1 × credibility 0.5 × mean resolve 0.8; nothing once the leaders are abroad."""
    assert chance(threat=0.1).est_win == pytest.approx([0.46, 0.5, 0.5])
    assert chance(threat=0.1, leaders=codes.ABROAD).est_win == pytest.approx([0.5, 0.5, 0.5])


@pytest.mark.parametrize("weight", [0.0, 0.3, 1.0])
def test_the_seat_weighs_more(weight: float) -> None:
    run = model(SYNTHETIC | {"reports.seat_weight": weight})
    districts, worth = run.run.world.terrain.districts, floor_worth(run.run)
    seat = run.run.world.tables.site_district[run.run.world.terrain.site_index("centre-3")]
    main = [d.main for d in districts]
    even = (1 - weight) / sum(main)
    assert worth == pytest.approx([even * m + weight * (d == seat) for d, m in enumerate(main)])
    assert worth.sum() == pytest.approx(1.0)


def test_decisions_follow_what_is_believed() -> None:
    """The attacker consolidates a floor that he only believes his, and fights on for one that he does not know of."""
    for believed, true, phase in ((1.0, DEFENDER, codes.P_CONSOLIDATE), (0.0, ATTACKER, codes.P_ASSAULT)):
        run = model(SYNTHETIC | {"run.without": ("reports",)})
        s = run.state
        s.belief_floor[ATTACKER], s.holder[:], s.floor[:] = believed, true, true
        s.phase[0], s.ripeness[0], s.talks[0] = codes.P_ASSAULT, 9.0, codes.TALKS_FAILED
        steps_of(run)["attacker_commander"](8)
        assert s.phase[0] == phase
