"""What the runs of a point add up to, against sums by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from runs_cases import failed, made_up, tiny
from scipy import stats

from sim.experiment import points as module
from sim.experiment.points import Point, evaluate, runs_of, table
from sim.experiment.statistics import mean_interval, wilson
from sim.observe.result import Result
from sim.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def held(replicate: int, days: float, outcome: str = "defended") -> Result:
    result = made_up(replicate, outcome)
    assert result.outcome is not None
    quantities = result.outcome.quantities | {"days_floor_held": days}
    return replace(result, outcome=replace(result.outcome, quantities=quantities))


def fill(store: Store, days: int, results: list[Result]) -> Point:
    scenario = tiny(**{"run.days": days})
    with store.writer() as writer:
        writer.add(scenario, results)
    return Point(days, scenario, {}, range(len(results)))


def test_a_point_by_hand(store: Store) -> None:
    nan = math.nan
    point = fill(store, 20, [held(0, 4.0), held(1, 8.0, "contested"), failed(2), held(3, nan, "contested")])
    row = table([point], store).row(0, named=True)
    assert (row["point"], row["runs"], row["failed"]) == (20, 4, 1)
    assert row["outcome_contested"] == 2 / 3
    assert (row["outcome_contested_low"], row["outcome_contested_high"]) == wilson(2, 3)
    assert row["floor_taken"] == 1 / 3  # a made-up bit is set in runs that end defended
    assert (row["floor_taken_low"], row["floor_taken_high"]) == wilson(1, 3)
    assert (row["days_floor_held"], row["days_floor_held_n"]) == (6.0, 2)
    assert row["claim_lead_days"] is None and row["claim_lead_days_n"] == 0
    expected = stats.t.interval(0.95, 1, loc=6.0, scale=stats.sem([4.0, 8.0]))
    assert (row["days_floor_held_low"], row["days_floor_held_high"]) == pytest.approx(expected)


def test_points_without_runs_say_nothing(store: Store) -> None:
    lost = fill(store, 20, [failed(0), failed(1)])
    row = table([lost], store).row(0, named=True)
    assert (row["runs"], row["failed"], row["floor_taken"], row["days_floor_held"]) == (2, 2, None, None)
    absent = Point(1, tiny(**{"run.days": 33}), {}, range(3))
    assert table([absent], store).row(0, named=True)["runs"] == 0
    assert table([], store).height == 0


def test_order_and_batches_change_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    points = [fill(store, days, [held(r, days + r * 0.1) for r in range(4)]) for days in (23, 20, 22, 21)]
    whole = table(points, store)
    assert whole["point"].to_list() == [23, 20, 22, 21]
    monkeypatch.setattr(module, "AT_ONCE", 5)
    assert table(points, store).equals(whole)
    one = table([points[2]], store)
    assert one.row(0) == whole.row(2)
    rows = list(runs_of(points, store))
    assert [len(frame) for frame in rows] == [8, 8]
    assert rows[0]["point"].to_list() == [23] * 4 + [20] * 4
    assert rows[0]["replicate"].to_list() == [0, 1, 2, 3] * 2
    assert not {"made", "seconds", "git"} & set(rows[0].columns)


def test_two_points_may_share_runs(store: Store) -> None:
    point = fill(store, 20, [held(r, float(r)) for r in range(6)])
    parts = [replace(point, number=n, replicates=span) for n, span in enumerate((range(4), range(2, 6)))]
    assert table(parts, store)["days_floor_held"].to_list() == [1.5, 3.5]


def test_evaluate_makes_what_lacks(store: Store) -> None:
    base = tiny()
    points = [Point(n, base, {"run.days": 20 + n}, range(2)) for n in range(2)]
    found = evaluate(points, store=store)
    assert found["runs"].to_list() == [2, 2]
    assert found.equals(table(points, Store(store.folder)))
    assert points[0].scenario.hash != points[1].scenario.hash


@pytest.mark.parametrize("values", [[], [3.0], [1.0, 4.0, 4.0], [2.0, math.nan, 5.0]])
def test_the_interval_of_a_mean_is_students(values: list[float]) -> None:
    mean, low, high, count = mean_interval(np.array(values))
    known = [v for v in values if not math.isnan(v)]
    assert count == len(known)
    if count < 2:
        assert math.isnan(low) and math.isnan(high)
        assert math.isnan(mean) if not known else mean == known[0]
        return
    assert (low, high) == pytest.approx(stats.t.interval(0.95, count - 1, np.mean(known), stats.sem(known)))


def test_runs_that_went_away_are_made_again_or_said(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil

    from sim.experiment.points import ResultsGoneError, whole_table
    from sim.experiment.runs import ensure

    points = [Point(n, tiny(), {"run.days": 20 + n}, range(2)) for n in range(2)]
    expected = evaluate(points, store=store)
    shutil.rmtree(store.folder)
    assert whole_table(points, store).equals(expected)
    monkeypatch.setattr(module, "ensure", lambda *_, **__: shutil.rmtree(store.folder, ignore_errors=True))
    shutil.rmtree(store.folder)
    with pytest.raises(ResultsGoneError, match="gone from the store"):
        whole_table(points, store)
    assert ensure(points, store=store).made == 4


def test_what_a_point_is_stored_under_is_reckoned_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.scenario import Scenario

    point = Point(0, tiny(), {"run.days": 21}, range(2))
    first = point.key
    monkeypatch.setattr(Scenario, "with_values", None)
    assert point.key == first
