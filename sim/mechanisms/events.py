"""Events: what a scenario says happens on a date, whatever the actors do.

A table gives each kind its arguments and the small function that changes the state on its day. Kinds whose effect
lasts have no function: what they say holds on each of their days, reckoned from the scenario's list and the date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from sim import codes
from sim.errors import InputError, nearest
from sim.kernels.events import join
from sim.kernels.opinion import FADING
from sim.mechanisms.base import Mechanism, Run, Step, names
from sim.mechanisms.shared import BLOODSHED_COST
from sim.params import Parameter
from sim.scenario import Event
from sim.scenario.run_parameters import DAYS as RUN_DAYS
from sim.scenario.run_parameters import START
from sim.state import State
from sim.world.world import site_number

Args = Mapping[str, Any]
"""An event's arguments; names of patrons, leaders, factions, sides and sites as numbers."""

_AS_NUMBERS = {
    "patron": codes.PATRON_NAMES,
    "leader": codes.LEADER_NAMES,
    "faction": codes.FACTION_NAMES,
    "side": codes.SIDE_NAMES[:2],
}


def _one_of(key: str, meaning: str) -> Parameter:
    choices = tuple(name.replace(" ", "_") for name in _AS_NUMBERS[key])
    return Parameter(key, meaning, "", "choice", choices=choices)


PATRON = _one_of("patron", "patron of the defender")
LEADER = _one_of("leader", "leading role of the defender")
FACTION = _one_of("faction", "faction of the attacker")
SIDE = _one_of("side", "side that they join")
T_DAY = Parameter("t_day", "supplies a day", "t/day", "float", 0, 500)
DAYS = Parameter("days", "days that it lasts", "days", "int", 1, 730)
UNTIL_ENDED = Parameter(
    "days", "days that it lasts; none: until an event ends it", "days", "int", 1, 730, optional=True
)
SITE = Parameter("site", "site on the valley floor where the road is cut", "site", "text")
HOURS = Parameter("hours", "work to mend the road", "h", "float", 1, 2000)
HARDLINE_SHARE = Parameter("hardline_share", "share of the cabinet that the hardliners get", "share", "float", 0, 1)
WEIGHT = Parameter("weight", "weight of the attacker's own patron while it visits", "0-1", "float", 0, 1)
DEATHS = Parameter("deaths", "deaths that are reported", "people", "int", 1, 100_000)
EFFECT = Parameter("effect", "how far it moves opinion", "0-1", "float", 0, 1)
PROVINCES = Parameter("provinces", "provinces that rise", "provinces", "int", 1, 100)
PEOPLE = Parameter("people", "people who come", "people", "int", 1, 20_000)

NOTICE = 0.001
"""Attention abroad that each reported death draws: a hundred draw a tenth (assumed)."""


def _raise(array: np.ndarray, by: float) -> None:
    """Move shares up, or down, without leaving 0 to 1."""
    np.clip(array + by, 0.0, 1.0, out=array)


def _set_patron(stage: int, s: State, a: Args, day: int) -> None:
    p = a["patron"]
    s.patron[p], s.patron_since[p], s.sent_kg[p] = stage, day, 1000.0 * a.get("t_day", 0.0)


def _set_talks(stage: int, s: State, a: Args, day: int) -> None:
    s.talks[0] = stage


def _set_leader(where: int, s: State, a: Args, day: int) -> None:
    if s.leader[a["leader"]] != codes.LOST:
        s.leader[a["leader"]] = where


def _road_blown(s: State, a: Args, day: int) -> None:
    s.cut_h[a["site"]] = max(s.cut_h[a["site"]], a["hours"])


def _truce(s: State, a: Args, day: int) -> None:
    """Both stay where they are; whoever talks for the sides lets it run out."""
    if s.settlement[0] not in (codes.NOTHING, codes.TRUCE):
        return
    s.truce[0], s.truce_until[0] = 1, day + a["days"] - 1
    s.settlement[0], s.talks[0] = codes.TRUCE, codes.NO_TALKS
    s.terms[:] = 0.0
    s.terms[codes.T_DAYS], s.terms[codes.T_STAYS] = a["days"], 1.0


