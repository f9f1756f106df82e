"""Comparisons of made-up results worked out by hand, and a real small one."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from runs_cases import failed, made_up, tiny

from sim import api
from sim.errors import InputError
from sim.experiment.ensemble import Ensemble
from sim.experiment.pairs.compare import Alternative, Comparison
from sim.observe.outcome import BITS, OUTCOMES, QUANTITIES
from sim.observe.result import Result
from sim.report.manifest import read_manifest
from sim.report.pairs.compare_files import runs_csv
from sim.report.pairs.compare_json import compare_json
from sim.report.pairs.compare_sentence import clause, finding, headline, sentence
from sim.report.pairs.compare_text import compare_text
from sim.report.pairs.compare_words import decimals, interval

A, B = tiny(), tiny(**{"supply.capture_men": 7})
STRONGER = tiny(**{"attacker.fighters": 800})


def run(number: int, quantities: Mapping[str, float] | None = None, outcome: str = "contested", **bits: bool) -> Result:
    """A made-up run in which every quantity is 0 but for those given, and no bit is set but for those given."""
    result = made_up(number, outcome)
    assert result.outcome is not None
    numbers = dict.fromkeys(QUANTITIES, 0.0) | dict(quantities or {})
    return replace(result, outcome=replace(result.outcome, quantities=numbers, bits=dict.fromkeys(BITS, False) | bits))


def days(values: Sequence[float], **more: Any) -> list[Result]:
    return [run(i, {"days_floor_held": value}, **more) for i, value in enumerate(values)]


def compared(a: list[Result], b: list[Result], second: Any = B) -> Comparison:
    return Comparison.of(Ensemble.of(A, a), Ensemble.of(second, b))


def against(a: list[Result], b: list[Result]) -> Alternative:
    return compared(a, b).alternatives[0]


def test_differences_are_alternative_minus_baseline() -> None:
    """10, 12, 14 against 13, 15, 20: 3, 3, 6, mean 4, sd sqrt 3, half 4.30265 * sqrt 3 / sqrt 3."""
    d = against(days([10, 12, 14]), days([13, 15, 20])).quantities["days_floor_held"]
    assert (d.difference, d.a, d.b, d.pairs, d.higher) == (4.0, 12.0, 16.0, 3, 3)
    assert (d.low, d.high) == pytest.approx((4 - 4.302653, 4 + 4.302653), abs=1e-5)


def test_pairs_are_by_replicate_number_in_whatever_order() -> None:
    a, b = days([10, 50, 90, 20, 70]), days([11, 51, 91, 21, 71])
    straight = against(a, b)
    random.Random(3).shuffle(b)
    assert against(a, b).quantities == straight.quantities
    assert straight.quantities["days_floor_held"].correlation == pytest.approx(1.0)
    assert straight.quantities["days_floor_held"].worth == math.inf  # all pairs differ by 1
    moved = [replace(result, replicate=(result.replicate + 1) % 5) for result in b]
    assert against(a, moved).quantities["days_floor_held"].correlation < 0.9


def test_a_pair_needs_both_runs() -> None:
    other = against([*days([1, 2, 3]), failed(3), run(4)], [failed(0), *days([0, 5, 7, 9])[1:], run(9)])
    assert other.pairs == 2
    assert other.quantities["days_floor_held"].difference == pytest.approx(3.5)  # 2 → 5 and 3 → 7


def test_what_happened_in_one_arm_only_is_counted_apart() -> None:
    nan = math.nan
    a = [run(i, {"assault_day": value}) for i, value in enumerate([1, nan, 3, nan])]
    b = [run(i, {"assault_day": value}) for i, value in enumerate([5, 2, nan, nan])]
    d = against(a, b).quantities["assault_day"]
    assert (d.difference, d.pairs, d.only_a, d.only_b) == (4.0, 1, 1, 1)
    text = compare_text(compared(a, b), every=True)
    assert "[1+1+1]" in text


def test_moves_between_outcomes() -> None:
    a = [
        run(0, outcome="defended"),
        run(1, outcome="defended"),
        run(2, outcome="contested"),
        run(3, outcome="collapsed"),
    ]
    b = [run(0, outcome="collapsed"), run(1, outcome="collapsed"), run(2, outcome="contested"), failed(3)]
    other = against(a, b)
    assert other.moved == {("defended", "collapsed"): 2, ("contested", "contested"): 1}
    assert other.changed_outcome == 2
    assert "2  A defended → B collapsed" in compare_text(compared(a, b))


def test_turned_round_all_differences_are_the_negative() -> None:
    rng = random.Random(5)
    a = [
        run(i, {"days_floor_held": rng.random(), "deals": rng.random()}, settlement=rng.random() < 0.3)
        for i in range(20)
    ]
    b = [run(i, {"days_floor_held": rng.random(), "deals": 0.5}, settlement=rng.random() < 0.7) for i in range(20)]
    one = against(a, b)
    other = Comparison.of(Ensemble.of(B, b), Ensemble.of(A, a)).alternatives[0]
    for name, d in one.all.items():
        turned = other.all[name]
        assert (d.difference, d.low, d.high) == pytest.approx(
            (-turned.difference, -turned.high, -turned.low), nan_ok=True
        )
        assert (d.higher, d.lower, d.worth) == pytest.approx((turned.lower, turned.higher, turned.worth), nan_ok=True)
    assert one.firm == other.firm
    assert other.moved == {(y, x): n for (x, y), n in one.moved.items()}


def test_the_same_scenario_differs_by_zero_by_construction() -> None:
    runs = days([1, 2, 3], floor_taken=True)
    found = compared(runs, runs, second=A)
    other = found.alternatives[0]
    assert other.same and other.changes_nothing
    assert all((d.difference, d.low, d.high) == (0.0, 0.0, 0.0) for d in other.all.values())
    assert "zero by construction" in sentence(found, other)
    assert "In 100 runs" not in compare_text(found)


def test_other_values_with_the_same_runs_are_not_zero_for_certain() -> None:
    """Of 59 pairs none differs: at most 1 - 0.05^(1/59) = 4.951 in 100 would."""
    found = compared(days([1] * 59), days([1] * 59))
    other = found.alternatives[0]
    assert not other.same and other.changes_nothing
    assert other.bits["floor_taken"].high > 0
    assert "not one of 59 pairs" in sentence(found, other) and "at most 5.0 in 100" in sentence(found, other)


def test_the_sentence_says_who_gains_what() -> None:
    gains = compared(days([10, 12, 14, 10, 12, 14, 11, 13]), days([20, 24, 26, 21, 23, 26, 21, 26]))
    text = sentence(gains, gains.alternatives[0])
    assert text.startswith("With supply.capture_men 7 instead of 50, the defender gains: ")
    assert "the defender holds the main floor 11.4 days longer (10.5 to 12.3)" in text
    assert "8 pairs" in text and "for luck only" in text
    loses = compared(days([20, 24, 26, 21, 23, 26, 21, 26]), days([10, 12, 14, 10, 12, 14, 11, 13]))
    assert "the attacker gains: the defender holds the main floor 11.4 days less (10.5 to 12.3)" in sentence(
        loses, loses.alternatives[0]
    )


def test_the_sentence_takes_the_largest_bit_then_days_then_people() -> None:
    def arm(late: float, lost: float, **bits: bool) -> list[Result]:
        wobble = [0.0, 1.0, 0.5] * 10
        return [
            run(i, {"days_floor_held": late + w, "attacker_losses": lost + w}, **bits) for i, w in enumerate(wobble)
        ]

    found = compared(arm(10, 50, floor_taken=True, held_90d=True), arm(30, 90, held_90d=False))
    other = found.alternatives[0]
    assert headline(other)[1:] == ["days_floor_held", "attacker_losses"]
    text = sentence(found, other)
    assert "in 100 fewer of 100 runs" in text and "the attacker loses 40 people more to fighting" in text
    assert "the defender gains" in text


def test_both_sides_and_neither() -> None:
    more = compared(days([1.0] * 9), [run(i, {"days_floor_held": 5.0, "defender_losses": 7.0}) for i in range(9)])
    text = sentence(more, more.alternatives[0])
    assert "mixed: for the defender, the defender holds the main floor 4 days longer" in text
    assert "; for the attacker, the defender loses 7 people more" in text and "gains" not in text
    away = compared(days([1.0] * 9), [run(i, {"days_floor_held": 1.0, "civilians_displaced": 7.0}) for i in range(9)])
    text = sentence(away, away.alternatives[0])
    assert "7 more civilians are away from home" in text and "gains" not in text


def test_nothing_told_from_luck_is_said_with_the_interval() -> None:
    found = compared(days([10, 12, 14, 16, 11, 15]), days([14, 10, 15, 13, 15, 11]))
    text = sentence(found, found.alternatives[0])
    assert "no difference" in text and "6 pairs" in text and "gains" not in text
    d = found.alternatives[0].quantities["days_floor_held"]
    assert interval(d) in text


def test_lengths_of_the_runs_are_no_gain() -> None:
    short = tiny(**{"run.days": 9})
    found = compared(days([20.0] * 8), days([9.0] * 8), second=short)
    text = compare_text(found)
    assert "gains" not in sentence(found, found.alternatives[0])
    assert "A runs 20 days and B 9" in text
    began = compared(days([2.0] * 8), days([9.0] * 8), second=tiny(**{"run.start": "2021-09-01"}))
    assert "each one's own first day" in " ".join(compare_text(began).split())


def test_no_pair_at_all() -> None:
    found = compared([failed(0), run(1)], [run(0), failed(1)])
    assert "nothing can be compared" in sentence(found, found.alternatives[0])
    text = compare_text(found)
    assert "Failed runs" in text and "2 of 2 pairs lack a run" in text


def test_digits_go_with_the_interval() -> None:
    d = against(days([0, 0, 0]), days([1, 2, 3])).quantities["days_floor_held"]

    def told(difference: float, low: float, high: float) -> str:
        return interval(replace(d, difference=difference, low=low, high=high))

    assert told(12.34, 8.21, 16.47) == "+12 (8 to 16)"
    assert told(-25_822, -28_852, -22_793) == "-25,800 (-28,900 to -22,800)"
    assert told(0.123, 0.101, 0.145) == "+0.12 (0.10 to 0.14)"
    assert told(5.0, 0.2, 9.8) == "+5.0 (0.2 to 9.8)"  # a bound is not rounded to zero
    assert told(0.0, -4.0, 4.0) == "0 (-4 to 4)"
    assert decimals(replace(d, difference=math.nan, low=math.nan, high=math.nan)) == 0


@pytest.mark.parametrize("name", [*BITS, "days_floor_held", "attacker_losses", "civilians_displaced", "deals"])
def test_every_clause_tells_both_directions(name: str) -> None:
    base = against(days([0] * 9), days([1] * 9)).quantities["days_floor_held"]
    up = clause(name, replace(base, difference=0.5, low=0.4, high=0.6))
    down = clause(name, replace(base, difference=-0.5, low=-0.6, high=-0.4))
    assert up.text != down.text
    assert {up.gains, down.gains} in ({"attacker", "defender"}, {""})


def test_json_has_the_keys_of_the_contract_and_no_nan() -> None:
    found = compare_json(compared([*days([1, 2, 3]), failed(3)], days([2, 3, 4])))
    assert {"baseline", "seed", "replicates", "version", "alternatives"} <= found.keys()
    assert {"name", "title", "scenario_hash"} <= found["baseline"].keys()
    (other,) = found["alternatives"]
    assert {"name", "title", "scenario_hash", "differs", "bits", "quantities", "outcomes", "sentence"} <= other.keys()
    assert other["differs"] == {"supply.capture_men": {"from": 50.0, "to": 7.0}}
    assert other["bits"].keys() == BITS.keys() and other["quantities"].keys() == QUANTITIES.keys()
    keys = {"unit", "difference", "low", "high", "pairs", "a", "b", "higher", "lower", "equal", "correlation", "worth"}
    assert keys | {"only_a", "only_b"} <= other["quantities"]["days_floor_held"].keys()
    assert other["quantities"]["days_floor_held"]["worth"] is None  # infinite: all differ by 1
    assert other["quantities"]["days_floor_held"]["pairs"] == 3
    json.loads(json.dumps(found, allow_nan=False))


def test_all_runs_as_csv() -> None:
    rows = runs_csv(compared([*days([1, 2]), failed(2)], days([3, 4, 5]))).splitlines()
    head = rows[0].split(",")
    where = [head.index("A:days_floor_held"), head.index("B:days_floor_held")]
    assert [[row.split(",")[0], *(row.split(",")[i] for i in where)] for row in rows[1:]] == [
        ["0", "1", "3"], ["1", "2", "4"], ["2", "", "5"],
    ]  # fmt: skip


def test_a_frame_has_a_row_for_each_alternative_and_number() -> None:
    frame = Comparison.of(*(Ensemble.of(s, days([1, 2])) for s in (A, B, B))).frame()
    assert frame.shape[0] == 2 * (len(BITS) + len(OUTCOMES) + len(QUANTITIES))
    assert frame["alternative"].unique().sort().to_list() == ["B", "C"]
    assert {"difference", "low", "high", "pairs", "clear", "firm"} <= set(frame.columns)


def test_what_is_refused() -> None:
    with pytest.raises(InputError, match="at least 2 pairs"):
        api.compare(A, B, replicates=1, store=False)
    with pytest.raises(InputError, match="2 to 26 scenarios"):
        api.compare(*[A] * 27, replicates=2, store=False)
    with pytest.raises(InputError, match=r"attacker\.main_axis"):
        api.compare(A, replicates=2, values_b={"attacker.main_axis": "nowhere"}, store=False)


@pytest.fixture(scope="module")
def real() -> Comparison:
    return api.compare(
        "panjshir-2021", replicates=12, values={"run.days": 30}, values_b={"attacker.fighters": 4000}, store=False
    )


def test_a_real_comparison_pairs_the_same_luck(real: Comparison) -> None:
    other = real.alternatives[0]
    assert other.pairs == 12 and real.failed == 0
    assert set(other.differs) == {"attacker.fighters"}
    assert not other.quantities["winter_onset_day"].changed  # the same weather in each pair
    sick = other.quantities["attacker_invalided"]
    assert sick.clear and sick.difference < 0  # fewer people, fewer sick


def test_more_scenarios_share_seed_and_number(real: Comparison) -> None:
    other = api.load_scenario(A, {"run.seed": 7, "run.replicates": 9})
    found = api.compare(A, other, B, store=False)
    assert [e.scenario["run.seed"] for e in found.ensembles] == [A["run.seed"]] * 3
    assert [len(e.results) for e in found.ensembles] == [3, 3, 3]
    assert found.alternatives[0].same and not found.alternatives[1].same
    seeded = api.compare(A, other, seed=7, replicates=2, store=False)
    assert {e.scenario["run.seed"] for e in seeded.ensembles} == {7}


def test_files_of_a_comparison(real: Comparison, tmp_path: Path) -> None:
    written = api.write_compare(real, tmp_path)
    assert all(path.is_file() for path in written)
    manifest = read_manifest(tmp_path)
    assert manifest["kind"] == "compare" and manifest["runs"] == 24
    assert manifest["sentence"] == sentence(real, real.alternatives[0])
    assert "--set-b attacker.fighters=4000" in manifest["settings"]["command"]
    assert json.loads((tmp_path / "summary.json").read_text()) == json.loads(json.dumps(compare_json(real)))
    assert {row["file"] for row in manifest["figures"]} == {"curves.svg", "map.svg", "pairs.svg"}
    for row in manifest["figures"]:
        told = (tmp_path / row["file"]).read_text()
        assert ET.fromstring(told).tag.endswith("svg")
        assert len(told) < 600_000
    lines = compare_text(real).splitlines()
    assert len(lines) <= 44 and max(map(len, lines)) <= 98
    assert finding(real.alternatives[0], "Here").startswith("Here")
