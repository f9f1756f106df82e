"""The fourteen patterns that the model must show, as paired comparisons with the size of each difference.

    python -m benchmarks.patterns [-n 100] [--only 3] [--write docs/patterns.md]

Both arms of a comparison have the same luck, run by run. A check that asks for a sign holds if the 95 % interval of
the mean difference lies on that side of zero. A check that asks for "little" holds if the whole interval lies within
the limit that it names. What fails is shown as failing.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.pairing import paired
from sim import api
from sim.experiment.replicate import run_replicate
from sim.experiment.runs import run_many
from sim.experiment.workers import LocalPool
from sim.observe.outcome import BITS, Outcome

Values = Mapping[str, Any]
POOLS: list[Executor] = []
"""Where the runs are made; empty: here, one after another."""
MORE, LESS, LITTLE = "more", "less", "little"


@dataclass(frozen=True)
class Arm:
    """A scenario with values over it."""

    scenario: str = "panjshir-2021"
    values: tuple[tuple[str, Any], ...] = ()

    def __add__(self, values: Values) -> Arm:
        return Arm(self.scenario, tuple(sorted((dict(self.values) | dict(values)).items())))


@dataclass(frozen=True)
class Check:
    """``b`` against ``a`` on one quantity or bit; with ``beyond`` against the difference between other arms."""

    says: str
    quantity: str
    a: Arm
    b: Arm
    expects: str
    limit: float = 0.0
    beyond: tuple[Arm, Arm] | None = None


@dataclass(frozen=True)
class Pattern:
    """One numbered pattern with its checks; ``fails`` explains the checks (by number) that are known not to hold."""

    number: int
    says: str
    checks: tuple[Check, ...]
    fails: Mapping[int, str] = field(default_factory=dict)
    small: frozenset[int] = frozenset()
    """Checks whose effect takes a hundred pairs to show: a test with fewer asks that it is not contradicted."""


@dataclass(frozen=True)
class Answer:
    """Mean difference, half of its 95 % interval, and the pairs that both had a value."""

    check: Check
    mean: float
    half: float
    pairs: int

    @property
    def holds(self) -> bool:
        """Whether the data show what the check says."""
        if not math.isfinite(self.mean):
            return False
        if self.check.expects == MORE:
            return self.mean - self.half > 0.0
        if self.check.expects == LESS:
            return self.mean + self.half < 0.0
        return abs(self.mean) + self.half <= self.check.limit

    @property
    def contradicted(self) -> bool:
        """Whether the data show the contrary of what the check says."""
        if not math.isfinite(self.mean):
            return True
        if self.check.expects == MORE:
            return self.mean + self.half < 0.0
        return self.check.expects == LESS and self.mean - self.half > 0.0

    def __str__(self) -> str:
        digits = 0 if abs(self.mean) >= 100 else 1 if abs(self.mean) >= 1 else 2
        return f"{self.mean:+,.{digits}f} ± {self.half:,.{digits}f} ({self.pairs} pairs)"


def value(outcome: Outcome, quantity: str) -> float:
    """A bit as 0 or 1, a sum of quantities written "a+b", a difference "a-b", or a quantity; NaN where it is none."""
    for sign, how in (("+", 1.0), ("-", -1.0)):
        if sign in quantity:
            first, _, second = quantity.partition(sign)
            return value(outcome, first) + how * value(outcome, second)
    return float(outcome.bits[quantity]) if quantity in BITS else outcome.quantities[quantity]


@cache
def outcomes(arm: Arm, count: int) -> tuple[Outcome | None, ...]:
    """The outcomes of an arm by replicate; each arm is run once, in the pool if there is one."""
    if arm == ZERO:
        return (None,) * count
    setup = api.load_scenario(arm.scenario, dict(arm.values))
    if not POOLS:
        return tuple(run_replicate(setup, replicate).outcome for replicate in range(count))
    runs = run_many(setup, range(count), executor=POOLS[0])
    return tuple(run.outcome for run in sorted(runs, key=lambda run: run.replicate))


def differences(a: Arm, b: Arm, quantity: str, count: int) -> np.ndarray:
    """b minus a by replicate, NaN where either has no value."""
    pairs = zip(outcomes(a, count), outcomes(b, count), strict=True)
    start = 0.0 if a == ZERO else math.nan
    return np.array([(value(y, quantity) if y else math.nan) - (value(x, quantity) if x else start) for x, y in pairs])


def answer(check: Check, count: int) -> Answer:
    """Run both arms and compare."""
    found = differences(check.a, check.b, check.quantity, count)
    if check.beyond is not None:
        found = found - differences(*check.beyond, check.quantity, count)
    return Answer(check, *paired(found))


BASE, LATE = Arm(), Arm("delayed-assault")
EARLY = {"season.winter_onset": "2021-10-22"}
WINTER = Arm() + {"attacker.assault_start": "2021-12-01", "attacker.winter_line_m": 1500.0}
"""An assault in December that no snow line stops."""
ZERO = Arm("nothing")
"""An arm whose every value is 0: what is compared with it is itself."""
FREE = Arm() + {"attacker.massing_days": 0.0}
"""The base with nothing decided before the first day, so that the day of the assault is the council's."""
OCTOBER = LATE + {"attacker.massing_days": 0.0}
"""A late plan with nothing decided before its day."""
TABLE = FREE + {"talks.disarmament": False, "talks.trust": 0.4}
"""The same with an offer that leaves the defender his arms."""


