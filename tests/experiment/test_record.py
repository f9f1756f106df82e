"""The record of the politics: beliefs and claims beside the truth, and what a run came to, by made-up days."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from model_cases import BUSY, SYNTHETIC, Standoff, model

from sim import codes
from sim.kernels.watch_politics import POLITICS, STOCKS
from sim.observe import politics
from sim.observe.series import Series

DAYS, DISTRICTS = 20, 2
A, D, N = codes.ATTACKER, codes.DEFENDER, codes.NOBODY
BOTH = np.array([True, True])


def test_every_day_takes_down_what_is_believed_claimed_and_true() -> None:
    run = model(SYNTHETIC | {"attacker.fighters": 6000, "defender.posture": "disperse", "run.days": 12})
    s, out, t = run.state, run.recorder.series, run.run.world.tables
    for day in range(run.days):
        for _ in range(4):
            run.step()
        assert (out.beliefs[day] == s.belief_floor).all()
        assert (out.hidden[day] == s.belief_presence).all()
        assert (out.claims[day] == s.claim_floor).all()
        for d in range(len(s.floor)):
            here = s.holder[t.on_floor & (t.site_district == d)]
            assert out.held[day, d] == pytest.approx((here == A).mean() if len(here) else 0.0)
        for observer in range(3):
            assert (out.gap(observer)[day] == s.belief_floor[observer] - out.held[day]).all()
        stocks_are_the_states(run, day)
    assert out.held.any() and out.beliefs.any() and out.hidden.any(axis=(0, 2)).all()
    assert max(float(np.abs(out.gap(observer)).max()) for observer in range(3)) > 0.1
    assert set(out.claims.ravel().tolist()) == {A, D, N}


def stocks_are_the_states(run: Standoff, day: int) -> None:
    s, out = run.state, run.recorder.series
    for name in STOCKS:
        assert out.stock(name)[day] == getattr(s, name)[0], name
    longer = {
        "attacker_chance": s.est_win[0], "defender_chance": s.est_win[1], "outside_chance": s.est_win[2],
        "legitimacy_home": s.legitimacy[0], "legitimacy_abroad": s.legitimacy[1],
        "attacker_credibility": s.credibility[0], "defender_credibility": s.credibility[1],
        "attacker_claimed_losses": s.claimed_losses[0], "defender_claimed_losses": s.claimed_losses[1],
        "celebration_killed": s.celebrated[0], "celebration_injured": s.celebrated[1],
        "regional_interest": s.interest[0], "great_power_interest": s.interest[1], "donor_interest": s.interest[2],
        "political_leader": s.leader[0], "military_leader": s.leader[1], "term_share": s.terms[codes.T_SHARE],
        "term_disarmament": s.terms[codes.T_DISARM], "term_days": s.terms[codes.T_DAYS],
        "term_guarantee": s.terms[codes.T_GUARANTEE], "term_stays": s.terms[codes.T_STAYS], "deals": s.deal.sum(),
        "goodwill": s.goodwill.mean(),
    }  # fmt: skip
    assert set(longer) | set(STOCKS) == set(POLITICS)
    for name, value in longer.items():
        assert out.stock(name)[day] == pytest.approx(value), name


def test_days_to_come_are_empty() -> None:
    run = model(BUSY["events"])
    for _ in range(8):
        run.step()
    out = run.recorder.series
    assert out.politics[1].any() and out.hidden[1].any() and out.claims[1].any()
    assert not (out.politics[2:].any() or out.beliefs[2:].any() or out.held[2:].any() or out.claims[2:].any())


def made_up(**stocks: Any) -> Series:
    """Two districts, held and claimed by the defender; stocks are given as one value or day by day."""
    series = Series.new(DAYS, DISTRICTS, 2)
    series.floor[:], series.claims[:] = D, D
    for name, value in stocks.items():
        series.stock(name)[:] = value
    return series


def found(series: Series, taken: float = np.nan) -> dict[str, float]:
    numbers = politics.quantities(series, BOTH, taken)
    assert set(numbers) == set(politics.QUANTITIES)
    return numbers


def test_a_quiet_run_has_no_days_of_what_did_not_happen() -> None:
    numbers = found(made_up())
    for name in ("claim_lead_days", "denial_lag_days", "false_victory_day", "settled_day", "assault_day"):
        assert np.isnan(numbers[name])
    assert np.isnan(numbers["claimed_ratio_attacker"])
    assert numbers["talk_days"] == numbers["deals"] == numbers["leaders_left"] == 0


@pytest.mark.parametrize(("taken", "lead", "false"), [(9.0, 4.0, 5.0), (5.0, 0.0, np.nan), (3.0, -2.0, np.nan)])
def test_a_claim_of_the_whole_floor_before_its_capture_is_false(taken: float, lead: float, false: float) -> None:
    series = made_up()
    series.claims[3:, A, 0] = A  # one of two is not the whole
    series.claims[5:, A, 1] = A
    numbers = found(series, taken)
    assert (numbers["claim_lead_days"], numbers["false_victory_day"]) == pytest.approx((lead, false), nan_ok=True)
    never = found(series)
    assert np.isnan(never["claim_lead_days"])
    assert never["false_victory_day"] == 5.0
    assert politics.quantities(series, np.array([True, False]), 9.0)["claim_lead_days"] == 6.0


def test_denials_last_until_the_claim_ends() -> None:
    """One floor is given up after four days, the other never: four and the ten that are left."""
    series = made_up()
    series.floor[6:, 0] = series.floor[10:, 1] = A
    series.claims[10:, D, 0] = N
    assert found(series)["denial_lag_days"] == pytest.approx((4 + 10) / 2)


def test_gaps_are_means_of_what_is_believed_too_much_or_too_little() -> None:
    series = made_up()
    series.held[:] = (1.0, 0.0)
    series.beliefs[:, A] = (1.0, 0.5)
    series.beliefs[:, D] = (0.5, 0.0)
    series.beliefs[:10, codes.OUTSIDE] = (0.0, 1.0)
    series.beliefs[10:, codes.OUTSIDE] = (1.0, 0.0)
    numbers = found(series)
    assert [numbers[f"belief_gap_{who}"] for who in codes.OBSERVER_NAMES] == pytest.approx([0.25, 0.25, 0.5])
    assert series.gap(A)[0].tolist() == [0.0, 0.5]
    assert series.gap(D)[0].tolist() == [-0.5, 0.0]


def test_claimed_losses_for_each_real_one() -> None:
    series = made_up(attacker_claimed_losses=500.0, defender_claimed_losses=np.arange(DAYS) * 10.0)
    series.column("defender_out")[:] = 50.0
    series.column("attacker_out")[:] = 38.0
    numbers = found(series)
    assert numbers["claimed_ratio_attacker"] == 10.0
    assert numbers["claimed_ratio_defender"] == pytest.approx(190 / 38)


def test_days_means_and_ends() -> None:
    late = np.arange(DAYS) >= 12
    series = made_up(
        talks=np.where(np.arange(DAYS) < 7, codes.TALKING, codes.TALKS_FAILED), committed=np.where(late, 0.5, 1.0),
        drawn_away=np.where(late, 0.2, 0.0), recognition=np.linspace(0, 0.38, DAYS), fragmentation=0.6, deals=late * 3,
        political_leader=codes.ABROAD, military_leader=codes.LOST, celebration_killed=late * 17,
    )  # fmt: skip
    series.phase[4:9] = codes.P_ASSAULT
    numbers = found(series)
    expected = {"talk_days": 7, "mean_committed": 0.8, "mean_drawn_away": 0.08, "recognition_at_end": 0.38,
                "fragmentation_at_end": 0.6, "deals": 3, "leaders_left": 2, "celebration_killed": 17,
                "assault_day": 4}  # fmt: skip
    assert {name: numbers[name] for name in expected} == pytest.approx(expected)


def test_the_last_agreement_and_its_terms() -> None:
    kind = np.full(DAYS, codes.NOTHING)
    kind[3:8], kind[11:14] = codes.TRUCE, codes.AUTONOMY
    series = made_up(settlement=kind, term_share=np.where(kind == codes.AUTONOMY, 0.4, 0.0),
                     term_days=np.where(kind == codes.TRUCE, 30.0, 0.0))  # fmt: skip
    assert found(series)["settled_day"] == 3
    assert (politics.last_agreement(series), politics.agreed(series)) == (codes.AUTONOMY, False)
    assert politics.terms(series) == tuple(zip(codes.TERM_NAMES, (0.4, 0.0, 0.0, 0.0, 0.0), strict=True))
    series.stock("settlement")[14:] = codes.LOCAL_DEALS
    assert (politics.last_agreement(series), politics.agreed(series)) == (codes.LOCAL_DEALS, False)
    assert dict(politics.terms(series))["share of power"] == 0.0
    assert politics.terms(made_up()) == ()
    assert politics.agreed(made_up(settlement=codes.TRUCE))
