"""``standoff sweep`` as people type it, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_cli_run import standoff

from sim import api

VARY = ("--vary", "attacker.fighters=400:2800:3", "-n", 2)
QUICK = ("--set", "run.days=15", "--set", "defender.fighters=300")
"""Makes a run of the base short."""


def test_a_table_and_its_files(tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, told, errors = standoff("sweep", "base", *VARY, *QUICK, "--out", out)
    assert code == 0, errors
    assert "3 points" in told and "6 runs" in told
    names = {path.name for path in out.iterdir()}
    assert {"manifest.json", "summary.json", "summary.csv", "report.txt", "sweep.toml", "log.jsonl", "runs"} <= names
    assert {path.suffix for path in out.glob("phase-*")} == {".svg", ".csv"}
    before = (out / "summary.csv").read_bytes()
    code, told, _ = standoff("sweep", "--out", out, "--resume", "--json")  # what is swept is in the folder
    assert code == 0
    assert json.loads(told)["points"]
    assert (out / "summary.csv").read_bytes() == before
    assert standoff("report", out)[0] == 0


@pytest.mark.parametrize("design", ["lhs", "sobol"])
def test_a_sample_without_a_lever(design: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    factors = ("--vary", "attacker.fighters=400:2800", "--vary", "defender.fighters=100:500")
    asked = ("sweep", "base", *factors, "--design", design, "--samples", 4, "-n", 2, "--days", 10)
    code, told, errors = standoff(*asked, "--out", out)
    assert code == 0, errors
    assert "4 points" in told
    code, told, errors = standoff(*asked, "--json")
    assert code == 0, errors
    assert json.loads(told)["outcomes"]["floor_taken"]["policies"] == []
    assert standoff("report", out)[0] == 0


def test_resume_with_outcomes_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "out"
    asked = ("sweep", "base", *VARY, *QUICK, "--outcome", "floor_taken", "--outcome", "defender_survives", "--out", out)
    assert standoff(*asked)[0] == 0
    code, told, errors = standoff(*asked, "--resume")
    assert code == 0, errors
    code, told, errors = standoff("sweep", "--out", out, "--resume", "--json")
    assert code == 0, errors
    assert list(json.loads(told)["outcomes"]) == ["floor_taken", "defender_survives"]


def test_the_report_is_of_the_scenario_as_it_was_run(tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, told, errors = standoff("sweep", "base", *VARY, *QUICK, "--seed", 5, "--out", out, "--json")
    assert code == 0, errors
    values = {"run.days": 15, "defender.fighters": 300, "run.seed": 5}
    as_run = api.load_scenario("base", values)
    (scenario,) = json.loads(told)["scenarios"]
    assert scenario["scenario_hash"] == as_run.hash
    assert scenario["changed"] == values
    manifest = json.loads((out / "manifest.json").read_text())
    (facts,) = manifest["scenarios"]
    assert facts["hash"] == as_run.hash
    changed = {row["key"]: (row["value"], row["source"]) for row in facts["changed"]}
    assert changed == {key: (str(value), "sweep") for key, value in values.items()}


def test_what_the_page_shows_and_how_to_repeat(tmp_path: Path) -> None:
    out, again = tmp_path / "out", tmp_path / "again"
    lever = ("--lever", "defender.posture=gate,yield")
    code, _, errors = standoff("sweep", "base", *VARY, *QUICK, *lever, "--outcome", "floor_taken", "--out", out)
    assert code == 0, errors
    manifest = json.loads((out / "manifest.json").read_text())
    shown = {row["file"]: row.get("shown", True) for row in manifest["tables"]}
    assert shown == {"phase-floor_taken.csv": True, "policies.csv": True, "summary.csv": False}
    settings = manifest["settings"]
    assert settings["command"] == "standoff sweep sweep.toml --out NEW_FOLDER"
    assert "sweep.toml is in this folder" in settings["to_repeat"]
    spec = tmp_path / "from-the-manifest.toml"
    spec.write_text(settings["spec"])
    assert standoff("sweep", spec, "--out", again)[0] == 0
    assert (again / "summary.csv").read_bytes() == (out / "summary.csv").read_bytes()
    assert standoff("report", out)[0] == 0
    page = (out / "report.html").read_text()
    assert "phase-floor_taken.csv" in page and "policies.csv" in page


def test_a_dry_run_makes_none() -> None:
    code, told, _ = standoff("sweep", "base", *VARY, "--dry-run")
    assert (code, told) == (0, "3 points × 2 runs = 6 runs\n")
    code, told, _ = standoff("sweep", "base", *VARY, "--dry-run", "--json")
    assert json.loads(told) == {"points": 3, "replicates": 2, "runs": 6}


def test_a_file_with_changes(tmp_path: Path) -> None:
    spec = tmp_path / "small.toml"
    spec.write_text(
        'scenario = "base"\nreplicates = 2\n[levers]\nattacker.fighters = [400, 800]\n[constants]\nrun.days = 15\n'
    )
    code, told, errors = standoff("sweep", spec, "-n", 1, "--outcome", "defender_survives", "--json")
    assert code == 0, errors
    found = json.loads(told)
    assert found["points"] == 2
    assert "defender_survives" in json.dumps(found["outcomes"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "say what to sweep"),
        (("no-such-sweep",), "there is no sweep 'no-such-sweep'"),
        (("panjshir-2021",), "is a scenario, not a sweep"),
        (("base", "--vary", "attacker.figthers=1:2:3"), "Did you mean 'attacker.fighters'"),
        (("base", *VARY, "--design", "lsh"), "Did you mean 'lhs'"),
        (("base", *VARY, "--executor", "dusk", "--scheduler", "tcp://x"), "Did you mean 'dask'"),
        (("base", *VARY, "--executor", "dask"), "go together"),
        (("base", *VARY, "--scheduler", "tcp://127.0.0.1:1"), "go together"),
        (("base", *VARY, "--resume"), "needs --out"),
        (("base", *VARY, "--until", "floor_takn=0.1"), "Did you mean 'floor_taken'"),
        (("base", *VARY, "--refine", "floor_taken"), "two factors"),
        (("base", *VARY, "--set", "run.replicates=3"), "replicates"),
        (("base", *VARY, "--outcome", "floor_takn"), "Did you mean 'floor_taken'"),
        (("quick-look", "--outcome", "floor_takn"), "Did you mean 'floor_taken'"),
        (("base", "--vary", "attacker.fighters=400:2800:3", "-n", "0"), "-n 0: from 1 to 1,000,000"),
        (("base", *VARY, "--set", "attacker.fighters=3"), "attacker.fighters"),
    ],
)
def test_refusals(arguments: tuple[str, ...], message: str) -> None:
    code, told, errors = standoff("sweep", *arguments)
    assert code == 2, errors
    assert told == ""
    assert message in errors
    assert errors.startswith("standoff: ") and "Traceback" not in errors


def test_no_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("sim.experiment.dask_pool.CONNECT_SECONDS", 2)
    code, _, errors = standoff("sweep", "base", *VARY, "--executor", "dask", "--scheduler", "tcp://127.0.0.1:9")
    assert code == 2
    assert "tcp://127.0.0.1:9" in errors and "dask scheduler" in errors
