"""What a comparison says of made-up results: outcome classes, both ways, no gain; its tables and files."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from runs_cases import failed, tiny
from test_compare import STRONGER, A, B, compared, days, run

from sim import api
from sim.experiment.ensemble import Ensemble
from sim.experiment.pairs.compare import Comparison
from sim.experiment.pairs.paired import newcombe
from sim.observe.outcome import OUTCOMES
from sim.observe.result import Result
from sim.pipeline import SCHEMA
from sim.report.manifest import read_manifest
from sim.report.pairs.compare_files import rows_csv
from sim.report.pairs.compare_json import compare_json
from sim.report.pairs.compare_map import _numbers
from sim.report.pairs.compare_sentence import sentence
from sim.report.pairs.compare_tables import curves_csv, map_csv, pairs_csv
from sim.report.pairs.compare_text import compare_text
from sim.scenario.events import check_events
from sim.scenario.problems import Problems


def shares(counts: Mapping[str, int], bits: Mapping[str, int] | None = None, **more: Any) -> list[Result]:
    """Runs of which the first come to the one outcome, the next to the other; a bit is set in its first so many."""
    names = [name for name, count in counts.items() for _ in range(count)]
    wanted = dict(bits or {})
    return [run(i, {**more}, name, **{b: i < n for b, n in wanted.items()}) for i, name in enumerate(names)]


def test_every_outcome_class_has_a_paired_difference() -> None:
    """100 pairs, collapsed 1 to 19, the one in both: both 1, more 18, less 0, neither 81."""
    found = compared(
        shares({"collapsed": 1, "contested": 99}), shares({"collapsed": 19, "contested": 80, "defended": 1})
    )
    other = found.alternatives[0]
    d = other.outcomes["collapsed"]
    assert set(other.outcomes) == set(OUTCOMES)
    assert (d.difference, d.low, d.high) == pytest.approx(newcombe(1, 18, 0, 81))
    assert (d.higher, d.lower, d.pairs) == (18, 0, 100)
    assert d.clear and "outcome_collapsed" in other.firm and "outcome_defended" not in other.firm
    told = compare_json(found)["alternatives"][0]["outcomes"]
    assert set(told) == set(OUTCOMES) and told["collapsed"]["firm"]
    assert {"a", "b", "difference", "low", "high", "pairs"} <= told["collapsed"].keys()
    assert next(r for r in found.rows() if r["name"] == "collapsed")["kind"] == "outcome"
    row = next(line for line in compare_text(found).splitlines() if "outcome: collapsed" in line)
    assert row.split()[2:5] == ["1", "19", "+18"]
    assert "the attacker gains: the outcome is 'collapsed' in 18 more of 100 runs" in sentence(found, other)


def test_findings_that_point_both_ways_are_mixed() -> None:
    found = compared(
        shares({"collapsed": 1, "contested": 99}, {"held_to_winter": 0}),
        shares({"collapsed": 19, "contested": 81}, {"held_to_winter": 40}),
    )
    text = sentence(found, found.alternatives[0])
    assert "mixed: for the defender, the defender holds some floor to winter in 40 more" in text
    assert "; for the attacker, the outcome is 'collapsed' in 18 more" in text and "gains" not in text


def test_losses_are_no_gain_when_that_side_has_another_strength() -> None:
    a = [run(i, {"attacker_losses": 90.0 + i % 3}) for i in range(12)]
    b = [run(i, {"attacker_losses": 50.0 + i % 3}) for i in range(12)]
    found = compared(a, b)
    assert "the attacker gains: the attacker loses 40 people fewer" in sentence(found, found.alternatives[0])
    found = compared(a, b, second=STRONGER)
    text = sentence(found, found.alternatives[0])
    assert "gains" not in text and "the attacker loses 40 people fewer" in text and "another number of people" in text
    event = {"date": "2021-09-01", "kind": "volunteers", "side": "attacker", "people": 300}
    joined = api.load_scenario(A)
    joined = replace(joined, events=tuple(check_events([event], "test", SCHEMA.event_kinds, Problems("test"))))
    assert compared(a, b, second=joined).alternatives[0].strength == {"attacker"}


def test_another_first_day_is_no_gain() -> None:
    found = compared(days([2.0] * 8), days([9.0] * 8), second=tiny(**{"run.start": "2021-09-01"}))
    text = sentence(found, found.alternatives[0])
    assert "gains" not in text and "due to their different first days" in text


def test_holding_to_winter_is_no_gain_when_winter_moved() -> None:
    def arm(onset: float, held: int) -> list[Result]:
        return shares({"contested": 40}, {"held_to_winter": held}, winter_onset_day=onset)

    still = compared(arm(70.0, 0), arm(70.0, 30))
    assert "the defender gains: the defender holds some floor to winter" in sentence(still, still.alternatives[0])
    moved = compared(arm(70.0, 0), arm(50.0, 30))
    text = sentence(moved, moved.alternatives[0])
    assert "gains" not in text and "winter comes on another day" in text


def test_what_is_equal_in_all_pairs_is_told_with_its_bound() -> None:
    """None of 30: at most 1 - 0.05^(1/30) = 9.5 in 100."""
    a = [run(i, {"attacker_invalided": float(i)}) for i in range(30)]
    b = [run(i, {"attacker_invalided": i + 20.0 + i % 2}) for i in range(30)]
    found = compared(a, b)
    text = sentence(found, found.alternatives[0])
    assert "losses to fighting can be told" in text and "in none of 30 pairs" in text and "at most 9.5 in 100" in text
    assert "sickness and cold: 20.5 people more" in text and "(0 to 0)" not in text
    whole = compare_text(found, every=True)
    assert "none of 30 pairs (at most 9.5 %)" in whole and "days held: all pairs are equal" in whole


def test_runs_never_taken_are_told_beside_the_days_held() -> None:
    def arm(never: int, day: float) -> list[Result]:
        values = [math.nan if i < never else day + i % 2 for i in range(20)]
        return [
            run(i, {"floor_taken_day": v, "days_floor_held": 20.0 if math.isnan(v) else v})
            for i, v in enumerate(values)
        ]

    found = compared(arm(1, 2.0), arm(4, 9.0))
    text = sentence(found, found.alternatives[0])
    assert "runs in which it was never taken, 1 of 20 in A and 4 in B, count with all 20 days" in text
    whole = compare_text(found)
    assert "days until the main floor was first taken *" in whole and "* A run in which it was never taken" in whole
    none = compared(arm(0, 2.0), arm(0, 9.0))
    assert "never" not in sentence(none, none.alternatives[0])


def test_no_minus_before_zero_anywhere() -> None:
    runs = shares({"contested": 3}, {"floor_taken": 2})
    found = compared(runs, runs, second=A)
    assert "-0.0" not in json.dumps(compare_json(found))
    assert "-0" not in rows_csv(found.rows()).replace("-0.", "")
    assert rows_csv([{"x": -0.0}]) == "x\n0\n"


def test_a_small_difference_of_shares_does_not_look_like_none() -> None:
    """4 and 3 of 300: A 1.3, B 1.0, not 1, 1 and 0."""
    found = compared(shares({"contested": 300}, {"floor_taken": 4}), shares({"contested": 300}, {"floor_taken": 3}))
    row = next(line for line in compare_text(found).splitlines() if "takes the floor for a week" in line)
    assert row.split()[-6:-3] == ["1.3", "1.0", "-0.3"]


def test_failures_say_which_scenario_and_what_is_of_whole_pairs() -> None:
    text = compare_text(compared([*days([1, 2, 3]), failed(3)], [*days([2, 3, 4]), failed(3)]))
    assert "A: 1 failed (first: run 3)" in text and "B: 1 failed (first: run 3)" in text
    assert "of all finished runs" in " ".join(text.split())


def test_tables_of_the_charts() -> None:
    found = compared(days([1, 2]), days([3, 1]))
    assert pairs_csv(found).splitlines() == [
        "replicate,A days_floor_held,B days_floor_held,B minus A", "0,1,3,2", "1,2,1,-1",
    ]  # fmt: skip
    curves = curves_csv(found).splitlines()
    assert curves[:4] == ["day,A,B", "0,100,100", "1,50,50", "2,0,50"] and len(curves) == 21
    head, first, *_ = map_csv(found).splitlines()
    assert head == "district,A,B,B minus A" and first.split(",")[1:] == ["0", "0", "0"]
    third = Comparison.of(*(Ensemble.of(s, days([1, 2])) for s in (A, B, STRONGER)))
    assert pairs_csv(third).splitlines()[0].count(",") == 5  # A once


def test_each_alternative_has_its_own_table(tmp_path: Path) -> None:
    found = Comparison.of(*(Ensemble.of(s, days(v)) for s, v in ((A, [1, 2]), (B, [2, 3]), (STRONGER, [5, 5]))))
    api.write_compare(found, tmp_path)
    heads = [(tmp_path / f).read_text().splitlines()[0] for f in ("differences.csv", "differences-2.csv")]
    assert all(head.startswith("name,a,b,difference,low,high,clear,firm,") for head in heads)
    shown = {row["file"]: row.get("shown", True) for row in read_manifest(tmp_path)["tables"]}
    assert shown.pop("runs.csv") is False and all(shown.values())
    assert set(shown) == {"differences.csv", "differences-2.csv", "curves.csv", "map.csv", "pairs.csv"}


def test_the_map_prints_no_minus_before_zero() -> None:
    class Axes:
        told: list[str]

        def text(self, _: float, __: float, text: str, **___: Any) -> None:
            self.told = text.split("\n")

    axes, terrain = Axes(), SimpleNamespace(districts=[SimpleNamespace(name="there")])
    for value, told in ((-0.003, "0"), (-0.03, "-3"), (0.03, "+3")):
        _numbers(axes, terrain, np.zeros((3, 3), int), np.array([value]), True)  # type: ignore[arg-type]
        assert axes.told == ["there", told]
