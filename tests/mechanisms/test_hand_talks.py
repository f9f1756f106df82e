"""Talks, by hand: what a fight and each deal are worth to each side, agreements, their terms, and truces that end."""

from __future__ import annotations

from typing import Any

import pytest
from model_cases import BUSY, SYNTHETIC, Standoff, finished, model, steps_of

from sim import codes
from sim.actors.envoys import Deal, Talks
from sim.codes import ATTACKER, AUTONOMY, DEFENDER, POWER_SHARE, SURRENDER, TRUCE
from sim.experiment.replicate import summarise

WORTHS: dict[str, Any] = {
    "talks.bloodshed_cost": 0.3, "talks.elsewhere_cost": 0.5, "talks.discord_cost": 0.1, "talks.good_name": 0.3,
    "talks.truce_chance": 0.3, "talks.truce_shame": 0.3, "talks.support_months": 5.0, "talks.honour": 0.2,
    "talks.hunger_cost": 0.2, "talks.weakness_cost": 0.3, "talks.lost_start": 0.05, "talks.respite": 0.05,
    "talks.blame_step": 0.3, "talks.offer": 0.1, "talks.demand": 0.3, "talks.disarmament": True, "talks.guarantee": 0.0,
    "talks.holding_value": 0.5, "talks.autonomy_share": 0.4, "talks.cost_attacker": 0.1, "talks.cost_defender": 0.1,
    "talks.betrayal": 0.3, "talks.spoilers": 1.0, "talks.truce_worth": 0.1, "talks.patron_hostility": 0.5,
    "attacker.recognition_weight": 0.3, "attacker.hardliner_share": 0.55,
    "attacker.cabinet_prize": 0.2,
}  # fmt: skip


def table(values: Any = None, **seen: float) -> tuple[Standoff, Talks]:
    """Both envoys in a world that stands still."""
    run = model(SYNTHETIC | WORTHS | (values or {}))
    s = run.state
    still = {"pressure": 0.2, "est_recognition": 0.4, "drawn_away": 0.1, "fragmentation": 0.4, "trust": 0.5,
             "patron_push": 0.4, "est_support": 0.1, "civil_hunger": 0.25}  # fmt: skip
    for name, value in (still | seen).items():
        getattr(s, name)[:] = value
    s.est_win[:], s.resolve[:] = (0.5, 0.6, 0.5), (0.9, 0.7)
    s.est_cohesion[DEFENDER, DEFENDER] = 0.5
    envoys = steps_of(run)["envoys"].__self__  # type: ignore[attr-defined]
    assert isinstance(envoys, Talks)
    return run, envoys


def deals(envoys: Talks) -> dict[int, Deal]:
    return {deal.kind: deal for deal in envoys.deals()}


def test_worth_of_a_fight_to_the_attacker() -> None:
    """0.5 × (1.2 + 0.55 × 0.2 in spoils), less 0.1 + 0.3 × 0.3 × 0.4 + 0.5 × 0.1 + 0.1 × 0.4 = 0.226."""
    _, envoys = table()
    assert envoys.attacker.worth_of_fight() == pytest.approx(0.429)


def test_worth_of_deals_to_the_attacker() -> None:
    """A tenth given away: 1.2 × 0.9 - 0.55 × 0.1 + 0.3 × 0.3. Truce: 0.1 + 0.05 + 0.15 + 0.045 - 0.3 × 0.2 × 0.55."""
    _, envoys = table()
    assert envoys.attacker.worth_of(SURRENDER, 0.1) == pytest.approx(1.115)
    assert envoys.attacker.worth_of(TRUCE, 0.0) == pytest.approx(0.312)


def test_worth_of_a_fight_to_the_defender() -> None:
    """0.4 × 0.5 + 0.5 × (0.1 × 5) × 0.5 + 0.5 × 0.2 × 1.6 - 0.1 - (0.2 × 0.25 + 0.3 × 0.5)."""
    _, envoys = table()
    assert envoys.defender.worth_of_fight() == pytest.approx(0.185)


