"""The attacker's commander: talk, mass and blockade, assault, consolidate, sweep, pause for winter, leave."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np

from sim import codes
from sim.actors.base import CERTAIN, Actor, Options, Role, best, mean, tipping
from sim.actors.factions import RECOGNITION_WEIGHT
from sim.kernels.draws import normal
from sim.kernels.orders import AttackerRates, attacker_orders
from sim.mechanisms.base import Run, names
from sim.mechanisms.cohesion import BASE_ATTACKER
from sim.params import Parameter
from sim.scenario.run_parameters import START

ASSAULT_START = Parameter(
    "attacker.assault_start", "first day of the assault", "date", "date", dt.date(1980, 1, 1), dt.date(2035, 12, 31)
)
GARRISON_INTENT = Parameter(
    "attacker.garrison_intent", "share of a full garrison that the attacker means to leave; under 0.25 they go home",
    "share", "float", 0, 1,
)  # fmt: skip
GARRISON_1000 = Parameter("attacker.garrison_per_1000", "full garrison for 1,000 residents", "people", "float", 0, 60)
GARRISON_LEAST = Parameter(
    "attacker.garrison_least", "least garrison of a site on the main route", "people", "float", 0, 500
)
STAY_DAYS = Parameter(
    "attacker.stay_days", "days an attacker without garrison intent stays on the floor", "days", "int", 1, 200
)
CONSOLIDATE_DAYS = Parameter(
    "attacker.consolidate_days", "days from taking the floor to the first sweep", "days", "int", 0, 90
)
SWEEP_DAYS = Parameter("attacker.sweep_days", "days spent on each batch of side valleys", "days", "int", 2, 60)
SWEEP_GROUPS = Parameter("attacker.sweep_groups", "groups sent into each side valley", "groups", "int", 1, 50)
WINTER_LINE = Parameter("attacker.winter_line_m", "snow line below which offensives pause", "m", "float", 1500, 4500)
REST_BELOW = Parameter(
    "attacker.rest_below", "share of its base cohesion below which a group is rested", "share", "float", 0, 1
)
READY_ABOVE = Parameter(
    "attacker.ready_above", "share of its base cohesion above which a rested group fights again", "share", "float", 0, 1
)
PAUSE_BELOW = Parameter(
    "attacker.pause_below",
    "share of the base cohesion below which the assault halts on average",
    "share",
    "float",
    0,
    1,
)
MASSING_DAYS = Parameter(
    "attacker.massing_days",
    "days of massing before the planned day, in which the decision ripens",
    "days",
    "float",
    0,
    60,
)
DELAY = Parameter(
    "attacker.delay_per_disagreement", "days that each 0.1 of disagreement delays the decision", "days", "float", 0, 7
)
VOTE_SHARPNESS = Parameter(
    "attacker.vote_sharpness", "how much faster the decision ripens for a unanimous wish (e-folds)", "", "float", 0, 5
)
AXES_NEED = Parameter(
    "attacker.axes_need", "share of the force below which only the main axis is used", "share", "float", 0, 1
)
EXPECTED_WINTER = Parameter(
    "attacker.expected_winter", "day on which the attacker expects the high passes to close (only month and day count)",
    "date", "date", dt.date(1980, 1, 1), dt.date(2035, 12, 31),
)  # fmt: skip
USUAL_VOTE = Parameter(
    "attacker.usual_vote", "the council's vote at which the delay by disagreement is read", "-1 to 1", "float", -1, 1
)
SPREAD = Parameter(
    "attacker.decision_spread",
    "spread of the point at which a decision is ripe (sd of its logarithm)",
    "",
    "float",
    0,
    1,
)
RIPE = Parameter("attacker.ripe_weight", "weight of a ripe decision for the assault", "", "float", 0, 5)
WAIT = Parameter("attacker.wait_weight", "weight of keeping up the blockade", "", "float", 0, 2)
TALK = Parameter("attacker.talk_weight", "weight of talks that go on", "", "float", 0, 2)
SNOW = Parameter(
    "attacker.snow_weight", "weight of the coming winter for, of winter against an assault", "", "float", 0, 2
)
SNOW_DAYS = Parameter(
    "attacker.snow_days", "days before the expected winter that press for an assault", "days", "float", 1, 180
)
GIVE_UP = Parameter(
    "attacker.give_up_below", "chance of success below which an idle attacker goes home", "0-1", "float", 0, 0.5
)
PARAMETERS = (
    USUAL_VOTE, SPREAD, RIPE, WAIT, TALK, SNOW, SNOW_DAYS, GIVE_UP, MASSING_DAYS, DELAY, VOTE_SHARPNESS, AXES_NEED,
    EXPECTED_WINTER, ASSAULT_START, GARRISON_INTENT, GARRISON_1000, GARRISON_LEAST, STAY_DAYS, CONSOLIDATE_DAYS,
    SWEEP_DAYS, SWEEP_GROUPS, WINTER_LINE, REST_BELOW, READY_ABOVE, PAUSE_BELOW,
)  # fmt: skip

HOLDS_FROM = 0.7
"""Share of the floor's sites from which an attacker who has taken the floor still counts it as held (assumed)."""
WINTER_DAYS = 120
"""Days after the expected winter for which it speaks against an assault (M54: 120 to 180)."""
SURE = 0.9
"""Share of a district's floor believed held from which the commander counts it as taken (assumed)."""
LEAVES_BELOW = 0.25
"""Garrison intent under which the attacker goes home (a reading of "no" in analogues.csv)."""


