"""Why: the milestones of a run in the order in which they came, and its dated story."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from sim import codes
from sim.actors.base import Decision
from sim.observe.series import Series
from sim.world.daily import BY_PACK, BY_VEHICLE
from sim.world.terrain.model import Terrain
from sim.world.weather import SEASONAL_DAYS, Weather, closing_days


@dataclass(frozen=True, slots=True)
class Milestone:
    """A turn of events: the day, a short name that is the same in every run, and the words for this one."""

    day: int
    name: str
    words: str


def milestones(series: Series, terrain: Terrain, weather: Weather, seat: int, gate: int) -> list[Milestone]:
    """The turns of a run in order. ``seat`` and ``gate`` are sites of the defence."""
    found = _ground(series, terrain, seat, gate) + _force(series) + _season(weather)
    return sorted(found, key=lambda m: (m.day, m.name))


def _first(flags: np.ndarray) -> int:
    hits = np.flatnonzero(flags)
    return int(hits[0]) if len(hits) else -1


def _ground(series: Series, terrain: Terrain, seat: int, gate: int) -> list[Milestone]:
    attacker = series.holder == codes.ATTACKER
    main = np.array([d.main for d in terrain.districts])
    whole = (series.floor[:, main] == codes.ATTACKER).all(axis=1)
    assault = _first(series.phase == codes.P_ASSAULT)
    marks = [
        (assault, "assault begins", "the assault begins"),
        (_first(attacker[:, gate]), "gate falls", f"{terrain.sites[gate].name} falls"),
        (_first(attacker[:, seat]), "seat falls", f"{terrain.sites[seat].name} falls"),
        (_first(whole), "main floor taken", "the attacker holds the whole main floor"),
    ]
    for crossing in terrain.passes:
        day = _first(attacker[:, crossing.site])
        if day >= 0 and (series.holder[0, crossing.site] != codes.ATTACKER):
            marks.append((day, "pass taken", f"{crossing.name} is the attacker's"))
            break
    held = _first(whole)
    if held >= 0:
        again = _first(~whole[held:])
        if again > 0:
            marks.append((held + again, "part of the floor retaken", "the defender retakes part of the floor"))
    left = _first(series.phase == codes.P_LEAVE)
    marks.append((left, "attacker leaves", "the attacker goes home"))
    return [Milestone(day, name, words) for day, name, words in marks if day >= 0]


def _force(series: Series) -> list[Milestone]:
    marks: list[Milestone] = []
    for side, who in ((codes.DEFENDER, "defender"), (codes.ATTACKER, "attacker")):
        broken = series.breaks[:, side].sum(axis=1)
        total = broken.cumsum()
        if total[-1] >= 10:
            day = _first(total >= 0.25 * total[-1])
            reason = codes.BREAK_NAMES[int(series.breaks[: day + 1, side].sum(axis=0).argmax())]
            words = f"a quarter of the {who}'s breaks have come, mostly because {_because(reason)}"
            marks.append(Milestone(day, f"{who}'s groups break: {reason}", words))
    active = series.column("defender_active")
    dispersed = series.column("defender_dispersed")
    day = _first(dispersed > active)
    if day >= 0:
        marks.append(Milestone(day, "defence dispersed", "more defenders are dispersed than in the field"))
    for column, level, name, words in (
        ("road_cuts", 1, "road cut behind the column", "the road is cut behind the attacker"),
        ("civil_hunger", 0.3, "civilians hungry", "civilians miss a third of their food"),
        ("defender_hungry", 200, "fighters hungry", "defenders go hungry"),
    ):
        day = _first(series.column(column) >= level)
        if day >= 0:
            marks.append(Milestone(day, name, words))
    winter = _first(series.phase == codes.P_WINTER)
    if winter >= 0:
        marks.append(Milestone(winter, "winter pause", "the attacker pauses for winter"))
    return marks


_VERBS = (("commander", " decides:"), ("envoys", " decide:"), ("elders", " decide:"), ("council", ":"))
"""How a decision is told, by the actor; with the others it is a verb already."""


def _because(reason: str) -> str:
    return {
        "flank lost": "a flank was lost",
        "road cut behind": "the road was cut behind them",
        "neighbours gave way": "neighbours gave way",
        "leader lost": "a leader was lost",
        "ammunition gone": "ammunition was gone",
        "losses": "of losses",
        "hunger and cold": "of hunger and cold",
    }[reason]


def _season(weather: Weather) -> list[Milestone]:
    day = passes_closed(weather)
    return [Milestone(int(day), "high passes close", "snow closes the high passes")] if np.isfinite(day) else []


def told(decision: Decision) -> str:
    """One line of the decision log as a sentence, with the reason and the heaviest weights."""
    heavy = decision.weights[:0] if decision.actor.endswith("spokesman") else decision.weights[:3]
    weights = [f"{name} {weight:+.2f}" for name, weight in heavy if abs(weight) >= 0.005]
    reason = "" if heavy and decision.reason == heavy[0][0] else decision.reason
    why = "; ".join(part for part in (reason, ", ".join(weights)) if part)
    verb = next(
        (verb for ending, verb in _VERBS if decision.actor.startswith(ending) or decision.actor.endswith(ending)), ""
    )
    return f"The {decision.actor}{verb} {decision.decision}{f' ({why})' if why else ''}."


def passes_closed(weather: Weather) -> float:
    """Day by which half the passes that close have closed to vehicles for their longest spell; NaN if none does."""
    closing = closing_days(weather.pass_open[:, :, BY_VEHICLE], SEASONAL_DAYS)
    closing = closing[closing >= 0]
    return float(np.floor(np.median(closing))) if len(closing) else np.nan


def story(
    series: Series,
    terrain: Terrain,
    weather: Weather,
    decisions: Sequence[Decision],
    seat: int,
    gate: int,
    passes: Collection[int],
) -> list[tuple[int, str]]:
    """The dated story of one run: milestones, each district's floor changing hands, and decisions with reasons.

    ``passes`` are the sites of the passes worth telling of.
    """
    lines = [(m.day, m.words[0].upper() + m.words[1:] + ".") for m in milestones(series, terrain, weather, seat, gate)]
    for d, district in enumerate(terrain.districts):
        floor = series.floor[:, d]
        for day in np.flatnonzero(np.diff(floor)) + 1:
            who = {codes.ATTACKER: "the attacker's", codes.DEFENDER: "the defender's", codes.NOBODY: "contested"}
            lines.append((int(day), f"{district.name}: the floor is now {who[int(floor[day])]}."))
    closing = [closing_days(weather.pass_open[:, :, mode], SEASONAL_DAYS) for mode in (BY_VEHICLE, BY_PACK)]
    for p, crossing in enumerate(terrain.passes):
        for mode, name in ((BY_VEHICLE, "vehicles"), (BY_PACK, "pack animals")):
            shut = int(closing[mode][p])
            if shut > 0 and crossing.site in passes:
                lines.append((shut, f"{crossing.name} shuts to {name}."))
    for decision in decisions:
        lines.append((decision.day, told(decision)))
    return sorted(lines, key=lambda line: line[0])
