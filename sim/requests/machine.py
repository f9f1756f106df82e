"""The program itself: how fast it is, what is installed, and the order of its day."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.requests.scenarios import DEFAULT_SCENARIO, load_scenario

if TYPE_CHECKING:
    from sim.experiment.bench import Bench
    from sim.scenario import Scenario


def explain() -> str:
    """The day and the tick: each process in its order, why there, what it models, reads and writes."""
    from sim.report.tick import tick_text

    return tick_text()


def bench(scenario: str | Path | Scenario = DEFAULT_SCENARIO, repeats: int = 7) -> Bench:
    """Time warm runs of a scenario against their bare kernels, and share the time among the processes."""
    setup = load_scenario(scenario)
    from sim.experiment.bench import measure

    return measure(setup, repeats)


def doctor() -> dict[str, Any]:
    """Versions, cores, folders and the state of the caches."""
    from sim.experiment.health import report

    return report()