def garrison_need(run: Run) -> np.ndarray:
    """People to leave at each site of the main route, by residents of its district (Quinlivan's ratio, D17)."""
    tables, terrain, n = run.world.tables, run.world.terrain, run.number
    need = np.zeros(len(terrain.sites))
    for d, district in enumerate(terrain.districts):
        here = np.flatnonzero(tables.on_floor & (tables.site_district == d))
        if len(here):
            share = n(GARRISON_1000) * district.people / 1000.0 / len(here)
            need[here] = max(n(GARRISON_LEAST), share * n(GARRISON_INTENT))  # the route is secured in any case
    return need


class AttackerCommander(Actor):
    """Chooses the phase of the plan, the axes and the force; the orders kernel turns it into each group's order."""

    role = "attacker's commander"

    def __init__(self, model: Any) -> None:
        super().__init__(model)
        run, s, t, n = self.run, self.run.state, self.run.world.tables, self.run.number
        start = run.scenario.typed(START, dt.date)
        self.start_day = (run.scenario.typed(ASSAULT_START, dt.date) - start).days
        self.winter_day = (_expected_winter(run, start) - start).days
        self.intent, self.winter_line = n(GARRISON_INTENT), n(WINTER_LINE)
        self.main = np.flatnonzero([d.main for d in run.world.terrain.districts])
        self.sweep_sites = np.flatnonzero(t.is_side & (t.site_district >= 0)).astype(np.int32)
        self.spearhead = np.full(len(run.base_site), -1, np.int32)
        base = n(BASE_ATTACKER)
        self.pause_below, self.ready_above = base * n(PAUSE_BELOW), base * n(READY_ABOVE)
        rates = AttackerRates(base * n(REST_BELOW), self.ready_above, int(n(SWEEP_GROUPS)))
        self.massing, self.delay, self.sharpness = n(MASSING_DAYS), n(DELAY), n(VOTE_SHARPNESS)
        self.threshold = math.exp(n(SPREAD) * normal(run.key, codes.D_ASSAULT_DAY, 0, 0, 0))
        self.usual_vote, self.ripe, self.wait, self.talk = n(USUAL_VOTE), n(RIPE), n(WAIT), n(TALK)
        self.snow, self.snow_days, self.give_up = n(SNOW), n(SNOW_DAYS), n(GIVE_UP)
        self.recognition = n(RECOGNITION_WEIGHT)
        self.stay, self.consolidate, self.sweep = (self._whole(p) for p in (STAY_DAYS, CONSOLIDATE_DAYS, SWEEP_DAYS))
        self.axes = Axes(run)
        self.believed, self.hidden = s.belief_floor[codes.ATTACKER], s.belief_presence[codes.ATTACKER]
        self.arrays = (
            s.side, s.status, s.kind, s.axis, s.axis_open, s.withheld, s.men, s.cohesion, s.order, s.target, s.post,
            t.site_cell, s.cell, s.holder, s.believed, garrison_need(run), t.foot_hours, s.days_in_place, t.gate_of,
            t.chain_rank, run.base_site, run.objectives, self.spearhead, self.sweep_sites,
        )  # fmt: skip
        self.assigned, self.rates = np.zeros(len(s.holder)), tuple(rates)

    def decide(self, tick: int) -> None:
        """Choose the phase, then give orders."""
        s, day = self.run.state, tick // 4
        held = self._look_at_floor(day)
        self._ripen(day)
        before = s.phase.item(0)
        options = self._options(day, before, held)
        phase = best(options, before if day > 0 else -1)  # no habit on the first morning
        if phase != before or day == 0:
            s.phase[0], s.phase_since[0] = phase, day
            self.note(tick, self._named(phase), tipping(options, phase, before), options[phase])
        if phase in (codes.P_MASS, codes.P_ASSAULT):
            self.axes.choose(self, tick)
        if phase == codes.P_SWEEP and (day - s.phase_since.item(0)) % self.sweep == 0:
            s.sweep_first[0] += 1
        retake = s.floor_since.item(0) >= 0 and not s.truce.item(0)
        leaving = phase == codes.P_TRUCE and not s.terms.item(codes.T_STAYS)
        carried_out = codes.P_LEAVE if leaving else phase
        attacker_orders(carried_out, retake, *self.arrays, s.sweep_first.item(0), self.assigned, self.rates)

    def _whole(self, parameter: Parameter) -> int:
        return self.run.scenario.typed(parameter, int)

    def _named(self, phase: int) -> str:
        s, name = self.run.state, codes.PHASE_NAMES[phase]
        if phase != codes.P_ASSAULT:
            return name
        used = int(s.axis_open.sum())
        return f"{name} with {100 * float(s.committed[0]):.0f} % of the force, {used} {'axis' if used == 1 else 'axes'}"

    def _ripen(self, day: int) -> None:
        """The decision ripens while the force masses: slowly in a divided council, fast in an eager one (M51)."""
        s = self.run.state
        days = 1.0 if day >= self.start_day - self.massing else 0.0
        if day == 0:
            days = max(0.0, self.massing - self.start_day)  # before the run, and since the day if that is past
        if days > 0.0 and not s.truce.item(0):
            eager = math.exp(self.sharpness * (s.vote.item(0) - self.usual_vote))
            pace = eager / max(0.5, self.delay * 10.0 * s.fragmentation.item(0))
            s.ripeness[0] += days * pace

    def _look_at_floor(self, day: int) -> bool:
        """Whether he believes the floor his today; notes since when."""
        s = self.run.state
        believed = self.believed[self.main]
        since, lowest = s.floor_since.item(0), min(believed.tolist())
        # a village lost to a raid is retaken by the groups at hand, without a new offensive
        held = lowest >= SURE or (since >= 0 and mean(believed) >= HOLDS_FROM)
        s.floor_since[0] = (day if since < 0 else since) if held else -1
        return held

    def _options(self, day: int, phase: int, held: bool) -> Options:
        """What he could do today, each with the considerations that speak for it (above 0) or against it."""
        s = self.run.state
        if phase == codes.P_LEAVE:
            return {phase: {"they are going home": CERTAIN}}
        if s.est_people.item(codes.ATTACKER, codes.ATTACKER) < 1.0:
            return {codes.P_MASS: {"there is nobody to attack with": CERTAIN}}
        if s.settlement.item(0) == codes.SURRENDER:
            return {codes.P_CONSOLIDATE if held else codes.P_ASSAULT: {"the terms open the way": CERTAIN}}
        if s.truce.item(0):
            return {codes.P_TRUCE: {"an agreement is in force": CERTAIN}}
        options: Options = self._on_the_floor(day, phase) if held else self._on_the_way(day, phase)
        line = s.line_m.item(codes.FOOT)
        if line < self.winter_line + (300.0 if phase == codes.P_WINTER else 0.0):
            options[codes.P_WINTER] = {f"snow lies down to {line:,.0f} m": CERTAIN / 2}
        if held and self.intent < LEAVES_BELOW and day - s.floor_since.item(0) >= self.stay:
            options[codes.P_LEAVE] = {"the floor was taken": 1.0, "there is no intent to garrison it": CERTAIN}
        return options

    def _on_the_floor(self, day: int, phase: int) -> Options:
        """For an attacker who believes the floor his: hold and rest, or go into the side valleys."""
        s = self.run.state
        since = day - s.phase_since.item(0) if phase == codes.P_CONSOLIDATE else 0
        rested = min(2.0, 2.0 * since / max(1, self.consolidate))
        hidden = mean(self.hidden)
        sweep = {"defenders are believed in the side valleys": 0.2 + hidden, "days on the floor": rested}
        if phase == codes.P_SWEEP:
            sweep["days on the floor"] = 2.0
        return {codes.P_CONSOLIDATE: {"the whole floor is held": 2.0}, codes.P_SWEEP: sweep}

    def _on_the_way(self, day: int, phase: int) -> Options:
        """For an attacker who does not hold it: talk, keep up the blockade, attack, or rest worn groups."""
        s = self.run.state
        own, vote, win = (
            s.est_cohesion.item(codes.ATTACKER, codes.ATTACKER),
            s.vote.item(0),
            s.est_win.item(codes.ATTACKER),
        )
        ripe = day >= self.start_day and s.ripeness.item(0) >= self.threshold
        left = self.winter_day - day
        snow = self.snow * (1.0 - left / self.snow_days) if 0 <= left <= self.snow_days else 0.0
        if -WINTER_DAYS < left < 0:
            snow = -self.snow
        assault = {
            "the council's vote": vote,
            "the last holdout": s.pressure.item(0),
            "chance of success": win - 0.5,
            "winter" if snow < 0.0 else "before the snow": snow,
            "the decision is ripe" if ripe else "the decision is not ripe": self.ripe if ripe else -CERTAIN,
        }
        options: Options = {codes.P_MASS: {"keep up the blockade": self.wait}, codes.P_ASSAULT: assault}
        if s.talks.item(0) == codes.TALKING:
            name = self.recognition * s.est_recognition.item(0)
            options[codes.P_TALK] = {
                "talks go on": self.talk,
                "recognition at stake": name,
                "the council's vote": -0.5 * vote,
            }
        tired = (phase == codes.P_ASSAULT and own < self.pause_below) or (
            phase == codes.P_CONSOLIDATE and own < self.ready_above
        )
        if tired:
            options[codes.P_CONSOLIDATE] = {f"the groups are worn: mean cohesion {own:.2f}": CERTAIN / 3}
        hopeless = self.give_up - win
        if hopeless > 0.0 and s.idle_days.item(0) > 30.0:
            options[codes.P_LEAVE] = {
                "hardly a chance is left": CERTAIN / 2 * hopeless / self.give_up,
                "the last holdout": -s.pressure.item(0),
            }
        return options


