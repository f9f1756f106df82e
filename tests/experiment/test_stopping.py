"""Runs until an interval is tight: in batches, never beyond the most, and honest about its level."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from runs_cases import tiny

from sim.experiment.points import Point
from sim.experiment.statistics import wilson
from sim.experiment.sweeps.spec import Until
from sim.experiment.sweeps.stopping import until_tight


def points(count: int = 1, first: int = 0) -> list[Point]:
    return [Point(n, tiny(), {}, range(first, first + 2000)) for n in range(count)]


class Coin:
    """Evaluates points whose runs come out by a coin of each."""

    def __init__(self, shares: Sequence[float], seed: int = 0) -> None:
        draws = np.random.default_rng(seed)
        self.runs = [draws.random(4000) < share for share in shares]
        self.asked: list[list[int]] = []

    def __call__(self, some: Sequence[Point]) -> pl.DataFrame:
        self.asked.append([len(point.replicates) for point in some])
        rows = []
        for point in some:
            hits = int(self.runs[point.number][list(point.replicates)].sum())
            low, high = wilson(hits, len(point.replicates))
            rows.append((point.number, len(point.replicates), hits / len(point.replicates), low, high))
        return pl.DataFrame(
            rows, schema=["point", "runs", "floor_taken", "floor_taken_low", "floor_taken_high"], orient="row"
        )


def test_only_wide_points_get_more() -> None:
    coin = Coin([0.0, 0.5])
    ended, table = until_tight(points(2), Until("floor_taken", 0.08), coin)
    counts = [len(point.replicates) for point in ended]
    assert counts[0] == 50
    assert table["runs"].to_list() == counts
    assert counts[1] % 50 == 0
    assert coin.asked[0] == [50, 50] and coin.asked[1] == [100]
    low, high = table["floor_taken_low"][1], table["floor_taken_high"][1]
    assert (high - low) / 2 <= 0.08
    assert len(coin.asked) == counts[1] // 50


def test_the_most_is_the_end_and_blocks_keep_their_start() -> None:
    ended, table = until_tight(points(1, first=300), Until("floor_taken", 0.001, at_most=120), Coin([0.5]))
    assert ended[0].replicates == range(300, 420)
    assert table["runs"].to_list() == [120]


def test_a_point_that_tells_nothing_stops_and_one_that_tells_too_little_goes_on() -> None:
    def told(value: float | None):  # type: ignore[no-untyped-def]
        names = ("floor_taken", "floor_taken_low", "floor_taken_high")
        return lambda some: pl.DataFrame(
            [(value, None, None)] * len(some), schema=dict.fromkeys(names, pl.Float64), orient="row"
        )

    ended, _ = until_tight(points(1), Until("floor_taken", 0.1, at_most=150), told(None))
    assert len(ended[0].replicates) == 50
    ended, _ = until_tight(points(1), Until("floor_taken", 0.1, at_most=150), told(0.5))
    assert len(ended[0].replicates) == 150


def test_the_interval_keeps_its_level_though_it_decides_when_to_stop() -> None:
    held = 0
    for seed in range(200):
        share = 0.3
        _, table = until_tight(points(1), Until("floor_taken", 0.07), Coin([share], seed))
        held += table["floor_taken_low"][0] <= share <= table["floor_taken_high"][0]
    assert 0.92 <= held / 200 <= 0.98
