"""Rules that the politics keep in whole runs: truces halt columns, the withheld hold nothing, winter is a surprise."""

from __future__ import annotations

from typing import Any

import numpy as np
from model_cases import model, steps_of

from sim import codes
from sim.codes import ACTIVE, ATTACKER, DEFENDER, GARRISON

TRUCE = {"events": [{"date": "2021-09-06", "kind": "truce", "days": 12}]}


def attackers(s: Any) -> np.ndarray:
    return (s.side == ATTACKER) & (s.status == ACTIVE) & (s.men > 0)


def test_a_truce_halts_the_columns_and_the_losses() -> None:
    run = model(TRUCE | {"run.days": 18})
    s = run.state
    while run.day < 8:
        run.step()
    assert s.truce[0]
    fallen, held = s.out.sum(), (s.holder == ATTACKER).sum()
    marching = attackers(s) & (s.order != codes.WITHDRAW)
    elsewhere = marching & (s.target != s.post)  # who stands before a place may stay there
    assert not (s.holder[s.target[elsewhere]] == DEFENDER).any()
    while run.day < 17:
        run.step()
    assert s.out.sum() == fallen
    assert (s.holder == ATTACKER).sum() <= held + 1  # who was on the road arrives


def test_a_truce_runs_out_even_without_envoys() -> None:
    run = model(TRUCE | {"run.days": 30, "run.without": ("envoys",)})
    days = []
    while run.running:
        run.step()
        if run.tick % 4 == 0:
            days.append(bool(run.state.truce[0]))
    assert sum(days) == 12
    assert days.index(True) == 7


def test_people_who_are_withheld_hold_no_garrison() -> None:
    run = model({"run.days": 40, "attacker.withhold_share": 0.5, "attacker.withhold_believed": 1.0})
    seen = 0
    while run.running:
        run.step()
        kept = attackers(run.state) & (run.state.withheld == 1)
        seen += int(kept.sum())
        if run.tick % 4 == 1:  # orders of the day are given
            assert not (run.state.order[kept] == GARRISON).any()
    assert seen > 0


def test_nobody_knows_the_winter_that_comes() -> None:
    """The attacker's clock is the same whenever the snow really falls."""
    clocks = {
        steps_of(model({"season.winter_onset": onset}))["attacker_commander"].__self__.winter_day  # type: ignore[attr-defined]
        for onset in (None, "2021-10-22", "2021-12-03")
    }
    assert len(clocks) == 1


def test_start_values_stand_without_the_process_that_moves_them() -> None:
    there, gone = model(), model({"run.without": ("opinion",)})
    for name in ("recognition", "est_recognition", "legitimacy", "trust", "est_support"):
        assert (getattr(there.state, name) == getattr(gone.state, name)).all(), name
    assert gone.state.legitimacy[codes.AT_HOME] > 0.5
