"""The defender's leaders, by hand: who stays, who goes, and what their voice and their loss are worth."""

from __future__ import annotations

from typing import Any

import pytest
from model_cases import SYNTHETIC, finished, model, steps_of

from sim import codes
from sim.codes import ABROAD, ATTACKER, DEFENDER, LOST, MILITARY, POLITICAL, PRESENT
from sim.model import Standoff

SILENT: dict[str, Any] = {"leaders.message": 0.0, "leaders.signal": 0.0}
GO: dict[str, Any] = {"leaders.exile_share": 1.0, "leaders.resolve_holds": 1e-6, "leaders.loss_chance": 0.0}
"""Everyone who can go goes."""
STEADY: dict[str, Any] = SILENT | {"leaders.resolve_floor": 0.0, "leaders.resolve_cohesion": 0.0}


def leaders(**values: Any) -> tuple[Standoff, Any]:
    """A model and the day's step of the leaders."""
    run = model(SYNTHETIC | values)
    return run, steps_of(run)["leaders"]


def lose_floor(run: Standoff, share: float = 1.0) -> None:
    run.state.belief_floor[DEFENDER] = share


def own_log(run: Standoff) -> list[Any]:
    return [line for line in run.decisions if line.actor in codes.LEADER_NAMES]


def test_while_the_floor_is_held_both_stay_and_speak() -> None:
    """0.005 a day up to 0.05 for the defender, 0.4 of it for the attacker."""
    run, step = leaders()
    for day, heart in ((0, 0.005), (1, 0.010), *((d, 0.05) for d in range(9, 40))):
        while run.state.heartened[0] < heart - 1e-9:
            step(4 * day)
        assert run.state.heartened[0] == pytest.approx(heart)
        assert run.state.cohesion_base == pytest.approx([0.8 + 0.4 * heart, 0.6 + heart])
    assert (run.state.leader == PRESENT).all()
    assert not own_log(run)


def test_resolve_falls_with_the_floor_and_with_cohesion_and_rises_with_vows() -> None:
    run, step = leaders()
    lose_floor(run, 0.5)
    run.state.est_cohesion[DEFENDER, DEFENDER] = 0.4
    step(0)
    for number, start in ((POLITICAL, 0.95), (MILITARY, 0.85)):
        assert run.state.resolve[number] == pytest.approx(start + 0.1 / 30 * (1 - start) - 0.0015 * 0.5 - 0.003 * 0.2)


def test_nobody_vows_for_a_political_leader_abroad() -> None:
    run, step = leaders()
    run.state.leader[POLITICAL] = ABROAD
    step(0)
    assert run.state.resolve == pytest.approx([0.95, 0.85])
    assert run.state.heartened[0] > 0  # but his messages are heard


@pytest.mark.parametrize(("holds", "gone"), [(0.0, 0.8), (0.5, 0.42)])
def test_the_share_that_ever_goes_is_the_parameter(holds: float, gone: float) -> None:
    """With resolve 0.95 that takes away half: 0.8 × (1 - 0.475) = 0.42. Nine in ten of them in eighteen days."""
    values = SYNTHETIC | STEADY | {"leaders.resolve_holds": holds, "leaders.loss_chance": 0.0}
    soon, ever, tries = 0, 0, 300
    for k in range(tries):
        run = model(values, replicate=k)
        step = steps_of(run)["leaders"]
        lose_floor(run)
        for day in range(60):
            step(4 * day)
            soon += int(day == 17 and run.state.leader[POLITICAL] == ABROAD)
        ever += int(run.state.leader[POLITICAL] == ABROAD)
    assert ever / tries == pytest.approx(gone, abs=0.08)
    assert soon / ever == pytest.approx(0.9, abs=0.06)


def test_below_the_share_that_counts_as_lost_nobody_goes() -> None:
    run, step = leaders(**{"leaders.loss_chance": 0.0})
    lose_floor(run, 0.69)
    for day in range(200):
        step(4 * day)
    assert (run.state.leader == PRESENT).all()


