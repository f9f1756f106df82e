"""Both commanders, by hand: every phase and posture can be reached, with its weights; how a decision ripens; axes."""

from __future__ import annotations

import math
from typing import Any

import pytest
from model_cases import SMALL, SYNTHETIC, Standoff, model, steps_of

from sim import codes
from sim.actors.attacker import AttackerCommander
from sim.actors.base import CERTAIN, HABIT, best
from sim.codes import ATTACKER, DEFENDER

READY: dict[str, Any] = {
    "attacker.assault_start": "2021-08-31", "attacker.massing_days": 1.0, "attacker.decision_spread": 0.0,
    "attacker.usual_vote": 0.3, "attacker.vote_sharpness": 2.0, "attacker.delay_per_disagreement": 2.0,
    "attacker.consolidate_days": 10, "attacker.stay_days": 21, "attacker.winter_line_m": 3500.0,
    "attacker.give_up_below": 0.1, "attacker.expected_winter": "2021-12-31", "attacker.ripe_weight": 1.2,
    "attacker.wait_weight": 0.3, "attacker.talk_weight": 0.4, "attacker.recognition_weight": 0.3,
}  # fmt: skip


def attacker(values: Any = None, **seen: float) -> tuple[Standoff, AttackerCommander]:
    """The attacker's commander of a run in which nobody else decides; talks have failed and the force is in order."""
    run = model(SYNTHETIC | READY | (values or {}))
    s = run.state
    s.talks[0], s.vote[0], s.pressure[0], s.fragmentation[0], s.committed[0] = codes.TALKS_FAILED, 0.3, 0.2, 0.4, 1.0
    s.belief_floor[:] = 0.0
    s.phase[0] = seen.pop("before", codes.P_MASS)
    for name, value in seen.items():
        getattr(s, name)[:] = value
    commander = steps_of(run)["attacker_commander"].__self__  # type: ignore[attr-defined]
    assert isinstance(commander, AttackerCommander)
    return run, commander


def told(run: Standoff, actor: str) -> Any:
    """The last line of a commander in the decision log."""
    return [line for line in run.decisions if line.actor == actor][-1]


CASES: dict[int, tuple[dict[str, Any], dict[str, float]]] = {
    codes.P_MASS: ({}, {}),
    codes.P_TALK: ({}, {"talks": codes.TALKING, "vote": 0.0}),
    codes.P_ASSAULT: ({}, {"ripeness": 1.0}),
    codes.P_CONSOLIDATE: ({}, {"before": codes.P_ASSAULT, "belief_floor": 1.0}),
    codes.P_SWEEP: ({}, {"before": codes.P_CONSOLIDATE, "belief_floor": 1.0, "belief_presence": 0.9}),
    codes.P_WINTER: ({}, {"line_m": 3400.0}),
    codes.P_LEAVE: ({"attacker.garrison_intent": 0.2}, {"belief_floor": 1.0, "floor_since": 9}),
    codes.P_TRUCE: ({}, {"truce": 1}),
}


@pytest.mark.parametrize("phase", CASES, ids=lambda p: codes.PHASE_NAMES[p])
def test_every_phase_can_be_reached_and_tells_its_weights(phase: int) -> None:
    values, seen = CASES[phase]
    start = codes.P_ASSAULT if phase == codes.P_MASS else codes.P_MASS
    run, commander = attacker(values, **({"before": start} | seen))
    commander.decide(4 * 30)
    assert run.state.phase[0] == phase
    assert run.state.phase_since[0] == 30
    line = told(run, commander.role)
    assert line.decision.startswith(codes.PHASE_NAMES[phase])
    assert line.weights
    assert sum(weight for _, weight in line.weights) > 0
    commander.decide(4 * 31)
    if phase != codes.P_MASS:  # by then the decision has not ripened
        assert told(run, commander.role) is line, "a course that goes on is not told again"


def test_the_floor_is_held_and_rested_before_the_side_valleys_are_swept() -> None:
    """2 for the floor and 0.15 for the habit against 0.2 + 0.9 and 0.2 for each day on it: from the 6th day on."""
    run, commander = attacker(before=codes.P_ASSAULT, belief_floor=1.0, belief_presence=0.9)
    phases = []
    for day in range(30, 40):
        commander.decide(4 * day)
        phases.append(int(run.state.phase[0]))
    assert phases == [codes.P_CONSOLIDATE] * 6 + [codes.P_SWEEP] * 4
    run.state.belief_presence[ATTACKER] = 0.0
    commander.decide(160)
    assert run.state.phase[0] == codes.P_SWEEP  # 0.2 + 2 and the habit


