"""The attacker's council, by hand: wishes and vote, people kept back, the government, the quarrel, and splits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from model_cases import SYNTHETIC, Standoff, call, model, steps_of, tiny

from sim import codes
from sim.actors.factions import AttackerCouncil
from sim.codes import ATTACKER, FIELD, HARDLINE, PRAGMATIST
from sim.kernels.draws import normal, uniform
from sim.kernels.factions import withhold

STILL: dict[str, Any] = {
    "attacker.impatience": 0.0, "attacker.relief": 0.0, "attacker.strife": 0.0, "attacker.quarrel_return": 0.0,
    "attacker.split_chance": 0.0, "attacker.hardline_zeal": 0.4, "attacker.pragmatist_zeal": 0.3,
    "attacker.chance_weight": 0.5, "attacker.field_chance_weight": 1.5, "attacker.failed_talks_weight": 0.3,
    "attacker.pressure_weight": 0.4, "attacker.restraint": 0.5, "attacker.cabinet_prize": 0.2,
    "attacker.patron_tie": 0.6, "attacker.patron_grudge": 0.6, "attacker.recognition_weight": 0.3,
    "attacker.hardliner_share": 0.55, "attacker.withhold_share": 0.2, "attacker.withhold_believed": 0.4,
    "attacker.disagreement": 0.4, "attacker.government_date": "2021-09-07", "attacker.government_delay": 2.0,
}  # fmt: skip
"""Nothing moves but what a test moves."""


def council(**values: Any) -> tuple[Standoff, AttackerCouncil]:
    """The factions of a run that gives the attacker 0.7, on a day without a government while talks go on."""
    run = model(SYNTHETIC | STILL | {key.replace("__", "."): value for key, value in values.items()})
    s = run.state
    s.est_win[:], s.est_recognition[0], s.pressure[0], s.patron_push[0] = 0.7, 0.5, 0.2, 0.1
    s.belief_floor[:], s.talks[0] = 0.0, codes.TALKING
    factions = steps_of(run)["factions"].__self__  # type: ignore[attr-defined]
    assert isinstance(factions, AttackerCouncil)
    return run, factions


def test_the_wishes_and_the_vote() -> None:
    """Hardline 0.4 + 0.2 + 0.2 + 0.06 + 0.1. Field 1.5 × 0.2 + 0.08. Pragmatists -0.15 - 0.3 + 0.08 - 0.06 + 0.1.

    Vote 0.55 × 0.96 + 0.15 × 0.38 - 0.3 × 0.33, less 0.5 × 0.3 × 0.5 × (1 - 0.35) for all.
    """
    run, factions = council()
    factions.decide(0)
    s = run.state
    assert s.faction_share == pytest.approx([0.55, 0.15, 0.3])
    assert s.faction_push == pytest.approx([0.96, 0.38, -0.33])
    assert s.vote[0] == pytest.approx(0.486 - 0.04875)


def test_failed_talks_and_victory_move_the_wishes() -> None:
    """Failed talks leave no better end (+0.3) and press the field (+0.3); a held floor takes the prize away (-0.2)."""
    pushes = []
    for held in (0.0, 1.0):
        run, factions = council()
        run.state.belief_floor[ATTACKER] = held
        run.state.talks[0], run.state.government_day[0] = codes.TALKS_FAILED, 3
        factions.decide(16)
        pushes.append(run.state.faction_push - run.state.pressure[0] * np.array([1.0, 0.4, 0.4]))
    assert pushes[0][1:] == pytest.approx(pushes[1][1:])
    assert pushes[0][0] - pushes[1][0] == pytest.approx(0.2)


def test_pragmatists_keep_people_back_by_the_quarrel() -> None:
    """0.2 × 0.4 of the force, twice that at twice the usual disagreement, and none once they want the assault."""
    for quarrel, kept in ((0.4, 0.08), (0.8, 0.16), (1.0, 0.16), (0.2, 0.04)):
        run, factions = council()
        s = run.state
        force = float((s.faction[s.side == ATTACKER] == PRAGMATIST).mean())
        s.fragmentation[0] = quarrel
        factions.decide(0)
        assert s.faction_commit == pytest.approx([1.0, 1.0, 1.0 - kept / force])
        back = s.men[s.withheld == 1].sum() / s.men[s.side == ATTACKER].sum()
        assert s.committed[0] == pytest.approx(1.0 - back)
        assert back == pytest.approx(kept, abs=0.04)  # in whole groups, of which there are thirty
        assert not s.withheld[s.faction != PRAGMATIST].any()
    run, factions = council()
    run.state.est_recognition[0], run.state.talks[0] = 0.0, codes.TALKS_FAILED
    factions.decide(0)
    assert run.state.faction_push[PRAGMATIST] > 0
    assert run.state.committed[0] == 1.0


def test_flags_spread_evenly_through_a_faction() -> None:
    """Half of ten, of whom a fifth is drawn away: four take part, the 3rd, 5th, 8th and 10th. No enemy counts."""
    s = tiny(groups=13)
    s.faction[:] = [HARDLINE] * 10 + [FIELD, -1, HARDLINE]
    s.side[11:] = [ATTACKER, codes.DEFENDER]
    s.faction_commit[:], s.drawn_away[0] = (0.5, 1.0, 1.0), 0.2
    part = call(withhold, s)
    assert np.flatnonzero(s.withheld[:10] == 0).tolist() == [2, 4, 7, 9]
    assert s.withheld[10:].tolist() == [1, 0, 0]  # 0.8 of a group of one is none
    assert part == pytest.approx(4 / 11)
    s.status[:10] = codes.EMPTY
    assert call(withhold, s) == 0.0


@pytest.mark.parametrize(("disagreement", "late"), [(0.4, 0.0), (0.6, 4.0), (0.2, -4.0)])
def test_the_quarrel_delays_the_government(disagreement: float, late: float) -> None:
    """Two days for each 0.1 above 0.4, beside a drawn luck of two days."""
    run, factions = council(attacker__disagreement=disagreement)
    luck = 2.0 * normal(run.run.key, codes.D_GOVERNMENT, 0, 0, 0)
    due = round(8 + late + luck)
    assert factions.forms_on == max(0, due)
    run.state.belief_floor[ATTACKER] = 0.5
    for day in range(due + 1):
        assert run.state.government_day[0] == -1
        factions.decide(4 * day)
    assert run.state.government_day[0] == due
    assert run.state.cabinet_hard[0] == pytest.approx(0.55 + 0.2 * 0.5 + 0.1 * 0.6)
    assert [d.decision for d in run.decisions if "government" in d.decision] == [
        "a government is formed, 71 % of it hardline"
    ]


def test_without_a_date_there_is_a_government_from_the_start() -> None:
    run, factions = council(attacker__government_date="none")
    factions.decide(0)
    assert run.state.government_day[0] == 0


def test_pressure() -> None:
    """0.1 × 2 for the last holdout; 0.01 a day, half more without a government and half more after failed talks."""
    run, factions = council(attacker__impatience=0.01, attacker__relief=0.05)
    start = model(SYNTHETIC | {"attacker.pressure_start": 0.1, "attacker.holdout_bonus": 2.0})
    assert start.state.pressure[0] == pytest.approx(0.2)
    s = run.state
    for held, talks, government, moved in (
        (0.0, codes.TALKING, -1, 0.015), (0.0, codes.TALKS_FAILED, -1, 0.0225), (0.0, codes.TALKING, 0, 0.01),
        (1.0, codes.TALKING, 0, -0.05), (0.5, codes.TALKING, 0, 0.005 - 0.025),
    ):  # fmt: skip
        s.pressure[0], s.talks[0], s.government_day[0], s.belief_floor[ATTACKER] = 0.2, talks, government, held
        factions.decide(0)
        assert s.pressure[0] == pytest.approx(0.2 + moved)


def test_idle_time_raises_disagreement_and_it_is_drawn_back_to_its_usual_level() -> None:
    run, factions = council(attacker__strife=0.1, attacker__quarrel_return=0.02, attacker__quiet_below=2.0)
    s = run.state
    s.idle_days[0] = 29.0
    factions.decide(0)
    assert (s.idle_days[0], s.fragmentation[0]) == (30.0, pytest.approx(0.4 + 0.1 / 30 * 0.6))
    s.bloodshed[0], s.fragmentation[0] = 3.0, 0.7
    factions.decide(4)  # under fire a fifth of the idle time is forgotten in a day
    assert s.idle_days[0] == pytest.approx(24.0)
    assert s.fragmentation[0] == pytest.approx(0.7 + 0.1 / 30 * 0.8 * 0.3 + 0.02 * (0.4 - 0.7))
    s.idle_days[0], s.fragmentation[0], s.belief_floor[ATTACKER] = 0.0, 0.4, 1.0
    factions.decide(8)  # a held floor takes 0.3 of the usual 0.4 away
    assert s.fragmentation[0] == pytest.approx(0.4 + 0.02 * (0.28 - 0.4))
    s.fragmentation[0], s.belief_floor[ATTACKER] = 0.4, 0.0
    s.government_day[0], s.cabinet_hard[0] = 1, 0.8  # 0.2 more than is thought fair, by 0.5
    factions.decide(12)
    assert s.fragmentation[0] == pytest.approx(0.4 + 0.02 * 0.1)


@pytest.mark.parametrize(
    ("government", "hard", "loser"),
    [(-1, 0.0, PRAGMATIST), (0, 0.7, PRAGMATIST), (0, 0.5, HARDLINE)],
    ids=["no government", "hardliners got more", "hardliners got less"],
)
def test_who_got_less_than_his_weight_stands_aside(government: int, hard: float, loser: int) -> None:
    run, factions = council(attacker__split_days=7)
    s = run.state
    factions.split, s.government_day[0], s.cabinet_hard[0] = 1e9, government, hard
    factions.decide(0)
    assert s.split_until.tolist() == [7 if f == loser else -1 for f in (HARDLINE, FIELD, PRAGMATIST)]
    assert s.faction_commit[loser] == 0.0
    assert s.withheld[s.faction == loser].all()
    assert f"the {codes.FACTION_NAMES[loser]} faction stands aside for 7 days" in [d.decision for d in run.decisions]
    factions.decide(4 * 7)
    assert s.split_until.max() == 7  # nobody else leaves meanwhile
    factions.split = 0.0
    factions.decide(4 * 8)
    assert s.faction_commit[loser] > 0.0


def test_a_split_is_as_likely_as_said() -> None:
    """0.3 a month × 0.8 over 0.4 × two for thirty idle days: 0.04 a day."""
    hits = 0
    run, factions = council(attacker__split_chance=0.3)
    s = run.state
    for day in range(300):
        s.fragmentation[0], s.idle_days[0], s.split_until[:] = 0.8, 29.0, -1
        factions.decide(4 * day)
        hit = uniform(run.run.key, codes.D_SPLIT, 4 * day, 0, 0) < 0.3 / 30 * 2 * 2
        assert (s.split_until.max() >= 0) == hit
        hits += hit
    assert 4 <= hits <= 24
