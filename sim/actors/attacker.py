"""The attacker's commander: mass, assault along each axis, garrison, sweep, pause for winter, leave."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from sim import codes
from sim.actors.base import Actor, Role
from sim.kernels.orders import T_ACTIVE, T_COHESION, AttackerRates, attacker_orders, tally
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
PARAMETERS = (
    ASSAULT_START, GARRISON_INTENT, GARRISON_1000, GARRISON_LEAST, STAY_DAYS, CONSOLIDATE_DAYS, SWEEP_DAYS,
    SWEEP_GROUPS, WINTER_LINE, REST_BELOW, READY_ABOVE, PAUSE_BELOW,
)  # fmt: skip

HOLDS_FROM = 0.7
"""Share of the floor's sites from which an attacker who has taken the floor still counts it as held (assumed)."""
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
    """Chooses the phase of the plan; the orders kernel turns it into each group's order."""

    role = "attacker's commander"

    def __init__(self, model: Any) -> None:
        super().__init__(model)
        run, s, t, n = self.run, self.run.state, self.run.world.tables, self.run.number
        start = run.scenario.typed(START, dt.date)
        self.start_day = (run.scenario.typed(ASSAULT_START, dt.date) - start).days
        self.intent, self.winter_line = n(GARRISON_INTENT), n(WINTER_LINE)
        self.floor_districts = np.array([d.main for d in run.world.terrain.districts])
        self.floor_sites = t.chain
        self.sweep_sites = np.flatnonzero(t.is_side & (t.site_district >= 0)).astype(np.int32)
        self.spearhead = np.full(len(run.base_site), -1, np.int32)
        base = n(BASE_ATTACKER)
        self.pause_below, self.ready_above = base * n(PAUSE_BELOW), base * n(READY_ABOVE)
        rates = AttackerRates(base * n(REST_BELOW), self.ready_above, int(n(SWEEP_GROUPS)))
        self.arrays = (
            s.side, s.status, s.kind, s.axis, s.axis_open, s.withheld, s.men, s.cohesion, s.order, s.target, s.post,
            t.site_cell, s.cell, s.holder, s.believed, garrison_need(run), t.foot_hours, s.days_in_place, t.gate_of,
            t.chain_rank, run.base_site, run.objectives, self.spearhead, self.sweep_sites,
        )  # fmt: skip
        self.assigned, self.rates = np.zeros(len(s.holder)), rates
        self.counted = (s.side, s.status, s.men, s.sick, s.out, s.cohesion, s.engaged, s.tally)

    def decide(self, tick: int) -> None:
        """Choose the phase, then give orders."""
        state, day = self.run.state, tick // 4
        tally(*self.counted)
        phase, reason = self._phase(day, int(state.phase[0]))
        if phase != state.phase[0] or day == 0:
            state.phase[0], state.phase_since[0] = phase, day
            self.note(tick, codes.PHASE_NAMES[phase], reason)
        if phase == codes.P_SWEEP and (day - state.phase_since[0]) % self._whole(SWEEP_DAYS) == 0:
            state.sweep_first[0] += 1
        retake = bool(state.floor_since[0] >= 0)
        attacker_orders(phase, retake, *self.arrays, state.sweep_first[0], self.assigned, self.rates)

    def _whole(self, parameter: Parameter) -> int:
        return self.run.scenario.typed(parameter, int)

    def _phase(self, day: int, phase: int) -> tuple[int, str]:
        """The phase for today and why."""
        s = self.run.state
        held = self._look_at_floor(day)
        if phase == codes.P_LEAVE:
            return phase, ""
        if s.tally[T_ACTIVE] <= 0:
            return codes.P_MASS, "there is nobody to attack with"
        if day < self.start_day:
            return codes.P_MASS, f"the assault is set for day {self.start_day}"
        if held and self.intent < LEAVES_BELOW and day - s.floor_since[0] >= self._whole(STAY_DAYS):
            return codes.P_LEAVE, "the floor was taken, and there is no intent to garrison it"
        line = float(s.line_m[codes.FOOT])
        if line < self.winter_line or (phase == codes.P_WINTER and line < self.winter_line + 300.0):
            return codes.P_WINTER, f"snow lies down to {line:,.0f} m"
        return self._on_the_floor(day, phase) if held else self._on_the_way(day, phase)

    def _look_at_floor(self, day: int) -> bool:
        """Whether the floor counts as held today; notes since when."""
        s = self.run.state
        whole = bool((s.floor[self.floor_districts] == codes.ATTACKER).all())
        # a village lost to a raid is retaken by the groups at hand, without a new offensive
        most = float((s.holder[self.floor_sites] == codes.ATTACKER).mean()) >= HOLDS_FROM
        held = whole or bool(s.floor_since[0] >= 0 and most)
        s.floor_since[0] = (day if s.floor_since[0] < 0 else s.floor_since[0]) if held else -1
        return held

    def _on_the_floor(self, day: int, phase: int) -> tuple[int, str]:
        """The phase of an attacker who holds the floor."""
        s = self.run.state
        if phase in (codes.P_ASSAULT, codes.P_MASS, codes.P_WINTER):
            return codes.P_CONSOLIDATE, "the whole floor is held"
        if phase == codes.P_CONSOLIDATE and day - s.phase_since[0] >= self._whole(CONSOLIDATE_DAYS):
            return codes.P_SWEEP, f"the floor has been held for {day - s.floor_since[0]} days"
        return phase, ""

    def _on_the_way(self, day: int, phase: int) -> tuple[int, str]:
        """The phase of an attacker who does not."""
        s = self.run.state
        men = s.tally[T_ACTIVE]
        cohesion = s.tally[T_COHESION] / men if men > 0 else 0.0
        if phase == codes.P_ASSAULT and cohesion < self.pause_below:
            return codes.P_CONSOLIDATE, f"the groups are worn: mean cohesion {cohesion:.2f}"
        if phase == codes.P_CONSOLIDATE and cohesion < self.ready_above:
            return phase, ""
        return codes.P_ASSAULT, "part of the floor is not held" if day > self.start_day else "the day has come"


ROLE = Role(
    name="attacker_commander",
    models="the attacker's plan: mass, assault on each axis, garrison, sweep, pause for winter, leave",
    source="MODEL: attacker's phases; garrison by Quinlivan's ratio D17; winter pause M54-M56",
    parameters=PARAMETERS,
    reads=names(
        "axis_open withheld believed days_in_place side status kind axis men sick out cohesion engaged post cell holder floor line_m"
    ),
    writes=names("phase phase_since floor_since sweep_first order target tally"),
    make=AttackerCommander,
)
