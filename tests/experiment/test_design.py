"""Designs: every slice hit once, the same sample again, crossing counts, order, and whose luck is whose."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from sweep_cases import factor, setup

from sim.errors import InputError
from sim.experiment.sweeps.design import Plan, draw, points
from sim.experiment.sweeps.spec import SweepSpec, Until

TRUST = factor("talks.trust", {"from": 0, "to": 1, "steps": 3})
CAPACITY = factor("support.capacity", {"from": 0, "to": 50, "steps": 6})
POSTURE = factor("defender.posture", ["gate", "yield"])
WIDTH = factor("terrain.width", [500, 900])
FIGHTERS = factor("attacker.fighters", {"from": 1000, "to": 9000})
SHARE = factor("talks.trust", {"from": 0, "to": 1})


def plan(*names: str, **more: Any) -> Plan:
    return Plan(SweepSpec(names or ("calm",), **more), [setup(name) for name in names or ("calm",)])


def test_a_latin_hypercube_hits_each_slice_once() -> None:
    sample = draw("lhs", 3, 20, 5)
    for column in sample.T:
        assert sorted((column * 20).astype(int)) == list(range(20))


def test_a_sobol_sequence_is_balanced_and_comes_again() -> None:
    sample = draw("sobol", 2, 64, 5)
    cells = np.unique((sample * 8).astype(int), axis=0, return_counts=True)
    assert len(cells[0]) == 64 and set(cells[1]) == {1}  # one point in each of 8 x 8 boxes
    assert np.array_equal(sample, draw("sobol", 2, 64, 5))
    assert not np.array_equal(sample, draw("sobol", 2, 64, 6))


def test_a_grid_crosses_everything_the_last_factor_fastest() -> None:
    made = plan(uncertainties=(TRUST,), levers=(CAPACITY, POSTURE))
    assert len(made) == 3 * 6 * 2 == len(list(made))
    first = [point.values for point in made][:3]
    assert first == [
        {"talks.trust": 0.0, "support.capacity": 0.0, "defender.posture": "gate"},
        {"talks.trust": 0.0, "support.capacity": 0.0, "defender.posture": "yield"},
        {"talks.trust": 0.0, "support.capacity": 10.0, "defender.posture": "gate"},
    ]
    assert [point.number for point in made] == list(range(36))


def test_every_policy_meets_every_sample() -> None:
    made = plan("calm", "storm", uncertainties=(FIGHTERS, SHARE), levers=(POSTURE,), design="lhs", samples=10)
    found = list(made)
    assert len(found) == 10 * 2 * 2
    by_policy: dict[int, list[tuple[Any, ...]]] = {}
    for point in found:
        sample = (point.sample, point.values["attacker.fighters"], point.values["talks.trust"])
        by_policy.setdefault(point.policy, []).append(sample)
    assert len(by_policy) == 4
    assert all(samples == by_policy[0] for samples in by_policy.values())
    assert [point.values["scenario"] for point in found[:4]] == ["calm", "calm", "storm", "storm"]


def test_numbers_lead_back_to_points() -> None:
    made = plan("calm", "storm", uncertainties=(TRUST, WIDTH), levers=(POSTURE,))
    for point in made:
        assert made.number(point.sample, point.policy) == point.number
        assert made.point(point.number) == point


@pytest.mark.parametrize("as_lever", [True, False])
def test_points_of_a_terrain_are_next_to_each_other(as_lever: bool) -> None:
    factors = ((CAPACITY, WIDTH, TRUST), ()) if not as_lever else ((CAPACITY,), (TRUST, WIDTH))
    found = [point.values["terrain.width"] for point in plan(uncertainties=factors[0], levers=factors[1])]
    changes = sum(a != b for a, b in pairwise(found))
    assert (len(found), changes) == (36, 1)


def test_scenarios_of_one_terrain_take_turns_and_others_wait() -> None:
    spec = SweepSpec(("calm", "storm", "wide"), uncertainties=(TRUST,))
    made = Plan(spec, [setup("calm"), setup("storm"), setup("wide", terrain__width=3000.0)])
    assert [point.values["scenario"] for point in made] == ["calm", "storm"] * 3 + ["wide"] * 3


def test_paired_points_share_all_luck() -> None:
    assert {point.replicates for point in plan(uncertainties=(TRUST,), levers=(POSTURE,), replicates=30)} == {range(30)}


def test_fresh_samples_have_their_own_luck_which_policies_share() -> None:
    made = plan(uncertainties=(TRUST,), levers=(POSTURE,), replicates=30, draws="fresh")
    found = {(point.sample, point.policy): point.replicates for point in made}
    assert found == {(s, p): range(30 * s, 30 * s + 30) for s in range(3) for p in range(2)}


def test_runs_until_tight_leave_room_for_the_most() -> None:
    until = Until("floor_taken", 0.05, at_most=400)
    made = plan(uncertainties=(TRUST,), draws="fresh", until=until)
    assert [point.replicates for point in made] == [range(0, 400), range(400, 800), range(800, 1200)]


def test_constants_and_seed_hold_everywhere() -> None:
    made = plan(uncertainties=(TRUST,), constants={"attacker.fighters": 500}, seed=99)
    for point in made:
        assert (point.scenario["attacker.fighters"], point.scenario["run.seed"]) == (500, 99)
        assert point.scenario["talks.trust"] == point.values["talks.trust"]
    assert plan(uncertainties=(TRUST,)).point(0).base["run.seed"] == 7


def test_several_scenarios_get_one_seed() -> None:
    spec = SweepSpec(("calm", "storm"))
    made = Plan(spec, [setup("calm"), setup("storm", run__seed=8)])
    assert [point.base["run.seed"] for point in made] == [7, 7]


def test_a_node_is_the_point_of_the_full_grid() -> None:
    made = plan(uncertainties=(TRUST,), levers=(CAPACITY,))
    point = made.at_node((2, 3))
    assert point.values == {"talks.trust": 1.0, "support.capacity": 30.0}
    assert point == made.point(point.number)


def test_trials_hold_every_site() -> None:
    site = factor("defender.site", ["none", "north", "south"])
    found = plan("calm", "storm", uncertainties=(TRUST,), levers=(site,)).trials()
    assert {(point.base.name, point.values["defender.site"]) for point in found} >= {
        ("calm", None), ("calm", "north"), ("calm", "south"),
    }  # fmt: skip
    assert {point.base.name for point in found} == {"calm", "storm"}
    assert len(found) == 4


def test_extremes_are_tried_before_anything_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = SweepSpec(("calm",), uncertainties=(FIGHTERS,), design="lhs", samples=4)
    tried = []
    kind = type(setup())
    real = kind.with_values

    def spy(self: Any, values: Any, source: str = "what-if", grade: str = "assumed") -> Any:
        tried.append(values.get("attacker.fighters"))
        if values.get("attacker.fighters") == 9000:
            raise InputError("sweep: too many for the valley")
        return real(self, values, source, grade)

    monkeypatch.setattr(kind, "with_values", spy)
    with pytest.raises(InputError, match=r"calm with attacker.fighters = 9000: sweep: too many for the valley"):
        points(spec, [setup("calm")])
    assert tried == [None, 1000, 9000]


def test_a_hundred_thousand_points_come_at_once() -> None:
    wide = factor("attacker.fighters", {"from": 0, "to": 99999, "steps": 50000})
    made = plan(uncertainties=(wide,), levers=(POSTURE,))
    assert len(made) == 100_000
    assert made.point(99_999).values == {"attacker.fighters": 99999, "defender.posture": "yield"}
