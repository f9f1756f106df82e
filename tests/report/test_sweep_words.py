"""What is said of a sweep: sentence, text, JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import polars as pl
import pytest
from phase_cases import ARMS, CAPACITY, FIGHTERS, LOOSE, ONSET, OUTCOMES, POSTURE, TRUST, by_winter, drawn, swept
from sweep_cases import factor

from sim.experiment.sweeps.measures import measure
from sim.report.sweeps.figures import critical_correlation, policy_rows, sample_means
from sim.report.sweeps.json_report import sweep_json
from sim.report.sweeps.text import headline, sweep_text
from sim.report.tables import WIDTH


def test_the_sentence_says_where_and_between_what() -> None:
    told = headline(swept(by_winter, uncertainties=(ONSET,), levers=(CAPACITY,)))
    assert told == (
        "The attacker held the whole main floor for a week at some time: lowest in 10 of 100 runs (6 to 17; 100 runs a "
        "point) when onset is 2021-10-01 and capacity is 40 t/day; highest in 100 (96 to 100) when onset is 2021-10-31 "
        "and capacity is 0 t/day; it passes 50 of 100 along onset between 2021-10-01 and 2021-10-11 when capacity is "
        "0 t/day, and between 2021-10-11 and 2021-10-21 when capacity is 40 t/day; intervals beside it contain 50 of "
        "100, so luck may move where."
    )


def test_the_sentence_says_where_luck_may_have_moved_the_line() -> None:
    told = headline(swept(lambda v: 0.2 + 0.5 * v["talks.trust"], uncertainties=(TRUST,)))  # 20, 32, 45, 57, 70
    assert "along trust between 0.5 and 0.75; intervals beside it contain 50 of 100, so luck may move where." in told


def test_the_sentence_counts_ties() -> None:
    told = headline(swept(lambda v: 0.0 if v["talks.trust"] < 0.7 else 0.6, uncertainties=(TRUST,)))
    assert "lowest in 0 of 100 runs (0 to 4; 100 runs a point) at 3 points, among them when trust is 0;" in told
    assert "highest in 60 (50 to 69) at 2 points, among them when trust is 0.75;" in told
    text = sweep_text(swept(lambda v: 0.0 if v["talks.trust"] < 0.7 else 0.6, uncertainties=(TRUST,)))
    assert "  lowest        0   (0 to 4)  at 3 points, among them trust 0" in text


def test_each_outcome_has_its_own_sentence() -> None:
    sweep = swept(by_winter, uncertainties=(ONSET,), levers=(CAPACITY,), question="How late?")
    texts_ = {name: drawn(sweep, name).text for name in OUTCOMES}
    assert ": lowest in 10 of 100 runs" in texts_["floor_taken"]
    assert "held the whole" not in texts_["days_floor_held"]
    assert (
        "Days until the main floor was first taken: lowest 10 days (8 to 12; 100 runs a point)"
        in (texts_["days_floor_held"])
    )
    assert not any(". ." in text for text in texts_.values())


def test_the_sentence_when_nothing_tips_or_matters() -> None:
    above = headline(swept(lambda v: 0.6 + 0.1 * v["talks.trust"], uncertainties=(TRUST,)))
    assert above.endswith(
        "highest in 70 (60 to 78) when trust is 1; these intervals overlap, so the difference may be luck; "
        "it is above 50 of 100 at every point."
    )
    same = headline(swept(lambda v: 0.4, uncertainties=(TRUST,)))
    assert same.endswith(
        "in 40 of 100 runs at every point; no point differs from another beyond luck at 100 runs a point "
        "(each share lies within 31 to 50)."
    )
    fresh = headline(swept(lambda v: 0.4 + 0.04 * v["talks.trust"], uncertainties=(TRUST,), draws="fresh"))
    assert "in 40 to 44 of 100 runs at every point; no point differs" in fresh
    assert fresh.endswith("(each share lies within 31 to 54).")


def test_the_sentence_of_a_sample_names_policies_and_what_matters() -> None:
    sweep = swept(
        lambda v: min(1, v["attacker.fighters"] / 10000 + (0.1 if v["defender.posture"] == "yield" else 0)),
        uncertainties=(FIGHTERS,), levers=(POSTURE,), design="lhs", samples=20,
    )  # fmt: skip
    told = headline(sweep)
    assert "of 100 runs in the mean over 60 points" in told
    assert "100 runs a point; by policy" in told
    assert (
        "at defender posture yield; of the uncertainties it goes most with attacker fighters, with which it rises"
        " (rank correlation +1.00 over 20 samples, beyond luck at 5 %)." in told
    )


def test_a_factor_is_named_only_when_more_than_luck() -> None:
    # Six policies would make 48 points of 8 samples; only the samples count. Here the outcome hangs on the policy alone
    # but for one sample, and on nothing that was sampled.
    spec: dict[str, Any] = {"uncertainties": (FIGHTERS,), "levers": (POSTURE, ARMS), "design": "lhs", "samples": 8}
    points = swept(lambda v: 0.5, **spec).points
    middle = sorted({int(str(p.values["attacker.fighters"])) for p in points})[5]

    def odd(values: Mapping[str, Any]) -> float:
        return {"gate": 0.1, "yield": 0.4, "disperse": 0.6}[values["defender.posture"]] + 0.1 * (
            values["attacker.fighters"] == middle
        )

    told = headline(swept(odd, **spec))
    assert "no uncertainty's rank correlation with it passes what luck gives in 5 % of cases over 8 samples." in told
    assert "goes most with" not in told


def test_the_critical_correlation_is_that_of_tables() -> None:
    # Spearman, two-sided 5 %: 0.738 for 8 samples (Zar 1972), 0.447 for 20; the normal law for many
    for samples, critical, off in ((8, 0.738, 0.05), (20, 0.447, 0.04), (4000, 1.96 / 3999**0.5, 1e-4)):
        sweep = swept(lambda v: v["attacker.fighters"] / 9000, uncertainties=(FIGHTERS,), design="lhs", samples=samples)
        value = pl.col("attacker.fighters").cast(pl.Float64)  # without ties
        means = sample_means(sweep.table.with_columns(value=value), sweep.spec)
        assert critical_correlation(means, sweep.spec) == pytest.approx(critical, abs=off)


@pytest.mark.parametrize("design", ["lhs", "sobol"])
def test_a_sample_without_a_lever_is_told_and_drawn(design: str) -> None:
    sweep = swept(lambda v: v["talks.trust"], uncertainties=(FIGHTERS, LOOSE), design=design, samples=16)
    assert "goes most with trust" in headline(sweep)
    assert sweep_text(sweep) and sweep_json(sweep)
    name = {"lhs": "Latin hypercube", "sobol": "Sobol"}[design]
    assert f"16 points of a {name} sample; means in 6 bins" in drawn(sweep).text


def test_regret_by_hand() -> None:
    # samples: trust 0, 0.25, …, 1; gate: always 0.5; yield: the trust; disperse: 0.2
    values = {"gate": lambda t: 0.5, "yield": lambda t: t, "disperse": lambda t: 0.2}
    sweep = swept(lambda v: values[v["defender.posture"]](v["talks.trust"]), uncertainties=(TRUST,), levers=(POSTURE,))
    rows = {row["defender.posture"]: row for row in policy_rows(sweep.table, sweep.spec, measure("floor_taken"))}
    assert [rows[name]["mean"] for name in values] == pytest.approx([0.5, 0.5, 0.2])
    assert [rows[name]["below"] for name in values] == pytest.approx([0.5, 0.5, 0.8])  # at 1, at 0, at 1
    assert [rows[name]["above"] for name in values] == pytest.approx([0.5, 0.8, 0.2])  # at 0, at 1, at 0
    assert [(rows["yield"]["lowest"], rows["yield"]["highest"])] == [(0.0, 1.0)]


def test_the_text_fits_the_page_and_names_failures() -> None:
    sweep = swept(by_winter, uncertainties=(ONSET,), levers=(CAPACITY,), failed=(3,), title="Winter and supplies")
    told = sweep_text(sweep)
    assert max(map(len, told.splitlines())) <= WIDTH
    assert "12 points · 1200 runs, 1 failed · full grid, the same luck at every point · seed 7" in told
    assert "1 runs failed and are left out of all shares and means; at points 3." in told
    assert "  lowest       10   (6 to 17)  at onset 2021-10-01, capacity 40 t/day" in told
    assert "  mean         55   over 12 points" in told  # 0.1 + 0.3 + 0.15


def test_the_points_are_at_most_twenty() -> None:
    fine = factor("talks.trust", {"from": 0, "to": 1, "steps": 101})
    told = sweep_text(swept(lambda v: v["talks.trust"], uncertainties=(fine,)))
    table = told.partition("Points, 20 of 101; all are in summary.csv")[2].partition("A teaching")[0]
    rows = [line.split() for line in table.splitlines() if line.split() and line.split()[0].isdecimal()]
    assert len(rows) == 20
    assert (rows[0][:2], rows[-1][:2]) == (["0", "0"], ["100", "1"])


def test_one_json_object_without_nan_or_dates() -> None:
    found = json.loads(
        json.dumps(sweep_json(swept(by_winter, uncertainties=(ONSET,), levers=(CAPACITY,))), allow_nan=False)
    )
    assert found["points"] == 12
    assert found["outcomes"]["floor_taken"]["lowest"]["season.onset"] == "2021-10-01"
    assert found["outcomes"]["floor_taken"]["highest"]["value"] == pytest.approx(1.0)
    assert found["table"][0]["days_floor_held"] == 40.0
    assert found["uncertainties"]["season.onset"] == {
        "from": "2021-10-01",
        "to": "2021-10-31",
        "steps": 4,
        "scale": "linear",
    }
    assert len(found["outcomes"]["floor_taken"]["policies"]) == 3
