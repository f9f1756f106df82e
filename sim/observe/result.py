"""What is kept of a run: small enough to send between processes and to store by the million."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.observe.outcome import Outcome

WORKER_DIED = "the worker process died"
MACHINE_FAILED = "the machine failed"
TRY_AGAIN = (WORKER_DIED, MACHINE_FAILED)
"""How errors begin that are no fault of the run's own, a killed worker or a full disk: it is tried again next time."""


@dataclass(frozen=True)
class Result:
    """What is kept of a run. ``error`` holds the message of a run that failed; then the rest is empty."""

    replicate: int
    outcome: Outcome | None
    chain: tuple[str, ...] = ()
    chain_days: tuple[int, ...] = ()
    floor: np.ndarray | None = field(default=None, repr=False)
    """int8 (days, districts): who held each floor."""
    seconds: float = 0.0
    error: str = ""
