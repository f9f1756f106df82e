"""The defender's political and military leader: how long they stay, and what their voice and their loss do."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim import codes
from sim.actors.base import Actor, Council, Role
from sim.codes import ABROAD, ATTACKER, D_FATE_OF_LEADER, DEFENDER, LOST, MILITARY, POLITICAL, PRESENT
from sim.kernels.draws import uniform
from sim.kernels.leaders import outlook
from sim.mechanisms.base import names
from sim.mechanisms.cohesion import BASE_ATTACKER, BASE_DEFENDER
from sim.params import Parameter


def _share(key: str, meaning: str, unit: str = "share", high: float = 1.0) -> Parameter:
    return Parameter(f"leaders.{key}", meaning, unit, "float", 0, high)


RESOLVE = (
    _share("political_resolve", "will of the political leader to fight on, at the start", "0-1"),
    _share("military_resolve", "will of the military leader to fight on, at the start", "0-1"),
)
RESOLVE_FLOOR = _share(
    "resolve_floor", "resolve lost in a day when the whole main floor is believed lost", "1/day", 0.1
)
RESOLVE_COHESION = _share(
    "resolve_cohesion",
    "resolve lost in a day for each 1.0 that the believed cohesion lies below its base",
    "1/day",
    0.2,
)
SIGNAL = _share("signal", "share of the gap to full resolve that vows in public close in a month", "1/month")
FLOOR_LOST = _share("floor_lost", "share of the main floor believed lost from which leaders look for a way out")
EXILE_SHARE = _share("exile_share", "chance that a leader without resolve goes abroad once the floor is lost")
EXILE_DAYS = Parameter(
    "leaders.exile_days", "days within which nine in ten of those who go have gone", "days", "float", 1, 200
)
HOLDS = _share("resolve_holds", "part of the exile share that full resolve takes away")
BY_AIR = _share("by_air", "chance to get out when no pass leads out, against a way on foot", "x")
LOSS_CHANCE = _share(
    "loss_chance",
    "chance that a present leader is killed or taken in a day of sweeps or of fighting by all",
    "1/day",
    0.1,
)
WEIGHT = _share("weight", "share of the defender's cohesion that rests on both leaders")
POLITICAL_PART = _share("political_part", "part of that weight that the political leader carries")
ABROAD_COUNTS = _share("abroad_counts", "how far a leader abroad counts as gone")
LOSS_EFFECT = Parameter(
    "leaders.loss_effect", "what the loss of a leader does to those who fight", "", "choice",
    choices=("weakens", "none", "rallies"),
)  # fmt: skip
MESSAGE = _share("message", "cohesion that a day of the political leader's messages gives the defender", "1/day", 0.05)
MESSAGE_CAP = _share("message_cap", "most cohesion that messages give", "0-1", 0.3)
MESSAGE_ENEMY = _share("message_enemy", "attacker's gain from provocation, against the defender's from messages")
QUALITY = Parameter("leaders.quality", "quality of the leaders, times the defender's cohesion", "x", "float", 0.5, 1.2)
PARAMETERS = (
    *RESOLVE, RESOLVE_FLOOR, RESOLVE_COHESION, SIGNAL, FLOOR_LOST, EXILE_SHARE, EXILE_DAYS, HOLDS, BY_AIR, LOSS_CHANCE,
    WEIGHT, POLITICAL_PART, ABROAD_COUNTS, LOSS_EFFECT, MESSAGE, MESSAGE_CAP, MESSAGE_ENEMY, QUALITY,
)  # fmt: skip

MONTH = 30.0
GONE = 0.9
"""Share of those who leave at all who are gone after exile_days (assumed)."""


class Leader(Actor):
    """One role: stays, goes abroad when the floor is lost, or is lost."""

    def __init__(self, model: Any, number: int) -> None:
        super().__init__(model)
        run, s, t, n = self.run, self.run.state, self.run.world.tables, self.run.number
        self.number, self.role = number, codes.LEADER_NAMES[number]
        self.floor_lost, self.share = n(FLOOR_LOST), n(EXILE_SHARE)
        self.hazard = 1.0 - (1.0 - GONE) ** (1.0 / n(EXILE_DAYS))
        self.holds, self.by_air, self.loss_chance = n(HOLDS), n(BY_AIR), n(LOSS_CHANCE)
        self.wear_floor, self.wear_cohesion, self.vow = n(RESOLVE_FLOOR), n(RESOLVE_COHESION), n(SIGNAL) / MONTH
        self.base = n(BASE_DEFENDER)
        main = np.array([district.main for district in run.world.terrain.districts])
        self.seen = (
            main,
            s.belief_floor,
            t.pass_sites,
            s.pass_open,
            s.believed[codes.DEFENDER],
            s.side,
            s.status,
            s.men,
            s.engaged,
        )
        s.resolve[number] = n(RESOLVE[number])

    def decide(self, tick: int) -> None:
        """Weigh staying against leaving; those who are lost decide nothing."""
        s, number = self.run.state, self.number
        where = s.leader.item(number)
        if where == LOST:
            return
        lost, way, fought = outlook(*self.seen)
        self._resolve(lost)
        if where != PRESENT:
            return
        departing = s.posture.item(0) == codes.DEPART
        if (departing or lost >= self.floor_lost) and self._leaves(tick, way):
            s.leader[number] = ABROAD
            self._note_exile(tick, lost, way, departing)
            return
        sweeps = s.phase.item(0) == codes.P_SWEEP
        danger = 1.0 if sweeps else fought
        if danger > 0.0 and self._draw(tick, 1) < self.loss_chance * danger:
            s.leader[number] = LOST
            why = "while the attacker sweeps the side valleys" if sweeps else "in the fighting"
            self.note(tick, "lost to the defence", f"killed or taken {why}", {"danger of the day": danger})

    def _draw(self, tick: int, extra: int) -> float:
        return float(uniform(self.run.key, D_FATE_OF_LEADER, tick, self.number, extra))

    def _resolve(self, lost: float) -> None:
        """Lost ground and worn fighters wear the will down; public vows bind whoever shares the danger."""
        s, number = self.run.state, self.number
        will = s.resolve.item(number)
        short = max(0.0, self.base - s.est_cohesion.item(DEFENDER, DEFENDER))
        rise = self.vow * (1.0 - will) if s.leader.item(POLITICAL) == PRESENT else 0.0
        s.resolve[number] = min(1.0, max(0.0, will + rise - self.wear_floor * lost - self.wear_cohesion * short))

    def _leaves(self, tick: int, way: bool) -> bool:
        """Whether the leader goes today: those who would go at all go within about the days of the scenario."""
        share = self.share * (1.0 - self.holds * float(self.run.state.resolve[self.number]))
        if float(uniform(self.run.key, D_FATE_OF_LEADER, 0, self.number, 2)) >= share:
            return False  # this one stays, whatever comes: drawn once a run
        return self._draw(tick, 0) < self.hazard * (1.0 if way else self.by_air)

    def _note_exile(self, tick: int, lost: float, way: bool, departing: bool) -> None:
        weights = {
            "main floor believed lost": lost,
            "resolve": -self.holds * float(self.run.state.resolve[self.number]),
        }
        if not way:
            weights["no pass leads out"] = self.by_air - 1.0
        reason = "the defence leaves the valley" if departing else f"{lost:.0%} of the main floor is believed lost"
        self.note(tick, "goes abroad", f"{reason}; the way out leads {'over a pass' if way else 'by air'}", weights)


class Leadership(Council):
    """Both leaders, and what they are worth to the cohesion of their side and of the other."""

    role = "leadership"

    def __init__(self, model: Any) -> None:
        super().__init__(model, (Leader(model, POLITICAL), Leader(model, MILITARY)))
        n = self.run.number
        self.base, self.base_enemy = n(BASE_DEFENDER) * n(QUALITY), n(BASE_ATTACKER)
        self.parts = (n(WEIGHT) * n(POLITICAL_PART), n(WEIGHT) * (1.0 - n(POLITICAL_PART)))
        effect = str(self.run.scenario[LOSS_EFFECT])
        self.marks = {
            "weakens": (0.0, -n(ABROAD_COUNTS), -1.0),
            "none": (0.0, 0.0, 0.0),
            "rallies": (0.0, 0.0, 1.0),  # a death can rally; nobody rallies to one who went abroad
        }[effect]
        self.message, self.cap, self.enemy = n(MESSAGE), n(MESSAGE_CAP), n(MESSAGE_ENEMY)

    def decide(self, tick: int) -> None:
        """Let both decide, then set the cohesion that groups return to."""
        super().decide(tick)
        s = self.run.state
        speaks = s.leader.item(POLITICAL) != LOST
        heart = s.heartened.item(0)
        heart = min(self.cap, heart + self.message) if speaks else max(0.0, heart - self.message)
        s.heartened[0] = heart
        change = sum([part * self.marks[at] for part, at in zip(self.parts, s.leader.tolist(), strict=True)])
        s.cohesion_base[DEFENDER] = min(1.0, max(0.05, self.base * (1.0 + change) + heart))
        s.cohesion_base[ATTACKER] = min(1.0, max(0.05, self.base_enemy + self.enemy * heart))


ROLE = Role(
    name="leaders",
    models="two leading roles of the defender: resolve, exile when the floor is lost, loss, and their voice",
    source="M39 M73 M74 M87 M91-M94 M99 M101; loss of leaders: D66 (Jordan 2009) against D67 (Johnston, Price 2012)",
    parameters=PARAMETERS,
    reads=names("belief_floor pass_open believed side status men engaged est_cohesion posture phase"),
    writes=names("leader resolve heartened cohesion_base"),
    make=Leadership,
)
