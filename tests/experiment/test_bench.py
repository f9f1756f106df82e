"""The benchmark: what counts as politics, its ratios by hand, and the replay of a run's kernel calls."""

from __future__ import annotations

import time
from typing import Any

import pytest
from model_cases import SYNTHETIC, base

from sim import pipeline
from sim.experiment import batch_bench, bench
from sim.experiment.bench import COMMANDERS, LOOP, POLITICS, RECORDING, Bench
from sim.report.speed import bench_text
from sim.scenario import Scenario

KNOWN = {"run.days": 4, "run.seed": 1}


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return base().with_values(SYNTHETIC | KNOWN)


@pytest.fixture(scope="module")
def found(scenario: Scenario) -> Bench:
    return bench.measure(scenario, repeats=2, batch_runs=16)


def test_politics_and_commanders_are_processes_of_the_day() -> None:
    day = [process.name for process in pipeline.DAY]
    assert set(POLITICS) | set(COMMANDERS) <= set(day)
    assert not set(POLITICS) & set(COMMANDERS)
    assert {role.name for role in pipeline.DAY if hasattr(role, "make")} <= {*POLITICS, *COMMANDERS}


def test_the_ratio_is_politics_and_recording_over_the_rest_without_the_loop() -> None:
    spent = {"reports": 2.0, "attacker_commander": 1.0, RECORDING: 1.0, LOOP: 50.0, "contact": 4.0, "supply": 1.0}
    assert bench._ratio(spent, (*POLITICS, *COMMANDERS)) == pytest.approx(4.0 / 5.0)
    assert bench._ratio(spent, POLITICS) == pytest.approx(3.0 / 6.0)


def test_shares_are_medians_and_sum_to_one() -> None:
    shares = bench._shares([{"a": 1.0, "b": 3.0}, {"a": 1.0, "b": 3.0}, {"a": 90.0, "b": 3.0}])
    assert shares == {"b": 0.75, "a": 0.25}
    assert list(shares) == ["b", "a"]


def test_a_bench_has_both_ratios_and_every_process(found: Bench) -> None:
    assert found.ratio_politics > found.ratio_politics_without_commanders > 0.0
    assert set(found.shares) == {process.name for process in pipeline.PROCESSES} | {RECORDING, LOOP}
    assert sum(found.shares.values()) == pytest.approx(1.0)
    assert found.politics == (*POLITICS, RECORDING)


def test_a_replay_of_the_kernels_leaves_the_whole_state_the_same(found: Bench) -> None:
    assert found.replay_is_exact
    assert found.kernel_calls > 0


def test_what_a_role_writes_itself_is_replayed_too(scenario: Scenario) -> None:
    calls, start, end, state = bench._record(scenario)
    copied = {id(arguments[0]) for function, arguments in calls if function.__name__ == "copyto"}
    assert id(state.ripeness) in copied  # a plan of the commander's, no kernel's
    bench._restore(state, start)
    bench._replay(calls)
    assert bench._same(state, end)


def test_processes_left_out_by_the_scenario_stay_out(scenario: Scenario) -> None:
    without = scenario.with_values({pipeline.WITHOUT: ("reports", "cold")})
    found = bench.measure(without, repeats=1, batch_runs=1)
    assert not {"reports", "cold"} & set(found.shares)
    assert found.replay_is_exact


def test_the_text_gives_ratios_first_and_says_what_is_politics(found: Bench) -> None:
    text = bench_text(found)
    assert text.startswith("politics to physics")
    assert f"{found.store_overhead:.1%}" in text
    assert f"{found.parallel_efficiency:.2f}" in text
    for word in ("commanders as physics", "ratio to bare kernels", "left the same state", *POLITICS, *COMMANDERS):
        assert word in text


def test_a_batch_is_set_against_its_own_runs(found: Bench) -> None:
    assert found.batch_runs == 16
    assert found.store_overhead > 0.0
    assert 0.0 < found.parallel_efficiency < 1.5  # a bare loop beside other work is no exact measure
    assert found.batch_milliseconds < 20 * found.milliseconds_per_run


class Dawdling(batch_bench._Here):
    """Takes as long again over every chunk."""

    def submit(self, *args: Any, **kwargs: Any) -> Any:
        before = self.seconds
        done = super().submit(*args, **kwargs)
        time.sleep(self.seconds - before)
        return done


def test_the_overhead_counts_all_that_is_no_run(scenario: Scenario) -> None:
    executor = Dawdling()
    whole = batch_bench._stored(scenario, 12, executor)
    assert whole > 1.9 * executor.seconds
