"""What must be there before runs start: compiled kernels, and a world that can be built from the scenario."""

from __future__ import annotations

import sys
from pathlib import Path

from sim.scenario import Scenario

COMPILING = "compiling … the first run after install takes up to half a minute"


def kernel_state() -> tuple[int, int]:
    """How many kernels lie compiled in the cache folder, and how many there are."""
    from numba.core.dispatcher import Dispatcher

    import sim.model  # noqa: F401 - loads every kernel module

    modules = [module for name, module in sys.modules.items() if name.startswith("sim.kernels.") and module]
    kernels = {id(k): k for module in modules for k in vars(module).values() if isinstance(k, Dispatcher)}
    folders = {Path(k.stats.cache_path or "") for k in kernels.values()}  # numba keeps one for each place of the source
    return sum(1 for folder in folders for _ in folder.glob("*.nbi")), len(kernels)


def is_cold() -> bool:
    """Whether most kernels have still to be compiled."""
    compiled, kernels = kernel_state()
    return 2 * compiled < kernels


def say_if_cold() -> bool:
    """Tell on standard error that the coming run compiles; whether it does."""
    cold = is_cold()
    if cold:
        print(COMPILING, file=sys.stderr, flush=True)
    return cold


def prepare(scenario: Scenario) -> None:
    """Build the world and place both sides, without a step.

    Raises InputError for what only the terrain can tell: an unknown site, a terrain that does not reach. A run
    would keep such an error as its result; here it is the user's to mend before any run starts.
    """
    from sim.experiment.replicate import places
    from sim.model import Standoff

    places(Standoff(scenario, collect=False, agents=False))