def test_without_a_way_out_only_the_air_is_left() -> None:
    for by_air, where in ((0.0, PRESENT), (1.0, ABROAD)):
        run, step = leaders(**GO | {"leaders.by_air": by_air})
        lose_floor(run)
        run.state.believed[DEFENDER][run.run.world.tables.pass_sites] = ATTACKER
        for day in range(200):
            step(4 * day)
        assert (run.state.leader == where).all()
    assert own_log(run)[0].reason.endswith("by air")


def test_snow_shuts_the_way_and_one_open_pass_is_enough() -> None:
    run, step = leaders(**GO | {"leaders.by_air": 0.0})
    lose_floor(run)
    run.state.pass_open[:, 1] = 0
    for day in range(100):
        step(4 * day)
    assert (run.state.leader == PRESENT).all()
    run.state.pass_open[-1, 1] = 1
    for day in range(100, 300):
        step(4 * day)
    assert (run.state.leader == ABROAD).all()


def test_whoever_leaves_is_logged_once_with_the_reason_and_the_weights() -> None:
    run, step = leaders(**GO)
    lose_floor(run, 0.9)
    for day in range(300):
        step(4 * day)
    assert sorted(line.actor for line in own_log(run)) == ["military leader", "political leader"]
    for line in own_log(run):
        assert line.decision == "goes abroad"
        assert "90%" in line.reason
        assert dict(line.weights)["main floor believed lost"] == 0.9
        assert dict(line.weights)["resolve"] < 0


def test_loss_needs_danger_and_comes_at_its_rate() -> None:
    run, step = leaders(**{"leaders.loss_chance": 0.1})
    lost, days = 0, 1500
    for day in range(days):
        step(4 * day)
        assert (run.state.leader == PRESENT).all()
    run.state.phase[0] = codes.P_SWEEP
    for day in range(days):
        step(4 * day)
        lost += int(run.state.leader[MILITARY] == LOST)
        run.state.leader[:] = PRESENT
    assert lost / days == pytest.approx(0.1, abs=0.025)
    assert own_log(run)[0].decision == "lost to the defence"


def test_the_lost_say_and_decide_nothing_any_more() -> None:
    run, step = leaders()
    run.state.leader[:], run.state.heartened[0] = LOST, 0.007
    lose_floor(run)
    for heart in (0.002, 0.0, 0.0):
        step(0)
        assert run.state.heartened[0] == pytest.approx(heart)
    assert run.state.resolve == pytest.approx([0.95, 0.85])


@pytest.mark.parametrize(
    ("effect", "where", "base"),
    [
        ("weakens", (LOST, LOST), 0.6 * 0.7),
        ("weakens", (LOST, PRESENT), 0.6 * (1 - 0.3 * 0.4)),
        ("weakens", (PRESENT, LOST), 0.6 * (1 - 0.3 * 0.6)),
        ("weakens", (ABROAD, ABROAD), 0.6 * 0.85),
        ("none", (LOST, ABROAD), 0.6),
        ("rallies", (LOST, LOST), 0.6 * 1.3),
        ("rallies", (ABROAD, ABROAD), 0.6),
    ],
)
def test_what_a_loss_does_is_a_switch(effect: str, where: tuple[int, int], base: float) -> None:
    run, step = leaders(**SILENT | {"leaders.loss_effect": effect})
    run.state.leader[:] = where
    step(0)
    assert run.state.cohesion_base == pytest.approx([0.8, base])


def test_quality_multiplies_and_the_base_stays_within_its_range() -> None:
    run, step = leaders(**SILENT | {"leaders.quality": 0.85})
    step(0)
    assert run.state.cohesion_base[DEFENDER] == pytest.approx(0.6 * 0.85)
    run, step = leaders(**{"defender.cohesion": 1.0, "leaders.loss_effect": "rallies"})
    run.state.leader[:] = LOST
    step(0)
    assert run.state.cohesion_base[DEFENDER] == 1.0


def test_left_out_the_base_stays_as_it_was_set() -> None:
    run = finished(SYNTHETIC | {"run.without": ("leaders",)})
    assert run.state.cohesion_base == pytest.approx([0.8, 0.6])
    assert (run.state.leader == PRESENT).all()
