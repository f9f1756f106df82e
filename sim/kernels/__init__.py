"""Compiled inner loops: arrays and numbers in, arrays changed. No objects, no state of their own.

numba's own cache does not notice an edited helper in another module, so its folder is named by the hash of
every kernel's source. ``NUMBA_DISABLE_JIT=1`` runs the same code as plain Python with the same numbers.

A kernel called from Python takes its numbers as a plain tuple, ``tuple(rates)``, and names them in its first line,
``rates = SomeRates(*rates)``: recognising a NamedTuple costs numba a microsecond a call, and a run makes 20,000 calls.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba import config

from sim.cache import cache_folder, source_hash

_HERE = Path(__file__).parent
SOURCE_HASH = source_hash(*_HERE.glob("*.py"), _HERE.parent / "codes.py")
config.CACHE_DIR = str(cache_folder() / "kernels" / f"{numba.__version__}-{SOURCE_HASH}")

if config.DISABLE_JIT:  # the hash of sim.kernels.draws wraps around on purpose; compiled code does not warn
    np.seterr(over="ignore")


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile for speed without changing a bit of the result: no fastmath, no parallel sums, no GIL."""
    return numba.njit(cache=True, nogil=True, error_model="numpy")(function)