def _expected_winter(run: Run, start: dt.date) -> dt.date:
    """The day by which he expects the high passes to close, whatever the winter will really be."""
    date = run.scenario.typed(EXPECTED_WINTER, dt.date).replace(year=start.year)
    return date if (date - start).days > -150 else date.replace(year=start.year + 1)


class Axes:
    """Which axes are used: one over a pass only while the pass is open and enough of the force takes part."""

    def __init__(self, run: Run) -> None:
        self.run, self.need = run, run.number(AXES_NEED)
        number = {int(site): p for p, site in enumerate(run.world.tables.pass_sites)}
        self.sites = [[site for site in row if site >= 0] for row in run.objectives.tolist()]
        self.crossings = [[number[site] for site in row if site in number] for row in self.sites]

    def choose(self, commander: AttackerCommander, tick: int) -> None:
        """Set ``axis_open`` for every axis on which nothing has been taken yet."""
        s = self.run.state
        for a in range(1, len(self.crossings)):
            if any(s.believed.item(codes.ATTACKER, site) == codes.ATTACKER for site in self.sites[a]):
                continue
            enough = s.committed.item(0) - self.need
            shut = any(not s.pass_open.item(p, 1) for p in self.crossings[a])
            use = int(enough >= 0.0 and not shut)
            if use != s.axis_open.item(a):
                s.axis_open[a] = use
                weights = {
                    "force that takes part": enough,
                    "its pass is shut" if shut else "its pass is open": 1.0 - 2.0 * shut,
                }
                name = (max if use else min)(weights, key=lambda word: weights[word])
                commander.note(tick, f"{'use' if use else 'leave out'} axis {a + 1}", name, weights)


ROLE = Role(
    name="attacker_commander",
    models="the attacker's plan: talk, mass, assault on chosen axes, garrison, sweep, pause for winter, leave",
    source="MODEL: attacker's phases; garrison by Quinlivan's ratio D17; delay M51; winter M53-M56; prize M97",
    parameters=PARAMETERS,
    reads=names(
        "withheld believed belief_floor belief_presence est_people est_cohesion est_win est_recognition vote "
        "pressure fragmentation committed talks settlement truce terms idle_days pass_open days_in_place side status "
        "kind axis men cohesion post cell holder line_m"
    ),
    writes=names("axis_open phase phase_since floor_since ripeness sweep_first order target"),
    make=AttackerCommander,
)
