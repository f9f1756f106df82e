"""Whole sweeps of a tiny valley: the same table however it came about, and a folder that knows its sweep."""

from __future__ import annotations

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest
from runs_cases import TINY

from sim.errors import InputError
from sim.experiment.sweeps import folder as sweep_folder
from sim.experiment.sweeps.spec import SweepSpec
from sim.experiment.sweeps.sweep import Sweep
from sim.requests.sweeps import sweep, sweep_in, sweep_spec
from sim.store import Store

SETTINGS = [f"{key}={value}" for key, value in TINY.items() if key not in {"run.replicates", "attacker.fighters"}]


def spec_of(*vary: str, **more: object) -> SweepSpec:
    return sweep_spec("base", vary=vary or ("attacker.fighters=400:2800:3",), settings=SETTINGS, **more)  # type: ignore[arg-type]


def run(spec: SweepSpec, **more: object) -> Sweep:
    with ThreadPoolExecutor(2) as threads:
        return sweep(spec, executor=threads, **more)  # type: ignore[arg-type]


def test_a_sweep_made_found_and_half_found_is_the_same(tmp_path: Path) -> None:
    spec = spec_of("attacker.fighters=400:2800:3", "season.winter_onset=2021-10-01:2021-11-01:2", replicates=3)
    stores = [Store(tmp_path / name) for name in ("one", "other")]
    first = run(spec, store=stores[0])
    assert (first.tally.made, first.runs, first.failed) == (18, 18, 0)
    again = run(spec, store=stores[0])
    assert (again.tally.found, again.tally.made) == (18, 0)
    run(spec_of("attacker.fighters=400,2800", replicates=2), store=stores[1])
    other = run(spec, store=stores[1])
    for found in (again, other):
        assert found.table.equals(first.table)
        assert found.table.write_csv() == first.table.write_csv()
    assert first.table.schema["season.winter_onset"] == pl.Date
    assert first.table["attacker.fighters"].unique().sort().to_list() == [400, 1600, 2800]
    assert first.table["season.winter_onset"][0] == dt.date(2021, 10, 1)
    assert first.frame() is first.table


def test_a_point_has_the_numbers_that_a_run_of_its_scenario_has(tmp_path: Path) -> None:
    from sim import api

    found = run(spec_of(replicates=4), store=Store(tmp_path))
    ensemble = api.run("base", 4, values=TINY | {"attacker.fighters": 2800}, store=False)
    row = found.table.row(2, named=True)
    assert row["days_floor_held"] == ensemble.quantities["days_floor_held"].mean
    assert row["attacker_losses"] == ensemble.quantities["attacker_losses"].mean
    assert row["defender_survives"] == ensemble.bits["defender_survives"].share


def test_paired_draws_share_their_runs_and_fresh_ones_do_not(tmp_path: Path) -> None:
    paired = run(spec_of(replicates=2), store=Store(tmp_path))
    fresh = run(spec_of(replicates=2, draws="fresh"), store=Store(tmp_path))
    assert [point.replicates for point in paired.points] == [range(2)] * 3
    assert [point.replicates for point in fresh.points] == [range(2), range(2, 4), range(4, 6)]
    assert fresh.tally.found == 2  # the first point's are those of the paired sweep


def test_refined_points_are_those_of_the_full_grid(tmp_path: Path) -> None:
    factors = ("attacker.fighters=400:4400:9", "defender.fighters=100:500:9")
    settings = [text for text in SETTINGS if "defender.fighters" not in text]
    store = Store(tmp_path)
    coarse = sweep_spec("base", vary=factors, settings=settings, replicates=6, refine="floor_taken")
    found = run(coarse, store=store)
    assert found.refined is not None
    assert 0 < len(found.points) < 81
    assert found.runs < 81 * 6
    full = run(sweep_spec("base", vary=factors, settings=settings, replicates=6), store=store)
    assert full.tally.found == found.runs
    whole = found.table.filter(pl.col("runs") == 6)
    assert whole.equals(full.table.join(whole.select("point"), on="point", how="semi"))


def test_until_stops_point_by_point(tmp_path: Path) -> None:
    found = run(spec_of("attacker.fighters=400:2400:2", until="floor_taken=0.075:100"), store=Store(tmp_path))
    counts = found.table["runs"].to_list()
    assert counts[0] == 50
    assert found.tally.asked >= sum(counts)
    assert found.runs == sum(counts)


def test_progress_goes_on_over_the_rounds(tmp_path: Path) -> None:
    told: list[tuple[int, int, int]] = []
    spec = spec_of("attacker.fighters=400:2400:2", until="floor_taken=0.05:100")
    run(spec, store=Store(tmp_path), progress=lambda *counts: told.append(counts))
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)
    assert told[-1][0] == told[-1][1]


def test_a_folder_knows_its_sweep(tmp_path: Path) -> None:
    out, store, spec = tmp_path / "out", Store(tmp_path / "store"), spec_of(replicates=2)
    run(spec, store=store, folder=out)
    assert sweep_in(out) == spec
    with pytest.raises(InputError, match="holds this sweep already; go on with it by --resume"):
        run(spec, store=store, folder=out)
    with pytest.raises(InputError, match="holds another sweep already"):
        run(spec_of(replicates=3), store=store, folder=out)
    with pytest.raises(InputError, match="another sweep than the one asked for"):
        run(spec_of(replicates=3), store=store, folder=out, resume=True)
    assert run(spec, store=store, folder=out, resume=True).tally.made == 0
    lines = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    assert [line["event"] for line in lines] == ["started", "finished", "resumed", "finished"]
    assert lines[1]["made"] == 6 and lines[3]["found"] == 6
    with pytest.raises(InputError, match="holds no sweep to go on with"):
        sweep_in(tmp_path)


def test_a_folder_knows_its_sweep_however_it_is_written(tmp_path: Path) -> None:
    out, store = tmp_path / "out", Store(tmp_path / "store")
    spec = spec_of(replicates=1, outcomes=["floor_taken", "settlement"])
    run(spec, store=store, folder=out)
    path = out / sweep_folder.SPEC
    path.write_text("# a note\n" + path.read_text().replace('"floor_taken"', "'floor_taken'"))
    assert run(spec, store=store, folder=out, resume=True).tally.made == 0
    path.write_text("torn = [")
    with pytest.raises(InputError, match="is another sweep than the one asked for"):
        run(spec, store=store, folder=out, resume=True)


def test_a_changed_model_or_scenario_is_said(tmp_path: Path) -> None:
    out, store, spec = tmp_path / "out", Store(tmp_path / "store"), spec_of(replicates=1)
    run(spec, store=store, folder=out)
    log = out / sweep_folder.LOG
    before = json.loads(log.read_text().splitlines()[0])
    log.write_text(json.dumps(before | {"model": "other", "scenarios": {"base": "0" * 16}}) + '\n{"torn')
    told: list[str] = []
    run(spec, store=store, folder=out, resume=True, notice=told.append)
    assert len(told) == 2
    assert "model or its libraries have changed" in told[0]
    assert "scenario 'base' has changed" in told[1]


def test_what_only_the_terrain_can_refuse_is_refused_before_any_run(tmp_path: Path) -> None:
    spec = spec_of("attacker.main_axis=bazarak,bazarac", replicates=1)
    with pytest.raises(InputError, match="Did you mean 'bazarak'"):
        run(spec, store=Store(tmp_path / "store"))
    assert not list(tmp_path.rglob("part-*"))
