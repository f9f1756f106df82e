"""The attacker's factions: who wants an assault, who keeps people back, the government, and splits."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sim import codes
from sim.actors.base import Actor, Council, Role, mean
from sim.kernels.draws import normal, uniform
from sim.kernels.factions import withhold
from sim.mechanisms.base import Run, names
from sim.params import Parameter
from sim.scenario.run_parameters import START
from sim.state import State

HARDLINERS = Parameter(
    "attacker.hardliner_share", "weight of the hardline faction in the attacker's council", "share", "float", 0, 1
)
DISAGREEMENT = Parameter(
    "attacker.disagreement", "disagreement between the attacker's factions at the start", "0-1", "float", 0, 1
)
RECOGNITION_WEIGHT = Parameter(
    "attacker.recognition_weight", "weight of recognition abroad in the attacker's decisions", "0-1", "float", 0, 1
)
HOLDOUT = Parameter("attacker.holdout_bonus", "worth of the last holdout against its size", "x", "float", 1, 4)
IMPATIENCE = Parameter(
    "attacker.impatience", "growth of the pressure for a quick end in a day", "1/day", "float", 0, 0.1
)
WITHHOLD = Parameter(
    "attacker.withhold_share", "share of the force that a faction is said to keep back", "share", "float", 0, 0.5
)
WITHHOLD_BELIEVED = Parameter("attacker.withhold_believed", "how far that report is believed", "share", "float", 0, 1)
GOVERNMENT = Parameter(
    "attacker.government_date", "day on which a government is formed at a disagreement of 0.4; none: there is one",
    "date", "date", dt.date(1980, 1, 1), dt.date(2035, 12, 31), optional=True,
)  # fmt: skip
GOVERNMENT_DELAY = Parameter(
    "attacker.government_delay", "delay of the government for each 0.1 of disagreement more", "days", "float", 0, 15
)
CABINET = Parameter(
    "attacker.cabinet_prize", "share of the cabinet that a victory gives the hardliners", "share", "float", 0, 0.4
)
PATRON_WEIGHT = Parameter("attacker.patron_weight", "weight of the attacker's own patron", "0-1", "float", 0, 1)
PATRON_TIE = Parameter("attacker.patron_tie", "tie of that patron to the hardline faction", "0-1", "float", 0, 1)
PATRON_GRUDGE = Parameter(
    "attacker.patron_grudge", "grudge of the pragmatists against that patron", "0-1", "float", 0, 1
)
STRIFE = Parameter("attacker.strife", "growth of disagreement in a month without fighting", "1/month", "float", 0, 0.5)
SPLIT = Parameter(
    "attacker.split_chance", "chance that a faction stands aside, at a disagreement of 0.4", "1/month", "float", 0, 0.3
)
SPLIT_DAYS = Parameter("attacker.split_days", "days for which a faction stands aside", "days", "int", 5, 200)
PRESSURE = Parameter(
    "attacker.pressure_start",
    "pressure for a quick end at the start, by the worth of the last holdout",
    "0-1",
    "float",
    0,
    0.5,
)
WAITING = Parameter(
    "attacker.waiting_push", "growth of the pressure while there is no government, against with one", "x", "float", 1, 3
)
TALKS_FAILED_PUSH = Parameter(
    "attacker.talks_failed_push", "growth of the pressure once talks have failed, against before", "x", "float", 1, 3
)
RELIEF = Parameter("attacker.relief", "pressure lost in a day with the whole floor held", "1/day", "float", 0, 0.5)


def _wish(key: str, meaning: str, high: float = 2.0) -> Parameter:
    return Parameter(f"attacker.{key}", meaning, "", "float", 0, high)


ZEAL = _wish("hardline_zeal", "hardliners' wish for an assault without any other reason")
DOVES = _wish("pragmatist_zeal", "pragmatists' wish for a settlement while talks have not failed")
CHANCE = _wish("chance_weight", "weight of the chance of success with hardliners and pragmatists")
FIELD_CHANCE = _wish("field_chance_weight", "weight of the chance of success with the field commanders", 4.0)
FAILED = _wish("failed_talks_weight", "weight of failed talks with the field commanders")
PRESSURE_WEIGHT = _wish("pressure_weight", "weight of the pressure for a quick end with all but the hardliners")
RESTRAINT = _wish("restraint", "weight of recognition at stake in the council as a whole")
VICTORY_CALMS = _wish("victory_calms", "share of the usual disagreement that a held floor takes away", 1.0)
EXCLUSION = _wish("exclusion", "disagreement added by each share of the cabinet beyond what others accept")
FAIR_CABINET = _wish("fair_cabinet", "share of the cabinet for the hardliners that others accept", 1.0)
QUARREL_RETURN = Parameter(
    "attacker.quarrel_return", "share of the gap to the usual disagreement closed in a day", "1/day", "float", 0, 0.3
)
QUIET = Parameter(
    "attacker.quiet_below", "losses of both sides below which a day is idle", "people/day", "float", 0, 50
)
PARAMETERS = (
    PRESSURE, WAITING, TALKS_FAILED_PUSH, RELIEF, ZEAL, DOVES, CHANCE, FIELD_CHANCE, FAILED, PRESSURE_WEIGHT, RESTRAINT,
    VICTORY_CALMS, EXCLUSION, FAIR_CABINET, QUARREL_RETURN, QUIET, HARDLINERS, DISAGREEMENT, RECOGNITION_WEIGHT,
    HOLDOUT, IMPATIENCE, WITHHOLD, WITHHOLD_BELIEVED, GOVERNMENT, GOVERNMENT_DELAY, CABINET, PATRON_WEIGHT, PATRON_TIE,
    PATRON_GRUDGE, STRIFE, SPLIT, SPLIT_DAYS,
)  # fmt: skip

USUAL = 0.4
"""Disagreement that the figures of M33 and M57 are read at (M48)."""
WISHES = {
    codes.HARDLINE: (
        "an undisputed rule, soon", "the cabinet to be won", "its patron's word", "chance of success",
    ),
    codes.FIELD: ("chance of success", "talks have failed", "pressure"),
    codes.PRAGMATIST: (
        "recognition at stake", "a settlement is the better end", "pressure", "a foreign patron wants it",
        "chance of success",
    ),
}  # fmt: skip
"""What each faction weighs, in the order of ``Faction._wishes``."""


def _clip(x: float) -> float:
    return -1.0 if x < -1.0 else 1.0 if x > 1.0 else x


def _government_on(run: Run, disagreement: float) -> int:
    """Day of the run on which the government is formed: the quarrel is what holds it up (M33)."""
    date = run.scenario[GOVERNMENT]
    if not isinstance(date, dt.date):
        return 0
    late = run.number(GOVERNMENT_DELAY) * 10.0 * (disagreement - USUAL)
    luck = 2.0 * normal(run.key, codes.D_GOVERNMENT, 0, 0, 0)
    return max(0, round((date - run.scenario.typed(START, dt.date)).days + late + luck))


class Faction(Actor):
    """One faction: its wish for an assault, and the share of its people that it commits."""

    def __init__(self, model: Any, number: int, share: float) -> None:
        super().__init__(model)
        self.number, self.role = number, f"{codes.FACTION_NAMES[number]} faction"
        self.run.state.faction_share[number] = share
        n = self.run.number
        self.tie, self.grudge = n(PATRON_TIE), n(PATRON_GRUDGE)
        self.recognition, self.cabinet = n(RECOGNITION_WEIGHT), n(CABINET)
        self.zeal, self.doves, self.chance, self.field = n(ZEAL), n(DOVES), n(CHANCE), n(FIELD_CHANCE)
        self.failed, self.pressed = n(FAILED), n(PRESSURE_WEIGHT)
        self.held = 0.0  # of the floor, as the council believes today
        self.withheld = n(WITHHOLD) * n(WITHHOLD_BELIEVED)
        people = self.run.state.faction[self.run.state.side == codes.ATTACKER]
        self.force = max(1e-6, float((people == number).mean())) if len(people) else 1.0

    def decide(self, tick: int) -> None:
        """Say how much it wants the assault, and how many of its people take part."""
        s, day = self.run.state, tick // 4
        wishes = self._wishes(s)
        push = _clip(sum(wishes))
        s.faction_push[self.number] = push
        commit = 1.0
        if s.split_until.item(self.number) >= day:
            commit = 0.0
        elif self.number == codes.PRAGMATIST and push < 0.0:
            quarrel = min(2.0, s.fragmentation.item(0) / USUAL)
            commit = max(0.0, 1.0 - self.withheld * quarrel / self.force)
        before = s.faction_commit.item(self.number)
        split = s.split_until.item(self.number) >= day  # told by the council
        if not split and abs(commit - before) > 0.05 and (day == 0 or (commit < 0.99) != (before < 0.99)):
            word = f"commits {100 * commit:.0f} % of its people"
            weights = dict(zip(WISHES[self.number], wishes, strict=True))
            self.note(tick, word, "its wish for an assault and the quarrel decide", weights)
        s.faction_commit[self.number] = commit

    def _wishes(self, s: State) -> tuple[float, ...]:
        """What makes this faction want an assault (above 0) or not, in the order of ``WISHES``."""
        pressure, patron = s.pressure.item(0), s.patron_push.item(0)
        chance = s.est_win.item(codes.ATTACKER) - 0.5
        failed = 1.0 if s.talks.item(0) == codes.TALKS_FAILED else 0.0
        if self.number == codes.HARDLINE:
            motive = self.cabinet * (1.0 - self.held)  # a first cabinet is a caretaker's: victory settles it
            return self.zeal + pressure, motive, patron * self.tie, self.chance * chance
        if self.number == codes.FIELD:
            return self.field * chance, self.failed * failed, self.pressed * pressure
        name = -self.recognition * s.est_recognition.item(0)
        settle = -self.doves * (1.0 - failed)
        return name, settle, self.pressed * pressure, -patron * self.grudge, self.chance * chance


class AttackerCouncil(Council):
    """The factions together: pressure, fragmentation, government, splits, and the vote."""

    role = "attacker's council"

    def __init__(self, model: Any) -> None:
        n, run = model.run.number, model.run
        hard = n(HARDLINERS)
        shares = {codes.HARDLINE: hard, codes.FIELD: (1.0 - hard) / 3.0, codes.PRAGMATIST: (1.0 - hard) * 2.0 / 3.0}
        self.factions = [Faction(model, f, shares[f]) for f in sorted(shares)]
        super().__init__(model, self.factions)
        s = run.state
        s.fragmentation[0] = self.usual = n(DISAGREEMENT)
        s.pressure[0] = n(PRESSURE) * n(HOLDOUT)
        s.patron_push[0] = n(PATRON_WEIGHT)
        self.impatience, self.strife, self.relief, self.quiet = n(IMPATIENCE), n(STRIFE), n(RELIEF), n(QUIET)
        self.waiting, self.failed, self.restraint = n(WAITING), n(TALKS_FAILED_PUSH), n(RESTRAINT)
        self.calms, self.exclusion, self.fair, self.returns = (
            n(VICTORY_CALMS), n(EXCLUSION), n(FAIR_CABINET), n(QUARREL_RETURN)
        )  # fmt: skip
        self.split, self.split_days = n(SPLIT), int(n(SPLIT_DAYS))
        self.cabinet, self.tie = n(CABINET), n(PATRON_TIE)
        self.forms_on = _government_on(run, self.usual)
        self.recognition = n(RECOGNITION_WEIGHT)
        self.believed = s.belief_floor[codes.ATTACKER]
        self.flags = (s.side, s.status, s.men, s.faction, s.faction_commit, s.drawn_away, s.withheld)

    def decide(self, tick: int) -> None:
        """Pressure and quarrel move, each faction speaks, and the council's vote is taken."""
        s, day = self.run.state, tick // 4
        idle = s.idle_days.item(0)
        s.idle_days[0] = 0.8 * idle if s.bloodshed.item(0) > self.quiet else idle + 1.0
        held = mean(self.believed)
        self._government(tick, day, held)
        waiting = self.waiting if s.government_day.item(0) < 0 else 1.0
        failed = self.failed if s.talks.item(0) == codes.TALKS_FAILED else 1.0
        pressure = s.pressure.item(0) + self.impatience * waiting * failed * (1.0 - held) - self.relief * held
        s.pressure[0] = min(1.0, max(0.0, pressure))
        s.fragmentation[0] = self._quarrel(held)
        self._splits(tick, day)
        for faction in self.factions:
            faction.held = held
        super().decide(tick)
        weighed = zip(s.faction_share.tolist(), s.faction_push.tolist(), strict=True)
        vote = sum([share * push for share, push in weighed])
        restraint = self.recognition * s.est_recognition.item(0) * (1.0 - 0.5 * s.est_win.item(codes.ATTACKER))
        s.vote[0] = _clip(vote - self.restraint * restraint)
        s.committed[0] = withhold(*self.flags)

    def _quarrel(self, held: float) -> float:
        """Disagreement grows with idle time (M56, M57) and is drawn back to its usual level, lower with a victory."""
        s = self.run.state
        now = s.fragmentation.item(0)
        idle = min(1.0, s.idle_days.item(0) / 30.0)
        excluded = max(0.0, s.cabinet_hard.item(0) - self.fair) if s.government_day.item(0) >= 0 else 0.0
        usual = self.usual * (1.0 - self.calms * held) + self.exclusion * excluded
        grown = self.strife / 30.0 * idle * (1.0 - now)
        return min(1.0, max(0.0, now + grown + self.returns * (usual - now)))

    def _government(self, tick: int, day: int, won: float) -> None:
        s = self.run.state
        if day < self.forms_on or s.government_day.item(0) >= 0:
            return
        hard = float(s.faction_share[codes.HARDLINE]) + self.cabinet * won + float(s.patron_push[0]) * self.tie
        s.government_day[0], s.cabinet_hard[0] = day, min(1.0, hard)
        words = {"weight in the council": float(s.faction_share[codes.HARDLINE]), "victory": self.cabinet * won,
                 "the patron": float(s.patron_push[0]) * self.tie}  # fmt: skip
        self.note(tick, f"a government is formed, {100 * min(1.0, hard):.0f} % of it hardline",
                  "the council agrees at last", words)  # fmt: skip

    def _splits(self, tick: int, day: int) -> None:
        s = self.run.state
        chance = self.split / 30.0 * s.fragmentation.item(0) / USUAL * (1.0 + min(3.0, s.idle_days.item(0) / 30.0))
        if max(s.split_until.tolist()) >= day or uniform(self.run.key, codes.D_SPLIT, tick, 0, 0) >= chance:
            return
        # judgement after Christia (D57: winners split once rivals are gone): whoever gets less than his weight leaves
        gain = s.cabinet_hard.item(0) - s.faction_share.item(codes.HARDLINE)
        loser = codes.PRAGMATIST if s.government_day.item(0) < 0 or gain >= 0.0 else codes.HARDLINE
        s.split_until[loser] = day + self.split_days
        words = {"disagreement": float(s.fragmentation[0]), "idle months": float(s.idle_days[0]) / 30.0}
        self.note(
            tick,
            f"the {codes.FACTION_NAMES[loser]} faction stands aside for {self.split_days} days",
            "the quarrel has split the council",
            words,
        )


ROLE = Role(
    name="factions",
    models="the attacker's factions: wish for an assault, people kept back, government, patron, strife and splits",
    source="M31, M33, M34, M36, M37, M41-M48, M51, M56, M57, M97, M98; Christia 2012 (D57)",
    parameters=PARAMETERS,
    reads=names(
        "side status men faction bloodshed belief_floor talks est_win est_recognition patron_push drawn_away "
        "faction_share"
    ),
    writes=names(
        "faction_push faction_commit split_until fragmentation pressure vote committed government_day cabinet_hard "
        "idle_days withheld"
    ),
    make=AttackerCouncil,
)
