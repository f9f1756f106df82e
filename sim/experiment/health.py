"""What is installed, where things are kept, and whether they are in order."""

from __future__ import annotations

import os
import platform
import sys
from typing import Any

from sim import __version__
from sim.cache import cache_folder, installed
from sim.errors import InputError
from sim.experiment.warmup import kernel_state
from sim.experiment.workers import cores
from sim.scenario import list_scenarios, scenario_folder

LIBRARIES = ("numpy", "scipy", "numba", "mesa", "typer", "matplotlib", "pyproj", "rasterio")


def report() -> dict[str, Any]:
    """Facts for a problem report; the names are for people and scripts alike."""
    compiled, kernels = kernel_state()
    try:
        folder, count = str(scenario_folder()), len(list_scenarios())
    except InputError as error:
        folder, count = str(error), 0
    cache = cache_folder()
    return {
        "standoff": __version__,
        "python": platform.python_version(),
        "platform": f"{sys.platform} {platform.machine()}",
        "libraries": {name: installed(name) for name in LIBRARIES},
        "cores": cores(),
        "scenario_folder": folder,
        "scenarios": count,
        "cache_folder": str(cache),
        "cache_writable": _writable(cache),
        "cache_megabytes": round(sum(f.stat().st_size for f in cache.rglob("*") if f.is_file()) / 1e6, 1),
        "kernels": kernels,
        "kernels_compiled": compiled,
        "ready": 2 * compiled >= kernels,
    }


def _writable(folder: Any) -> bool:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return os.access(folder, os.W_OK)
