"""Files that are torn, foreign or out of date are set aside with their reason and never read as results."""

from __future__ import annotations

import io
import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from runs_cases import failed, tiny
from store_cases import DIED, HASH, MODEL, SCENARIO, SEED, equal, put, results, store_in, warnings_of

from sim.errors import InputError
from sim.store import Store, aside, care, manifest, parts, rollup, shelf
from sim.store.parts import digest_of

OTHER = "f" * 16


def reasons(store: Store) -> dict[str, str]:
    return {path.name: reason for path, reason in aside.listed(store.folder)}


def renamed(path: Path) -> Path:
    """The file with a name that tells its bytes."""
    return path.rename(path.with_name(f"{path.name[:-24]}{digest_of(path.read_bytes())}.parquet"))


def spoil(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.write_bytes(change(path.read_bytes()))


@pytest.mark.parametrize("large", [False, True], ids=["seen whole", "footer first"])
@pytest.mark.parametrize("where", [0, 1, 3, 12, 1000, -1000, -9, -5, -1])
def test_torn_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, where: int, large: bool
) -> None:
    """Cut off at many places. A large part is looked at by its footer first, and by its bytes before it is read."""
    if large:
        monkeypatch.setattr(parts, "OPEN_AT_ONCE", 0)
        monkeypatch.setattr(shelf, "OPEN_AT_ONCE", 0)
    put(store_in(tmp_path), [0])
    torn = put(store_in(tmp_path), [1]).path
    spoil(torn, lambda data: data[:where])
    store = store_in(tmp_path)
    assert store.done(HASH, SEED) == {0}
    assert sorted(store.results(HASH, SEED, [0, 1])) == [0]
    assert not torn.exists()
    ((name, reason),) = reasons(store).items()
    assert torn.name in name and reason.startswith("torn")
    (warning,) = warnings_of(caplog)
    assert torn.name in warning and "set aside: torn" in warning


@pytest.mark.parametrize("large", [False, True], ids=["seen whole", "footer first"])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.999])
def test_one_flipped_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, share: float, large: bool) -> None:
    if large:
        monkeypatch.setattr(parts, "OPEN_AT_ONCE", 0)
        monkeypatch.setattr(shelf, "OPEN_AT_ONCE", 0)
    bad = put(store_in(tmp_path), [0, 1]).path

    def flip(data: bytes) -> bytes:
        at = int(share * len(data))
        return data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]

    spoil(bad, flip)
    store = store_in(tmp_path)
    assert store.done(HASH, SEED) == frozenset()
    assert store.rows([(HASH, SEED, [0, 1])]).is_empty()
    assert store.frame().collect().is_empty() and not bad.exists()