def _truce_ends(s: State) -> None:
    if s.settlement[0] == codes.TRUCE:
        s.settlement[0], s.truce[0] = codes.NOTHING, 0
        s.terms[:] = 0.0


def _government_formed(s: State, a: Args, day: int) -> None:
    s.government_day[0], s.cabinet_hard[0] = day, a["hardline_share"]


def _faction_stands_aside(s: State, a: Args, day: int) -> None:
    s.split_until[a["faction"]] = max(s.split_until[a["faction"]], day + a["days"])


def _bloodshed_reported(s: State, a: Args, day: int) -> None:
    s.bloodshed[0] += FADING * a["deaths"]
    s.recognition[0] = max(0.0, s.recognition.item(0) - a[BLOODSHED_COST.key] * a["deaths"] / 100.0)
    _raise(s.publicity, NOTICE * a["deaths"])


def _appeal(s: State, a: Args, day: int) -> None:
    _raise(s.publicity, a["effect"])


def _uprising(s: State, a: Args, day: int) -> None:
    s.unrest[0] += a["provinces"]


def _volunteers(s: State, a: Args, day: int) -> None:
    join(a["side"], a["people"], s.side, s.status, s.men, s.joined)


def _peaceful_transfer(s: State, a: Args, day: int) -> None:
    _raise(s.legitimacy[codes.AT_HOME : codes.AT_HOME + 1], a["effect"])
    _raise(s.goodwill, -a["effect"])


class Kind(NamedTuple):
    """A kind of event. One that lasts has no ``happen``; one that ends others names them.

    ``needs`` are parameters of the scenario that it reads beside its own arguments.
    """

    arguments: tuple[Parameter, ...]
    happen: Callable[[State, Args, int], None] | None = None
    ends: str = ""
    needs: tuple[Parameter, ...] = ()


KINDS: dict[str, Kind] = {
    "patron_joins": Kind((PATRON, T_DAY), partial(_set_patron, codes.DELIVERING)),
    "patron_leaves": Kind((PATRON,), partial(_set_patron, codes.DETERRED)),
    "airlift": Kind((T_DAY, DAYS)),
    "corridor_closed": Kind((UNTIL_ENDED,)),
    "corridor_opened": Kind((), ends="corridor_closed"),
    "road_blown": Kind((SITE, HOURS), _road_blown),
    "truce": Kind((DAYS,), _truce),
    "talks_open": Kind((), partial(_set_talks, codes.TALKING)),
    "talks_fail": Kind((), partial(_set_talks, codes.TALKS_FAILED)),
    "leader_leaves": Kind((LEADER,), partial(_set_leader, codes.ABROAD)),
    "leader_lost": Kind((LEADER,), partial(_set_leader, codes.LOST)),
    "government_formed": Kind((HARDLINE_SHARE,), _government_formed),
    "patron_visit": Kind((WEIGHT, DAYS)),
    "faction_stands_aside": Kind((FACTION, DAYS), _faction_stands_aside),
    "bloodshed_reported": Kind((DEATHS,), _bloodshed_reported, needs=(BLOODSHED_COST,)),
    "appeal": Kind((EFFECT,), _appeal),
    "uprising": Kind((PROVINCES,), _uprising),
    "volunteers": Kind((SIDE, PEOPLE), _volunteers),
    "aircraft_grounded": Kind((UNTIL_ENDED,)),
    "aircraft_back": Kind((), ends="aircraft_grounded"),
    "peaceful_transfer": Kind((EFFECT,), _peaceful_transfer),
}


class Lasting(NamedTuple):
    """What a kind that lasts sets, from its arguments, and the value that stands when nothing says otherwise."""

    array: np.ndarray
    value: Callable[[Args], float]
    neutral: float


def _lasting(s: State) -> dict[str, Lasting]:
    return {
        "airlift": Lasting(s.airlift_kg, lambda a: 1000.0 * a["t_day"], 0.0),
        "patron_visit": Lasting(s.patron_push, lambda a: float(a["weight"]), 0.0),
        "corridor_closed": Lasting(s.route_open, lambda a: 0.0, 1.0),
        "aircraft_grounded": Lasting(s.air_open, lambda a: 0.0, 1.0),
    }


def _put(array: np.ndarray, value: float) -> None:
    array[0] = value


