"""Runs found or made: nothing twice, nothing lost, whatever becomes of the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from runs_cases import failed, same, tiny

from sim.experiment import executor
from sim.experiment.executor import run_chunk
from sim.experiment.interrupt import Interrupted
from sim.experiment.runs import _Pace, ensure, gather
from sim.experiment.tasks import Parcel, Task
from sim.observe.result import WORKER_DIED, Result
from sim.store import Store, StoreFull


class Made:
    """Counts the runs that are really made."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.runs: list[tuple[str, int]] = []
        monkeypatch.setattr(executor, "run_chunk", self)

    def __call__(self, jobs: Parcel, model: str = "") -> list[list[Result]]:
        self.runs += [(scenario.hash, r) for scenario, replicates, _ in jobs for r in replicates]
        return run_chunk(jobs, model)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    return Made(monkeypatch)


def alike(found: Sequence[Result], expected: Sequence[Result]) -> bool:
    return len(found) == len(expected) and all(map(same, found, expected))


def test_what_is_stored_is_not_made_again_and_comes_back_to_the_bit(store: Store, made: Made) -> None:
    (first,) = gather([Task(tiny(), range(4))], store=store)
    told: list[tuple[int, int, int]] = []
    (again,) = gather([Task(tiny(), [5, 3, 0])], store=store, progress=lambda *counts: told.append(counts))
    assert [number for _, number in made.runs].count(3) == 1
    assert len(made.runs) == 5
    assert [r.replicate for r in again] == [5, 3, 0]
    assert alike(again[1:], [first[3], first[0]])
    assert told == [(3, 3, 0)]


def test_another_seed_or_value_is_another_run(store: Store, made: Made) -> None:
    tasks = [Task(tiny(), [0]), Task(tiny(**{"run.seed": 7}), [0]), Task(tiny(**{"run.days": 21}), [0])]
    results = gather(tasks, store=store)
    assert len(made.runs) == 3
    assert not same(results[0][0], results[1][0])
    assert gather(tasks, store=Store(store.folder))[2][0].floor is not None
    assert len(made.runs) == 3


def test_a_run_wanted_twice_is_made_once(store: Store, made: Made) -> None:
    for number, wanted in enumerate((gather, ensure)):
        kept = Store(store.folder / str(number))
        made.runs.clear()
        wanted([Task(tiny(), range(3)), Task(tiny(), [2, 3])], store=kept)
        assert sorted(r for _, r in made.runs) == [0, 1, 2, 3]


def test_ensure_tells_what_it_found_and_made(store: Store) -> None:
    tasks = [Task(tiny(), range(3)), Task(tiny(**{"run.days": 21}), range(2))]
    told: list[tuple[int, int, int]] = []
    first = ensure(tasks, store=store, progress=lambda *counts: told.append(counts))
    assert (first.asked, first.found, first.made, first.failed) == (5, 0, 5, 0)
    assert told[-1] == (5, 5, 0)
    more = ensure([Task(tiny(), range(4)), tasks[1]], store=store)
    assert (more.asked, more.found, more.made) == (6, 5, 1)
    assert store.done(tiny().hash, 2021) == {0, 1, 2, 3}


def test_what_raised_is_kept_and_what_died_is_tried_again(store: Store, made: Made) -> None:
    with store.writer() as writer:
        writer.add(tiny(), [failed(0), failed(1, f"{WORKER_DIED} 2 times")])
    (results,) = gather([Task(tiny(), range(2))], store=store)
    assert [number for _, number in made.runs] == [1]
    assert "broken on purpose" in results[0].error
    assert not results[1].error


def test_without_a_store_all_is_made(made: Made) -> None:
    assert alike(*(gather([Task(tiny(), range(2))], store=None)[0] for _ in range(2)))
    assert len(made.runs) == 4


def test_a_store_that_fills_up_does_not_stop_an_ensemble_and_is_said_once(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Store, "put", full)
    monkeypatch.setattr("sim.experiment.runs.FLUSH_SECONDS", 0.0)
    (results,) = gather([Task(tiny(), range(3))], store=store)
    assert [r.error for r in results] == ["", "", ""]
    assert len(caplog.records) == 1
    assert "No space left" in caplog.text
    with pytest.raises(StoreFull, match="No space left"):
        ensure([Task(tiny(), range(3))], store=store)