def _ammunition(times: float) -> Values:
    return {"defender.ammunition_days": 15.0 * times}


AIR = {"air.sorties_per_day": 40.0}
"""Ten times the base's sorties: few enough to be imagined, enough to be measured."""
NO_AIR = {"air.sorties_per_day": 0.0}

PATTERNS: tuple[Pattern, ...] = (
    Pattern(1, "An earlier winter means longer holding; not once the floor has fallen, most for a late assault", (
        Check("base: the floor falls before the snow", "days_floor_held", BASE, BASE + EARLY, LITTLE, 10.0),
        Check("assault in mid-October: held longer", "days_floor_held", LATE, LATE + EARLY, MORE),
        Check("more so than in the base", "days_floor_held", LATE, LATE + EARLY, MORE, beyond=(BASE, BASE + EARLY)),
    )),
    Pattern(2, "Flatter mountains, faster loss of the floor; on flat ground yielding gains nothing", (
        Check("half of the floor falls sooner", "half_floor_day", BASE, BASE + {"terrain.relief_scale": 0.2}, LESS),
        Check("the whole floor falls sooner", "days_floor_held", BASE, BASE + {"terrain.relief_scale": 0.2}, LESS),
        Check("flat: yielding costs the attacker no more", "attacker_losses", Arm("flat-country"),
              Arm("flat-country") + {"defender.posture": "yield"}, LESS),
        Check("flat: yielding holds the floor no longer", "days_floor_held", Arm("flat-country"),
              Arm("flat-country") + {"defender.posture": "yield"}, LESS),
    ), fails={
        1: "On flat ground the second axis need not cross the pass at the head of the valley and comes in "
           "lower down, so that "
           "the head, now last on both axes, falls about as late as before. The seat and half of the floor "
           "fall days sooner.",
    }),
    Pattern(3, "A larger stockpile lengthens resistance, with diminishing return; a corridor matters more in time", (
        Check("ammunition, a fifth to all: more are left", "defenders_left", BASE + _ammunition(0.2), BASE, MORE),
        Check("all to five times: more still", "defenders_left", BASE, BASE + _ammunition(5.0), MORE),
        Check("by less", "defenders_left", BASE, BASE + _ammunition(5.0), LESS, beyond=(BASE + _ammunition(0.2), BASE)),
        Check("food, four times: resistance lasts longer", "resistance_days", BASE,
              BASE + {"defender.food_days": 240.0}, MORE),
        Check("late assault: a corridor leaves more than five times the ammunition", "defenders_left",
              LATE + _ammunition(5.0), LATE + {"support.corridor_capacity": 40.0}, MORE),
    ), fails={
        2: "The gain from one to five times the stock is the smaller one in the mean, but a hundred pairs "
           "do not settle it.",
        3: "Fighters eat a twentieth of what the people around them eat and live off the villages: food of "
           "their own is no "
           "limit within a winter. Fed groups come down to harass instead of lying low, and lose a little more.",
        4: "The floor behind the corridor is among the first that the second axis takes; until then trade "
           "brings some hundred "
           "tonnes, less than the stock at hand. Within one winter the model does not come to the months in "
           "which it would tell.",
    }),
    Pattern(4, "Outside support without a corridor changes little", (
        Check("nothing arrives", "support_delivered_t", LATE, Arm("regional-support"), LITTLE, 0.1),
        Check("no longer resistance", "resistance_days", LATE, Arm("regional-support"), LITTLE, 5.0),
        Check("with a corridor it arrives", "support_delivered_t", Arm("regional-support"),
              Arm("regional-support-corridor"), MORE),
    )),
    Pattern(5, "More attackers take the floor sooner; beyond some ratio holding it costs more than it gains", (
        Check("12,000 instead of 4,000: sooner", "days_floor_held", BASE + {"attacker.fighters": 4000}, BASE, LESS),
        Check("30,000 instead of 12,000: sooner by less", "days_floor_held", BASE, BASE + {"attacker.fighters": 30000},
              MORE, beyond=(BASE + {"attacker.fighters": 4000}, BASE)),
        Check("more of them lost, to cold and hunger, too", "attacker_losses+attacker_invalided", BASE,
              BASE + {"attacker.fighters": 30000}, MORE),
        Check("more of them hungry", "attacker_hungry", BASE, BASE + {"attacker.fighters": 30000}, MORE),
    )),
    Pattern(6, "Hardliners: earlier assault, fewer settlements. Recognition: later, more talks, fewer deaths", (
        Check("hardliners 0.85 instead of 0.3: earlier", "assault_day", FREE + {"attacker.hardliner_share": 0.3},
              FREE + {"attacker.hardliner_share": 0.85}, LESS),
        Check("fewer settlements", "settlement", TABLE + {"attacker.hardliner_share": 0.3},
              TABLE + {"attacker.hardliner_share": 0.9}, LESS),
        Check("recognition 0.9 instead of 0.1: later", "assault_day", FREE + {"attacker.recognition_weight": 0.1},
              FREE + {"attacker.recognition_weight": 0.9}, MORE),
        Check("more talks", "talk_days", FREE + {"attacker.recognition_weight": 0.1},
              FREE + {"attacker.recognition_weight": 0.9}, MORE),
        Check("fewer deaths", "attacker_losses+defender_losses", FREE + {"attacker.recognition_weight": 0.1},
              FREE + {"attacker.recognition_weight": 0.9}, LESS),
    )),
    Pattern(7, "More disagreement: later assault; with winter near, a longer standoff", (
        Check("0.7 instead of 0.2: later", "assault_day", FREE + {"attacker.disagreement": 0.2},
              FREE + {"attacker.disagreement": 0.7}, MORE),
        Check("planned for mid-October: assault later", "assault_day", OCTOBER + {"attacker.disagreement": 0.2},
              OCTOBER + {"attacker.disagreement": 0.7}, MORE),
        Check("and held longer", "days_floor_held", OCTOBER + {"attacker.disagreement": 0.2},
              OCTOBER + {"attacker.disagreement": 0.7}, MORE),
    ), small=frozenset({2})),
    Pattern(8, "More trust, more settlements; none while the offer demands disarmament and trust is low", (
        Check("trust 0.8 instead of 0.05", "settlement", TABLE + {"talks.trust": 0.05}, TABLE + {"talks.trust": 0.8},
              MORE),
        Check("disarmament, low trust: as without talks", "settlement", FREE + {"run.without": ("envoys",)}, FREE,
              LITTLE, 0.05),
    )),
    Pattern(9, "A road cut behind a column breaks more attackers; on two axes fewer than on one", (
        Check("cuts 0.4 instead of 0 a day", "attacker_groups_broken", BASE + {"roads.cut_chance": 0.0},
              BASE + {"roads.cut_chance": 0.4}, MORE),
        Check("two axes instead of one", "attacker_groups_broken",
              BASE + {"roads.cut_chance": 0.4, "attacker.second_axis": "none"}, BASE + {"roads.cut_chance": 0.4}, LESS),
    )),
    Pattern(10, "Grounding aircraft helps the defender most on clear days; storms help less than they hurt supply", (
        Check("grounding 40 sorties: half of the floor held longer", "half_floor_day", BASE + AIR, BASE + NO_AIR, MORE),
        Check("grounding them costs the attacker more people", "attacker_losses", BASE + AIR, BASE + NO_AIR, MORE),
        Check("less so in winter weather", "attacker_losses", WINTER + AIR, WINTER + NO_AIR, LESS,
              beyond=(BASE + AIR, BASE + NO_AIR)),
        Check("a stormy winter starves more attackers", "attacker_hungry", LATE + {"season.severity": 0.6},
              LATE + {"season.severity": 1.8}, MORE),
    ), fails={
        0: "Forty sorties of a platoon's power each are a few per cent of the power of the columns, and the "
           "pace of the advance "
           "is set by roads and by groups that give way. The effect shows in the attacker's losses only.",
        2: "The effect on losses is itself about five people, too small to tell clear days from winter days "
           "in a hundred pairs.",
    }, small=frozenset({1})),
    Pattern(11, "Garrison intent, not terrain, separates taken from held for 90 days", (
        Check("intent 0 instead of 1: taken as often", "floor_taken", BASE, BASE + {"attacker.garrison_intent": 0.0},
              LITTLE, 0.1),
        Check("but far less often held than taken", "held_90d-floor_taken", BASE,
              BASE + {"attacker.garrison_intent": 0.0}, LESS),
        Check("not held at all", "held_90d", BASE, BASE + {"attacker.garrison_intent": 0.0}, LESS),
        Check("flat ground instead: held as often", "held_90d", BASE, BASE + {"terrain.relief_scale": 0.2}, LITTLE,
              0.25),
    ), fails={
        0: "An attacker who leaves few people behind loses a village again within the week in about one run "
           "of ten, so that the "
           "week without a break that counts as taken does not come about. The difference in holding is "
           "about ten times as large.",
    }),
    Pattern(12, "A blockade raises displacement and hunger long before it silences the defender", (
        Check("total instead of a third: more hunger", "civil_hunger_days", LATE + {"supply.blockade": 0.3},
              LATE + {"supply.blockade": 1.0}, MORE),
        Check("more people away", "civilians_displaced", LATE + {"supply.blockade": 0.3},
              LATE + {"supply.blockade": 1.0}, MORE),
        Check("hunger comes long before the end of resistance", "hunger_day-resistance_days", ZERO,
              LATE + {"supply.blockade": 1.0}, LESS),
    )),
    Pattern(13, "Unrest elsewhere shortens the assault; winter strife grows with idle time", (
        Check("unrest: fewer days of assault", "assault_days", BASE, Arm("unrest-elsewhere"), LESS),
        Check("sixty idle days instead of an assault: more discord", "fragmentation_at_end", BASE + {"run.days": 60},
              BASE + {"run.days": 60, "attacker.assault_start": "2022-04-15"}, MORE),
    )),
    Pattern(14, "Taking a mechanism out changes what it should and leaves unrelated draws untouched", (
        Check("no air: the attacker loses more people", "attacker_losses", BASE + AIR,
              BASE + AIR + {"run.without": ("air",)}, MORE),
        Check("and no other winter", "winter_onset_day", BASE, BASE + {"run.without": ("air", "envoys", "unrest")},
              LITTLE, 0.0),
        Check("no spokesmen: no celebrations", "celebration_killed", BASE, BASE + {"run.without": ("spokesmen",)},
              LESS),
        Check("no unrest: the first day of the assault stays", "assault_day", BASE,
              BASE + {"run.without": ("unrest",)}, LITTLE, 0.0),
    ), small=frozenset({0})),
)  # fmt: skip
"""In the order of the list that the model is held to."""


