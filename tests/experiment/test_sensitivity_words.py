"""What is said of a sensitivity analysis: nothing that was not observed, and nothing that the sample does not tell."""

from __future__ import annotations

import csv
import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from runs_cases import tiny
from sensitivity_cases import NAME, answer, column, measure, problem

from sim.experiment.sensitivity.analysis import analyse, plan
from sim.experiment.sensitivity.morris import Morris
from sim.experiment.sensitivity.result import Sensitivity
from sim.experiment.sensitivity.runs import Measured
from sim.experiment.sensitivity.sobol import Sobol
from sim.report.manifest import read_manifest
from sim.report.page import page
from sim.report.sensitivity.figure import bars
from sim.report.sensitivity.files import command, write_sensitivity
from sim.report.sensitivity.json_report import sensitivity_json
from sim.report.sensitivity.text import sensitivity_text
from sim.report.sensitivity.words import sentence, share, step_words
from sim.requests.sensitivities import sensitivity_plan

Array = NDArray[np.float64]
SHARE = "floor_taken"


def jump(x: Array, _: Array) -> Array:
    """The outcome happens if the first number is above its middle: a step of two thirds always decides it."""
    return column((x[:, 0] > 0.5).astype(float))


def of_shares(runs: int = 2) -> Sensitivity:
    """A screening of ``jump`` as a share of runs."""
    whole = measure(jump, runs)

    def renamed(values: object, block: int) -> Measured:
        found = whole(values, block)  # type: ignore[arg-type]
        return replace(found, outcomes={SHARE: found.outcomes[NAME]}, base={SHARE: found.base[NAME]})

    made = plan(tiny(), problem([(0, 1)] * 2), replicates=runs, outcomes=[SHARE])
    return analyse(made, renamed)


def with_indices(found: Sensitivity, **more: object) -> Sensitivity:
    indices = replace(found.last.indices[NAME], **more)  # type: ignore[arg-type]
    return Sensitivity(found.plan, (replace(found.last, indices={NAME: indices}),))


def additive(method: str) -> Sensitivity:
    return answer(lambda x, _: column(3 * x[:, 0] + x[:, 1]), problem([(0, 1)] * 2), runs=2, method=method)


# --- the step that was made


def test_no_effect_is_more_than_all_runs() -> None:
    found = of_shares()
    told = sentence(found)
    assert "a step of two thirds of its range moves it by 100 of 100 runs, ± 0, on average" in told
    assert "150" not in told and "150" not in sensitivity_text(found)
    (first, _) = sensitivity_json(found)["outcomes"][SHARE]["numbers"]
    assert (first["effect"], first["step"], first["mu_star"]) == pytest.approx((1, 2 / 3, 1.5))
    axes = bars(found.last, SHARE).axes[0]
    assert "a step of two thirds of the range" in axes.get_xlabel().replace("\n", " ")
    assert max(bar.get_width() for bar in axes.patches) == pytest.approx(100)


def test_whiskers_of_shares_end_at_all_runs() -> None:
    found = of_shares().last
    wide = replace(found.indices[SHARE], effect_conf=np.array([0.4, 0.0]))  # type: ignore[arg-type]
    axes = bars(replace(found, indices={SHARE: wide}), SHARE).axes[0]
    ends = [x for line in axes.lines for x in line.get_xdata()]
    assert max(ends) == pytest.approx(100)


def test_steps_in_words() -> None:
    assert [step_words(step) for step in (2 / 3, 1.0, 0.5, 0.75)] == [
        "two thirds of its range", "its whole range", "half its range", "75 % of its range",
    ]  # fmt: skip


def test_the_first_above_luck_is_not_called_the_first() -> None:
    found = additive("morris")
    high = found.last.indices[NAME]
    assert isinstance(high, Morris) and high.mu_star[0] > high.mu_star[1]
    lucky = with_indices(found, chance=np.array([9.0, 0.0]), chance_mu=np.array([9.0, 0.0]))
    assert "The first above luck is x2 (number 2)" in sentence(lucky)
    assert "* not shown to be above luck" in sensitivity_text(lucky)


# --- Sobol indices that the sample does not tell


def test_wide_intervals_give_no_numbers() -> None:
    found = additive("sobol")
    wide = with_indices(found, s1=np.array([1.3, 0.1]), st=np.array([1.23, 0.1]), st_conf=np.array([1.1, 0.1]))
    told = sentence(wide)
    assert "64 samples do not tell how much" in told and "take more samples" in told
    assert "130" not in told and "123" not in told and "%" not in told
    nan = sentence(with_indices(found, s1_conf=np.array([np.nan, 0.1])))
    assert "do not tell" in nan and "nan" not in nan


def test_indices_are_told_as_shares_that_can_be() -> None:
    found = additive("sobol")
    small = {"s1_conf": np.full(2, 0.04), "st_conf": np.full(2, 0.05)}
    plain = sentence(with_indices(found, s1=np.array([0.8, 0.1]), st=np.array([0.9, 0.1]), **small))
    assert "accounts for 80 % alone and 90 % together with others, each ± 5" in plain
    above = sentence(with_indices(found, s1=np.array([1.04, 0.1]), st=np.array([1.02, 0.1]), **small))
    assert "accounts for 100 % (± 5), all of it alone as far as the sample tells" in above
    below = sentence(with_indices(found, s1=np.array([-0.02, 0.1]), st=np.array([0.9, 0.1]), **small))
    assert "0 % alone and 90 %" in below and "-" not in below.split("accounts for")[1]


