"""Charts of an ensemble: their numbers by hand, and the folder that they go to."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from runs_cases import failed, made_up, tiny

from sim import codes
from sim.experiment.ensemble import Ensemble
from sim.report import run_figures
from sim.report.files import write_ensemble
from sim.report.manifest import files_of, read_manifest
from sim.report.run_drawing import stacks
from sim.report.run_figures import quantile_dots, standing
from sim.scenario import Scenario

CHARTS = {"outcomes", "held", "days_held", "districts", "losses"}


@pytest.fixture(scope="module")
def ensemble() -> Ensemble:
    """Three runs and a failed one: district 0 falls on day 3 in two of them, in one never; nothing else falls."""
    results = [made_up(i, "contested", falls=3) for i in (1, 2)] + [made_up(3)]
    for result, day in zip(results, (5.0, 7.0, np.nan), strict=True):
        assert result.outcome
        result.outcome.quantities["floor_taken_day"] = day
    return Ensemble.of(tiny(), [*results, failed(4)])


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((folder / f"{name}.csv").open(encoding="utf-8")))


def test_dots_stand_for_equal_parts_of_the_runs() -> None:
    assert quantile_dots(np.array([3.0, 1.0, np.nan, 2.0]), 4).tolist()[:3] == [1.0, 2.0, 3.0]
    assert np.isnan(quantile_dots(np.array([3.0, 1.0, np.nan, 2.0]), 4)[3])
    assert quantile_dots(np.arange(200.0), 4).tolist() == [25.0, 75.0, 125.0, 175.0]
    assert quantile_dots(np.array([9.0]), 3).tolist() == [9.0] * 3
    assert quantile_dots(np.empty(0), 50).tolist() == []


def test_dots_are_stacked_by_day_and_over_long_times_by_some_days() -> None:
    assert stacks(np.array([3.0, 3.0, 5.0, np.nan])) == ([(3.0, 2), (5.0, 1)], 1)
    assert stacks(np.array([0.0, 1.0, 2.0, 79.0])) == ([(0.5, 2), (2.5, 1), (78.5, 1)], 0)
    assert stacks(np.array([np.nan, np.nan])) == ([], 2)


def test_how_the_floor_stands_day_by_day(ensemble: Ensemble) -> None:
    """Districts 0 to 3 are on the main floor of the small world or not: one that falls leaves it shared, at most."""
    shares = standing(ensemble)
    assert shares.shape == (3, 20)
    np.testing.assert_allclose(shares.sum(axis=0), 1.0)
    assert shares[:, 2].tolist() == [0.0, 0.0, 1.0]
    assert shares[0, 3] == 0.0  # never the whole of it


def test_a_floor_that_falls_whole_counts_as_held(ensemble: Ensemble) -> None:
    result = made_up(0)
    assert result.floor is not None
    result.floor[10:, :] = codes.ATTACKER
    shares = standing(Ensemble.of(ensemble.scenario, [result, made_up(1)]))
    assert shares[:, 9].tolist() == [0.0, 0.0, 1.0] and shares[:, 10].tolist() == [0.5, 0.0, 0.5]


def test_the_folder_of_an_ensemble(ensemble: Ensemble, tmp_path: Path) -> None:
    written = write_ensemble(ensemble, tmp_path)
    assert {path.name for path in written} >= {"summary.json", "runs.csv", "report.txt", "manifest.json"}
    found = read_manifest(tmp_path)
    assert (found["kind"], found["runs"], found["failed"], found["replicates"]) == ("run", 4, 1, 4)
    assert {name.removesuffix(".svg") for name in files_of(found)[:5]} == CHARTS
    assert {row["file"] for row in found["tables"]} == {f"{name}.csv" for name in (*CHARTS, "runs")}
    shares = {row["outcome"]: row for row in rows(tmp_path, "outcomes")}
    assert (shares["contested"]["of 100 runs"], shares["defended"]["of 100 runs"]) == ("67", "33")
    assert sum(int(row["of 100 runs"]) for row in shares.values()) == 100
    assert [(row["day"], row["date"], row["runs"]) for row in rows(tmp_path, "days_held")] == [
        ("5", "2021-09-04", "1"), ("7", "2021-09-06", "1"), ("never", "", "1"),
    ]  # fmt: skip
    days = rows(tmp_path, "districts")
    first = next(iter(ensemble.districts)).name
    assert [days[day][f"{first} %"] for day in (2, 3, 19)] == ["0.0", "66.67", "66.67"]
    assert all("nan" not in path.read_text("utf-8").lower().replace("panan", "") for path in tmp_path.glob("*.svg"))


def test_the_same_ensemble_gives_the_same_charts(ensemble: Ensemble, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_ensemble(ensemble, tmp_path / name)
    for path in (tmp_path / "a").glob("*.svg"):
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_failed_runs_alone_have_a_folder_too(tmp_path: Path) -> None:
    write_ensemble(Ensemble.of(tiny(), [failed(0), failed(1)]), tmp_path)
    found = read_manifest(tmp_path)
    assert found["figures"] == [] and found["failed"] == 2 and "all 2 failed" in found["sentence"]


def test_one_run_and_runs_of_one_day_can_be_drawn(tmp_path: Path) -> None:
    result = made_up(0)
    assert result.floor is not None
    object.__setattr__(result, "floor", result.floor[:1])
    write_ensemble(Ensemble.of(tiny(**{"run.days": 1}), [result]), tmp_path)
    assert len(read_manifest(tmp_path)["figures"]) == 5


def asked(scenario: Scenario, first: int = 0, dates: Sequence[dt.date] = ()) -> str:
    return run_figures.settings(Ensemble.of(scenario, [failed(first), failed(first + 1)], dates=dates))["command"]


def test_the_command_repeats_the_folder() -> None:
    from sim import api

    plain = api.load_scenario("panjshir-2021")
    seed = plain["run.seed"]
    assert asked(plain, first=4) == f"standoff run panjshir-2021 -n 2 --seed {seed} --first 4"
    changed = plain.with_values({"attacker.assault_start": "2021-09-20", "run.seed": 5}, source="--set")
    assert asked(changed) == "standoff run panjshir-2021 -n 2 --seed 5 --set attacker.assault_start=2021-09-20"
    dated = asked(plain, dates=[dt.date(2021, 9, 15), dt.date(2021, 9, 30)])
    assert dated == f"standoff run panjshir-2021 -n 2 --seed {seed} --on 2021-09-15 --on 2021-09-30"
