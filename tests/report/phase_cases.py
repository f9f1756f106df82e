"""Made-up sweeps that the tests of their words and pictures share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from sweep_cases import factor, made_up, setup

from sim.experiment.runs import Tally
from sim.experiment.sweeps.design import Plan
from sim.experiment.sweeps.spec import SweepSpec
from sim.experiment.sweeps.sweep import Sweep, with_factors
from sim.report.sweeps.phase import Picture, phase_picture

ONSET = factor("season.onset", {"from": dt.date(2021, 10, 1), "to": dt.date(2021, 10, 31), "steps": 4})
CAPACITY = factor("support.capacity", {"from": 0, "to": 40, "steps": 3})
POSTURE = factor("defender.posture", ["gate", "yield", "disperse"])
TRUST = factor("talks.trust", {"from": 0, "to": 1, "steps": 5})
LOOSE = factor("talks.trust", {"from": 0, "to": 1})
ARMS = factor("talks.arms", [True, False])
FIGHTERS = factor("attacker.fighters", {"from": 1000, "to": 9000})
OUTCOMES = ("floor_taken", "days_floor_held")
Shares = Callable[[Mapping[str, Any]], float]


def swept(share: Shares, *names: str, failed: tuple[int, ...] = (), **more: Any) -> Sweep:
    """A finished sweep without a run."""
    names = names or ("calm",)
    spec = SweepSpec(names, **{"outcomes": OUTCOMES, **more})
    scenarios = tuple(setup(name) for name in names)
    points = list(Plan(spec, scenarios))
    table = made_up(points, share, failed=failed)
    found = table.drop(set(table.columns) & {"scenario", *spec.keys, "policy", "sample"})
    return Sweep(spec, scenarios, points, with_factors(spec, points, found), Tally(), 0.0)


def by_winter(values: Mapping[str, Any]) -> float:
    """0.1, 0.3, 0.5 … later and with less: from 0.1 to 1."""
    late = (values["season.onset"] - dt.date(2021, 10, 1)).days / 30
    return 0.1 + 0.6 * late + 0.3 * (1 - values["support.capacity"] / 40)


def drawn(sweep: Sweep, outcome: str = "floor_taken") -> Picture:
    bases = list({point.base.name: point.base for point in sweep.points}.values())
    return phase_picture(sweep.table, sweep.spec, bases, outcome, sweep.refined)


def texts(figure: Any) -> list[str]:
    from matplotlib.text import Text

    return [item.get_text().replace("\n", " ") for item in figure.findobj(Text) if item.get_text()]
