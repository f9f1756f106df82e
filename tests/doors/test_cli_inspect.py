"""The commands that look inside without running."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from runs_cases import tiny_file
from test_cli_run import standoff

from sim import api


def test_version() -> None:
    assert standoff("--version")[:2] == (0, f"standoff {api.version}\n")


def test_scenarios_list_show_check(tmp_path: Path) -> None:
    assert "panjshir-2021" in standoff("scenarios")[1]
    found = json.loads(standoff("scenarios", "list", "--json")[1])
    assert {"base", "panjshir-2021"} <= {entry["name"] for entry in found["scenarios"]}
    path = tiny_file(tmp_path)
    code, out, _ = standoff("scenarios", "show", path)
    assert code == 0 and "attacker.fighters" in out and "→ 400" in out
    assert json.loads(standoff("scenarios", "show", path, "--json")[1])["changes"]["run.days"]["to"] == 20
    assert standoff("scenarios", "check", path)[0] == 0


def test_check_tells_every_bad_file(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text('title = "Bad"\nextends = "base"\n[attacker]\nmain_axis = "nowhere"\n')
    code, out, err = standoff("scenarios", "check", bad, "base")
    assert code == 2
    assert "attacker.main_axis" in err and "base: in order" in out


def test_schema_and_new(tmp_path: Path) -> None:
    schema = json.loads(standoff("scenarios", "schema")[1])
    assert "attacker" in schema["properties"]
    code, out, _ = standoff("scenarios", "new", tmp_path / "mine.toml", "--extends", "base", "--title", "Mine")
    assert code == 0 and "mine.toml" in out
    assert standoff("scenarios", "check", tmp_path / "mine.toml")[0] == 0


def test_assumptions() -> None:
    code, out, _ = standoff("assumptions", "--grade", "reported")
    assert code == 0 and "attacker.assault_start = 2021-08-30" in out
    rows = json.loads(standoff("assumptions", "--json")[1])["assumptions"]
    assert len(rows) == len(api.schema())


def test_explain_and_doctor() -> None:
    assert "Once a day" in standoff("explain")[1]
    assert "cache folder" in standoff("doctor")[1]
    assert json.loads(standoff("doctor", "--json")[1])["standoff"] == api.version


@pytest.mark.parametrize("name", ["map.png", "missing/folder/map.png"])
def test_terrain_show(tmp_path: Path, name: str) -> None:
    code, out, _ = standoff("terrain", "show", "base", "--out", tmp_path / name, "--set", "terrain.resolution_m=2000")
    assert code == 0 and name.rsplit("/", 1)[-1] in out
    assert (tmp_path / name).stat().st_size > 10_000
