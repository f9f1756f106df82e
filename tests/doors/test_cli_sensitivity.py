"""``standoff sensitivity`` from outside."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import polars as pl
import pytest
from runs_cases import tiny_file
from typer.testing import CliRunner

from sim import api
from sim.commands.app import app
from sim.experiment import replicate
from sim.report.manifest import read_manifest

SMALL = ("--only", "attacker.fighters", "--only", "defender.fighters", "--trajectories", 2, "-n", 2)


def standoff(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def tiny(tmp_path: Path) -> str:
    return tiny_file(tmp_path)


def test_a_screening_as_text_with_files(tiny: str, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    code, out, err = standoff("sensitivity", tiny, *SMALL, "--outcome", "attacker_losses", "--out", folder)
    assert code == 0, err
    assert "Of 2 numbers screened" in out and "not a forecast" in out
    assert "2 trajectories are few" in out and "source:" in out
    assert "at most 14 runs, about" in err
    assert max(map(len, out.splitlines())) <= 100
    assert (folder / "report.txt").read_text() == out
    manifest = read_manifest(folder)
    assert (manifest["kind"], manifest["runs"], manifest["failed"]) == ("sensitivity", 14, 0)
    assert [row["file"] for row in manifest["figures"]] == [
        "effects_attacker_losses.svg",
        "interplay_attacker_losses.svg",
    ]
    ranges = pl.read_csv(folder / "ranges.csv")
    assert ranges["key"].to_list() == ["attacker.fighters", "defender.fighters"]
    assert (ranges["low"][0], ranges["high"][0], ranges["value"][0]) == (200, 600, 400)
    assert len(pl.read_parquet(folder / "design.parquet")) == 2 * 3
    indices = pl.read_csv(folder / "indices.csv")
    assert {"outcome", "key", "mu_star", "luck", "above_luck", "no_effect"} <= set(indices.columns)
    before = (folder / "effects_attacker_losses.svg").read_bytes()
    assert standoff("sensitivity", tiny, *SMALL, "--outcome", "attacker_losses", "--out", folder)[1] == out
    assert (folder / "effects_attacker_losses.svg").read_bytes() == before


def test_the_noted_command_repeats_it(tmp_path: Path, tiny: str) -> None:
    first, second = tmp_path / "a folder", tmp_path / "again"
    asked = (*SMALL, "--only", "combat.attack_*", "--days", 15, "--seed", 3, "--outcome", "attacker_losses")
    assert standoff("sensitivity", tiny, *asked, "--out", first)[0] == 0
    noted = read_manifest(first)["settings"]["command"]
    assert "'combat.attack_*'" in noted and "a folder" not in noted
    code, _, err = standoff(*shlex.split(noted)[1:], "--out", second)
    assert code == 0, err
    for name in ("indices.csv", "ranges.csv", "report.txt", "effects_attacker_losses.svg"):
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_sobol_as_json_and_nothing_else(tiny: str, tmp_path: Path) -> None:
    asked = ("--vary", "attacker.fighters=100:800", "--vary", "defender.fighters=100:800")
    size = ("--samples", 4, "-n", 2, "--outcome", "defender_losses")
    code, out, _ = standoff("sensitivity", tiny, "--method", "sobol", *asked, *size, "--json", "--out", tmp_path / "o")
    found = json.loads(out)
    assert code == 0
    assert (found["method"], found["runs"], found["screening"]) == ("sobol", (4 * 4 + 1) * 2, None)
    numbers = found["outcomes"]["defender_losses"]["numbers"]
    assert {row["key"] for row in numbers} == {"attacker.fighters", "defender.fighters"}
    assert {"s1", "s1_conf", "st", "st_conf"} <= set(numbers[0])
    assert found == json.loads((tmp_path / "o" / "summary.json").read_text())
    assert read_manifest(tmp_path / "o")["figures"][0]["file"] == "effects_defender_losses.svg"


def test_sobol_after_a_screening(tiny: str, tmp_path: Path) -> None:
    few = ("--grade", "measured", "--grade", "reported", "--leave-out", "[d-z]*")
    size = ("--trajectories", 2, "--samples", 2, "-n", 1, "--top", 1, "--outcome", "attacker_losses")
    code, out, err = standoff("sensitivity", tiny, "--method", "sobol", *few, *size, "--out", tmp_path / "o")
    assert code == 0, err
    assert "A Morris screening of" in out
    assert (tmp_path / "o" / "screening.csv").is_file()


def test_dry_run_makes_no_analysis(tiny: str) -> None:
    code, out, _ = standoff("sensitivity", tiny, *SMALL, "--dry-run")
    assert code == 0
    assert out.startswith("2 numbers, at most 14 runs, about ")
    code, out, _ = standoff("sensitivity", tiny, *SMALL, "--dry-run", "--json")
    assert json.loads(out) == {"numbers": 2, "runs": 14}


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--method", "moris"), "Did you mean 'morris'"),
        (("--range", "wide"), "--range wide: a share above 0"),
        (("--only", "atacker.*"), "no number has such a name"),
        (("--trajectories", 1), "--trajectories 1: from 2"),
        (("-n", 5000, "--trajectories", 5000), "or say --yes"),
        (("--seed", -1), "--seed"),
    ],
)
def test_bad_input_gives_2_and_one_message(tiny: str, arguments: tuple[object, ...], why: str) -> None:
    code, out, err = standoff("sensitivity", tiny, *arguments)
    assert (code, out) == (2, "")
    assert why in err and "Traceback" not in err and err.count("standoff:") == 1


def test_failed_runs_give_3_and_no_indices(tiny: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> None:
        raise ValueError("broken on purpose")

    monkeypatch.setattr(replicate, "summarise", break_down)
    code, out, err = standoff("sensitivity", tiny, "--only", "attacker.fighters", "--trajectories", 2, "-n", 1)
    assert code == 3
    assert "5 of 5 runs failed" in err and "too many, so no indices" in out


def test_from_python(tiny: str) -> None:
    found = api.sensitivity(tiny, only=["attacker.fighters"], trajectories=2, replicates=1, store=False)
    assert found.frame()["key"].unique().to_list() == ["attacker.fighters"]