@pytest.mark.parametrize(("guarantee", "trust"), [(0.0, 0.4), (0.5, 0.7), (1.0, 1.0)])
def test_trust_falls_by_a_patron_and_rises_by_a_guarantor(guarantee: float, trust: float) -> None:
    """0.5 × (1 - 0.5 × 0.4), and of what is missing the guaranteed part."""
    _, envoys = table({"talks.guarantee": guarantee})
    assert envoys.defender.trust() == pytest.approx(trust)


def test_worth_of_a_promise() -> None:
    """Trust 0.4. Disarmed: 0.4 × 0.3 - 0.6 × 0.3. With arms a broken promise only costs a start of 0.05."""
    _, envoys = table()
    assert envoys.defender.worth_of(0.3, True, 0.185) == pytest.approx(-0.06)
    assert envoys.defender.worth_of(0.3, False, 0.185) == pytest.approx(0.12 + 0.6 * 0.135)


def test_the_offer_goes_half_of_the_way_to_what_the_attacker_could_give() -> None:
    """Prize and good name, 1.29, less the fight, over prize and spoilers, 1.75; he offers half of the way from 0.1."""
    run, envoys = table()
    envoys.deals()
    assert run.state.offer[0] == pytest.approx(0.5 * (0.1 + (1.29 - 0.429) / 1.75))
    run.state.est_win[ATTACKER] = 0.9
    envoys.deals()
    assert run.state.offer[0] == pytest.approx(0.5 * (0.1 + (1.29 - 0.953) / 1.75))


def test_no_deal_that_disarms_whom_nobody_trusts() -> None:
    for odds in (0.1, 0.5, 0.9):
        run, envoys = table(trust=0.05)
        run.state.est_win[:] = odds
        found = deals(envoys)
        assert set(found) == {SURRENDER, POWER_SHARE, TRUCE}
        assert max(found[kind].gain_defender for kind in (SURRENDER, POWER_SHARE)) < 0


@pytest.mark.parametrize(
    "values", [{"talks.guarantee": 1.0}, {"talks.patron_hostility": 0.0}], ids=["guarantee", "trust"]
)
def test_with_trust_or_a_guarantor_arms_are_laid_down(values: Any) -> None:
    run, envoys = table(values | {"talks.pace": 1.0, "talks.refusers": 0.0, "talks.demand": 0.4}, trust=1.0)
    run.state.est_win[DEFENDER] = 0.8  # 0.1 + 0.125 + 0.16 - 0.3 = 0.085 for fighting on
    people = run.state.men[run.state.side == DEFENDER].sum()
    assert deals(envoys)[SURRENDER].gain_defender == pytest.approx(0.1 - 0.085)
    assert deals(envoys)[POWER_SHARE].gain_defender > deals(envoys)[SURRENDER].gain_defender
    envoys.decide(0)
    assert run.state.settlement[0] == POWER_SHARE
    assert run.state.surrendered.sum() == people


def test_who_keeps_his_arms_needs_less_trust() -> None:
    """Autonomy is on the table only if nobody asks for arms; at a trust of 0.4 it gives 0.16 + 0.6 × 0.135 - 0.185."""
    _, envoys = table({"talks.disarmament": False})
    found = deals(envoys)
    assert found[AUTONOMY].gain_defender == pytest.approx(0.056)
    assert found[AUTONOMY].gain_attacker == pytest.approx(1.2 * 0.6 - 0.55 * 0.4 + 0.09 - 0.429)
    assert found[SURRENDER].gain_defender < 0
    assert AUTONOMY not in deals(table()[1])