def test_an_interrupt_keeps_what_is_finished_in_the_store(store: Store) -> None:
    def stop(done: int, *_: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as caught:
        gather([Task(tiny(), range(5))], store=store, progress=stop)
    assert len(caught.value.results) == 2
    assert len(store.done(tiny().hash, 2021)) == 2
    with pytest.raises(KeyboardInterrupt):
        ensure([Task(tiny(), range(5))], store=store, progress=lambda done, *_: stop(done - 2))
    assert len(store.done(tiny().hash, 2021)) == 4


def test_tasks_may_be_made_as_they_are_needed(store: Store) -> None:
    class Lazy:
        def __iter__(self):  # type: ignore[no-untyped-def]
            return (Task(tiny(**{"run.days": days}), range(1)) for days in (20, 21))

    assert ensure(Lazy(), store=store).made == 2


def test_a_worker_with_another_model_is_refused() -> None:
    from sim.errors import InputError

    with pytest.raises(InputError, match="another model"):
        run_chunk([(tiny(), [0], "")], "0123456789abcdef")


def test_a_parcel_leaves_out_what_no_run_reads() -> None:
    from sim.experiment.tasks import Job, parcel

    scenario = tiny()
    other = replace(scenario, title="Other")
    ((bare, numbers, _), (_, more, _)) = parcel([Job(scenario, 1), Job(scenario, 2), Job(other, 1)])
    assert (numbers, more) == ([1, 2], [1])
    assert not bare.provenance and not bare.schema
    assert bare.hash == scenario.hash
    assert alike(run_chunk([(bare, [1], "")])[0], run_chunk([(scenario, [1], "")])[0])


def test_a_slow_disk_is_written_to_more_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("sim.experiment.runs.time.monotonic", lambda: clock[0])

    class Slow:
        seconds = 0.01

        def flush(self) -> None:
            clock[0] += self.seconds

    pace, disk = _Pace(), Slow()
    assert not pace.due()
    waits = []
    for disk.seconds in (0.001, 0.01, 10.0):
        pace.flush(disk)  # type: ignore[arg-type]
        waits.append(pace.wait)
    assert waits == [0.25, pytest.approx(0.5), 2.0]  # a fiftieth of the time, between a quarter second and two
    clock[0] += 2.0
    assert pace.due()


def test_a_fault_of_the_machine_is_tried_again(store: Store, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("sim.experiment.replicate.simulate", full)
        (results,) = gather([Task(tiny(), range(2))], store=store)
        assert all(r.error.startswith("the machine failed: OSError") for r in results)
    (results,) = gather([Task(tiny(), range(2))], store=Store(store.folder))
    assert [r.error for r in results] == ["", ""]
    assert len(made.runs) == 4


def test_ctrl_c_while_the_last_part_is_written_loses_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    import os
    import signal

    put = Store.put

    def interrupted(self: Store, frame: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        put(self, frame)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "put", interrupted)
    for number, wanted in enumerate((gather, ensure)):
        kept = Store(store.folder / str(number))
        with pytest.raises(KeyboardInterrupt):
            wanted([Task(tiny(), range(3))], store=kept)
        assert kept.done(tiny().hash, 2021) == {0, 1, 2}


def test_an_own_terrain_that_changed_since_is_refused_and_not_mixed(store: Store, tmp_path: Path) -> None:
    import shutil

    from sim.errors import InputError
    from sim.scenario import scenario_folder

    own = tmp_path / "valley"
    shutil.copytree(scenario_folder() / "terrain" / "panjshir", own)
    scenario = tiny(**{"terrain.folder": str(own), "terrain.resolution_m": 2000.0})
    (before,) = gather([Task(scenario, [0])], store=store)
    roads = own / "roads.csv"
    lines = roads.read_text().splitlines(keepends=True)
    roads.write_text("".join(lines[: len(lines) // 2]))
    with pytest.raises(InputError, match="has changed since the scenario was loaded"):
        gather([Task(scenario, [1])], store=store)
    again = tiny(**{"terrain.folder": str(own), "terrain.resolution_m": 2000.0})
    assert again.hash != scenario.hash
    (after,) = gather([Task(again, [0])], store=store)
    assert not same(before[0], after[0])
