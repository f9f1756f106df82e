"""``standoff results`` on a store with made-up runs of two versions."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from runs_cases import failed, made_up, tiny
from test_cli_run import standoff

from sim import api
from sim.store import Store
from sim.store.export import flat

OTHER = "f" * 16
ALL = 8


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Seven runs of two scenarios, one of them failed; one of another seed; three of another version."""
    monkeypatch.setenv("STANDOFF_STORE", str(tmp_path / "store"))
    store = Store.usual()
    with store.writer() as out:
        out.add(tiny(), [made_up(n, falls=n) for n in range(4)] + [failed(4)])
        out.add(tiny(**{"attacker.fighters": 401}), [made_up(0), made_up(1, "contested")])
        out.add(tiny(**{"run.seed": 7}), [made_up(0)])
    with Store(store.folder, OTHER).writer() as out:
        out.add(tiny(), [made_up(n) for n in range(3)])
    yield store


def test_list(store: Store) -> None:
    code, out, _ = standoff("results")
    assert code == 0 and f"Result store {store.folder}: 11 runs" in out
    lines = [line.split() for line in out.splitlines() if line.startswith("base")]
    assert sorted(line[1 : 6 if line[2] == 'variants' else 5] for line in lines) == [
        ["2", "variants", "2021", "7", "1"], [tiny().hash, "2021", "3", "0"], [tiny().hash, "7", "1", "0"],
    ]  # fmt: skip
    found = json.loads(standoff("results", "list", "--json")[1])
    entry = next(e for e in found["scenarios"] if e["scenario"] == tiny().hash and e["runs"] == 5)
    assert entry["failed"] == 1 and entry["this_version"] and entry["changed"]["attacker.fighters"] == 400
    assert found["runs"] == 11 and found["bytes"] > 1000


def test_an_empty_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANDOFF_STORE", str(tmp_path / "none"))
    assert "0 runs" in standoff("results")[1]
    assert standoff("results", "check")[0] == 0
    assert standoff("results", "clean", "--other-versions", "--set-aside", "--yes")[0] == 0
    assert standoff("results", "query", "SELECT * FROM runs")[0] == 0
    assert standoff("results", "export", tmp_path / "all.csv")[1].endswith("(0 runs)\n")


def test_query(store: Store, tmp_path: Path) -> None:
    sql = "SELECT outcome, count(*) AS n FROM runs GROUP BY outcome ORDER BY n"
    code, out, _ = standoff("results", "query", sql)
    assert code == 0 and "contested" in out
    rows = json.loads(standoff("results", "query", sql, "--json")[1])["rows"]
    assert {row["outcome"]: row["n"] for row in rows} == {"contested": 1, None: 1, "defended": 6}
    code, out, err = standoff("results", "query", sql, "--csv", tmp_path / "a.csv", "--all-versions")
    assert code == 0 and out == "" and "3 rows" in err
    assert list(csv.reader((tmp_path / "a.csv").open()))[-1] == ["defended", "9"]


def test_query_of_lists_and_times_is_json(store: Store) -> None:
    code, out, _ = standoff(
        "results", "query", "SELECT *, (seconds - seconds) / (seconds - seconds) AS nothing FROM runs", "--json"
    )
    rows = json.loads(out, parse_constant=pytest.fail)["rows"]
    assert code == 0 and len(rows) == ALL and rows[0]["nothing"] is None and rows[0]["made"].startswith("20")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["query", "SELECT nam FROM runs"], "Did you mean 'name'?"),
        (["query", "SELECT 1 FROM nowhere"], "there is no table 'nowhere'"),
        (["query", "SELECT 1 FROM runs", "--csv", "here.csv/a.csv"], "--csv here.csv/a.csv: cannot be written"),
        (["export", "all.xlsx"], "all.xlsx: the name has to end with .csv or .parquet"),
        (["export", "here.csv"], "here.csv: is there already; --force overwrites it"),
        (["export", "all.csv", "--scenario", "bas"], "Did you mean 'base'? There is: base"),
        (["export", "all.csv", "--scenario", "base", "--seed", "3"], "no stored run with seed 3"),
        (["export", "nowhere/all.csv"], "nowhere/all.csv: cannot be written"),
        (
            ["query", "SELECT 1 FROM runs", "--csv", "nowhere/a.csv"],
            "--csv nowhere/a.csv: cannot be written (there is no",
        ),
        (["clean"], "clean: say what: --other-versions, --set-aside or --failed"),
        (["clean", "--set-aside", "--scenario", "base"], "--scenario goes with --failed only"),
        (["clean", "--failed", "--scenario", "bas"], "Did you mean 'base'? There is: base"),
    ],
)
def test_refusals(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], told: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("here.csv").touch()
    code, out, err = standoff("results", *words)
    assert (code, out) == (2, "") and err.startswith("standoff: ") and told in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["here.csv", "store"]