def test_terms_open_the_way() -> None:
    for held, phase in ((0.0, codes.P_ASSAULT), (1.0, codes.P_CONSOLIDATE)):
        run, commander = attacker(belief_floor=held, settlement=codes.SURRENDER, truce=1)
        commander.decide(120)
        assert run.state.phase[0] == phase


def test_a_worn_force_halts_and_a_hopeless_one_goes_home() -> None:
    run, commander = attacker(before=codes.P_ASSAULT, ripeness=1.0, est_cohesion=0.3)
    commander.decide(120)
    assert run.state.phase[0] == codes.P_CONSOLIDATE
    assert "worn" in told(run, commander.role).reason
    for chance, idle, phase in ((0.02, 40.0, codes.P_LEAVE), (0.02, 20.0, codes.P_MASS), (0.12, 40.0, codes.P_MASS)):
        run, commander = attacker(est_win=chance, idle_days=idle, vote=-0.9)
        commander.decide(0)
        assert run.state.phase[0] == phase
    alone, commander = attacker(est_people=0.0, ripeness=1.0)
    commander.decide(120)
    assert alone.state.phase[0] == codes.P_MASS


def test_what_he_weighs() -> None:
    """Ripe 1.2, vote 0.3, holdout 0.2, chance 0.2 against waiting 0.3 and talks 0.4 + 0.3 × 0.5 - 0.15."""
    run, commander = attacker(ripeness=1.0, talks=codes.TALKING, est_win=0.7, est_recognition=0.5)
    options = commander._options(40, codes.P_MASS, False)
    sums = {option: sum(weights.values()) for option, weights in options.items()}
    assert sums == pytest.approx({codes.P_MASS: 0.3, codes.P_ASSAULT: 1.9, codes.P_TALK: 0.4})
    assert best({1: {"a": 0.5}, 2: {"b": 0.5 + HABIT - 0.01}}, habit=1) == 1
    assert best({1: {"a": 0.5}, 2: {"b": 0.5 + HABIT + 0.01}}, habit=1) == 2
    run.state.ripeness[0] = 0.99
    assert commander._options(40, codes.P_MASS, False)[codes.P_ASSAULT]["the decision is not ripe"] == -CERTAIN


@pytest.mark.parametrize(("left", "weight"), [(61, 0.0), (60, 0.0), (30, 0.15), (0, 0.3), (-1, -0.3), (-120, 0.0)])
def test_the_coming_winter_presses_and_winter_itself_holds_back(left: int, weight: float) -> None:
    given = {"attacker.snow_weight": 0.3, "attacker.snow_days": 60.0, "season.winter_onset": "none"}
    _, commander = attacker(given)
    words = commander._options(commander.winter_day - left, codes.P_MASS, False)[codes.P_ASSAULT]
    assert words["winter" if weight < 0 else "before the snow"] == pytest.approx(weight)


@pytest.mark.parametrize(("disagreement", "days"), [(0.2, 4), (0.4, 8), (0.5, 10), (0.7, 14)])
def test_each_tenth_of_disagreement_delays_by_two_days(disagreement: float, days: int) -> None:
    """M51, at the vote at which it is read."""
    run, commander = attacker(fragmentation=disagreement)
    commander.threshold -= 1e-9  # tenths do not add up to the bit
    day = 0
    while run.state.phase[0] != codes.P_ASSAULT and day < 40:
        commander.decide(4 * day)
        day += 1
    assert day - 1 == days
    assert run.state.ripeness[0] == pytest.approx(1.0)


def test_a_decision_ripens_by_the_vote_and_while_the_force_masses() -> None:
    """Each 0.1 of the vote is e to the 0.2; nothing before the massing nor in a truce; the past at the start."""
    for vote, pace in ((0.3, 1.0), (0.4, math.exp(0.2)), (-0.2, math.exp(-1.0))):
        run, commander = attacker(vote=vote)
        commander.decide(80)
        assert run.state.ripeness[0] == pytest.approx(pace / 8)
    soon = {"attacker.massing_days": 8.0}
    for start, truce, day, days in (
        ("2021-09-29", 0, 10, 0.0), ("2021-09-29", 0, 22, 1.0), ("2021-09-29", 1, 22, 0.0),
        ("2021-08-30", 0, 0, 8.0), ("2021-09-02", 0, 0, 5.0),
    ):  # fmt: skip
        run, commander = attacker(soon | {"attacker.assault_start": start}, truce=truce)
        commander.decide(4 * day)
        assert run.state.ripeness[0] == pytest.approx(days / 8)


