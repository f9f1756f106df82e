"""The mean difference over pairs of runs with the same luck, and its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Paired(NamedTuple):
    """Mean difference, half of its 95 % interval, and the pairs in which both had a value; NaN for fewer than two."""

    mean: float
    half: float
    pairs: int


def paired(differences: Sequence[float] | NDArray[np.float64]) -> Paired:
    """Over the finite differences; runs in which either arm has no value are left out."""
    found = np.asarray(differences, float)
    found = found[np.isfinite(found)]
    if len(found) < 2:
        return Paired(math.nan, math.nan, len(found))
    return Paired(float(found.mean()), 1.96 * float(found.std(ddof=1)) / math.sqrt(len(found)), len(found))
