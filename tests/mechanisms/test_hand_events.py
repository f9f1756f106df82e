"""Scripted events by hand: what each kind changes, on which days, and what stands afterwards."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from model_cases import SYNTHETIC, Standoff, call, changed, digest, finished, model, restore, steps_of, tiny

from sim import codes, pipeline
from sim.errors import InputError
from sim.kernels.events import join
from sim.mechanisms.events import KINDS
from sim.state import State

START = dt.date(2021, 8, 30)


def on(day: int, kind: str, **args: Any) -> dict[str, Any]:
    """An event on a day of the run, as in a scenario file."""
    return {"date": START + dt.timedelta(days=day), "kind": kind, **args}


def days_of(events: list[dict[str, Any]], name: str, days: int = 6) -> list[float]:
    """What stands in an array after each day's events, when nothing else happens."""
    run = model(SYNTHETIC | {"events": events})
    step = steps_of(run)["events"]
    found = []
    for day in range(days):
        step(4 * day)
        found.append(float(getattr(run.state, name)[0]))
    return found


def after(*events: dict[str, Any]) -> State:
    """The state after the events of the first day, when nothing else happens."""
    run = model(SYNTHETIC | {"events": list(events)})
    steps_of(run)["events"](0)
    return run.state


def test_every_kind_changes_the_state_or_ends_one_that_does() -> None:
    values: dict[str, Any] = {
        "site": "centre-1", "t_day": 3.0, "days": 2, "hours": 5.0, "hardline_share": 0.7, "weight": 0.4, "deaths": 20,
        "effect": 0.2, "provinces": 3, "people": 9,
    }  # fmt: skip
    for name, kind in KINDS.items():
        given = {a.key: a.choices[-1] if a.choices else values[a.key] for a in kind.arguments}
        if kind.ends:
            assert KINDS[kind.ends].happen is None
            continue
        run = model(SYNTHETIC | {"events": [on(0, name, **given)]})
        run.state.talks[:] = codes.NO_TALKS
        before = run.state.copy()
        steps_of(run)["events"](0)
        assert changed(run.state, before), name


def test_patrons_come_and_go() -> None:
    state = after(on(0, "patron_joins", patron="great_power", t_day=2.5))
    assert state.patron.tolist() == [codes.WATCHING, codes.DELIVERING, codes.WATCHING]
    assert state.sent_kg.tolist() == [0, 2500, 0]
    run = model(SYNTHETIC | {"events": [on(0, "patron_joins", patron="great_power", t_day=2.5),
                                        on(3, "patron_leaves", patron="great_power")]})  # fmt: skip
    for day in range(4):
        steps_of(run)["events"](4 * day)
    assert run.state.patron[codes.GREAT_POWER] == codes.DETERRED
    assert run.state.patron_since[codes.GREAT_POWER] == 3
    assert not run.state.sent_kg.any()


def test_what_lasts_ends_by_itself() -> None:
    assert days_of([on(1, "airlift", t_day=2.0, days=2)], "airlift_kg") == [0, 2000, 2000, 0, 0, 0]
    assert days_of([on(0, "corridor_closed", days=3)], "route_open") == [0, 0, 0, 1, 1, 1]
    assert days_of([on(2, "aircraft_grounded", days=1)], "air_open") == [1, 1, 0, 1, 1, 1]
    assert days_of([on(1, "patron_visit", weight=0.5, days=2)], "patron_push") == [0, 0.5, 0.5, 0, 0, 0]


def test_what_lasts_is_ended_by_an_event() -> None:
    closed = [on(1, "corridor_closed"), on(3, "corridor_opened")]
    assert days_of(closed, "route_open") == [1, 0, 0, 1, 1, 1]
    assert days_of([*closed, on(4, "corridor_closed", days=9)], "route_open") == [1, 0, 0, 1, 0, 0]
    assert days_of([on(0, "aircraft_grounded"), on(5, "aircraft_back")], "air_open") == [0, 0, 0, 0, 0, 1]


def test_of_two_at_once_the_later_holds_while_it_lasts() -> None:
    both = [on(0, "airlift", t_day=1.0, days=5), on(1, "airlift", t_day=3.0, days=2)]
    assert days_of(both, "airlift_kg") == [1000, 3000, 3000, 1000, 1000, 0]


def test_what_another_has_set_meanwhile_stays() -> None:
    run = model(SYNTHETIC | {"events": [on(0, "airlift", t_day=1.0, days=1)]})
    step = steps_of(run)["events"]
    step(0)
    run.state.airlift_kg[0] = 700.0
    step(4)
    assert run.state.airlift_kg[0] == 700.0


def test_roads_talks_leaders_and_government() -> None:
    state = after(
        on(0, "road_blown", site="centre-1", hours=48),
        on(0, "talks_fail"),
        on(0, "leader_leaves", leader="political_leader"),
        on(0, "leader_lost", leader="military_leader"),
        on(0, "government_formed", hardline_share=0.6),
        on(0, "faction_stands_aside", faction="hardline", days=4),
    )
    assert state.cut_h[0] == 48 and state.cut_h[1:].sum() == 0
    assert state.talks[0] == codes.TALKS_FAILED
    assert state.leader.tolist() == [codes.ABROAD, codes.LOST]
    assert (state.government_day[0], state.cabinet_hard[0]) == (0, 0.6)
    assert state.split_until.tolist() == [4, -1, -1]