def test_not_before_the_planned_day() -> None:
    run, commander = attacker({"attacker.assault_start": "2021-09-09"}, ripeness=5.0)
    commander.decide(4 * 9)
    assert run.state.phase[0] == codes.P_MASS
    commander.decide(4 * 10)
    assert run.state.phase[0] == codes.P_ASSAULT


def test_the_second_axis_needs_people_and_an_open_pass() -> None:
    """In the bundled valley, whose second axis comes over a pass."""
    run = model(SMALL | {"attacker.axes_need": 0.5})
    s, commander = run.state, steps_of(run)["attacker_commander"].__self__  # type: ignore[attr-defined]
    crossed = commander.axes.crossings[1]
    assert crossed
    for committed, shut, used in ((0.6, 0, 1), (0.4, 0, 0), (0.5, 0, 1), (0.9, 1, 0)):
        s.committed[0], s.pass_open[:] = committed, 1
        s.pass_open[crossed] = 1 - shut
        before = int(s.axis_open[1])
        commander.axes.choose(commander, 0)
        assert (s.axis_open[0], s.axis_open[1]) == (1, used)
        if before != used:
            assert told(run, commander.role).decision == ("use axis 2" if used else "leave out axis 2")
            assert "force that takes part" in dict(told(run, commander.role).weights)
    assert told(run, commander.role).reason == "its pass is shut"
    s.believed[ATTACKER, commander.axes.sites[1][0]] = ATTACKER
    s.committed[0], s.pass_open[:] = 1.0, 1
    commander.axes.choose(commander, 0)
    assert s.axis_open[1] == 0  # an axis on which he stands is left as it is


def defender(values: Any = None, **seen: float) -> tuple[Standoff, Any]:
    run = model(SYNTHETIC | {"defender.plan_weight": 0.6} | (values or {}))
    s = run.state
    s.est_cohesion[DEFENDER, DEFENDER], s.est_win[DEFENDER] = seen.pop("own", 0.6), seen.pop("odds", 0.5)
    for name, value in seen.items():
        getattr(s, name)[:] = value
    return run, steps_of(run)["defender_commander"].__self__  # type: ignore[attr-defined]


LOST = {"leader": codes.ABROAD, "cache_kg": 0.0, "own": 0.1, "odds": 0.9}
POSTURES: dict[int, tuple[dict[str, Any], dict[str, float]]] = {
    codes.GATE: ({}, {"posture": codes.DISPERSE}),
    codes.YIELD: ({}, {"odds": 0.9, "believed": ATTACKER}),
    codes.DISPERSE: ({}, {"own": 0.1}),
    codes.ACCEPT: ({}, {"truce": 1}),
    codes.DEPART: ({"defender.ties": 0.0}, LOST | {"posture": codes.DISPERSE}),
}


@pytest.mark.parametrize("posture", POSTURES, ids=lambda p: codes.POSTURE_NAMES[p])
def test_every_posture_can_be_reached_and_tells_its_weights(posture: int) -> None:
    run, commander = defender(*POSTURES[posture][:1], **POSTURES[posture][1])
    commander.decide(40)
    assert run.state.posture[0] == posture
    line = told(run, commander.role)
    assert line.decision == codes.POSTURE_NAMES[posture]
    assert sum(weight for _, weight in line.weights) > 0


def test_what_speaks_for_leaving() -> None:
    """Two leaders gone 0.8, worn 2 × 0.5, odds 0.4, stores 0.6, home -0.7, a way out 0.2, if there is one."""
    given = {"defender.leaders_weight": 0.4, "defender.stores_weight": 0.6, "defender.ties": 0.7}
    run, commander = defender(given, **LOST)
    words = commander._leaving(0.1, 0.9)
    assert list(words.values()) == pytest.approx([0.8, 1.0, 0.4, 0.6, -0.7, 0.2])
    run.state.pass_open[:] = 0
    assert commander._leaving(0.1, 0.9)["no way out"] == -CERTAIN
    run.state.leader[:], run.state.cache_kg[:] = codes.PRESENT, 1e6
    words = commander._leaving(0.7, 0.9)
    assert (words["the leaders are gone"], words["the stores are empty"], words["worn out"]) == (0.0, 0.0, 0.0)
