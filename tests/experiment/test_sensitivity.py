"""Indices of functions that are known, luck and failures; and a small real analysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from runs_cases import tiny
from sensitivity_cases import NAME, answer, column, g_function, g_indices, ishigami, measure, problem

from sim.errors import InputError
from sim.experiment.sensitivity import luck, morris, sobol, warnings
from sim.experiment.sensitivity.analysis import analyse, leading, plan
from sim.experiment.sensitivity.morris import Morris
from sim.experiment.sensitivity.runs import Measured
from sim.experiment.sensitivity.sobol import Sobol
from sim.params import Value
from sim.requests.sensitivities import sensitivity, sensitivity_plan

Array = NDArray[np.float64]
SQUARE = [(0.0, 2.0), (1.0, 5.0), (0.0, 1.0)]


def linear(x: Array, _: Array) -> Array:
    """3 a - 2 b, and nothing of c."""
    return column(3 * x[:, 0] - 2 * x[:, 1])


def stirred(x: Array, luck: Array) -> Array:
    """Only the first number has an effect, 6 over its range; any change stirs the luck of every run."""
    draws = np.random.default_rng(3).normal(size=(len(x), luck.shape[1]))
    return 3 * x[:, :1] + draws


# --- known indices


def test_ishigami() -> None:
    found = answer(ishigami, problem([(-np.pi, np.pi)] * 3), method="sobol", samples=1024).last.indices[NAME]
    assert isinstance(found, Sobol)
    assert found.s1 == pytest.approx([0.3139, 0.4424, 0.0], abs=0.03)
    assert found.st == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.03)
    assert (np.abs(found.s1 - [0.3139, 0.4424, 0.0]) <= found.s1_conf).all()


def test_sobol_g() -> None:
    found = answer(g_function, problem([(0, 1)] * 4), method="sobol", samples=1024).last.indices[NAME]
    assert isinstance(found, Sobol)
    s1, st = g_indices()
    assert s1[:2] == pytest.approx([0.7165, 0.1791], abs=1e-3)
    assert found.s1 == pytest.approx(s1, abs=0.03)
    assert found.st == pytest.approx(st, abs=0.03)


def test_a_linear_function_gives_coefficient_times_range_and_no_sigma() -> None:
    found = answer(linear, problem(SQUARE), runs=3).last.indices[NAME]
    assert isinstance(found, Morris)
    assert found.mu == pytest.approx([6, -8, 0])
    assert found.mu_star == pytest.approx([6, 8, 0])
    assert found.sigma == pytest.approx([0, 0, 0], abs=1e-12)
    assert found.mu_star[2] == 0 and found.nothing.tolist() == [False, False, True]


@pytest.mark.parametrize("ends", [(0, 1), (0, 2), (3, 10)])
def test_whole_numbers_count_the_step_that_was_made(ends: tuple[int, int]) -> None:
    found = answer(linear, problem([ends, ends], "int"), trajectories=6).last.indices[NAME]
    assert isinstance(found, Morris)
    width = ends[1] - ends[0]
    assert found.mu == pytest.approx([3 * width, -2 * width])
    assert found.sigma == pytest.approx([0, 0], abs=1e-12)


def test_interplay_shows_in_sigma() -> None:
    """x y on the unit square: the effect of x is y, which is 0, 1/3, 2/3 or 1; the mean over many is 1/2."""
    found = answer(lambda x, _: column(x[:, 0] * x[:, 1]), problem([(0, 1)] * 2), trajectories=400).last.indices[NAME]
    assert isinstance(found, Morris)
    assert found.mu == pytest.approx([0.5, 0.5], abs=0.06)
    assert found.sigma == pytest.approx([np.std([0, 1 / 3, 2 / 3, 1])] * 2, abs=0.05)


# --- the step that was made


def test_the_effect_of_a_step_is_what_was_observed() -> None:
    """1 above the middle of the first number, else 0: a step of two thirds always crosses it, and makes 1, not 1.5."""
    jump = problem([(0, 1), (0, 1), (0, 2)])
    found = answer(lambda x, _: column((x[:, 0] > 0.5) + 0.3 * x[:, 1]), jump, runs=2).last.indices[NAME]
    assert isinstance(found, Morris)
    assert found.mu_star[:2] == pytest.approx([1.5, 0.3])
    assert found.effect == pytest.approx([1.0, 0.2, 0.0])
    assert found.step == pytest.approx([2 / 3] * 3)
    assert found.effect_conf == pytest.approx([0, 0, 0], abs=1e-9)
    assert found.effect_sigma == pytest.approx([0, 0, 0], abs=1e-9)
    whole = answer(linear, problem([(0, 1), (3, 10)], "int"), trajectories=6).last.indices[NAME]
    assert isinstance(whole, Morris)
    assert whole.step[0] == 1 and whole.effect[0] == pytest.approx(3)
    assert whole.effect[1] == pytest.approx(2 * 7 * whole.step[1])


def test_luck_of_a_step_is_two_thirds_of_that_of_the_range() -> None:
    found = answer(stirred, problem([(0, 2), (0, 1), (0, 1)]), runs=5).last.indices[NAME]
    assert isinstance(found, Morris)
    assert found.effect_noise == pytest.approx(2 / 3 * found.noise)
    assert found.effect_conf == pytest.approx(2 / 3 * found.mu_star_conf, rel=0.2)
    assert found.effect_sigma == pytest.approx(2 / 3 * found.sigma)


# --- luck


def test_luck_that_is_shared_leaves_exactly_nothing() -> None:
    def lucky(x: Array, luck: Array) -> Array:
        return 3 * x[:, :1] + luck

    for method in ("morris", "sobol"):
        found = answer(lucky, problem(SQUARE), runs=4, method=method).last.indices[NAME]
        assert found.measure[1:] == pytest.approx([0, 0], abs=1e-12)
        assert found.nothing.tolist() == [False, True, True]
        assert found.above_luck.tolist() == [True, False, False]


@pytest.mark.parametrize("method", ["morris", "sobol"])
def test_luck_that_is_stirred_is_told_from_an_effect(method: str) -> None:
    found = answer(stirred, problem([(0, 2), (0, 1), (0, 1)]), runs=5, method=method).last.indices[NAME]
    assert (found.measure[1:] > 0).all()
    assert found.above_luck.tolist() == [True, False, False]


def test_stirred_luck_has_the_size_that_is_said() -> None:
    """A difference of means of 5 normals: sd sqrt(2/5), mean size 0.50; as effect of the whole range times 3/2."""
    found = answer(stirred, problem([(0, 2), *[(0, 1)] * 40]), runs=5, trajectories=20).last.indices[NAME]
    assert isinstance(found, Morris)
    assert found.noise[1:].mean() == pytest.approx(1.5 * np.sqrt(2 / np.pi * 2 / 5), rel=0.1)
    assert found.mu_star[1:].mean() == pytest.approx(found.noise[1:].mean(), rel=0.1)
    assert found.above_luck[1:].sum() <= 4


def test_luck_of_a_point_is_a_part_of_the_variance() -> None:
    """Variance of 3x on 0 to 2 is 3; that of a mean of 5 normals 1/5, so luck is 0.2 of 3.2."""
    found = answer(stirred, problem([(0, 2), (0, 1)]), runs=5, method="sobol", samples=512).last.indices[NAME]
    assert isinstance(found, Sobol)
    assert found.luck == pytest.approx(0.2 / 3.2, abs=0.015)
    assert found.s1[0] + found.luck == pytest.approx(1, abs=found.s1_conf[0])
    assert found.noise[1] == pytest.approx(found.st[1], abs=0.01)


def test_signs_by_hand() -> None:
    """One block of two runs, differences 1 and 3: the mean is 2 or 1 in size, so the 95 % level is 2."""
    effects = np.array([[[1.0, 3.0]]])
    assert luck.by_chance(effects, 1, seed=1) == pytest.approx([2.0])
    assert luck.direction_by_chance(effects, seed=1) == pytest.approx([2.0])
    assert luck.direction_by_chance(effects, seed=1, allowed=0.6) == pytest.approx([1.0])  # above it in half the cases
    assert [luck.risk(count) for count in (3, 20, 400)] == [0.05, 0.05, 0.0025]
    assert luck.by_chance(effects, 2, seed=1) == pytest.approx([4.0])
    assert luck.usual(effects, 2) == pytest.approx([1.0])  # s^2 / n = 2 / 2
    assert not luck.above(np.array([2.0]), np.array([2.0])).any()


def test_in_top_by_hand() -> None:
    resampled = np.array([[3.0, 2.0, 1.0, 0.0], [1.0, 2.0, 3.0, 0.0], [3.0, 1.0, 1.0, 0.0], [0.0, 0.0, 1.0, 0.0]])
    shares = luck.in_top(resampled, np.array([3.0, 2.0, 1.0, 0.0]), 2)
    assert shares == pytest.approx([0.5, 0.75, 0.5, 0.0])


def test_one_run_a_point_shows_steady_effects_only() -> None:
    found = answer(linear, problem(SQUARE), runs=1)
    assert found.last.indices[NAME].above_luck.tolist() == [True, True, False]
    assert any("hardly tells an effect from luck" in line for line in found.last.warnings)
    both_ways = answer(lambda x, _: column(3 * (x[:, 0] - 0.5) * (x[:, 1] - 0.5)), problem([(0, 1)] * 2), runs=1)
    assert not both_ways.last.indices[NAME].above_luck.any()


def test_a_long_list_lets_about_one_pass_by_chance() -> None:
    """100 numbers that only stir, on five samples: about five of five hundred pass, not twenty-five."""
    passed = 0
    for seed in range(5):
        rng = np.random.default_rng(seed)

        def noise(x: Array, luck: Array, rng: np.random.Generator = rng) -> Array:
            return rng.normal(size=(len(x), luck.shape[1]))

        passed += int(answer(noise, problem([(0, 1)] * 100), runs=3, seed=seed).last.indices[NAME].above_luck.sum())
    assert passed <= 14  # a Poisson number of mean 5 is larger once in 5,000


# --- what cannot be analysed


def test_a_constant_outcome_has_no_indices() -> None:
    for method in ("morris", "sobol"):
        found = answer(lambda x, _: column(np.full(len(x), 4.0)), problem(SQUARE), method=method)
        assert found.last.constant == (NAME,) and not found.last.indices
        assert found.frame().is_empty()


def test_an_outcome_that_some_runs_do_not_have_is_left_out() -> None:
    whole = measure(linear, 4)

    def with_another(values: Sequence[Mapping[str, Value]], block: int) -> Measured:
        found = whole(values, block)
        partly = found.outcomes[NAME].copy()
        partly[3, 1] = np.nan  # a run that came to its end without it
        both = {NAME: found.outcomes[NAME], "claim_lead_days": partly}
        return replace(found, outcomes=both, base={**found.base, "claim_lead_days": found.base[NAME]})

    found = analyse(plan(tiny(), problem(SQUARE), replicates=4), with_another).last
    assert found.partial == ("claim_lead_days",) and list(found.indices) == [NAME]
    assert found.indices[NAME].measure == pytest.approx([6, 8, 0])  # that run did not fail
    assert not any("failed" in line for line in found.warnings)


def test_failed_points_take_their_neighbour() -> None:
    nan = np.nan
    runs = np.array([[[1.0], [nan], [4.0]], [[nan], [nan], [4.0]], [[nan], [nan], [nan]]])
    assert morris.filled(runs, 9.0)[:, :, 0].tolist() == [[1, 1, 4], [4, 4, 4], [9, 9, 9]]
    row = np.array([[[nan], [3.0], [nan], [5.0]]])
    assert sobol.filled(row, 2.0)[:, :, 0].tolist() == [[2, 3, 2, 5]]


def test_many_failed_points_warn_and_too_many_give_nothing() -> None:
    wide = problem([(0, 1)] * 3)
    some = answer(linear, wide, runs=2, method="sobol", fails=lambda x: x[:, 2] > 0.9)
    assert 0.05 < some.last.refused / len(some.last.points) < 0.2
    assert NAME in some.last.indices
    assert any("count as without effect" in line for line in some.last.warnings)
    many = answer(linear, wide, runs=2, method="sobol", fails=lambda x: x[:, 2] > 0.6)
    assert not many.last.indices
    assert any("too many" in line for line in many.last.warnings)
    few = answer(linear, wide, runs=2, method="sobol", fails=lambda x: x[:, 2] > 0.98)
    assert not any("failed" in line for line in few.last.warnings)
    assert few.last.trouble[2] > few.last.trouble[0]


# --- determinism, ranking, warnings


def test_the_same_seed_gives_the_same_frame() -> None:
    asked = problem([(0, 2), (0, 1), (0, 1)])
    for method in ("morris", "sobol"):
        first, again = (answer(stirred, asked, runs=3, method=method, seed=0) for _ in range(2))
        assert first.frame().equals(again.frame())
        assert first.design().equals(again.design())
        other = answer(stirred, asked, runs=3, method=method, seed=1)
        assert not first.design().equals(other.design())


def test_a_screening_chooses_the_numbers_of_the_sobol_design() -> None:
    def four(x: Array, _: Array) -> Array:
        return column(x @ np.array([0.0, 5.0, 1.0, 3.0] if x.shape[1] == 4 else [5.0, 3.0]))

    found = answer(four, problem([(0, 1)] * 4), runs=2, method="sobol", screens=True, top=2)
    assert [stage.method for stage in found.stages] == ["morris", "sobol"]
    assert [factor.key for factor in found.last.problem.factors] == ["x2", "x4"]
    assert leading(found.stages[0], [NAME], 9) == ["x2", "x4", "x3"]  # x1 does nothing
    assert found.runs == 10 * 5 * 2 + 64 * 4 * 2
    indices = found.last.indices[NAME]
    assert isinstance(indices, Sobol)
    assert indices.s1 == pytest.approx([25 / 34, 9 / 34], abs=0.08)


def test_a_small_sample_of_close_numbers_is_not_settled_and_a_clear_one_is() -> None:
    def close(x: Array, luck: Array) -> Array:
        return column(np.prod(1 + x, axis=1)) + np.random.default_rng(3).normal(size=(len(x), luck.shape[1]))

    def clear(x: Array, _: Array) -> Array:
        return column(x @ np.array([9.0, 8, 7, 6, 5, 1, 1, 1]))

    eight = problem([(0, 1)] * 8)
    small = answer(close, eight, runs=2, trajectories=4).last.warnings
    assert any("few" in line for line in small)
    assert any("ranking among the first 5 is not settled" in line for line in small)
    assert answer(clear, eight, runs=2, trajectories=20).last.warnings == ()


def test_no_warning_of_salib_comes_through() -> None:
    import warnings as standard

    def rare(x: Array, _: Array) -> Array:
        return column((np.arange(len(x)) == 4).astype(float))  # resamples without this row are constant

    with standard.catch_warnings():
        standard.simplefilter("error")
        found = answer(rare, problem([(0, 1)] * 2), runs=2, method="sobol", samples=4).last
    assert any("only 2 runs differ" in line for line in found.warnings)


def test_indices_that_cannot_be_are_told() -> None:
    found = answer(ishigami, problem([(-np.pi, np.pi)] * 3), runs=2, method="sobol", samples=256).last.indices[NAME]
    assert isinstance(found, Sobol)
    odd = replace(found, s1=np.array([0.2, 0.9, 0.0]), st=np.array([1.3, 0.5, 0.04]), s1_conf=np.array([np.nan, 0, 0]))
    told = warnings.of_the_outcome(NAME, odd, ["a", "b", "c"], 500)
    assert any("indices of a, b cannot be" in line for line in told)
    assert any("indices of a are uncertain" in line or "indices of a," in line for line in told)
    assert warnings.uncertain(odd, 0) and not warnings.uncertain(replace(odd, st_conf=np.full(3, 0.05)), 1)


def test_sobol_warnings() -> None:
    three = problem([(-np.pi, np.pi)] * 3)
    small = " ".join(answer(ishigami, three, runs=2, method="sobol", samples=20).last.warnings)
    assert "few" in small and "power of two" in small and "uncertain by up to" in small
    assert answer(ishigami, three, runs=2, method="sobol", samples=1024).last.warnings == ()
    found = answer(ishigami, three, runs=2, method="sobol", samples=256).last.indices[NAME]
    assert isinstance(found, Sobol)
    odd = replace(found, s1=np.array([0.9, 0.9, -0.5]), s1_conf=np.full(3, 0.05), luck=0.7, rare=3)
    told = " ".join(warnings.of_the_outcome(NAME, odd, ["a", "b", "c"], 500))
    assert "S1 of c is below 0" in told and "add up to 1.30" in told
    assert "70 % of the variance" in told and "only 3 runs differ" in told


# --- the real thing


def test_a_small_real_analysis() -> None:
    keys = ("attacker.fighters", "defender.fighters", "defender.food_days", "combat.attack_rate")
    made = sensitivity_plan(tiny(), only=keys, trajectories=2, replicates=2, outcomes=["attacker_losses", "defended"])
    assert made.outcomes == ("attacker_losses", "outcome_defended")
    assert made.runs == (2 * (len(keys) + 1) + 1) * 2
    found = sensitivity(made, store=False)
    frame = found.frame()
    assert (found.runs, found.failed) == (made.runs, 0)
    losses = frame.filter(frame["outcome"] == "attacker_losses")
    assert len(losses) == len(keys) and losses["mu_star"].is_sorted(descending=True)
    assert losses["mu_star"][0] > 0
    assert set(found.ranges()["key"]) == set(keys)
    assert not any(np.isnan(indices.mu_star).any() for indices in found.last.indices.values())  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"method": "sobl"}, "Did you mean 'sobol'"),
        ({"trajectories": 1}, "--trajectories 1: from 2"),
        ({"samples": 0}, "--samples 0"),
        ({"replicates": 0}, "-n 0"),
        ({"outcomes": ["days_floor_hold"]}, "Did you mean 'days_floor_held'"),
    ],
)
def test_a_wrong_plan_is_refused(wrong: dict[str, object], why: str) -> None:
    with pytest.raises(InputError, match=why):
        plan(tiny(), problem(SQUARE), **wrong)  # type: ignore[arg-type]