def test_export_csv_has_every_run_with_its_provenance(store: Store, tmp_path: Path) -> None:
    target = tmp_path / "all.csv"
    assert standoff("results", "export", target)[1] == f"written: {target} ({ALL} runs)\n"
    rows = list(csv.DictReader(target.open()))
    assert [(r["scenario"], int(r["seed"]), int(r["replicate"])) for r in rows] == sorted(
        (r["scenario"], int(r["seed"]), int(r["replicate"])) for r in rows
    )
    assert len(rows) == ALL and all(row["version"] and row["git"] and row["platform"] and row["made"] for row in rows)
    fell = next(r for r in rows if (r["scenario"], r["seed"], r["replicate"]) == (tiny().hash, "2021", "3"))
    assert fell["floor_day"] == "3.0;;;;;;;" and fell["breaks"].count(";") == 13
    days = fell["floor"].split(";")
    assert len(days) == 20 and days[2] == "1" * 8 and days[3] == "01111111"
    assert [row["error"] for row in rows if row["error"]] == [failed(4).error]


@pytest.mark.parametrize(
    ("more", "runs"),
    [
        (["--scenario", "base"], 8),
        (["--scenario", tiny().hash], 6),
        (["--scenario", tiny().hash[:6], "--seed", "7"], 1),
        (["--all-versions"], 11),
        (["--seed", "2021", "--all-versions", "--force"], 10),
    ],
)
def test_export_of_some(store: Store, tmp_path: Path, more: list[str], runs: int) -> None:
    assert standoff("results", "export", tmp_path / "some.parquet", *more)[0] == 0
    found = pl.read_parquet(tmp_path / "some.parquet")
    assert len(found) == runs and found["floor"].dtype == pl.Binary
    assert sorted(path.name for path in tmp_path.iterdir()) == ["some.parquet", "store"]


def test_check_and_clean(store: Store) -> None:
    (part,) = (store.folder / "runs" / OTHER).glob("part-*")
    part.write_bytes(part.read_bytes()[:-30])
    code, out, _ = standoff("results", "check")
    assert code == 0 and "in order: 1 parts with 8 runs" in out and "torn" in out
    assert "set aside earlier" in standoff("results", "check")[1]
    assert "1 files are set aside" in standoff("results", "list")[1]
    assert "would go" in standoff("results", "clean", "--other-versions", "--set-aside")[1]
    assert (store.folder / "runs" / OTHER).exists()
    assert "deleted" in standoff("results", "clean", "--other-versions", "--set-aside", "--yes")[1]
    assert (
        not (store.folder / "runs" / OTHER).exists()
        and json.loads(standoff("results", "check", "--json")[1])["runs"] == ALL
    )


def test_help_loads_neither_polars_nor_the_model() -> None:
    code = "import sys, sim.commands.app; print({'polars', 'mesa', 'numba', 'filelock'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.strip() == "set()", done.stdout


def test_a_program_gets_a_frame(store: Store) -> None:
    assert api.results_query("SELECT max(replicate) AS m FROM runs")["m"].item() == 4


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELECT floor AS a FROM runs WHERE replicate = 0 LIMIT 1", "010101"),
        ("SELECT max(made) - min(made) AS a FROM runs", "0:00:00"),
        ("SELECT 1 AS n, terms[1] AS a FROM runs LIMIT 1", ""),
        ("SELECT terms AS a FROM runs WHERE error IS NULL LIMIT 1", "[]"),
        ("SELECT 1 AS n, chain AS a FROM runs WHERE error IS NULL LIMIT 1", ""),
        ("SELECT 1 / seconds / 0 AS a FROM runs WHERE seconds > 0 LIMIT 1", "inf"),
    ],
)
def test_any_answer_is_json_and_csv(store: Store, tmp_path: Path, sql: str, told: str) -> None:
    code, out, err = standoff("results", "query", sql, "--json", "--csv", tmp_path / "a.csv")
    assert code == 0, err
    (row,) = json.loads(out, parse_constant=pytest.fail)["rows"]
    with (tmp_path / "a.csv").open() as stream:
        (line,) = csv.DictReader(stream)
    assert line["a"].startswith(told) and (row["a"] is None or str(row["a"]) == line["a"])


