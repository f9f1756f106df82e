"""``standoff report`` from outside."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path

import pytest
from runs_cases import tiny_file
from typer.testing import CliRunner

from sim.commands.app import app


def standoff(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of two short runs, and beside it their scenario."""
    top = tmp_path_factory.mktemp("made")
    code, _, err = standoff("run", tiny_file(top), "-n", 2, "--out", top / "out", "--days", 9)
    assert code == 0, err
    return top


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of the folder, far from the scenario file."""
    return Path(shutil.copytree(made / "out", tmp_path / "out"))


def test_a_run_becomes_a_page_without_its_scenario_file(folder: Path) -> None:
    assert not (folder.parent / "tiny.toml").exists()
    code, out, err = standoff("report", folder)
    assert (code, out, err) == (0, f"written: {folder / 'report.html'}\n", "")
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert text.count("<svg") == 5 and "Does it run?" in text


def test_the_command_in_the_folder_gives_the_same_folder(folder: Path, tmp_path: Path) -> None:
    words = shlex.split(json.loads((folder / "manifest.json").read_text())["settings"]["command"])
    assert words[0] == "standoff" and "run.days=9" in words
    assert standoff(*words[1:], "--out", tmp_path / "again")[0] == 0
    for name in ("summary.json", "runs.csv", "held.svg"):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()


def test_a_page_elsewhere(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "pages" / "one.html"
    assert standoff("report", folder, "--out", target)[0] == 0
    assert target.is_file() and not (folder / "report.html").exists()


def test_a_folder_that_is_none_is_told_in_one_message(tmp_path: Path) -> None:
    code, out, err = standoff("report", tmp_path / "nowhere")
    assert (code, out) == (2, "")
    assert err == f"standoff: {tmp_path / 'nowhere'}: there is no such folder\n"
    code, _, err = standoff("report", tmp_path)
    assert code == 2 and "has no manifest.json" in err


def test_a_page_that_cannot_be_written(folder: Path) -> None:
    code, _, err = standoff("report", folder, "--out", folder / "runs.csv" / "x.html")
    assert code == 2 and "cannot be written" in err
