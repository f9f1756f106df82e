"""Which runs to make: parameters under ``run.`` that belong to no mechanism."""

from __future__ import annotations

import datetime as dt

from sim.params import Parameter

START = Parameter(
    key="run.start",
    meaning="First day of the simulated period",
    unit="date",
    kind="date",
    low=dt.date(1980, 1, 1),
    high=dt.date(2035, 12, 31),
)
DAYS = Parameter(
    key="run.days",
    meaning="How many days a run simulates",
    unit="days",
    kind="int",
    low=1,
    high=730,
)
REPLICATES = Parameter(
    key="run.replicates",
    meaning="How many runs an ensemble makes, each with its own chance",
    unit="runs",
    kind="int",
    low=1,
    high=1_000_000,
)
SEED = Parameter(
    key="run.seed",
    meaning="Where all random draws start from; scenarios with the same seed share their luck",
    unit="",
    kind="int",
    low=0,
    high=2**63 - 1,
)

PARAMETERS = (START, DAYS, REPLICATES, SEED)

# These say how many runs and with which luck, not what a run is. The store keys a result by its seed and
# replicate beside the scenario's hash, so asking for more runs must find the finished ones again.
NOT_IN_HASH = frozenset({REPLICATES.key, SEED.key})