def _put_back(array: np.ndarray, value: float, neutral: float) -> None:
    """End what an event set, unless someone else has set it meanwhile."""
    if array[0] == value:
        array[0] = neutral


Dated = tuple[str, int, Args]
"""An event as kind, day of the run and arguments."""


def _dated(run: Run) -> Iterator[Dated]:
    """The events in order, without those that a shorter run does not come to; InputError for one too early."""
    start = run.scenario.typed(START, dt.date)
    for event in run.scenario.events:
        day = (event.date - start).days
        if day < 0:
            raise InputError(
                f"event {event.kind}: date = {event.date} is before the first day of the run, {start}. Give it a later "
                "date or the run an earlier one; events = [] leaves out those of the scenarios above."
            )
        if day < run.scenario.typed(RUN_DAYS, int):
            yield event.kind, day, _arguments(run, event)


def _arguments(run: Run, event: Event) -> Args:
    found: dict[str, Any] = {needed.key: run.number(needed) for needed in KINDS[event.kind].needs}
    for name, value in event.args.items():
        if name in _AS_NUMBERS:
            found[name] = _AS_NUMBERS[name].index(str(value).replace("_", " "))
        elif name == SITE.key:
            found[name] = _floor_site(run, f"event {event.date} {event.kind}: {name}", str(value))
        else:
            found[name] = value
    return found


def _floor_site(run: Run, where: str, name: str) -> int:
    """Number of a site that has a road to cut."""
    site, ranks = site_number(run.world, where, name), run.world.tables.chain_rank
    if ranks[site] < 0:
        floor = [run.world.terrain.sites[i].id for i in run.world.tables.chain]
        hint = nearest(name, floor)
        raise InputError(f'{where} = "{name}" is not on the valley floor.{hint} Sites there: {", ".join(floor)}')
    return site


def _values(events: list[Dated], kind: str, value: Callable[[Args], float], last: int) -> list[float | None]:
    """What a kind that lasts says on each day up to ``last``; of several at once the one that began last."""
    said: list[float | None] = [None] * (last + 1)
    enders = {day for other, day, _ in events if KINDS[other].ends == kind}
    spans = sorted((day, n, args) for n, (own, day, args) in enumerate(events) if own == kind)
    for first, _, args in spans:
        end = last + 1 if args["days"] is None else first + args["days"]
        end = min([end, last + 1, *(day for day in enders if day >= first)])
        said[first:end] = [value(args)] * (end - first)
    return said


def bind(run: Run) -> Step:
    """Set down what happens on which day; the step does what stands there."""
    s, last = run.state, run.scenario.typed(RUN_DAYS, int)
    plan: dict[int, list[Callable[[], None]]] = {}
    events = list(_dated(run))
    for name, day, args in events:
        happen = KINDS[name].happen
        if happen is not None:
            plan.setdefault(day, []).append(partial(happen, s, args, day))
    for name, (array, value, neutral) in _lasting(s).items():
        before: float | None = None
        for day, now in enumerate(_values(events, name, value, last)):
            if now is not None:
                plan.setdefault(day, []).append(partial(_put, array, now))
            elif before is not None:
                plan.setdefault(day, []).append(partial(_put_back, array, before, neutral))
            before = now

    if "envoys" in run.scenario.typed("run.without", tuple):  # nobody else would let a truce run out
        for name, day, args in events:
            if name == "truce":
                plan.setdefault(day + args["days"], []).append(partial(_truce_ends, s))

    def step(tick: int) -> None:
        for act in plan.get(tick // 4, ()):
            act()

    return step


MECHANISM = Mechanism(
    name="events",
    models="what a scenario says happens on a date: patrons, talks, leaders, government, roads, uprisings, news",
    source="M22, M25, M33, M37, M46, M58, M59, M66, M75, M86, M92; off by default, each event has its own source",
    parameters=tuple(needed for kind in KINDS.values() for needed in kind.needs),
    reads=names("side status"),
    writes=names(
        "patron patron_since sent_kg airlift_kg route_open air_open cut_h truce truce_until settlement "
        "terms talks leader government_day cabinet_hard patron_push split_until bloodshed publicity recognition "
        "unrest men joined legitimacy goodwill"
    ),
    bind=bind,
    event_kinds={name: kind.arguments for name, kind in KINDS.items()},
)
