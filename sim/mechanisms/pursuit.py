"""Pursuit: a column that has taken its site presses on to the next one the same day while its cohesion lasts."""

from __future__ import annotations

from sim.kernels.pursuit import press_on
from sim.mechanisms.base import Mechanism, Run, Step, names
from sim.params import Parameter

LEAST_COHESION = Parameter(
    "pursuit.least_cohesion", "cohesion from which a group presses on without new orders", "0-1", "float", 0, 1
)
PARAMETERS = (LEAST_COHESION,)


def bind(run: Run) -> Step:
    """Bind the kernel to the state and the axes' lists of sites."""
    s = run.state
    arrays = (
        s.side, s.status, s.axis, s.order, s.target, s.cohesion, s.holder, run.objectives, run.number(LEAST_COHESION),
    )  # fmt: skip
    return lambda tick: press_on(*arrays)


MECHANISM = Mechanism(
    name="pursuit",
    models="following up a success within the day",
    source="25 km by day 4-5 and 40 km by day 6-7 in 2021 (D38): several places fell in a day",
    parameters=PARAMETERS,
    reads=names("side status axis order cohesion holder"),
    writes=names("target"),
    bind=bind,
)
