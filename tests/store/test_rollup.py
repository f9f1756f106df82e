"""Small parts are rolled up; whatever stops it when, every run is there once."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from runs_cases import failed, tiny
from store_cases import DIED, HASH, MODEL, SCENARIO, SEED, equal, put, results, store_in, warnings_of

from sim.store import Store, manifest, reading, rollup, shelf, writer
from sim.store.rollup import roll_up


class Stop(BaseException):
    """A kill."""


def filled(folder: Path, count: int = 12) -> Store:
    store = store_in(folder)
    for number in range(count):
        put(store, [number, 100 + number])
    return store


def everything(folder: Path, count: int = 12) -> None:
    """All runs are there, each once and to the bit, for one who opens the store now."""
    numbers = [*range(count), *range(100, 100 + count)]
    store = store_in(folder)
    assert store.done(HASH, SEED) == set(numbers)
    assert store.frame().select("replicate").collect()["replicate"].sort().to_list() == numbers
    found = store.results(HASH, SEED, numbers)
    assert all(equal(found[result.replicate], result) for result in results(numbers))


def listed(store: Store) -> dict[str, Any]:
    return json.loads((store.folder / manifest.FILE).read_text())["models"][MODEL]["parts"]


def test_parts_become_one_that_the_manifest_lists(tmp_path: Path) -> None:
    store = filled(tmp_path)
    assert roll_up(store.shelf, {}, at=12) == 0
    assert roll_up(store.shelf, {}, at=11) == 12
    (part,) = store.shelf.parts.values()
    assert listed(store) == {part.path.name: {"rows": 24, "bytes": part.size, "digest": part.digest}}
    assert [path.name for path in part.path.parent.glob("*.parquet")] == [part.path.name]
    everything(tmp_path)


def test_large_parts_stay_and_none_gets_too_large(tmp_path: Path) -> None:
    store = filled(tmp_path)
    assert roll_up(store.shelf, {}, at=1, most_rows=10) == 12
    assert sorted(part.rows for part in store.shelf.parts.values()) == [4, 10, 10]
    assert roll_up(store.shelf, {}, at=1, most_rows=10) == 0  # one small part
    assert len(listed(store)) == 3
    everything(tmp_path)


def test_the_writer_rolls_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rollup.roll_up, "__defaults__", (5, 1000))
    filled(tmp_path, 13)
    assert len(list((tmp_path / "store" / "runs" / MODEL).glob("part-*"))) <= 6
    everything(tmp_path, 13)


def test_a_death_gives_way_to_the_good_row(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    for replicate in (1, 2):
        with store.writer() as out:
            out.add(SCENARIO, [failed(replicate, DIED)])
    put(store, [1])
    roll_up(store.shelf, {}, at=2)
    (part,) = store.shelf.parts.values()
    assert part.rows == 2 and store.done(HASH, SEED) == store_in(tmp_path).done(HASH, SEED) == {1}


STEPS: dict[str, tuple[str, str]] = {
    "before the new part": ("sim.store.rollup.write_part", "before"),
    "after the new part": ("sim.store.rollup.write_part", "after"),
    "before the manifest": ("sim.store.rollup.manifest.update", "before"),
    "after the manifest": ("sim.store.rollup.manifest.update", "after"),
    "before the old go": ("sim.store.rollup._settle", "after"),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("batch", [1, 2])
def test_stopped_at_any_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, batch: int) -> None:
    store = filled(tmp_path)
    name, when = STEPS[step]
    inner: Callable[..., Any] = pytest.importorskip("pkgutil").resolve_name(name)
    calls = []

    def stopping(*args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        if len(calls) == batch and when == "before":
            raise Stop
        told = inner(*args, **kwargs)
        if len(calls) == batch:
            raise Stop
        return told

    with monkeypatch.context() as patch:
        patch.setattr(name, stopping)
        with pytest.raises(Stop):
            roll_up(store.shelf, {}, at=1, most_rows=12)
    everything(tmp_path)
    again = store_in(tmp_path)
    again.look()
    roll_up(again.shelf, {}, at=1, most_rows=30)
    everything(tmp_path)


@pytest.mark.parametrize("after", [0, 1, 5])
def test_stopped_while_the_old_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    store, gone, unlink = filled(tmp_path), [], Path.unlink

    def stopping(path: Path, missing_ok: bool = False) -> None:
        if path.suffix == ".parquet":
            if len(gone) == after:
                raise Stop
            gone.append(path)
        unlink(path, missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", stopping)
        with pytest.raises(Stop):
            roll_up(store.shelf, {}, at=1)
    everything(tmp_path)
    assert store_in(tmp_path).stock()[0]["runs"] == 24


def test_another_process_has_the_lock(tmp_path: Path) -> None:
    store = filled(tmp_path)
    with manifest.lock_of(store.folder):
        assert roll_up(store.shelf, {}, at=1) == 0
    assert roll_up(store.shelf, {}, at=1) == 12


def test_a_full_disk_leaves_the_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store = filled(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left on device")))
        assert roll_up(store.shelf, {}, at=1) == 0
    assert "No space left" in warnings_of(caplog)[0]
    everything(tmp_path)


def test_a_reader_whose_parts_vanish_reads_the_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(tmp_path)
    reader, scan, calls = store_in(tmp_path), reading.scan, []

    def late(parts: Any) -> Any:
        calls.append(len(parts))
        found = scan(parts)
        if len(calls) == 1:
            other = store_in(tmp_path)
            other.look()
            assert roll_up(other.shelf, {}, at=1) > 1
        return found

    monkeypatch.setattr(reading, "scan", late)
    assert len(reader.results(HASH, SEED, range(12))) == 12
    assert calls == [12, 1]
    calls.clear()
    for number in range(3):
        put(store_in(tmp_path), [500 + number])
    assert reader.query("SELECT count(*) AS n FROM runs")["n"].item() == 27


def test_a_large_part_that_vanishes_before_it_is_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that only moved to another part is not taken for missing."""
    filled(tmp_path)
    monkeypatch.setattr(shelf, "OPEN_AT_ONCE", 0)  # compared when asked for, not when first seen
    reader, verify, moved = store_in(tmp_path), shelf.verify, []

    def late(path: Path, digest: str) -> None:
        if not moved:
            moved.append(path)
            other = store_in(tmp_path)
            other.look()
            roll_up(other.shelf, {}, at=1)
        verify(path, digest)

    monkeypatch.setattr(shelf, "verify", late)
    assert len(reader.done(HASH, SEED)) == 24 and moved