def report(count: int, only: Sequence[int] = (), say: Callable[[str], None] = lambda text: None) -> str:
    """A table of all checks."""
    lines = ["# The fourteen patterns", "",
             f"{count} pairs a check, same luck in both arms; mean difference ± 95 %.", "",
             "| pattern | check | quantity | expected | found | holds |", "|---|---|---|---|---|---|"]  # fmt: skip
    reasons = []
    for pattern in PATTERNS:
        if only and pattern.number not in only:
            continue
        for k, check in enumerate(pattern.checks):
            found = answer(check, count)
            label = f"{pattern.number}. {pattern.says}" if k == 0 else ""
            expected = f"within {check.limit:g}" if check.expects == LITTLE else check.expects
            holds = "yes" if found.holds else "**no**"
            lines.append(f"| {label} | {check.says} | {check.quantity} | {expected} | {found} | {holds} |")
            say(lines[-1])
        reasons += [f"- {pattern.number}, {pattern.checks[k].says}: {why}" for k, why in pattern.fails.items()]
    if reasons:
        lines += ["", "## What fails, and why", "", *reasons]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=100)
    parser.add_argument("--only", type=int, nargs="*", default=[])
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    POOLS.append(LocalPool().start())
    text = report(options.n, options.only, lambda line: print(line, flush=True))
    if options.write:
        options.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
