"""Names, paths and folders: the same scenario from wherever one stands."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.scenario import files, list_scenarios, load, scenario_folder


def test_a_name_works_from_any_folder(load_here, tmp_path, monkeypatch):
    here = load_here("base")
    monkeypatch.chdir(tmp_path)
    there = load_here("base")
    assert (there, there.path) == (here, here.path)


def test_own_file_by_any_path_extends_name_or_file(load_here, tmp_path, monkeypatch):
    own = tmp_path / "own"
    own.mkdir()
    (own / "mine.toml").write_text('title = "M"\nextends = "base"\nattacker.share = 0.5', encoding="utf-8")
    (own / "next.toml").write_text('title = "N"\nextends = "mine.toml"', encoding="utf-8")
    monkeypatch.chdir(own)
    for reference in (
        "next.toml",
        "./next.toml",
        Path("next.toml"),
        str(own / "next.toml"),
        own / "next.toml",
    ):
        scenario = load_here(reference)
        assert (scenario.name, scenario.chain) == ("next", ("base", "mine"))
        assert scenario["attacker.share"] == 0.5
    monkeypatch.setenv("HOME", str(own))
    assert load_here("~/next.toml").name == "next"


def test_a_shipped_file_by_path_keeps_its_name(load_here, write):
    path = write("history/1982-05.toml", 'title = "H"\nextends = "base"')
    assert load_here(path).name == "history/1982-05"
    assert load_here("history/1982-05").path == path


def test_list_shows_scenarios_only(write, folder):
    write("winter.toml", 'title = "Winter"\nquestion = "Early?"\nextends = "base"')
    write("lessons/one.toml", 'title = "One"\nextends = "base"')
    write("broken.toml", "title = ")
    for other in ("terrain/valley/x.toml", "sweeps/y.toml", "SOURCES.toml", ".hidden.toml"):
        write(other, 'title = "no"')
    listed = {info.name: info for info in list_scenarios([folder])}
    assert list(listed) == ["base", "broken", "lessons/one", "winter"]
    assert (listed["winter"].title, listed["winter"].question) == ("Winter", "Early?")
    assert "broken.toml: is not valid TOML" in listed["broken"].title


def test_environment_adds_folders_and_shipped_names_win(folder, tmp_path, monkeypatch, schema, kinds):
    added = tmp_path / "added"
    added.mkdir()
    (added / "extra.toml").write_text('title = "E"\nextends = "base"', encoding="utf-8")
    (added / "base.toml").write_text('title = "Not this one"', encoding="utf-8")
    monkeypatch.setattr(files, "scenario_folder", lambda: folder)
    monkeypatch.setenv("STANDOFF_SCENARIOS", os.pathsep.join([str(tmp_path / "absent"), str(added)]))
    assert load("extra", schema).chain == ("base",)
    assert load("base", schema).title == "Base"
    assert [info.title for info in list_scenarios()] == ["Base", "E"]


def test_folder_of_a_checkout_and_of_a_wheel(tmp_path, monkeypatch):
    assert scenario_folder() == Path(files.__file__).resolve().parents[2] / "scenarios"
    package = tmp_path / "site" / "sim"
    package.mkdir(parents=True)
    monkeypatch.setattr(files, "_PACKAGE", package)
    with pytest.raises(InputError, match="scenario folder is missing"):
        scenario_folder()
    (tmp_path / "site" / "scenarios").mkdir()
    (package / "_scenarios").mkdir()
    assert scenario_folder() == package / "_scenarios"