def test_no_nan_and_no_minus_zero() -> None:
    assert [share(value) for value in (-0.001, 0.004, float("nan"), 0.456)] == ["0.00", "0.00", "-", "0.46"]
    found = additive("sobol")
    odd = with_indices(found, s1=np.array([-0.001, 0.1]), noise=np.full(2, np.nan), s1_conf=np.full(2, np.nan))
    text = sensitivity_text(odd)
    assert "nan" not in text and "-0.00" not in text


def test_other_outcomes_are_no_findings_where_the_sample_does_not_tell() -> None:
    found = additive("sobol")
    wide = replace(found.last.indices[NAME], st=np.array([1.3, 0.1]), st_conf=np.full(2, 0.9))  # type: ignore[arg-type]
    assert isinstance(wide, Sobol)
    stage = replace(found.last, indices={NAME: found.last.indices[NAME], SHARE: wide})
    text = sensitivity_text(Sensitivity(found.plan, (stage,)))
    assert f"{SHARE}: the sample does not tell" in text and "130 %" not in text


# --- the folder


def rows_of(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text().splitlines()))


def test_every_chart_has_its_table_on_the_page(tmp_path: Path) -> None:
    found = of_shares()
    manifest = write_sensitivity(found, tmp_path)
    shown = [row["file"] for row in manifest["tables"] if row.get("shown", True)]
    charts = [row["file"].replace(".svg", ".csv") for row in manifest["figures"]]
    assert charts == [f"effects_{SHARE}.csv", f"interplay_{SHARE}.csv"] and set(charts) < set(shown)
    head, first = rows_of(tmp_path / charts[0])  # the other number changed nothing
    assert len(head) <= 12
    assert head[:5] == ["rank", "key", "range", "step, share of range", "effect of a step, of 100 runs"]
    assert first == ["1", "x1", "0 to 1", "0.667", "100", "0", "0", "up", "yes", "assumed"]
    text = page(tmp_path)
    assert text.count("<summary>Its numbers</summary>") == 2
    assert "<code>indices.csv</code>" in text and "outcome_unit" not in text


def test_the_table_of_sobol_indices(tmp_path: Path) -> None:
    write_sensitivity(additive("sobol"), tmp_path)
    head, first, second = rows_of(tmp_path / f"effects_{NAME}.csv")
    assert head[3:] == ["alone (S1)", "±", "in all (ST)", "± of ST", "above luck", "grade"]
    assert (first[1], second[1], first[-2:]) == ("x1", "x2", ["yes", "assumed"])
    assert float(first[3]) == pytest.approx(0.9, abs=0.1)


def test_warnings_stand_near_the_top(tmp_path: Path) -> None:
    asked = problem([(0, 1)] * 2)
    found = answer(lambda x, _: column(x[:, 0] + x[:, 1]), asked, trajectories=3, runs=1)
    write_sensitivity(found, tmp_path)
    warnings = read_manifest(tmp_path)["warnings"]
    assert any("3 trajectories are few" in line for line in warnings) and len(warnings) > 1
    text = page(tmp_path)
    assert all(f"<li>{line}</li>" in text for line in warnings)
    assert text.index("3 trajectories are few") < text.index("<svg")


# --- the command that repeats it


def test_the_command_is_quoted_and_whole() -> None:
    setup = tiny(**{"run.seed": 9}).with_values({"attacker.fighters": 450}, source="--set")
    made = sensitivity_plan(
        setup, only=["defender.f*"], leave_out=["defender.food*"], around=0.2, trajectories=3, replicates=2,
        vary=["attacker.fighters=100:300"], outcomes=["attacker_losses"],
    )  # fmt: skip
    line = command(made)
    words = shlex.split(line)
    assert "'defender.f*'" in line and "--out" not in words and "--yes" not in words
    assert words[:3] == ["standoff", "sensitivity", "base"]
    pairs = dict(zip(words[3::2], words[4::2], strict=True))
    assert pairs["--method"] == "morris" and pairs["--trajectories"] == "3" and pairs["-n"] == "2"
    assert pairs["--seed"] == "9" and pairs["--only"] == "defender.f*" and pairs["--leave-out"] == "defender.food*"
    assert pairs["--range"] == "0.2" and pairs["--vary"] == "attacker.fighters=100:300"
    assert pairs["--outcome"] == "attacker_losses"
    assert "attacker.fighters=450" in words and "run.days=20" in words


def test_a_plan_without_words_names_the_ends() -> None:
    words = shlex.split(command(additive("sobol").plan))
    assert words[-4:] == ["--vary", "x1=0:1", "--vary", "x2=0:1"]
    assert "--trajectories" not in words and "--samples" in words
    assert "--range" in command(sensitivity_plan(tiny(), trajectories=2))