def test_a_truce_is_an_agreement_with_terms() -> None:
    state = after(on(0, "truce", days=7))
    assert (state.truce[0], state.truce_until[0]) == (1, 6)
    assert state.settlement[0] == codes.TRUCE
    assert (state.terms[codes.T_DAYS], state.terms[codes.T_SHARE]) == (7, 0)


def test_opinion_moves_within_its_bounds() -> None:
    fresh = model(SYNTHETIC).state
    state = after(on(0, "bloodshed_reported", deaths=100), on(0, "peaceful_transfer", effect=0.03))
    assert state.bloodshed[0] == fresh.bloodshed[0] + 20
    assert state.publicity[0] == pytest.approx(min(1, fresh.publicity[0] + 0.1))
    assert state.legitimacy[codes.AT_HOME] == pytest.approx(min(1, fresh.legitimacy[codes.AT_HOME] + 0.03))
    assert state.legitimacy[codes.FOREIGN] == fresh.legitimacy[codes.FOREIGN]
    assert state.goodwill == pytest.approx(fresh.goodwill - 0.03)
    state = after(on(0, "appeal", effect=1.0), on(0, "peaceful_transfer", effect=1.0), on(0, "uprising", provinces=4))
    assert state.publicity[0] == 1 and state.goodwill.max() == 0
    assert state.unrest[0] == fresh.unrest[0] + 4


def test_volunteers_join_in_whole_numbers_that_add_up() -> None:
    state = tiny(groups=5)
    state.side[:] = [0, 1, 1, 1, 1]
    state.status[3] = codes.DISPERSED
    call(join, state, of_side=codes.DEFENDER, people=10)
    assert state.joined.tolist() == [0, 4, 3, 0, 3]
    assert (state.men - 50).tolist() == state.joined.tolist()
    state.status[:] = codes.DISPERSED
    call(join, state, of_side=codes.DEFENDER, people=10)
    assert state.joined.sum() == 10


def test_without_events_nothing_is_touched() -> None:
    run = model(SYNTHETIC)
    before = run.state.copy()
    for day in range(6):
        steps_of(run)["events"](4 * day)
    assert not changed(run.state, before)
    left_out = {"run.without": ("events",)}
    script = [on(0, "corridor_closed"), on(1, "uprising", provinces=3), on(2, "volunteers", side="attacker", people=50)]
    assert digest(finished(SYNTHETIC | left_out | {"events": script}).state) == digest(finished(SYNTHETIC).state)


def test_an_event_after_the_end_of_a_shorter_run_does_nothing() -> None:
    late = [on(5, "volunteers", side="attacker", people=50)]
    short = SYNTHETIC | {"run.days": 4}
    assert digest(finished(short | {"events": late}).state) == digest(finished(short).state)


def test_a_restored_run_goes_on_identically() -> None:
    script = [on(1, "airlift", t_day=2.0, days=3), on(1, "corridor_closed"), on(4, "corridor_opened")]
    values = SYNTHETIC | {"events": script}

    def play(run: Standoff, first: int, last: int) -> Standoff:
        step = steps_of(run)["events"]
        for day in range(first, last):
            step(4 * day)
        return run

    whole = play(model(values), 0, 6).state
    fresh = model(values)
    restore(fresh.state, play(model(values), 0, 3).state)
    assert not changed(play(fresh, 3, 6).state, whole)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (on(0, "road_blown", site="centre-9", hours=5), ["road_blown: site", "centre-9", "Did you mean 'centre-"]),
        (on(0, "road_blown", site="side-1", hours=5), ["side-1", "not on the valley floor", "centre-1"]),
        (on(-2, "appeal", effect=0.1), ["event appeal", "2021-08-28", "before the first day", "2021-08-30"]),
        (on(0, "appeal", effect=2.0), ["effect = 2", "too high"]),
        (on(0, "leader_lost", leader="militry_leader"), ["Did you mean 'military_leader'?"]),
        (on(0, "patron_joins", patron="great_power"), ["patron_joins needs t_day"]),
        (on(0, "trucce", days=3), ["Did you mean 'truce'?"]),
    ],
)
def test_what_cannot_be_is_refused(event: dict[str, Any], said: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        model(SYNTHETIC | {"events": [event]})
    for part in said:
        assert part in str(caught.value)


def test_kinds_are_those_of_the_schema() -> None:
    assert set(pipeline.SCHEMA.event_kinds) == set(KINDS)
    assert all(isinstance(a.key, str) and a.meaning for kind in KINDS.values() for a in kind.arguments)
    assert np.all([kind.ends in KINDS for kind in KINDS.values() if kind.ends])
