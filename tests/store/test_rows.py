"""A result survives the way into a row and back to the bit, whatever it holds."""

from __future__ import annotations

import io
import json
import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from runs_cases import failed, made_up, tiny
from store_cases import DIED, SCENARIO, equal

from sim import codes
from sim.experiment.replicate import run_replicate
from sim.observe.outcome import BITS, OUTCOMES, QUANTITIES, Outcome
from sim.observe.result import Result
from sim.store import rows
from sim.store.rows import COLUMNS, FORMAT, changed_json, decode, died, encode, table

FACTS = {"model": "m", "scenario": "s", "seed": 2**63 - 1, "made": rows.now()}
NUMBER = st.one_of(
    st.just(math.nan), st.just(-0.0), st.just(5e-324), st.floats(allow_nan=False, allow_infinity=True, width=64)
)
DAYS = st.one_of(st.just(math.nan), st.integers(0, 729).map(float))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def through_a_file(results: list[Result]) -> list[Result]:
    buffer = io.BytesIO()
    table(encode(results, FACTS)).write_parquet(buffer, compression="zstd")
    return decode(pl.read_parquet(io.BytesIO(buffer.getvalue())))


@st.composite
def outcomes(draw: st.DrawFn, districts: int) -> Outcome:
    size = {"min_size": districts, "max_size": districts}
    reasons = len(codes.BREAK_NAMES)
    return Outcome(
        outcome=draw(st.sampled_from(sorted(OUTCOMES))),
        bits={name: draw(st.booleans()) for name in BITS},
        quantities={name: draw(NUMBER) for name in QUANTITIES},
        floor_day=np.array(draw(st.lists(DAYS, **size)), dtype=np.float64),
        lost_day=np.array(draw(st.lists(DAYS, **size)), dtype=np.float64),
        breaks=np.array(draw(st.lists(NUMBER, min_size=2 * reasons, max_size=2 * reasons))).reshape(2, reasons),
        settlement=draw(st.sampled_from(codes.SETTLEMENT_NAMES)),
        terms=tuple(draw(st.lists(st.tuples(TEXT, NUMBER), max_size=5))),
    )


@st.composite
def any_result(draw: st.DrawFn) -> Result:
    number, seconds = draw(st.integers(0, 10**6)), draw(st.floats(0, 1e4))
    if draw(st.integers(0, 4)) == 0:
        return Result(
            number, None, seconds=seconds, error=draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
        )
    districts, days = draw(st.integers(0, 9)), draw(st.integers(0, 30))
    codes_ = draw(st.binary(min_size=districts * days, max_size=districts * days))
    floor = np.frombuffer(codes_, dtype=np.int8).reshape(days, districts)
    chain = draw(st.lists(TEXT, max_size=6))
    return Result(
        number, draw(outcomes(districts)), tuple(chain), tuple(range(len(chain))),
        draw(st.sampled_from([None, floor, np.asfortranarray(floor)])), seconds,
    )  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(st.lists(any_result(), min_size=1, max_size=4))
def test_any_result_comes_back_to_the_bit(results: list[Result]) -> None:
    for before, after in zip(results, through_a_file(results), strict=True):
        assert equal(before, after), (before, after)


def test_a_real_run_comes_back_to_the_bit() -> None:
    results = [run_replicate(tiny(), 0), made_up(1), failed(2)]
    assert results[0].outcome is not None and results[0].chain
    assert all(map(equal, results, through_a_file(results)))


def test_equal_sees_a_single_bit() -> None:
    a, b = made_up(1), made_up(1)
    assert a.outcome and b.outcome and b.floor is not None
    b.floor[3, 2] += 1
    assert not equal(a, b)
    assert not equal(a, made_up(1, falls=3))


def test_what_did_not_happen_is_null_and_left_out_of_a_mean() -> None:
    frame = table(encode([made_up(1), made_up(3)], FACTS))
    assert frame["claim_lead_days"].null_count() == 2
    assert frame["attacker_losses"].mean() == 2.0
    assert frame["floor_day"].to_list()[0] == [None] * 8


def test_a_failed_run_has_an_error_and_nothing_else() -> None:
    row = table(encode([failed(4)], FACTS)).row(0, named=True)
    assert row["error"] == "ValueError: broken on purpose"
    assert all(row[name] is None for name in ("outcome", "agreement", "floor_day", "floor", *BITS, *QUANTITIES))
    assert table(encode([made_up(4)], FACTS))["error"].to_list() == [None]


def test_only_a_death_is_tried_again() -> None:
    assert died(DIED) and not died("ValueError: the worker process died") and not died(None)


def test_a_result_of_another_shape_is_refused() -> None:
    result = made_up(1)
    assert result.outcome and result.floor is not None
    del result.outcome.quantities["deals"]
    with pytest.raises(ValueError, match="other bits or quantities"):
        encode([result], FACTS)
    with pytest.raises(ValueError, match="not int8 of 2"):
        encode([Result(1, None, floor=result.floor.astype(np.int16))], FACTS)


def test_a_row_says_what_was_changed() -> None:
    told = json.loads(changed_json(SCENARIO))
    assert told["attacker.fighters"] == 400 and told["run.days"] == 20
    assert "defender.posture" not in told


def test_other_columns_need_another_format() -> None:
    """Whoever changes the columns raises FORMAT, so that older parts are not read by mistake, and this line."""
    own = [name for name in COLUMNS if name not in {*BITS, *QUANTITIES}]
    assert (FORMAT, " ".join(own)) == (
        1,
        "model scenario seed replicate name changed version git platform made seconds error outcome agreement "
        "floor_day lost_day breaks terms chain chain_days floor_days floor",
    )
