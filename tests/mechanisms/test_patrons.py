"""Patrons: when they decide, after which lag they deliver, what tires and what deters them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from model_cases import BUSY, SYNTHETIC, Standoff, changed, finished, model

from sim import codes
from sim.actors.patrons import Patron, Patrons
from sim.codes import DELIVERING, DETERRED, DONORS, GREAT_POWER, OUTSIDE, PLEDGED, REGIONAL, WATCHING
from sim.kernels.draws import replicate_key, uniform

EAGER: dict[str, Any] = {
    "support.regional_interest": 1.0,
    "support.great_power_interest": 1.0,
    "support.donor_interest": 1.0,
    "support.readiness": 30.0,
    "support.sympathy": 1.0,
    "support.regional_lag_days": 5,
    "support.interest_decay": 0.0,
    "support.fatigue": 0.0,
}


class Abroad:
    """The patrons of a run whose world outside stands still."""

    def __init__(self, values: Any = None, **seen: float) -> None:
        self.model = model(SYNTHETIC | EAGER | (values or {}))
        self.state = self.model.state
        for name, value in {"est_win": 0.0, "recognition": 0.0, "publicity": 0.5, "patron_push": 0.0, **seen}.items():
            getattr(self.state, name)[:] = value
        self.state.legitimacy[codes.FOREIGN] = self.state.recognition[0]
        self.state.belief_floor[:] = 0.0
        self.state.belief_presence[:] = 1.0
        self.model.decisions.clear()
        self.council = Patrons(self.model)

    def days(self, count: int, start: int = 0) -> None:
        for day in range(start, start + count):
            self.council.decide(4 * day)

    def said(self, who: int) -> list[tuple[int, str]]:
        return [(d.day, d.decision) for d in self.model.decisions if d.actor == codes.PATRON_NAMES[who]]


def test_off_in_the_base() -> None:
    run = finished(SYNTHETIC)
    s = run.state
    assert not (s.interest.any() or s.patron.any() or s.sent_kg.any() or s.delivered_kg.any())
    assert not [d for d in run.decisions if d.actor in codes.PATRON_NAMES]
    assert not changed(s, finished(SYNTHETIC | {"run.without": ("patrons",)}).state)


def test_help_is_pledged_delivered_after_the_lag_and_explained() -> None:
    abroad = Abroad()
    abroad.days(30)
    pledged, delivered = abroad.said(REGIONAL)
    assert (pledged[1], delivered[1]) == ("pledge help", "deliver")
    assert delivered[0] - pledged[0] == 5
    first = abroad.model.decisions[0]
    assert {word for word, _ in first.weights} == {"interest", "viability", "publicity", "deterrence"}
    assert abroad.state.patron.tolist()[REGIONAL] == DELIVERING
    assert abroad.state.sent_kg[REGIONAL] == 10_000
    assert abroad.state.sent_kg[GREAT_POWER] == 0  # its lag is 120 days


@pytest.mark.parametrize(
    ("values", "seen", "per_month"),
    [
        ({}, {}, 30.0),
        ({}, {"publicity": 0.0}, 15.0),
        ({}, {"est_win": 0.8}, 6.0),
        ({}, {"recognition": 0.6}, 21.0),
        ({"support.regional_interest": 0.1}, {}, 3.0),
        ({"support.regional_interest": 0.01}, {}, 0.0),
        ({"support.readiness": 1.0}, {"publicity": 0.1, "recognition": 1.0, "est_win": 0.5}, 0.15),
    ],
)
def test_the_chance_of_a_day_is_the_hazard_by_hand(values: Any, seen: Any, per_month: float) -> None:
    """Interest x readiness x viability x (0.5 + publicity) x (1 - 0.5 x standing abroad), in 30 days."""
    chance = 1 - math.exp(-per_month / 30)
    for replicate in range(30):
        abroad = Abroad(values, **seen)
        key = replicate_key(7, replicate)
        member = abroad.council.members[REGIONAL]
        member.run = replace(member.run, key=key)
        member.decide(40)
        luck = uniform(key, codes.D_PATRON, 40, REGIONAL, 0)
        assert (abroad.state.patron[REGIONAL] == PLEDGED) == (luck < chance)


def test_sympathy_is_the_great_powers_only() -> None:
    abroad = Abroad({"support.sympathy": 0.0})
    abroad.days(30)
    assert abroad.state.patron[GREAT_POWER] == WATCHING
    assert abroad.state.patron[REGIONAL] != WATCHING
    readiness = [m.readiness for m in Abroad({"support.sympathy": 0.2}).council.members if isinstance(m, Patron)]
    assert readiness == pytest.approx([30.0, 6.0, 30.0])


def test_nobody_helps_a_cause_that_is_believed_gone() -> None:
    abroad = Abroad()
    abroad.state.belief_floor[OUTSIDE], abroad.state.belief_presence[OUTSIDE] = 1.0, 0.0
    abroad.days(60)
    assert not abroad.model.decisions
    abroad.state.belief_presence[OUTSIDE, 0] = 0.2  # some are left in the hills
    abroad.days(30, 60)
    assert abroad.state.patron[REGIONAL] == DELIVERING
    abroad.state.belief_presence[OUTSIDE] = 0.0
    abroad.days(1, 90)
    assert abroad.state.patron.tolist() == [WATCHING] * 3
    assert not abroad.state.sent_kg.any()
    assert abroad.said(REGIONAL)[-1] == (90, "stop helping")


def test_interest_fades_by_month_and_a_lobby_holds_it_up() -> None:
    quiet = {"support.readiness": 0.0, "support.interest_decay": 0.1}
    abroad = Abroad(quiet)
    abroad.days(30)
    assert abroad.state.interest == pytest.approx([(1 - 0.1 / 30) ** 30] * 3)
    lobby = Abroad(quiet | {"support.lobby_drift": 0.02, "support.great_power_interest": 0.0})
    lobby.days(600)
    assert lobby.state.interest[GREAT_POWER] == pytest.approx(0.2, rel=0.2)  # drift over decay
    assert lobby.state.interest[REGIONAL] < 0.15


def test_what_is_sent_tires_until_it_stops() -> None:
    abroad = Abroad({"support.fatigue": 1.0, "support.gives_up_below": 0.5, "support.regional_lag_days": 0})
    abroad.days(120)
    (pledged, _), (began, _), (ended, _) = abroad.said(REGIONAL)[:3]
    assert began == pledged + 1
    # each day of 10 t costs one in a hundred: below one half after 69
    assert ended - began == 69
    assert abroad.state.interest[REGIONAL] == pytest.approx(0.99**69)
    assert len(abroad.said(REGIONAL)) == 3  # and it does not begin again


def test_a_recognised_attacker_deters_and_a_fallen_one_does_not() -> None:
    eager = {"support.deterrence": 0.0, "support.deterrence_chance": 3.0}
    abroad = Abroad(eager | {"support.regional_lag_days": 700}, recognition=1.0)
    abroad.days(150)
    said = [decision for _, decision in abroad.said(REGIONAL)]
    assert said == ["pledge help", "be put off"]
    assert abroad.state.patron[REGIONAL] == DETERRED
    abroad.state.recognition[0] = abroad.state.legitimacy[codes.FOREIGN] = 0.05
    abroad.days(30, 150)
    assert [decision for _, decision in abroad.said(REGIONAL)][2:] == ["look on", "pledge help"]
    unknown = Abroad(eager, recognition=0.0)
    unknown.days(150)
    assert unknown.state.patron[REGIONAL] == DELIVERING


def test_deterrence_is_the_hazard_by_hand() -> None:
    """3 a month at full standing abroad, x standing x (1 + the weight of the attacker's patron)."""
    chance, seen = 1 - math.exp(-3.0 * 0.5 * 1.5 / 30), []
    abroad = Abroad({"support.deterrence_chance": 3.0}, recognition=0.5, patron_push=0.5)
    member = abroad.council.members[REGIONAL]
    for day in range(200):
        abroad.state.patron[REGIONAL], abroad.state.patron_since[REGIONAL] = DELIVERING, 0
        member.decide(4 * day)
        seen.append(abroad.state.patron[REGIONAL] == DETERRED)
        assert seen[-1] == (uniform(member.run.key, codes.D_PATRON, 4 * day, REGIONAL, 1) < chance)
    assert 0 < sum(seen) < 60


def test_a_patron_that_an_event_brings_in_stays() -> None:
    """Without interest of its own it neither tires nor is put off; only another event takes it away."""
    abroad = Abroad({"support.regional_interest": 0.0, "support.deterrence_chance": 3.0}, recognition=1.0)
    s = abroad.state
    s.patron[REGIONAL], s.sent_kg[REGIONAL] = DELIVERING, 5000.0
    abroad.days(100)
    assert (s.patron[REGIONAL], s.sent_kg[REGIONAL]) == (DELIVERING, 5000.0)
    assert not abroad.said(REGIONAL)


def test_only_states_fly() -> None:
    abroad = Abroad({"support.airlift_t_day": 4.0, "support.donor_lag_days": 0, "support.regional_interest": 0.0})
    abroad.days(30)
    assert abroad.state.patron[DONORS] == DELIVERING
    assert abroad.state.airlift_kg[0] == 0
    abroad.state.patron[GREAT_POWER] = DELIVERING
    abroad.days(1, 30)
    assert abroad.state.airlift_kg[0] == 4000


HELD: dict[str, Any] = SYNTHETIC | {
    "run.days": 220, "attacker.fighters": 20, "support.regional_interest": 0.9, "support.readiness": 30.0,
}  # fmt: skip


def both(values: Any) -> tuple[Standoff, Standoff]:
    """The same run, without and with a corridor."""
    return finished(values, validate=True), finished(values | {"support.corridor_capacity": 20.0}, validate=True)


def test_interest_without_a_corridor_brings_nothing_and_with_it_the_lot() -> None:
    without, along = both(HELD)
    assert without.state.patron[REGIONAL] == along.state.patron[REGIONAL] == DELIVERING
    assert without.state.delivered_kg[0] == 0
    assert along.state.brought_kg[codes.BY_CORRIDOR] > 100_000
    alone = finished(HELD | {"support.corridor_capacity": 20.0, "support.regional_interest": 0.0})
    assert alone.state.brought_kg[codes.BY_TRADE] > 0
    assert alone.state.brought_kg[codes.BY_CORRIDOR] == 0


def test_volunteers_come_by_air_where_the_road_is_shut() -> None:
    values = BUSY["helped"] | SYNTHETIC | {"run.days": 20, "attacker.fighters": 20, "support.corridor_capacity": 0.0}
    flown = finished(values, validate=True)
    assert 0 < flown.state.volunteers[0] <= 200
    assert flown.state.joined.sum() == flown.state.volunteers[0]
    grounded = finished(values | {"support.airlift_t_day": 0.0}, validate=True)
    assert grounded.state.volunteers[0] == grounded.state.joined.sum() == 0
