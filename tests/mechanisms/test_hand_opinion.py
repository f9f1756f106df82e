"""Opinion, by hand: recognition and bloodshed, the claim to rule, attention, trust, and hope of support."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from model_cases import SYNTHETIC, call, model, rates, tiny

from sim import codes
from sim.codes import AT_HOME, ATTACKER, DEFENDER, FOREIGN, OUTSIDE
from sim.kernels.opinion import OpinionRates, opinion
from sim.state import State

CALM = {"recognition_gain": 0.005, "recognition_ceiling": 0.5}


def day(s: State, when: int = 5, **given: float) -> State:
    """One day of opinion in a valley of one district."""
    call(opinion, s, day=when, worth=np.ones(1), rates=tuple(rates(OpinionRates, **given)))
    return s


def world(**seen: Any) -> State:
    """A quiet day in the assault, with nobody who speaks."""
    s = tiny()
    s.phase[0], s.leader[:], s.credibility[:] = codes.P_ASSAULT, codes.LOST, 1.0
    for name, value in seen.items():
        getattr(s, name)[:] = value
    return s


@pytest.mark.parametrize(("now", "then"), [(0.0, 0.005), (0.25, 0.2525), (0.5, 0.5), (0.7, 0.7)])
def test_calm_brings_recognition_up_to_a_ceiling(now: float, then: float) -> None:
    s = day(world(recognition=now), **CALM, optimism=0.2)
    assert s.recognition[0] == pytest.approx(then)
    assert s.est_recognition[0] == pytest.approx(then + 0.2)


def test_visible_bloodshed_costs_recognition() -> None:
    """100 lost: 0.05 × (0.3 + 0.7 × 0.5). Twenty a day in the mean are 0.4 of heavy, which takes 0.4 of the gain."""
    s = day(world(recognition=0.25, publicity=0.5, out=100), **CALM, bloodshed_cost=0.05)
    assert s.bloodshed[0] == pytest.approx(20.0)
    assert s.recognition[0] == pytest.approx(0.25 + 0.0025 * 0.6 - 0.0325)
    assert s.deaths_seen[0] == 100
    before = s.recognition[0]
    day(s, bloodshed_cost=0.05)  # they are counted once
    assert s.recognition[0] == before
    unseen = day(world(recognition=0.25, out=100), bloodshed_cost=0.05)
    assert unseen.recognition[0] == pytest.approx(0.25 - 0.015)


def test_the_floor_is_a_prize_at_home_if_the_world_believes_it_taken() -> None:
    """A tenth of the gap a day: to 0.6 + 0.15."""
    s = world(legitimacy=0.6)
    s.belief_floor[OUTSIDE] = 1.0
    day(s, home_start=0.6, prize=0.15)
    assert s.legitimacy[AT_HOME] == pytest.approx(0.615)
    unknown = world(legitimacy=0.6, floor=ATTACKER)
    unknown.belief_floor[ATTACKER] = 1.0
    assert day(unknown, home_start=0.6, prize=0.15).legitimacy[AT_HOME] == pytest.approx(0.6)


def test_peace_bloodshed_and_lies_move_the_claim_to_rule() -> None:
    for seen, given, gap in (
        ({"phase": codes.P_TALK}, {"narrative": 0.1}, 0.1),
        ({"truce": 1}, {"narrative": 0.1}, 0.1),
        ({}, {"narrative": 0.1}, 0.0),
        ({"bloodshed": 25.0}, {"home_bloodshed": 0.1}, -0.1 * 20 / 50),  # 25 fade to 20
        ({"credibility": 0.25}, {"false_claims": 0.2}, -0.15),
    ):
        s = day(world(legitimacy=0.6, **seen), home_start=0.6, **given)
        assert s.legitimacy[AT_HOME] == pytest.approx(0.6 + 0.1 * gap)


def test_blame_for_failed_talks_counts_abroad() -> None:
    """Recognition 0.4, of which the whole blame takes 0.3; blame on the other side adds as much."""
    for blame, standing in ((1.0, 0.28), (0.5, 0.34), (-1.0, 0.52)):
        s = day(world(recognition=0.4, blame=blame))
        assert s.legitimacy[FOREIGN] == pytest.approx(0.1 * standing)


def test_attention_fades_and_is_drawn() -> None:
    """0.9 a month is 0.03 a day; fighting, claims of yesterday and appeals fill what is missing."""
    assert day(world(publicity=0.5), attention_decay=0.9).publicity[0] == pytest.approx(0.485)
    assert day(world(publicity=0.5, bloodshed=500.0), attention_fight=0.1).publicity[0] == pytest.approx(0.55)
    spoken = world(publicity=0.5)
    spoken.claim_day[:, 0] = (4, 3)
    assert day(spoken, attention_claim=0.02).publicity[0] == pytest.approx(0.51)
    heard = world(publicity=0.5)
    heard.leader[codes.POLITICAL] = codes.ABROAD
    assert day(heard, appeal=0.3).publicity[0] == pytest.approx(0.505)


def test_attention_is_half_gone_in_three_weeks() -> None:
    s = world(publicity=0.8)
    for when in range(23):
        day(s, when, attention_decay=0.9)
    assert s.publicity[0] == pytest.approx(0.8 * 0.97**23)
    assert s.publicity[0] < 0.4


def test_trust_dies_in_bloodshed_and_mends_in_a_truce() -> None:
    assert day(world(trust=0.5, truce=1), trust_truce=0.003).trust[0] == pytest.approx(0.5015)
    assert day(world(trust=0.5, bloodshed=500.0), trust_bloodshed=0.02).trust[0] == pytest.approx(0.49)
    assert day(world(trust=0.5), trust_bloodshed=0.02, trust_truce=0.003).trust[0] == 0.5


def test_hope_of_support() -> None:
    """0.05 × (0.5 + publicity 0.5) × 0.9 for allies who left; a delivery adds 0.2, a pledge half of it."""
    s = day(world(publicity=0.5), support_chance=0.05, abandonment=0.1)
    assert s.est_support[0] == pytest.approx(0.0045)
    helped = world(publicity=0.5)
    helped.patron[:2] = (codes.DELIVERING, codes.PLEDGED)
    assert day(helped, support_hope=0.2).est_support[0] == pytest.approx(0.03)


def test_how_it_begins() -> None:
    run = model(SYNTHETIC | {
        "opinion.recognition": 0.2, "opinion.recognition_optimism": 0.3, "opinion.legitimacy": 0.6,
        "opinion.narrative": 0.1, "talks.trust": 0.15, "opinion.support_chance": 0.05, "opinion.abandonment": 0.1,
    })  # fmt: skip
    s = run.state
    assert (s.recognition[0], s.est_recognition[0], s.trust[0]) == pytest.approx((0.2, 0.5, 0.15))
    assert s.legitimacy == pytest.approx([0.7, 0.2])
    assert s.est_support[0] == pytest.approx(0.045)
    assert s.credibility[DEFENDER] > 0
