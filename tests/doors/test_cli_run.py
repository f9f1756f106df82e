"""``standoff run`` from outside: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from runs_cases import tiny_file
from typer.testing import CliRunner

from sim.commands.app import app
from sim.commands.common import ProgressLine

ROOT = Path(__file__).parents[2]


def standoff(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def tiny(tmp_path: Path) -> str:
    return tiny_file(tmp_path)


def test_an_ensemble_as_text(tiny: str) -> None:
    code, out, _ = standoff("run", tiny)
    assert code == 0
    assert "3 runs of 20 days" in out and "not a forecast" in out


def test_an_ensemble_as_json_and_nothing_else(tiny: str) -> None:
    code, out, _ = standoff("run", tiny, "-n", 2, "--json", "--seed", 7, "--days", 9, "--on", "2021-09-02")
    found = json.loads(out)
    assert code == 0
    assert (found["replicates"], found["seed"], found["horizon_days"]) == (2, 7, 9)
    assert all(list(dates) == ["2021-09-02"] for dates in found["districts"].values())


def test_the_same_seed_gives_the_same_answer_and_another_does_not(tiny: str) -> None:
    _, first, _ = standoff("run", tiny, "-n", 2, "--json")
    assert standoff("run", tiny, "-n", 2, "--json")[1] == first
    other = json.loads(standoff("run", tiny, "-n", 2, "--json", "--seed", 5)[1])
    assert other["quantities"] != json.loads(first)["quantities"]
    assert other["scenario_hash"] == json.loads(first)["scenario_hash"]


def test_one_run_is_a_story(tiny: str, tmp_path: Path) -> None:
    code, out, _ = standoff("run", tiny, "-n", 1, "--first", 4, "--out", tmp_path / "one")
    assert code == 0
    assert "run 4 of seed" in out and "The end:" in out
    assert (tmp_path / "one" / "report.txt").read_text() == out
    told = json.loads(standoff("run", tiny, "-n", 1, "--json")[1])
    assert told["story"][0].keys() == {"day", "date", "text"}


def test_files_are_written(tiny: str, tmp_path: Path) -> None:
    code, out, err = standoff("run", tiny, "-n", 2, "--out", tmp_path / "out", "--json")
    assert code == 0
    assert json.loads(out) == json.loads((tmp_path / "out" / "summary.json").read_text())
    assert "written to" in err


def test_settings_reach_the_run(tiny: str) -> None:
    code, out, _ = standoff("run", tiny, "-n", 2, "--set", "attacker.fighters=0", "--json")
    assert code == 0
    assert json.loads(out)["outcomes"]["defended"]["share"] == 1.0


@pytest.mark.parametrize("count", [1, 2])
def test_failed_runs_give_3_and_are_told(tiny: str, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    def break_down(*_: object) -> None:
        raise ValueError("broken on purpose")

    monkeypatch.setattr("sim.experiment.replicate.simulate", break_down)
    monkeypatch.setattr("sim.experiment.one_run.simulate", break_down)
    code, out, err = standoff("run", tiny, "-n", count, "--json")
    assert code == 3
    assert json.loads(out)["failed"][0]["error"].startswith("ValueError: broken on purpose")
    assert f"{count} of {count} runs failed" in err


def test_ctrl_c_gives_130_and_keeps_what_is_finished(
    tiny: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_: ProgressLine, done: int, *__: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(ProgressLine, "__call__", stop)
    code, _, err = standoff("run", tiny, "-n", 5, "--out", tmp_path / "part")
    assert code == 130
    assert "interrupted after 2 runs" in err
    assert len((tmp_path / "part" / "runs.csv").read_text().splitlines()) == 3


def test_ctrl_c_from_a_terminal(tiny: str) -> None:
    """The whole process group gets the signal, as from a terminal."""
    run = subprocess.Popen(
        [sys.executable, "-m", "sim.cli", "run", tiny, "-n", "100000"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, env=os.environ | {"PYTHONPATH": str(ROOT)}, start_new_session=True,
    )  # fmt: skip
    time.sleep(4)
    os.killpg(run.pid, signal.SIGINT)
    _, err = run.communicate(timeout=90)
    assert run.returncode == 130
    assert "Traceback" not in err
