"""Which numbers are varied, and between which ends: by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from runs_cases import tiny

from sim.errors import InputError
from sim.experiment.sensitivity.problem import HOW, RECURRING, Factor, ends, problem_of
from sim.params import Parameter

FLOAT = Parameter("a.b", "a number", "-", "float", 0, 10)
DAY = dt.date(2021, 10, 15)


def parameter(kind: Any, low: Any, high: Any) -> Parameter:
    return Parameter("a.b", "a number", "-", kind, low, high)


@pytest.mark.parametrize(
    ("kind", "low", "high", "value", "found"),
    [
        ("float", 0, 10, 2.0, (1.0, 3.0, "relative")),
        ("float", 0, 1, 0.9, (0.45, 1.0, "relative")),  # cut at the border
        ("float", 1, 1.3, 1.0, (1.0, 1.3, "relative")),
        ("float", -20, 5, -5.0, (-7.5, -2.5, "relative")),
        ("float", 0, 200, 0.0, (0.0, 20.0, "zero")),
        ("float", -15, 5, 0.0, (-2.0, 2.0, "zero")),
        ("int", 0, 400, 0, (0, 40, "zero")),
        ("int", 0, 5, 1, (0, 2, "one")),
        ("int", 1, 9, 1, (1, 2, "one")),
        ("int", 0, 5, 0, (0, 1, "one")),
        ("int", 0, 50, 7, (4, 10, "relative")),  # 3.5 is no whole number
    ],
)
def test_ends_of_numbers(kind: str, low: float, high: float, value: float, found: tuple[float, float, str]) -> None:
    low_end, high_end, how = ends(parameter(kind, low, high), value)
    assert (low_end, high_end) == pytest.approx(found[:2])
    assert how == found[2]


def test_ends_of_dates() -> None:
    low, high = dt.date(2021, 10, 10), dt.date(2022, 1, 1)
    assert ends(parameter("date", low, high), DAY) == (low.toordinal(), DAY.toordinal() + 14, "dates")


def test_other_ranges() -> None:
    assert ends(FLOAT, 2.0, 0.2)[:2] == pytest.approx((1.6, 2.4))
    assert ends(FLOAT, 0.0, 0.25)[:2] == pytest.approx((0.0, 0.5))  # half of the usual tenth
    assert ends(FLOAT, 2.0, "full") == (0, 10, "full")
    with pytest.raises(InputError, match="has no bounds"):
        ends(Parameter("a.b", "a number", "-", "float"), 1.0, "full")


def test_whole_numbers_and_dates_are_equally_likely() -> None:
    whole = Factor(parameter("int", 0, 9), 1, 0.0, 2.0, "one", "assumed", "made up")
    assert [whole.value(u) for u in (0.0, 0.33, 1 / 3, 0.5, 2 / 3, 0.99, 1.0)] == [0, 0, 1, 1, 2, 2, 2]
    assert whole.place(1) == 0.5
    days = Factor(parameter("date", None, None), DAY, DAY.toordinal(), DAY.toordinal() + 1, "dates", "assumed", "")
    assert [days.value(u) for u in (0.0, 0.4, 0.6, 1.0)] == [DAY, DAY, *[DAY + dt.timedelta(1)] * 2]
    assert days.end(days.high) == "2021-10-16"
    real = Factor(FLOAT, 2.0, 1.0, 3.0, "relative", "assumed", "")
    assert [real.value(u) for u in (0.0, 0.25, 1.0)] == [1.0, 1.5, 3.0]


def test_all_numbers_but_the_runs_and_the_terrain() -> None:
    found = problem_of(tiny())
    keys = {factor.key for factor in found.factors}
    numeric = {k for k, p in tiny().schema.items() if p.kind in {"float", "int", "date"}}
    left = {key for some in found.left_out.values() for key in some}
    assert not any(key.startswith(("run.", "terrain.")) for key in keys)
    assert keys | left == set(tiny().schema) and not keys & left
    assert "season.winter_onset" in numeric - keys  # off unless asked for
    assert all(factor.low < factor.high for factor in found.factors)
    assert {"attacker.fighters", "attacker.assault_start"} <= keys
    assert "talks.disarmament" in found.left_out["switches, choices and names: not covered"]


def test_patterns_grades_and_terrain() -> None:
    scenario = tiny()

    def keys(**asked: Any) -> set[str]:
        return {factor.key for factor in problem_of(scenario, **asked).factors}

    assert all(key.startswith("combat.") for key in keys(only=["combat.*"]))
    assert keys(only=["combat.*"]) - keys(only=["combat.*"], leave_out=["combat.*e"]) != set()
    assert any(key.startswith("terrain.") for key in keys(only=["terrain.*"]))
    assert not any(key.startswith("terrain.") for key in keys(only=["*"]))
    assert any(key.startswith("terrain.") for key in keys(with_terrain=True))
    measured = keys(grades=["reported"])
    assert measured and all(scenario.provenance[key].grade == "reported" for key in measured)


def test_dates_stay_within_the_run_unless_ends_are_asked_for() -> None:
    start = tiny()["run.start"]
    assert isinstance(start, dt.date)
    key = "attacker.assault_start"

    def span(days: int, **asked: Any) -> list[tuple[str, str, str]]:
        setup = tiny(**{"run.days": days, key: start + dt.timedelta(1)})
        return [(f.end(f.low), f.end(f.high), f.how) for f in problem_of(setup, **asked).factors if f.key == key]

    def day(number: int) -> str:
        return str(start + dt.timedelta(number))

    assert span(60) == [(day(0), day(15), "cut")]
    assert span(10) == [(day(0), day(9), "cut")]
    assert span(60, around="full", only=[key]) == [(day(0), day(59), "cut")]
    assert span(60, vary=[f"{key}={day(-5)}:{day(5)}"]) == [(day(-5), day(5), "asked")]
    assert HOW["cut"].startswith("cut to the days of the run")
    recurring = {k for k, p in tiny().schema.items() if "only month and day count" in p.meaning}
    assert recurring == RECURRING


def test_ends_that_are_asked_for() -> None:
    found = problem_of(tiny(), vary=["attacker.fighters=100:300", "season.winter_onset=2021-11-01:2021-12-01"])
    assert [(f.key, f.end(f.low), f.end(f.high), f.how) for f in found.factors] == [
        ("season.winter_onset", "2021-11-01", "2021-12-01", "asked"),
        ("attacker.fighters", "100", "300", "asked"),
    ]
    assert np.isnan(found.factors[0].number)
    more = problem_of(tiny(), vary=["attacker.fighters=100:300"], only=["combat.*"])
    assert {f.key.partition(".")[0] for f in more.factors} == {"attacker", "combat"}


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"only": ["atacker.*"]}, r"--only atacker.\*: no number has such a name"),
        ({"leave_out": ["nothing"]}, "--leave-out nothing"),
        ({"grades": ["asumed"]}, "Did you mean 'assumed'"),
        ({"around": "wide"}, "--range wide"),
        ({"around": 0.0}, "--range 0"),
        ({"vary": ["attacker.fihgters=1:2"]}, "Did you mean 'attacker.fighters'"),
        ({"vary": ["attacker.fighters=5"]}, "write attacker.fighters=LOW:HIGH"),
        ({"vary": ["attacker.fighters=9:3"]}, "must be below"),
        ({"vary": ["attacker.fighters=-1:3"]}, "is too low"),
        ({"vary": ["talks.disarmament=0:1"]}, "is not a number"),
        ({"vary": ["run.days=10:20"]}, "is not a number that runs differ in"),
        ({"only": ["combat.*"], "leave_out": ["combat.*"]}, "no number is left"),
    ],
)
def test_refusals(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(InputError, match=why):
        problem_of(tiny(), **wrong)
