"""Factors: grids and samples become the right values, and what makes no sense is refused in words that help."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections import Counter
from typing import Any

import pytest
from sweep_cases import SCHEMA, factor

from sim.errors import InputError
from sim.experiment.sweeps.factors import from_raw, parse_vary


def test_a_grid_of_floats_has_the_numbers_that_people_type() -> None:
    assert parse_vary("talks.trust=0:1:11", SCHEMA).levels == (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def test_a_grid_of_whole_numbers_takes_the_nearest_to_equal_steps() -> None:
    assert parse_vary("attacker.fighters=0:10:5", SCHEMA).levels == (0, 3, 5, 8, 10)  # 2.5 and 7.5 go up


def test_a_grid_of_dates_counts_days() -> None:
    levels = parse_vary("season.onset=2021-10-01:2021-12-10:8", SCHEMA).levels
    assert levels[:3] == (dt.date(2021, 10, 1), dt.date(2021, 10, 11), dt.date(2021, 10, 21))
    assert levels[-1] == dt.date(2021, 12, 10)


def test_a_log_grid_has_equal_ratios() -> None:
    assert factor("support.capacity", {"from": 1, "to": 100, "steps": 3, "scale": "log"}).levels == (1.0, 10.0, 100.0)
    assert parse_vary("attacker.fighters=10:1000:3:log", SCHEMA).levels == (10, 100, 1000)


@pytest.mark.parametrize(
    ("text", "u", "value"),
    [
        ("talks.trust=0:1", 0.0, 0.0),
        ("talks.trust=0.2:0.6", 0.5, 0.4),
        ("attacker.fighters=1:4", 0.0, 1),
        ("attacker.fighters=1:4", 0.2499, 1),
        ("attacker.fighters=1:4", 0.25, 2),
        ("attacker.fighters=1:4", 0.999999, 4),
        ("attacker.fighters=1:4", 1.0, 4),
        ("season.onset=2021-10-01:2021-10-02", 0.49, dt.date(2021, 10, 1)),
        ("season.onset=2021-10-01:2021-10-02", 0.5, dt.date(2021, 10, 2)),
        ("defender.posture=gate,yield,disperse", 0.34, "yield"),
        ("talks.arms=true,false", 0.5, False),
        ("season.onset=none,2021-11-01", 0.1, None),
        ("support.capacity=1:100:log", 0.5, 10.0),
        ("attacker.fighters=1:3:2", 0.6, 3),
    ],
)
def test_a_sample_becomes_a_value(text: str, u: float, value: Any) -> None:
    assert parse_vary(text, SCHEMA).unit(u) == (pytest.approx(value) if isinstance(value, float) else value)


def test_whole_numbers_weigh_the_same() -> None:
    found = parse_vary("attacker.fighters=5:9", SCHEMA)
    assert Counter(found.unit((i + 0.5) / 100) for i in range(100)) == dict.fromkeys((5, 6, 7, 8, 9), 20)


def test_lists_on_the_command_line() -> None:
    assert parse_vary("run.without=none,air+cold", SCHEMA).values == ((), ("cold", "air"))
    assert parse_vary('defender.site=["a, b", "none"]', SCHEMA).values == ("a, b", None)
    assert parse_vary("defender.site=none,north", SCHEMA).values == (None, "north")


@pytest.mark.parametrize(
    "raw",
    [
        {"from": 0, "to": 1, "steps": 5},
        {"from": 0.25, "to": 0.5, "scale": "log"},
        [0.1, 0.5],
        {"values": [0.1, 0.5]},
    ],
)
def test_a_factor_reads_its_own_text_back(raw: Any) -> None:
    found = factor("talks.trust", raw)
    assert factor("talks.trust", tomllib.loads(f"v = {found.toml}")["v"]) == found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "talks.trsut=0:1:3",
            "--vary talks.trsut=0:1:3: there is no parameter 'talks.trsut'. Did you mean 'talks.trust'?",
        ),
        ("talks.trust=0:2:3", "talks.trust = 2 is too high. Allowed: a number from 0 to 1"),
        ("talks.trust=1:0:3", "goes from 1 to 0; the first must be below the last"),
        ("talks.trust=0:0:3", "goes from 0 to 0"),
        ("talks.trust=0:1:1", "steps = 1. Allowed: a whole number from 2"),
        ("talks.trust=0:1:x", 'steps = "x". Allowed: a whole number from 2'),
        ("talks.trust=0:x", 'talks.trust = "x" is not a number'),
        ("talks.trust=0:1:2:3", "write talks.trust=LOW:HIGH:STEPS"),
        ("talks.trust=0.5", "To set one value, use --set"),
        ("talks.trust", "write talks.trust=LOW:HIGH:STEPS"),
        ("talks.trust=0.1,0.10", "0.1 is there twice"),
        ("talks.trust=[0.1", "is not a TOML list"),
        ("talks.trust=0:1:3:log", "a log scale is for numbers above 0, not for 0"),
        ("attacker.fighters=1:3:9", "9 steps from 1 to 3 fall together"),
        ("attacker.fighters=1.5:3", "attacker.fighters = 1.5 is not a whole number"),
        ("defender.posture=gate:yield", "write defender.posture=ONE,TWO,…"),
        ("defender.posture=gate,yeld", "Did you mean 'yield'?"),
        ("talks.arms=true,1", "talks.arms = 1 is neither true nor false"),
        ("season.onset=none:2021-10-01:3", "'none' is no end of a range"),
        ("season.onset=2021-10-01:2021-13-01", "is not a date"),
        ("run.seed=1,2", "run.seed cannot be varied"),
        ("run.replicates=1:5:2", "run.replicates cannot be varied"),
    ],
)
def test_refusals_on_the_command_line(text: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_vary(text, SCHEMA)
    assert told in str(caught.value)
    assert str(caught.value).startswith(f"--vary {text}: ")


@pytest.mark.parametrize(
    ("key", "raw", "told"),
    [
        ("talks.trust", {"from": 0, "too": 1}, "has a field 'too'. Allowed: from, to, steps, scale, values. Did"),
        ("talks.trust", {"from": 0}, "has no 'to'"),
        ("talks.trust", {"from": 0, "to": 1, "values": [1, 0]}, "has values and a range"),
        ("talks.trust", {"values": 3}, "values is not a list"),
        ("talks.trust", {"from": 0, "to": 1, "scale": "square"}, 'scale = "square". Allowed: linear, log.'),
        ("talks.trust", {"from": 0, "to": 1, "steps": True}, "steps = true"),
        ("talks.trust", {"from": 0, "to": 1, "steps": 2.0}, "steps = 2. Allowed"),
        ("talks.trust", 0.5, "To set one value, use constants"),
        ("talks.trust", [0.5], "a list needs two values"),
        ("talks.trust", {"from": False, "to": 1}, "talks.trust = false is not a number"),
        ("defender.posture", {"from": "gate", "to": "yield"}, "only numbers and dates have ranges"),
    ],
)  # fmt: skip
def test_refusals_in_a_file(key: str, raw: Any, told: str) -> None:
    with pytest.raises(InputError) as caught:
        from_raw(key, raw, SCHEMA, "[levers] ")
    assert told in str(caught.value)
    assert str(caught.value).startswith(f"[levers] {key} = ")
