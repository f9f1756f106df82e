"""``standoff compare`` and ``standoff knockout`` from outside: what they print, where, and with which exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from runs_cases import tiny_file
from typer.testing import CliRunner

from sim.commands.app import app
from sim.commands.common import ProgressLine


def standoff(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def tiny(tmp_path: Path) -> str:
    return tiny_file(tmp_path)


def test_a_changed_value_against_the_scenario_itself(tiny: str) -> None:
    code, out, _ = standoff("compare", tiny, "--set-b", "attacker.fighters=0")
    assert code == 0
    assert "3 pairs of runs" in out and "400 → 0" in out and "not a forecast" in out


def test_json_and_nothing_else(tiny: str) -> None:
    code, out, _ = standoff(
        "compare", tiny, tiny, "-n", 2, "--json", "--seed", 7, "--days", 9, "--set", "defender.fighters=200",
        "--set-b", "attacker.fighters=0", "--no-store",
    )  # fmt: skip
    found = json.loads(out)
    assert code == 0
    assert (found["replicates"], found["seed"], found["baseline"]["horizon_days"]) == (2, 7, 9)
    assert found["alternatives"][0]["differs"] == {"attacker.fighters": {"from": 400, "to": 0}}


def test_the_same_scenario_says_so(tiny: str) -> None:
    code, out, _ = standoff("compare", tiny, tiny, "-n", 2)
    assert code == 0
    assert "zero by construction" in " ".join(out.split())


def test_first_names_the_first_run(tiny: str, tmp_path: Path) -> None:
    standoff("compare", tiny, "--set-b", "attacker.fighters=0", "-n", 2, "--first", 5, "--out", tmp_path / "out")
    rows = (tmp_path / "out" / "runs.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in rows] == ["replicate", "5", "6"]


def test_files_are_written_and_json_is_the_summary(tiny: str, tmp_path: Path) -> None:
    code, out, err = standoff("compare", tiny, "--set-b", "attacker.fighters=0", "--out", tmp_path / "out", "--json")
    assert code == 0
    assert json.loads(out) == json.loads((tmp_path / "out" / "summary.json").read_text())
    assert "written to" in err and (tmp_path / "out" / "manifest.json").is_file()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "--set-b KEY=VALUE"),
        (["--set-b", "attacker.fihgters=3"], "--set-b attacker.fihgters=3"),
        (["--set-b", "attacker.fighters=-3"], "Allowed: a whole number"),
        (["-n", "1", "--set-b", "attacker.fighters=3"], "from 2 to"),
        (["--days", "0", "--set-b", "attacker.fighters=3"], "--days"),
        (["no-such-scenario"], "no-such-scenario"),
    ],
)
def test_bad_input_gives_one_message_and_2(tiny: str, arguments: list[str], told: str) -> None:
    code, out, err = standoff("compare", tiny, *arguments)
    assert code == 2
    assert not out and told in err and err.startswith("standoff: ") and "Traceback" not in err


@pytest.mark.parametrize("command", ["compare", "knockout"])
def test_failed_runs_give_3_and_are_told(tiny: str, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> None:
        raise ValueError("broken on purpose")

    monkeypatch.setattr("sim.experiment.replicate.simulate", break_down)
    more = ["--set-b", "attacker.fighters=0"] if command == "compare" else ["--only", "air"]
    code, out, err = standoff(command, tiny, "-n", 2, *more)
    assert code == 3
    assert "broken on purpose" in out and "4 of 4 runs failed" in err


def test_ctrl_c_gives_130(tiny: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(_: ProgressLine, done: int, __: int, ___: int = 0) -> None:
        if done == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(ProgressLine, "__call__", stop)
    code, out, err = standoff("compare", tiny, "--set-b", "attacker.fighters=0")
    assert code == 130
    assert not out and "interrupted" in err


def test_a_knockout(tiny: str, tmp_path: Path) -> None:
    code, out, err = standoff("knockout", tiny, "-n", 3, "--only", "movement, air", "--out", tmp_path / "out")
    assert code == 0
    assert "movement" in out and "do not add up" in out and "written to" in err
    code, out, _ = standoff("knockout", tiny, "-n", 3, "--only", "movement, air", "--json")
    assert code == 0
    assert {m["name"] for m in json.loads(out)["mechanisms"]} == {"movement", "air"}


def test_an_unknown_mechanism_is_refused(tiny: str) -> None:
    code, _, err = standoff("knockout", tiny, "--only", "wether")
    assert code == 2
    assert "--only wether" in err and "Mechanisms: season" in err