def test_flat_by_hand() -> None:
    term = {"name": "ü", "value": 1.5}
    frame = pl.DataFrame(
        {
            "struct": [term, None],
            "terms": [[term], None],
            "bytes": [b"\x00\xff", None],
            "length": [dt.timedelta(days=1, seconds=2), None],
            "nested": [[[1], [2, 3]], None],
            "dates": [[dt.date(2021, 9, 2), None], None],
            "lengths": [[dt.timedelta(1)], None],
            "when": [dt.datetime(2021, 9, 2), None],
            "nothing": [None, None],
        }
    )
    told = flat(frame)
    assert told.drop("when").row(0) == (
        '{"name": "ü", "value": 1.5}', '[{"name": "ü", "value": 1.5}]', "00ff", "1 day, 0:00:02", "[[1], [2, 3]]",
        "2021-09-02;", '["1 day, 0:00:00"]', None,
    )  # fmt: skip
    assert set(told.row(1)) == {None} and told["when"].dtype == frame["when"].dtype
    assert len(told.write_csv().splitlines()) == 3 and flat(frame.clear()).is_empty()


def test_floors_without_their_number_of_days(store: Store) -> None:
    found = {}
    for columns in ("floor", "floor, floor_days"):
        sql = f"SELECT {columns} FROM runs WHERE scenario = '{tiny().hash}' AND seed = 2021 AND replicate = 3"
        code, out, err = standoff("results", "query", sql, "--json")
        assert code == 0, err
        ((found[columns],),) = [json.loads(out)["rows"]]
    assert found["floor, floor_days"]["floor"].split(";")[2:4] == ["11111111", "01111111"]
    assert found["floor"]["floor"] == found["floor, floor_days"]["floor"].replace(";", "")


def test_what_polars_cannot_write_is_one_message(store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise pl.exceptions.ComputeError("no such type in CSV")

    monkeypatch.setattr(pl.DataFrame, "write_csv", refuse)
    for words in (["query", "SELECT 1 FROM runs", "--csv"], ["export"]):
        code, _, err = standoff("results", *words, tmp_path / "a.csv")
        assert code == 2 and "no such type in CSV" in err and "Traceback" not in err
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


def test_failed_runs_are_forgotten(store: Store) -> None:
    assert standoff("results", "clean", "--failed")[1] == "would go: 1 failed runs; --yes deletes them\n"
    assert json.loads(standoff("results", "list", "--json")[1])["runs"] == 11
    code, out, _ = standoff("results", "clean", "--failed", "--scenario", "base", "--yes")
    assert (code, out) == (0, "deleted: 1 failed runs\n")
    found = json.loads(standoff("results", "list", "--json")[1])
    assert found["runs"] == 10 and not any(entry["failed"] for entry in found["scenarios"])
    assert store.done(tiny().hash, 2021) == {0, 1, 2, 3}


@pytest.mark.parametrize("words", [["list"], ["query", "SELECT 1 FROM runs"], ["check"], ["clean", "--failed"]])
def test_a_store_that_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]) -> None:
    monkeypatch.setenv("STANDOFF_STORE", str(tmp_path))
    (tmp_path / "runs").write_text("")
    code, out, err = standoff("results", *words)
    assert (code, out) == (2, "") and err.count("\n") == 1 and f"{tmp_path / 'runs'}: Not a directory" in err


def test_check_names_what_is_not_ours(store: Store) -> None:
    (store.folder / "runs" / "backup").mkdir()
    assert "foreign, neither read nor touched: runs/backup" in standoff("results", "check")[1]
    assert (store.folder / "runs" / "backup").is_dir()
