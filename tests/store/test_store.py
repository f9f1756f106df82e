"""What is put into a store is there, is found by its key only, and is counted once."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from runs_cases import failed, tiny
from store_cases import DIED, HASH, MODEL, SCENARIO, SEED, equal, put, results, store_in, warnings_of

from sim.errors import InputError
from sim.observe.result import MACHINE_FAILED
from sim.store import Store, StoreFull, parts, reading, rollup, writer
from sim.store.spans import from_text, to_text


@pytest.mark.parametrize(
    ("numbers", "text"),
    [([], ""), ([4], "4"), ([0, 1, 2], "0-2"), ([5, 3, 4, 9, 3, 11, 12], "3-5,9,11-12"), (range(10**6), "0-999999")],
)
def test_spans(numbers: Sequence[int], text: str) -> None:
    assert to_text(numbers) == text
    assert from_text(text) == set(numbers)


def test_what_is_put_is_there_for_this_and_other_openings(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    assert store.done(HASH, SEED) == frozenset() and not store.folder.exists()
    put(store, [0, 1, 2, 7])
    for opened in (store, store_in(tmp_path)):
        assert opened.done(HASH, SEED) == {0, 1, 2, 7}
        found = opened.results(HASH, SEED, range(2, 9))
        assert sorted(found) == [2, 7]
        assert all(equal(found[r.replicate], r) for r in results([2, 7]))


def test_key_is_model_scenario_and_seed(tmp_path: Path) -> None:
    put(store_in(tmp_path), [0])
    assert not store_in(tmp_path).done(HASH, SEED + 1)
    assert not store_in(tmp_path).done("0" * 16, SEED)
    assert not store_in(tmp_path, "f" * 16).done(HASH, SEED)
    assert store_in(tmp_path).results("0" * 16, SEED, [0]) == {}


def test_seed_is_the_scenarios(tmp_path: Path) -> None:
    store, other = store_in(tmp_path), tiny(**{"run.seed": 2**63 - 1, "run.replicates": 9})
    put(store, [3], other)
    assert other.hash == HASH
    assert store_in(tmp_path).done(HASH, 2**63 - 1) == {3} and not store.done(HASH, SEED)


def test_a_failed_run_is_done_one_whose_worker_died_is_not(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    with store.writer() as out:
        out.add(SCENARIO, [failed(4), failed(5, DIED)])
    assert store.done(HASH, SEED) == {4}
    assert {n: r.error for n, r in store.results(HASH, SEED, range(9)).items()} == {4: failed(4).error, 5: DIED}
    put(store, [5])
    with store.writer() as out:  # a later death does not hide the good row
        out.add(SCENARIO, [failed(5, DIED)])
    for opened in (store, store_in(tmp_path)):
        assert opened.done(HASH, SEED) == {4, 5}
        assert equal(opened.results(HASH, SEED, [5])[5], results([5])[0])
    assert store.frame().collect()["replicate"].to_list().count(5) == 1


def test_the_same_run_twice_is_counted_once(tmp_path: Path) -> None:
    one, other = store_in(tmp_path), store_in(tmp_path)
    put(one, [0, 1])
    put(other, [1, 2])
    with one.writer() as out:
        out.add(SCENARIO, [failed(9, DIED)])
        out.add(SCENARIO, results([9, 9]))
    frame = other.rows([(HASH, SEED, range(20))])
    assert frame["replicate"].to_list() == [0, 1, 2, 9]
    assert other.query("SELECT count(*) AS n FROM runs")["n"].item() == 4
    assert other.stock()[0]["runs"] == 4


def test_rows_are_sorted_and_have_the_columns_asked_for(tmp_path: Path) -> None:
    store, other = store_in(tmp_path), tiny(**{"attacker.fighters": 401})
    put(store, [5, 3])
    put(store, [1], other)
    keys = [(other.hash, SEED, [1, 2]), (HASH, SEED, range(4)), ("0" * 16, SEED, [0])]
    found = store.rows(keys, ["scenario", "replicate", "attacker_losses"])
    assert found.columns == ["scenario", "replicate", "attacker_losses"]
    assert found.rows() == sorted([(other.hash, 1, 1.0), (HASH, 3, 3.0)])
    empty = store.rows([], ["replicate"])
    assert empty.columns == ["replicate"] and len(empty) == 0


def test_only_the_parts_that_have_the_rows_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = store_in(tmp_path)
    put(store, range(5))
    wanted = put(store, range(5, 9))
    asked: list[parts.Part] = []
    scan = reading.scan
    monkeypatch.setattr(reading, "scan", lambda found: [asked.extend(found), scan(found)][1])
    store.rows([(HASH, SEED, [6])])
    assert asked == [wanted]


def test_every_row_says_where_it_comes_from(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    put(store, [0])
    row = store.frame().collect().row(0, named=True)
    assert (row["model"], row["scenario"], row["seed"], row["name"]) == (MODEL, HASH, SEED, "base")
    assert row["version"] and row["git"] and "numpy" in row["platform"] and row["made"].tzinfo is not None
    assert json.loads(row["changed"])["defender.fighters"] == 300


def test_the_writer_keeps_what_is_finished_when_something_else_goes_wrong(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    with pytest.raises(KeyboardInterrupt), store.writer() as out:
        out.add(SCENARIO, results([0]))
        raise KeyboardInterrupt
    assert store_in(tmp_path).done(HASH, SEED) == {0}


def test_a_full_disk_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store, tried = store_in(tmp_path), []

    def full(_: int) -> None:
        tried.append(1)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreFull, match="No space left"), store.writer() as out:
        out.add(SCENARIO, results([0]))
        out.flush()
    assert len(tried) == 1 and warnings_of(caplog) == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EROFS])
def test_a_full_disk_is_said_and_the_rows_can_be_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    store = store_in(tmp_path)
    put(store, [0])
    out = store.writer()
    out.add(SCENARIO, results([1, 2]))
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(code, os.strerror(code))))
        with pytest.raises(StoreFull) as full:
            out.flush()
    assert os.strerror(code) in str(full.value) and "0 runs of this session are kept, 2 are not" in str(full.value)
    assert "STANDOFF_STORE" in str(full.value) and isinstance(full.value, OSError)
    assert list(store.shelf.folder.glob("*.tmp")) == [] and out.pending == 2
    assert store.done(HASH, SEED) == {0}
    assert out.flush() == 2 and store_in(tmp_path).done(HASH, SEED) == {0, 1, 2}


def test_a_write_that_the_system_cuts_off(tmp_path: Path) -> None:
    """No pretence: the system itself refuses to let a file grow."""
    resource = pytest.importorskip("resource")
    store = store_in(tmp_path)
    put(store, [0])
    out = store.writer()
    out.add(SCENARIO, results(range(1, 9)))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (9_000, hard))
    try:
        with pytest.raises(StoreFull, match="8 are not"):
            out.flush()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [path.suffix for path in store.shelf.folder.glob("part-*")] == [".parquet"]
    assert out.flush() == 8 and store_in(tmp_path).done(HASH, SEED) == set(range(9))


def test_a_large_flush_makes_several_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "MOST_ROWS", 4)
    store = store_in(tmp_path)
    with store.writer() as out:
        out.add(SCENARIO, results(range(10)))
    assert sorted(part.rows for part in store.shelf.parts.values()) == [2, 4, 4]
    assert len(store_in(tmp_path).done(HASH, SEED)) == 10


def test_an_unchanged_folder_is_not_listed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store_in(tmp_path), [0])
    store = store_in(tmp_path)
    os.utime(store.shelf.folder, (1e9, 1e9))
    assert store.done(HASH, SEED) == {0}
    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", lambda _: pytest.fail("listed again"))
        assert store.done(HASH, SEED) == {0}
    put(store_in(tmp_path), [1])
    assert store.done(HASH, SEED) == {0, 1}


def test_parts_of_one_clock_tick_are_all_seen(tmp_path: Path) -> None:
    """A coarse clock gives two changes the same time; a folder that changed just now is listed anyway."""
    store, other = store_in(tmp_path), store_in(tmp_path)
    put(other, [0])
    now = store.shelf.folder.stat().st_mtime_ns
    assert store.done(HASH, SEED) == {0}
    put(other, [1])
    os.utime(store.shelf.folder, ns=(now, now))
    assert store.done(HASH, SEED) == {0, 1}


def test_usual_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANDOFF_STORE", str(tmp_path / "deep" / "store"))
    assert Store.usual(write=False).folder == tmp_path / "deep" / "store"
    assert not (tmp_path / "deep").exists()
    assert Store.usual().folder.is_dir()
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("STANDOFF_STORE", str(tmp_path / "file"))
    for write in (True, False):
        with pytest.raises(InputError, match=r"STANDOFF_STORE = .*file: cannot be used as the result store"):
            Store.usual(write=write)
    monkeypatch.setenv("STANDOFF_STORE", str(tmp_path))
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(InputError, match="Set STANDOFF_STORE to a folder that can be written"):
        Store.usual()
    monkeypatch.delenv("STANDOFF_STORE")
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *_, **__: str(tmp_path / "user"))
    assert Store.usual(write=False).folder == tmp_path / "user" / "store"


@pytest.mark.parametrize(
    ("sql", "parts_of_message"),
    [
        ("SELECT * FROM run", ["there is no table 'run'", "FROM runs"]),
        ("SELECT attacker_loses FROM runs", ["Did you mean 'attacker_losses'?", "its columns: model, scenario"]),
        ("SELEC 1", ["query:", "The table is runs"]),
        ("", ["query:"]),
        ("SELECT nosuch(seed) FROM runs", ["query:", "nosuch"]),
    ],
)
def test_a_query_that_cannot_be_answered(tmp_path: Path, sql: str, parts_of_message: list[str]) -> None:
    store = store_in(tmp_path)
    put(store, [0])
    with pytest.raises(InputError) as refused:
        store.query(sql)
    assert [part for part in parts_of_message if part not in str(refused.value)] == []


def test_query_by_hand(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    put(store, range(5))  # attacker_losses is the replicate's number
    put(store_in(tmp_path, "f" * 16), range(3))
    assert store.query("SELECT avg(attacker_losses) AS mean FROM runs WHERE replicate > 1")["mean"].item() == 3.0
    count = "SELECT model, count(*) AS n FROM runs GROUP BY model ORDER BY n"
    assert store.query(count, all_models=True).rows() == [("f" * 16, 3), (MODEL, 5)]
    assert [(entry["model"], entry["runs"]) for entry in store.stock()] == [(MODEL, 5), ("f" * 16, 3)]
    assert store_in(tmp_path / "empty").query("SELECT * FROM runs").is_empty()


def test_asking_for_the_version_does_not_load_polars() -> None:
    code = "import sys; import sim.store, sim.store.identity as i; i.model_id(); print('polars' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd())
    assert done.stdout.strip() == "False", done.stderr


def test_a_part_costs_little(tmp_path: Path) -> None:
    """Guards against a slip by a factor of ten, not against a slow disk."""
    store = store_in(tmp_path)
    assert put(store, range(5)).size < 40_000
    assert rollup.AT == 200 and parts.FORMAT == 1


def test_two_models_lie_apart(tmp_path: Path) -> None:
    put(store_in(tmp_path), [0])
    put(store_in(tmp_path, "f" * 16), [0])
    told: dict[str, Any] = json.loads((tmp_path / "store" / "manifest.json").read_text())
    assert sorted(told["models"]) == [MODEL, "f" * 16]
    assert json.loads((tmp_path / "store" / "runs" / MODEL / "model.json").read_text())["model"] == MODEL


@pytest.mark.parametrize("which", ["runs", "runs/" + MODEL])
def test_a_file_where_a_folder_has_to_be_is_said_with_its_path(tmp_path: Path, which: str) -> None:
    store = store_in(tmp_path)
    (store.folder / which).parent.mkdir(parents=True)
    (store.folder / which).write_text("")
    for ask in (lambda: store.done(HASH, SEED), lambda: store.query("SELECT 1 FROM runs"), store.stock, store.check):
        with pytest.raises(InputError, match=f"{which}.*: cannot be read as part of the result store .Not a directory"):
            ask()


def test_a_folder_of_the_model_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store_in(tmp_path), [0])

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(InputError, match=f"{MODEL}: cannot be read as part .*Permission denied"):
        store_in(tmp_path).done(HASH, SEED)


@pytest.mark.parametrize("write", [True, False])
def test_the_usual_place_with_a_file_called_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: bool) -> None:
    monkeypatch.setenv("STANDOFF_STORE", str(tmp_path))
    (tmp_path / "runs").write_text("")
    with pytest.raises(InputError, match=r"STANDOFF_STORE = .*/runs: Not a directory"):
        Store.usual(write=write)


def test_the_usual_place_may_begin_with_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("STANDOFF_STORE", "~/zz")
    assert Store.usual(write=False).folder == tmp_path / "zz"
    monkeypatch.setenv("STANDOFF_STORE", "~nobody-of-this-name/zz")
    with pytest.raises(InputError, match="STANDOFF_STORE = ~nobody"):
        Store.usual(write=False)


def test_a_run_on_a_machine_that_failed_gives_way_to_the_good_row(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    with store.writer() as out:
        out.add(SCENARIO, [failed(5, f"{MACHINE_FAILED}: OSError: no space")])
    assert store.done(HASH, SEED) == frozenset()
    put(store, [5])
    assert store_in(tmp_path).results(HASH, SEED, [5])[5].error == ""


def test_a_full_disk_at_the_end_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Raised when nothing else went wrong, warned of when something did."""
    full = lambda _: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left on device"))  # noqa: E731
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreFull), store_in(tmp_path).writer() as out:
        out.add(SCENARIO, results([0]))
    assert warnings_of(caplog) == []
    with pytest.raises(KeyboardInterrupt), store_in(tmp_path).writer() as out:
        out.add(SCENARIO, results([0]))
        raise KeyboardInterrupt
    assert len(warnings_of(caplog)) == 1
