"""The manifest of an output folder: what is written is read, and what is not ours or not whole is refused."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from folder_cases import changed, folder_of
from runs_cases import tiny

from sim import __version__, pipeline
from sim.errors import InputError
from sim.report.manifest import FILE, FORMAT, KINDS, files_of, forget_manifest, read_manifest, write_manifest
from sim.report.words import LIMITS
from sim.store.identity import model_id

KEYS = [
    "format", "kind", "title", "standoff", "model", "git", "platform", "made", "seed", "replicates", "runs", "failed",
    "sentence", "warnings", "limits", "scenarios", "figures", "tables", "settings",
]  # fmt: skip


def write(folder: Path, **more: Any) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "kind": "sweep", "title": "A title", "scenarios": [tiny()], "seed": 1, "replicates": 3, "runs": 9, "failed": 1,
        "sentence": "So it is.",
    }  # fmt: skip
    return write_manifest(folder, **asked | more)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    for name in ("a.svg", "a.csv"):
        (tmp_path / name).write_text("")
    written = write(
        tmp_path,
        figures=[("a.svg", "Chart", "What it shows")],
        tables=[{"file": "a.csv", "title": "Table"}],
        settings={"date": dt.date(2021, 9, 1), "values": [1, 2]},
    )
    found = read_manifest(tmp_path)
    assert list(found) == KEYS
    assert found == written | {"settings": {"date": "2021-09-01", "values": [1, 2]}}
    assert (found["format"], found["standoff"], found["model"]) == (FORMAT, __version__, model_id())
    assert (found["runs"], found["failed"], found["seed"], found["replicates"]) == (9, 1, 1, 3)
    assert found["figures"] == [{"file": "a.svg", "title": "Chart", "text": "What it shows"}]
    assert files_of(found) == ["a.svg", "a.csv"]
    assert dt.datetime.fromisoformat(found["made"]).utcoffset() == dt.timedelta(0)


def test_a_scenario_is_told_so_that_its_file_is_not_needed(tmp_path: Path) -> None:
    (told,) = write(tmp_path)["scenarios"]
    setup = tiny()
    assert {key: told[key] for key in ("name", "hash", "title")} == {
        "name": setup.name, "hash": setup.hash, "title": setup.title,
    }  # fmt: skip
    assert told["extends"] == list(setup.chain) and told["events"] == [str(event) for event in setup.events]
    assert {row["key"] for row in told["changed"]} == {
        "run.days", "attacker.fighters", "defender.fighters", "run.replicates",
    }  # fmt: skip
    row = next(row for row in told["changed"] if row["key"] == "attacker.fighters")
    parameter = pipeline.SCHEMA["attacker.fighters"]
    assert row["value"] == "400" and row["base"] != "400"
    assert (row["meaning"], row["unit"]) == (parameter.meaning, parameter.unit)
    assert (row["source"], row["grade"]) == ("--set", "assumed")


def test_the_usual_limits_come_first_and_none_twice(tmp_path: Path) -> None:
    usual = write(tmp_path)["limits"]
    assert " ".join(usual) == " ".join(LIMITS)
    assert usual[0].startswith("A teaching model, not a forecast") and len(usual) == 3
    assert write(tmp_path, limits=["One more.", usual[1]])["limits"] == [*usual, "One more."]


def test_slips_of_programs_are_errors_at_once(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'raffle'"):
        write(tmp_path, kind="raffle")
    with pytest.raises(ValueError, match="keys are file, title, text"):
        write(tmp_path, figures=[{"file": "a.svg", "title": "Chart"}])
    assert not (tmp_path / FILE).exists()


def test_optional_keys_are_kept_and_checked(tmp_path: Path) -> None:
    for name in ("a.svg", "a.csv"):
        (tmp_path / name).write_text("")
    figure = {"file": "a.svg", "title": "Chart", "text": "", "table": "a.csv"}
    table = {"file": "a.csv", "title": "Table", "shown": False}
    write(tmp_path, figures=[figure], tables=[table], warnings=["few", "few"])
    found = read_manifest(tmp_path)
    assert (found["figures"], found["tables"], found["warnings"]) == ([figure], [table], ["few"])
    changed(tmp_path, tables=[table | {"shown": "no"}])
    with pytest.raises(InputError, match="tables, number 1: shown is not true or false"):
        read_manifest(tmp_path)
    changed(tmp_path, tables=[], warnings=["few", 3])
    with pytest.raises(InputError, match="warnings is not a list of texts"):
        read_manifest(tmp_path)


def test_an_old_manifest_is_forgotten(tmp_path: Path) -> None:
    forget_manifest(folder_of(tmp_path))
    with pytest.raises(InputError, match=f"has no {FILE}"):
        read_manifest(tmp_path)
    forget_manifest(tmp_path)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_read(tmp_path: Path, kind: str) -> None:
    assert read_manifest(folder_of(tmp_path, kind))["kind"] == kind


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "is broken"),
        ("\xff\xfe", "is broken"),
        ("[]", "is no manifest of Standoff"),
        ('{"format": 1, "name": "an app"}', "is no manifest of Standoff"),
        ('{"format": "1", "standoff": "0.1.0"}', "is no manifest of Standoff"),
        (f'{{"format": {FORMAT + 1}, "standoff": "9.0"}}', f"of a newer Standoff \\(9.0\\).*up to {FORMAT}"),
        ('{"format": 1, "standoff": "0.1.0"}', "kind is missing"),
    ],
)
def test_what_is_no_manifest_is_refused(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / FILE).write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match=told):
        read_manifest(tmp_path)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"kind": "swep"}, "kind = \"swep\" is unknown.*Did you mean 'sweep'?"),
        ({"runs": "9"}, "runs is not a whole number"),
        ({"failed": True}, "failed is not a whole number"),
        ({"settings": []}, "settings is not a table"),
        ({"figures": [{"file": "one.svg", "title": "no text"}]}, "figures, number 1: text is missing"),
        ({"tables": ["one.csv"]}, "tables, number 1: is not a table"),
        ({"scenarios": [{"name": "a"}]}, "scenarios, number 1: title is missing"),
        ({"tables": [{"file": "lost.csv", "title": ""}]}, "files that are gone: lost.csv"),
        ({"tables": [{"file": "../one.csv", "title": ""}]}, r"lists ../one.csv, which is not a file of this folder"),
        ({"tables": [{"file": "C:\\one.csv", "title": ""}]}, "which is not a file of this folder"),
        ({"tables": [{"file": "/etc/hosts", "title": ""}]}, "which is not a file of this folder"),
    ],
)
def test_a_manifest_that_is_not_sound_is_refused(tmp_path: Path, more: dict[str, Any], told: str) -> None:
    changed(folder_of(tmp_path), **more)
    with pytest.raises(InputError, match=told):
        read_manifest(tmp_path)


def test_a_changed_value_without_its_source_is_refused(tmp_path: Path) -> None:
    folder_of(tmp_path)
    found = json.loads((tmp_path / FILE).read_text())
    del found["scenarios"][0]["changed"][0]["source"]
    changed(tmp_path, **found)
    with pytest.raises(InputError, match="scenario gone, changed: source is missing"):
        read_manifest(tmp_path)


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such folder"):
        read_manifest(tmp_path / "nowhere")
    with pytest.raises(InputError, match=f"has no {FILE}.*--out DIR"):
        read_manifest(tmp_path)
