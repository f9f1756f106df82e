"""What many results add up to, from made-up results."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from runs_cases import failed, made_up, tiny

from sim.experiment.ensemble import Ensemble, usual_dates
from sim.experiment.why import why
from sim.observe.outcome import BITS, OUTCOMES, QUANTITIES

START = dt.date(2021, 8, 30)


@pytest.fixture(scope="module")
def ensemble() -> Ensemble:
    results = [made_up(0, falls=3), made_up(1, "contested", falls=7), made_up(2), failed(3)]
    dates = [START + dt.timedelta(days=d) for d in (2, 5, 19)]
    return Ensemble.of(tiny(), results, dates=dates)


def test_shares_are_of_the_finished_runs_and_add_to_one(ensemble: Ensemble) -> None:
    assert set(ensemble.outcomes) == set(OUTCOMES)
    assert ensemble.outcomes["defended"].count == 2
    assert ensemble.outcomes["defended"].of == 3
    assert sum(share.share for share in ensemble.outcomes.values()) == pytest.approx(1.0)
    assert ensemble.bits["held_to_winter"].share == pytest.approx(2 / 3)


def test_failed_runs_are_kept_and_counted(ensemble: Ensemble) -> None:
    assert [r.replicate for r in ensemble.failed] == [3]
    assert len(ensemble.finished) == 3
    assert len(ensemble.results) == 4


def test_a_district_by_hand(ensemble: Ensemble) -> None:
    district = ensemble.districts[0]
    assert (district.taken.count, district.day.count, district.day.q50) == (2, 2, 5.0)
    assert list(district.held.values()) == pytest.approx([0.0, 1 / 3, 2 / 3])
    assert ensemble.districts[1].taken.count == 0
    assert math.isnan(ensemble.districts[1].day.q50)


def test_quantities_and_breaks(ensemble: Ensemble) -> None:
    assert ensemble.quantities["attacker_losses"].mean == 1.0
    assert ensemble.quantities["claim_lead_days"].count == 0
    assert ensemble.breaks["defender"]["flank lost"] == 2.0
    assert ensemble.breaks["attacker"]["flank lost"] == 0.0


def test_the_frame_has_a_row_for_each_run(ensemble: Ensemble) -> None:
    frame = ensemble.frame()
    assert frame.columns == ["replicate", "outcome", "agreement", *BITS, *QUANTITIES, "error"]
    assert frame["replicate"].to_list() == [0, 1, 2, 3]
    assert frame["outcome"].to_list() == ["defended", "contested", "defended", None]
    assert frame["held_to_winter"].to_list() == [True, False, True, None]
    assert frame["attacker_losses"].to_list() == [0.0, 1.0, 2.0, None]
    assert frame["claim_lead_days"].null_count() == 4  # did not happen, and no NaN that would spoil a mean
    assert frame["error"].to_list() == [None, None, None, "ValueError: broken on purpose"]
    assert Ensemble.of(tiny(), []).frame().height == 0


def test_no_run_finished() -> None:
    ensemble = Ensemble.of(tiny(), [failed(0)])
    assert ensemble.why is None
    assert math.isnan(ensemble.outcomes["defended"].share)


def test_usual_dates_are_within_the_run() -> None:
    assert usual_dates(tiny()) == (dt.date(2021, 9, 13), dt.date(2021, 9, 18))
    dates = usual_dates(tiny(**{"run.days": 100}))
    assert dates[1:] == (dt.date(2021, 10, 1), dt.date(2021, 11, 1), dt.date(2021, 12, 1), dt.date(2021, 12, 7))
    assert usual_dates(tiny(**{"run.days": 1})) == (START,)


def test_why_keeps_the_steps_that_tell_most() -> None:
    """Ten runs: 'always' comes in all, 'sometimes' only in those that end in the commonest outcome."""
    common = [made_up(i, "contested", chain=("always", "sometimes: much")) for i in range(7)]
    rest = [made_up(i, "defended", chain=("always",)) for i in range(7, 10)]
    told = why([*common, *rest])
    assert told is not None
    assert (told.outcome, told.count, told.of) == ("contested", 7, 7)
    assert told.steps == (("always", 0.0), ("sometimes", 1.0))


def test_why_of_more_than_six_steps_tells_six() -> None:
    chain = tuple("abcdefgh")
    told = why([made_up(i, chain=chain) for i in range(4)])
    assert told is not None
    assert tuple(step for step, _ in told.steps) == chain[:6]  # one outcome: nothing tells more, so the earliest


def test_why_puts_the_ground_first() -> None:
    chain = ("a", "b", "c", "d", "e", "f", "gate falls", "main floor taken")
    told = why([made_up(i, chain=chain) for i in range(4)])
    assert told is not None
    assert tuple(step for step, _ in told.steps) == ("a", "b", "c", "d", "gate falls", "main floor taken")


def test_why_prefers_what_tells_over_what_is_frequent() -> None:
    """'late' comes in 30 of 40 runs of one outcome and in none of 40 of the other; five steps come always."""
    always = ("a", "b", "c", "d", "e", "f")
    first = [made_up(i, "contested", chain=(*always, "late") if i < 30 else always) for i in range(41)]
    second = [made_up(i, "defended", chain=always) for i in range(41, 81)]
    told = why([*first, *second])
    assert told is not None
    assert [step for step, _ in told.steps] == ["a", "b", "c", "d", "e", "late"]


def test_why_tells_the_commonest_order() -> None:
    told = why([made_up(0, chain=("a", "b")), made_up(1, chain=("b", "a")), made_up(2, chain=("b", "a"))])
    assert told is not None
    assert (tuple(step for step, _ in told.steps), told.count, told.of) == (("b", "a"), 2, 3)


def test_milestones_have_shares_and_days() -> None:
    ensemble = Ensemble.of(tiny(), [made_up(0, chain=("a", "b")), made_up(1, chain=("b",))])
    assert [(m.name, m.share, m.day) for m in ensemble.milestones] == [("a", 0.5, 0.0), ("b", 1.0, 0.5)]
    assert ensemble.commonest_chain[1] == 0.5