def test_spoiled_after_it_was_found_sound(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    put(store, [0])
    bad = put(store, [1]).path
    assert store.done(HASH, SEED) == {0, 1}
    spoil(bad, lambda data: data[: len(data) // 2])
    assert sorted(store.results(HASH, SEED, [0, 1])) == [0]
    assert store.done(HASH, SEED) == {0}


def test_foreign_files(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = store_in(tmp_path)
    folder = put(store, [0]).path.parent
    (folder / "part-x.parquet").write_text("scenario,seed\na,1\n")
    copied = put(store_in(tmp_path, OTHER), [7]).path
    shutil.copy(copied, folder)
    own = put(store, [5]).path
    own.rename(folder / "mine.parquet")
    buffer = io.BytesIO()
    pl.DataFrame({"a": [1]}).write_parquet(buffer)
    stranger = folder / own.name.replace(own.name[-24:-8], digest_of(buffer.getvalue()))
    stranger.write_bytes(buffer.getvalue())
    (folder / "notes.txt").write_text("not ours, and no part either")
    opened = store_in(tmp_path)
    assert opened.done(HASH, SEED) == {0}
    found = reasons(opened)
    assert sorted(reason.partition(":")[0] for reason in found.values()) == ["foreign"] * 4
    assert any(f"of model {OTHER} in the folder of {MODEL}" in reason for reason in found.values())
    assert len(warnings_of(caplog)) == 4 and (folder / "notes.txt").exists() and copied.exists()
    assert store_in(tmp_path).done(HASH, SEED) == {0} and len(warnings_of(caplog)) == 4  # said once


def test_out_of_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(parts, "FORMAT", 0)
        old = put(store_in(tmp_path), [0]).path
    store = store_in(tmp_path)
    assert store.done(HASH, SEED) == frozenset() and not old.exists()
    assert list(reasons(store).values()) == ["out of date: format 0, this version reads 1"]


def test_a_footer_that_does_not_list_its_runs(tmp_path: Path) -> None:
    path = put(store_in(tmp_path), [0]).path
    frame = pl.read_parquet(path)
    frame.write_parquet(path, metadata={"standoff": json.dumps({"format": 1, "model": MODEL, "rows": 1})})
    renamed(path)
    store = store_in(tmp_path)
    assert store.done(HASH, SEED) == frozenset()
    assert list(reasons(store).values()) == ["foreign: its footer does not list its runs"]


def test_what_is_being_written_is_left_alone_until_it_is_old(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    folder = put(store, [0]).path.parent
    young, old = folder / "part-a.parquetabc.tmp", folder / "part-b.parquetdef.tmp"
    for path in (young, old):
        path.write_bytes(b"PAR1half")
    os.utime(old, (time.time() - 4000,) * 2)
    assert store_in(tmp_path).done(HASH, SEED) == {0} and young.exists() and old.exists()
    assert store_in(tmp_path).check()["temporary"] == 1
    assert young.exists() and not old.exists()


def test_nothing_set_aside_is_overwritten(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    folder = put(store, [0]).path.parent
    for text in ("one", "two"):
        (folder / "part-x.parquet").write_text(text)
        store_in(tmp_path).done(HASH, SEED)
    assert sorted(path.read_text() for path, _ in aside.listed(store.folder)) == ["one", "two"]


def test_a_read_only_store_is_read_and_only_warned_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    put(store_in(tmp_path), [0])
    bad = put(store_in(tmp_path), [1]).path
    spoil(bad, lambda data: data[:50])

    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "rename", refuse)
    store = store_in(tmp_path)
    for _ in range(3):
        assert store.done(HASH, SEED) == {0}
    (warning,) = warnings_of(caplog)
    assert "could not be set aside (Read-only file system)" in warning and bad.exists()
    assert store.check()["unread"] == [bad.name]


def test_a_part_that_is_gone_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = store_in(tmp_path)
    for number in range(4):
        put(store, [number, number + 10])
    from sim.store.rollup import roll_up

    assert roll_up(store.shelf, {}, at=2) == 4
    (whole,) = store.shelf.parts.values()
    whole.path.unlink()
    opened = store_in(tmp_path)
    assert opened.done(HASH, SEED) == frozenset()
    (warning,) = warnings_of(caplog)
    assert (
        warning.startswith("8 runs are gone from the store and will be computed again") and whole.path.name in warning
    )
    assert opened.check()["lost"] == {whole.path.name: 8}
    assert opened.check()["lost"] == {}  # struck from the list
    put(opened, [0])


def test_check_finds_what_nobody_asked_for(tmp_path: Path) -> None:
    put(store_in(tmp_path), [0])
    bad = put(store_in(tmp_path, OTHER), [1, 2]).path
    spoil(bad, lambda data: data[:-1] + b"X")
    told = store_in(tmp_path).check()
    assert (told["parts"], told["runs"], told["lost"]) == (1, 1, {})
    assert list(told["set_aside"].values()) == ["torn or altered: its bytes are not those its name tells"]


@pytest.mark.parametrize("text", ["{", "[1]", "\xff", ""])
def test_a_broken_manifest_costs_nothing(tmp_path: Path, text: str) -> None:
    store = store_in(tmp_path)
    put(store, [0])
    (store.folder / manifest.FILE).write_text(text, "latin-1")
    assert store_in(tmp_path).done(HASH, SEED) == {0}
    assert any("manifest.json" in name for name in reasons(store))
    put(store_in(tmp_path, OTHER), [0])
    assert OTHER in json.loads((store.folder / manifest.FILE).read_text())["models"]


def test_clean_says_first_and_deletes_when_told(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    folder = put(store, [0]).path.parent
    put(store_in(tmp_path, OTHER), range(3))
    (folder / "part-x.parquet").write_text("x")
    store.check()
    told = store.clean(other_versions=True, set_aside=True)
    assert (told.models, told.runs, len(told.files), told.deleted) == ([OTHER], 3, 1, False) and told.bytes > 1000
    assert len(store.stock()) == 2 and reasons(store)
    assert store.clean(other_versions=True, yes=True).deleted
    assert [entry["model"] for entry in store_in(tmp_path).stock()] == [MODEL]
    assert reasons(store) and OTHER not in manifest.read(store.folder)["models"]
    store.clean(set_aside=True, yes=True)
    assert not reasons(store) and store_in(tmp_path).done(HASH, SEED) == {0}


def test_results_can_be_written_while_another_version_is_cleaned(tmp_path: Path) -> None:
    """Whoever still runs the other version loses the old results, not the new ones."""
    other = store_in(tmp_path, OTHER)
    put(other, [0])
    store_in(tmp_path).clean(other_versions=True, yes=True)
    with other.writer() as out:
        out.add(SCENARIO, results([1]))
    assert other.done(HASH, SEED) == store_in(tmp_path, OTHER).done(HASH, SEED) == {1}


def with_failures(folder: Path) -> Store:
    """Replicates 0 to 3 of two scenarios in two parts; 1 and 3 failed; a third part holds a failed one alone."""
    store, other = store_in(folder), tiny(**{"attacker.fighters": 401})
    for numbers in ([0, 1], [2, 3]):
        with store.writer() as out:
            for scenario in (SCENARIO, other):
                out.add(scenario, [failed(n) if n % 2 else results([n])[0] for n in numbers])
    with store.writer() as out:
        out.add(SCENARIO, [failed(9, DIED)])
    return store


def test_failed_runs_are_forgotten_to_be_made_again(tmp_path: Path) -> None:
    store, other = with_failures(tmp_path), tiny(**{"attacker.fighters": 401}).hash
    before = {path.name for path in store.shelf.folder.glob("part-*")}
    told = store.clean(failed=True)
    assert (told.failed, told.deleted, told.bytes) == (5, False, 0)
    assert {path.name for path in store.shelf.folder.glob("part-*")} == before
    assert store.clean(failed=True, scenarios=[other], yes=True).failed == 2
    for opened in (store, store_in(tmp_path)):
        assert opened.done(other, SEED) == {0, 2} and opened.done(HASH, SEED) == {0, 1, 2, 3}
    assert store.clean(failed=True, yes=True).failed == 3
    for opened in (store, store_in(tmp_path)):
        assert opened.done(other, SEED) == opened.done(HASH, SEED) == {0, 2}
        assert sum(entry["failed"] for entry in opened.stock()) == 0
        found = opened.results(HASH, SEED, range(10))
        assert sorted(found) == [0, 2] and all(equal(found[r.replicate], r) for r in results([0, 2]))
    assert len(list(store.shelf.folder.glob("part-*"))) == 2 and store.check()["lost"] == {}
    assert store.clean(failed=True, yes=True).failed == 0


@pytest.mark.parametrize("step", ["write_part", "_settle"])
def test_a_kill_while_failed_runs_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    store, calls, inner = with_failures(tmp_path), [], getattr(rollup, step)

    def killed(*arguments: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return inner(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(rollup, step, killed)
        with pytest.raises(KeyboardInterrupt):
            store.clean(failed=True, yes=True)
    opened = store_in(tmp_path)
    assert opened.done(HASH, SEED) >= {0, 2} and sum(entry["failed"] for entry in opened.stock()) > 0
    opened.clean(failed=True, yes=True)
    assert opened.done(HASH, SEED) == store_in(tmp_path).done(HASH, SEED) == {0, 2}


def test_failed_runs_stay_while_another_process_rolls_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = with_failures(tmp_path)
    monkeypatch.setattr(care, "PATIENCE", 0.01)
    with manifest.lock_of(store.folder), pytest.raises(InputError, match="another process"):
        store.clean(failed=True, yes=True)
    assert store.done(HASH, SEED) == {0, 1, 2, 3}


def test_folders_that_are_no_models_are_named_and_never_touched(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    put(store, [0])
    put(store_in(tmp_path, OTHER), [0])
    for name in ("backup", OTHER.upper(), f"{OTHER}0"):
        shutil.copytree(store.folder / "runs" / OTHER, store.folder / "runs" / name)
    (store.folder / "runs" / "notes.txt").write_text("mine")
    foreign = sorted(["backup", OTHER.upper(), f"{OTHER}0", "notes.txt"])
    assert [entry["model"] for entry in store.stock()] == [MODEL, OTHER]
    assert store.check()["foreign"] == foreign and not reasons(store)
    assert store.clean(other_versions=True, set_aside=True, yes=True).models == [OTHER]
    assert sorted(path.name for path in (store.folder / "runs").iterdir()) == sorted([MODEL, *foreign])
    assert any((store.folder / "runs" / "backup").glob("part-*"))
