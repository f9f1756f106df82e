"""A draw belongs to (seed, replicate, process, tick, unit): nothing else can move it."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest
from model_cases import BUSY, SMALL, SYNTHETIC, Standoff, base, changed, digest, finished, model, restore

from sim import codes, forces, pipeline
from sim.kernels.draws import replicate_key, uniform, whole
from sim.mechanisms.base import Run
from sim.state import ARRAYS

GROUP_ARRAYS = ("men", "sick", "out", "gone_home", "cohesion", "status", "cell", "order", "ammo_kg", "food_kg")


def digest_of(replicate: int) -> str:
    """Digest of one replicate, at the top level so that another process can call it."""
    return digest(finished(SYNTHETIC, replicate=replicate).state)


def with_idle_group(values: dict, monkeypatch: pytest.MonkeyPatch) -> Standoff:
    """The same run with one more group, first in the list and far from all."""
    plain = forces.muster

    def muster(run: Run) -> None:
        plain(run)
        state = run.state
        free = int(np.flatnonzero(state.men == 0)[0]) if (state.men == 0).any() else -1
        assert free >= 0, "there is a row to spare"
        sites = run.world.terrain.sites
        far = next(i for i, site in enumerate(sites) if site.kind == "staging" and i not in run.base_site)
        state.uid[free], state.side[free], state.kind[free] = 999_000, codes.DEFENDER, codes.REGULAR
        state.status[free], state.men[free], state.men_start[free] = codes.DISPERSED, 30, 30
        state.home_site[free] = state.target[free] = state.post[free] = far
        state.cell[free] = run.world.tables.site_cell[far]
        state.food_kg[free] = 1e5
        state.ledger[0, codes.DEFENDER, 0] += 1e5
        order = np.roll(np.arange(len(state.men)), 1) if free == len(state.men) - 1 else None
        if order is not None:  # every other group moves on by one row
            for name in group_arrays():
                getattr(state, name)[:] = getattr(state, name)[order]

    monkeypatch.setattr("sim.forces.muster", muster)
    run = model(values)
    monkeypatch.setattr("sim.forces.muster", plain)
    return run


def group_arrays() -> list[str]:
    """Arrays with one row a group."""
    return [name for name, meta in ARRAYS.items() if meta["shape"] == "group"]


def room_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """One row more than the order of battle needs."""
    plain = forces.dims
    monkeypatch.setattr("sim.forces.dims", lambda *a: {k: v + (k == "group") for k, v in plain(*a).items()})


@pytest.mark.parametrize("posture", ["gate", "yield"])
def test_one_more_group_moves_no_other_groups_draws(posture: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An idle group is put before all others; after days of fighting each other group is the same to the bit."""
    values = (SYNTHETIC if posture == "gate" else SMALL) | {"defender.posture": posture, "rally.gather": 0.0}
    values |= {"contact.initiative": 0.8, "run.days": 12, "defender.recruits_per_day": 0.0}
    values |= {"run.without": ("reports",)}  # which count everyone: what is decided may rightly differ, no draw may
    alone = finished(values)
    room_for_one(monkeypatch)
    joined = with_idle_group(values, monkeypatch)
    joined.run_model()
    rows = {int(uid): row for row, uid in enumerate(joined.state.uid)}
    assert 999_000 in rows
    people = alone.state.men_start > 0
    mine = np.flatnonzero(people & ((alone.state.men + alone.state.out + alone.state.gone_home) > 0))
    theirs = np.array([rows[int(uid)] for uid in alone.state.uid[mine]])
    assert (theirs != mine).any()
    assert alone.state.out.sum() > 0
    for name in GROUP_ARRAYS:
        assert (getattr(alone.state, name)[mine] == getattr(joined.state, name)[theirs]).all(), name


def test_weather_is_the_same_in_every_scenario() -> None:
    levers = ({}, {"attacker.fighters": 30000}, {"defender.posture": "yield"}, {"run.without": ("combat", "cold")})
    skies = [model(values).run.weather for values in levers]
    for other in skies[1:]:
        assert (other.temperature_c == skies[0].temperature_c).all()
        assert (other.pass_open == skies[0].pass_open).all()
        assert (other.sky == skies[0].sky).all()


def test_a_date_has_its_weather_whenever_the_run_begins() -> None:
    early = model({"run.start": "2021-08-30", "run.days": 60}).run.weather
    late = model({"run.start": "2021-09-29", "run.days": 30}).run.weather
    assert (early.temperature_c[30:] == late.temperature_c).all()


def test_two_runs_with_one_seed_are_equal_and_other_replicates_are_not() -> None:
    first, again = finished(SYNTHETIC), finished(SYNTHETIC)
    assert not changed(first.state, again.state)
    assert digest_of(1) != digest_of(2) != digest(first.state)
    assert digest(finished(SYNTHETIC, rng=2).state) != digest(first.state)


def test_serial_threads_and_processes_agree() -> None:
    serial = [digest_of(r) for r in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(digest_of, range(4))) == serial
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert list(pool.map(digest_of, range(4))) == serial


def test_runs_in_turns_do_not_disturb_each_other() -> None:
    """Two models stepped by turns give what each gives alone."""
    one, two = model(SYNTHETIC, replicate=0), model(SYNTHETIC, replicate=1)
    while one.running:
        one.step()
        two.step()
    assert [digest(one.state), digest(two.state)] == [digest_of(0), digest_of(1)]


PUT_BACK = BUSY | {"short of garrison": {"run.days": 30, "attacker.garrison_intent": 0.1}}


@pytest.mark.parametrize("name", PUT_BACK)
def test_a_state_put_back_goes_on_as_it_did(name: str) -> None:
    """Nothing that matters lies outside the state: a run taken up in a fresh model ends the same."""
    values = PUT_BACK[name]
    run = model(values)
    while run.day < run.days // 2:
        run.step()
    fresh = model(values)
    restore(fresh.state, run.state)
    fresh.tick = run.tick
    for each in (run, fresh):
        each.run_model()
    assert not changed(fresh.state, run.state)


def test_draws_are_uniform_and_do_not_hang_together() -> None:
    """Means, variances and correlations between neighbouring units, ticks and processes."""
    key = replicate_key(1, 0)
    table = np.array([[[uniform(key, p, t, u, 0) for u in range(40)] for t in range(40)] for p in (10, 11)])
    assert table.mean() == pytest.approx(0.5, abs=0.02)
    assert table.var() == pytest.approx(1 / 12, abs=0.005)
    for axis in range(3):
        last = table.shape[axis]
        here, there = (np.take(table, range(*part), axis).ravel() for part in ((0, last - 1), (1, last)))
        assert abs(np.corrcoef(here, there)[0, 1]) < 0.05


def test_whole_numbers_keep_the_mean() -> None:
    assert [whole(2.3, u) for u in (0.1, 0.29, 0.31, 0.9)] == [3, 3, 2, 2]
    assert whole(0.0, 0.5) == 0


def test_the_scenario_is_not_in_the_key() -> None:
    assert base().typed("run.seed", int) >= 0
    keys = {int(model(v).run.key) for v in (SYNTHETIC, SYNTHETIC | {"attacker.fighters": 500})}
    assert len(keys) == 1
    assert len({int(replicate_key(1, r)) for r in range(1000)}) == 1000
    assert pipeline.TICKS_PER_DAY == 4