def test_a_truce_pays_an_attacker_with_little_chance() -> None:
    """Chance p: 0.195 + 0.3 p - 0.033 against 1.31 p - 0.226: worth it up to p = 0.384."""
    for chance, gain in ((0.2, 0.186), (0.5, -0.117)):
        run, envoys = table()
        run.state.est_win[ATTACKER] = chance
        truce = deals(envoys)[TRUCE]
        assert truce.gain_attacker == pytest.approx(gain)
        assert truce.gain_defender == pytest.approx(0.05 + 0.5 * 0.1 * 0.5)


def test_terms_are_written_down() -> None:
    run, envoys = table({"talks.pace": 1.0, "talks.truce_days": 30, "talks.guarantee": 0.2}, trust=0.0)
    run.state.est_win[ATTACKER] = 0.2
    envoys.decide(8)
    s = run.state
    assert (s.settlement[0], s.truce[0], s.truce_until[0], s.talks[0]) == (TRUCE, 1, 31, codes.NO_TALKS)
    assert s.terms.tolist() == [0.0, 0.0, 30.0, 0.2, 0.0]
    told = run.decisions[-1]
    assert told.decision == "agree on local truce"
    assert dict(told.weights)["gain of the attacker"] == pytest.approx(0.186)


@pytest.mark.parametrize(("chance", "lasts"), [(0.2, True), (0.9, False)])
def test_a_truce_is_prolonged_while_both_gain(chance: float, lasts: bool) -> None:
    run, envoys = table({"talks.pace": 0.0, "talks.truce_days": 30, "talks.patience_days": 120.0})
    s = run.state
    s.settlement[0], s.truce[0], s.truce_until[0], s.est_win[ATTACKER] = TRUCE, 1, 9, chance
    envoys.decide(4 * 9)
    assert not run.decisions
    envoys.decide(4 * 10)
    assert (s.settlement[0] == TRUCE, s.truce[0] == 1) == (lasts, lasts)
    assert s.truce_until[0] == (39 if lasts else 9)
    reason = run.decisions[0].reason
    assert reason == ("both still gain by it" if lasts else "the attacker expects more from fighting")
    if not lasts:
        assert not s.terms.any()


def test_talks_break_off_when_he_attacks_and_blame_goes_by_the_offer() -> None:
    """Who attacks cannot put the blame on the other, however good his offer; a mean one costs him up to 0.3."""
    run, envoys = table(trust=0.0)
    run.state.phase[0] = codes.P_ASSAULT
    envoys.decide(0)
    assert run.state.talks[0] == codes.TALKS_FAILED
    assert run.state.blame[0] == 0.0
    assert run.decisions[-1].reason == "the attacker attacks"
    mean, envoys = table({"talks.offer": 0.0, "talks.demand": 1.0}, trust=0.0)
    mean.state.phase[0], mean.state.est_win[ATTACKER] = codes.P_ASSAULT, 1.0
    envoys.decide(0)
    assert mean.state.blame[0] == pytest.approx(0.3 * (2 * (1 - 0.5 * (1.29 - 1.084) / 1.75) - 1))


KINDS = {"truce": "local truce", "autonomy": "autonomy", "share": "power share", "surrender": "surrender on terms",
         "collapse": "local deals"}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_agreement_is_reached_in_a_run(name: str) -> None:
    """And what was agreed is in the outcome. Local deals are made by districts and have no terms between the sides."""
    found = summarise(finished(BUSY[name], validate=True)).outcome
    assert found is not None
    assert found.settlement == KINDS[name]
    terms = dict(found.terms)
    if name == "collapse":
        assert (found.outcome, found.terms, found.quantities["deals"] > 0) == ("collapsed", found.terms, True)
        assert terms["disarmament"] == terms["attacker stays in the valley"] == 1.0
        return
    assert tuple(terms) == codes.TERM_NAMES
    assert terms["disarmament"] == (name in ("share", "surrender"))
    assert (terms["days"] > 0) == (name == "truce")
    assert (terms["share of power"] > 0) == (name != "truce")
    assert terms["attacker stays in the valley"] == (name in ("share", "surrender"))
    if name != "truce":  # the truce had run out by then
        assert found.outcome == "settlement"
