"""A Mesa model of a single step that makes one run: Mesa's batch run can then drive what the others drive."""

from __future__ import annotations

from mesa import DataCollector, Model

from benchmarks._anchors import one
from sim.observe.outcome import BITS, QUANTITIES


class Once(Model):
    """One run in one step; collects every bit and quantity at its end."""

    def __init__(self, point: int, replicate: int) -> None:
        super().__init__()
        self.point, self.replicate = point, replicate
        names = (*BITS, *QUANTITIES)
        self.datacollector = DataCollector(model_reporters={name: name for name in names})

    def step(self) -> None:
        outcome = one(self.point, self.replicate).outcome
        for name, value in (outcome.bits | outcome.quantities).items():
            setattr(self, name, value)
        self.running = False
        self.datacollector.collect(self)