def test_rolled_up_scenarios_are_all_found(tmp_path: Path) -> None:
    store, others = store_in(tmp_path), [tiny(**{"attacker.fighters": 400 + n}) for n in range(5)]
    for number in range(3):
        with store.writer() as out:
            for scenario in others:
                out.add(scenario, results([number]))
    roll_up(store.shelf, {}, at=1)
    opened = store_in(tmp_path)
    assert len(opened.shelf.parts) == 0  # nothing is looked at before it is asked for
    assert [opened.done(scenario.hash, SEED) for scenario in others] == [{0, 1, 2}] * 5
    frame = opened.rows([(scenario.hash, SEED, [1, 2]) for scenario in others], ["scenario", "replicate"])
    assert frame.rows() == sorted((scenario.hash, n) for scenario in others for n in (1, 2))
    assert writer.MOST_ROWS == 20_000


def test_what_cannot_be_rolled_up_is_said_once_and_left_for_a_minute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store, tried, now = filled(tmp_path), [], [1000.0]

    def full(*_: object) -> None:
        tried.append(1)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(rollup.time, "monotonic", lambda: now[0])
    with monkeypatch.context() as patch:
        patch.setattr(rollup, "write_part", full)
        for _ in range(5):
            assert roll_up(store.shelf, {}, at=1) == 0
        assert len(tried) == 1
        now[0] += rollup.PAUSE
        assert roll_up(store.shelf, {}, at=1) == 0 and len(tried) == 2
    assert len(warnings_of(caplog)) == 1
    now[0] += rollup.PAUSE
    assert roll_up(store.shelf, {}, at=1) == 12
    everything(tmp_path)


@pytest.mark.parametrize("failing", ["read", "_write"])
def test_a_manifest_that_cannot_be_read_or_written_keeps_its_lists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, failing: str
) -> None:
    """No large part is written again and again that could not be listed."""
    store = filled(tmp_path)
    roll_up(store.shelf, {}, at=1)
    before = listed(store)
    put(store, [50])
    path, names = store.folder / manifest.FILE, {path.name for path in store.shelf.folder.iterdir()}

    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(errno.EACCES, "Permission denied")

    def unread(at: Path, *more: object, read: Any = Path.read_text) -> str:
        return refuse() if at == path else read(at, *more)

    with monkeypatch.context() as patch:
        if failing == "read":
            patch.setattr(Path, "read_text", unread)
        else:
            patch.setattr(manifest, "_write", refuse)
        opened = store_in(tmp_path)
        assert len(opened.done(HASH, SEED)) == 25
        assert roll_up(opened.shelf, {}, at=1) == 0
    assert any("manifest.json cannot be read (Permission denied)" in t for t in warnings_of(caplog)) == (
        failing == "read"
    )
    assert listed(store) == before and {path.name for path in store.shelf.folder.iterdir()} == names
    assert not (store.folder / "set-aside").exists()
