"""The one door: everything that the command line, the interface and notebooks call.

A table of names and nothing else. What is asked for by name or file is in ``sim.requests``, what is written in
``sim.report``. A name is imported when it is first used, so that ``standoff --help`` answers at once.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from sim import __version__ as version
from sim.errors import InputError
from sim.params import GRADES

if TYPE_CHECKING:
    from sim.model import Standoff
    from sim.report.assumptions import assumptions_text
    from sim.report.files import open_folder, write_ensemble, write_text
    from sim.report.json_report import ensemble_json, story_json
    from sim.report.page import write_report
    from sim.report.pairs.compare_files import write_compare
    from sim.report.pairs.compare_json import compare_json
    from sim.report.pairs.compare_text import compare_text
    from sim.report.pairs.knockout_files import write_knockout
    from sim.report.pairs.knockout_json import knockout_json
    from sim.report.pairs.knockout_text import knockout_text
    from sim.report.run_files import write_run
    from sim.report.sensitivity.files import write_sensitivity
    from sim.report.sensitivity.json_report import sensitivity_json
    from sim.report.sensitivity.text import sensitivity_text
    from sim.report.speed import bench_text
    from sim.report.story import story_text
    from sim.report.sweeps.files import write_sweep
    from sim.report.sweeps.json_report import sweep_json
    from sim.report.sweeps.text import sweep_text
    from sim.report.tables import ensemble_text
    from sim.requests.comparisons import compare, knockout
    from sim.requests.machine import bench, doctor, explain
    from sim.requests.results import (
        results_check,
        results_clean,
        results_export,
        results_json,
        results_list,
        results_query,
        results_text,
    )
    from sim.requests.runs import gather, run, run_one
    from sim.requests.scenarios import (
        DEFAULT_SCENARIO,
        assumptions,
        changes,
        check_scenario,
        list_scenarios,
        load_scenario,
        new_scenario,
        parse_set,
        schema,
        schema_json,
        show_terrain,
    )
    from sim.requests.sensitivities import estimated_seconds, sensitivity, sensitivity_plan
    from sim.requests.sweeps import sweep, sweep_in, sweep_spec

__all__ = [
    "DEFAULT_SCENARIO",
    "GRADES",
    "InputError",
    "Standoff",
    "assumptions",
    "assumptions_text",
    "bench",
    "bench_text",
    "changes",
    "check_scenario",
    "compare",
    "compare_json",
    "compare_text",
    "doctor",
    "ensemble_json",
    "ensemble_text",
    "estimated_seconds",
    "explain",
    "gather",
    "knockout",
    "knockout_json",
    "knockout_text",
    "list_scenarios",
    "load_scenario",
    "new_scenario",
    "open_folder",
    "parse_set",
    "results_check",
    "results_clean",
    "results_export",
    "results_json",
    "results_list",
    "results_query",
    "results_text",
    "run",
    "run_one",
    "schema",
    "schema_json",
    "sensitivity",
    "sensitivity_json",
    "sensitivity_plan",
    "sensitivity_text",
    "show_terrain",
    "story_json",
    "story_text",
    "sweep",
    "sweep_in",
    "sweep_json",
    "sweep_spec",
    "sweep_text",
    "version",
    "write_compare",
    "write_ensemble",
    "write_knockout",
    "write_report",
    "write_run",
    "write_sensitivity",
    "write_sweep",
    "write_text",
]

_NAMES = {
    "sim.model": ("Standoff",),
    "sim.requests.comparisons": ("compare", "knockout"),
    "sim.requests.machine": ("bench", "doctor", "explain"),
    "sim.requests.results": (
        "results_check",
        "results_clean",
        "results_export",
        "results_json",
        "results_list",
        "results_query",
        "results_text",
    ),
    "sim.requests.runs": ("gather", "run", "run_one"),
    "sim.requests.scenarios": (
        "DEFAULT_SCENARIO",
        "assumptions",
        "changes",
        "check_scenario",
        "list_scenarios",
        "load_scenario",
        "new_scenario",
        "parse_set",
        "schema",
        "schema_json",
        "show_terrain",
    ),
    "sim.requests.sensitivities": ("estimated_seconds", "sensitivity", "sensitivity_plan"),
    "sim.requests.sweeps": ("sweep", "sweep_in", "sweep_spec"),
    "sim.report.assumptions": ("assumptions_text",),
    "sim.report.pairs.compare_files": ("write_compare",),
    "sim.report.pairs.compare_json": ("compare_json",),
    "sim.report.pairs.compare_text": ("compare_text",),
    "sim.report.files": ("open_folder", "write_ensemble", "write_text"),
    "sim.report.json_report": ("ensemble_json", "story_json"),
    "sim.report.pairs.knockout_files": ("write_knockout",),
    "sim.report.pairs.knockout_json": ("knockout_json",),
    "sim.report.pairs.knockout_text": ("knockout_text",),
    "sim.report.page": ("write_report",),
    "sim.report.run_files": ("write_run",),
    "sim.report.sensitivity.files": ("write_sensitivity",),
    "sim.report.sensitivity.json_report": ("sensitivity_json",),
    "sim.report.sensitivity.text": ("sensitivity_text",),
    "sim.report.speed": ("bench_text",),
    "sim.report.story": ("story_text",),
    "sim.report.sweeps.files": ("write_sweep",),
    "sim.report.sweeps.json_report": ("sweep_json",),
    "sim.report.sweeps.text": ("sweep_text",),
    "sim.report.tables": ("ensemble_text",),
}
_WHERE = {name: module for module, names in _NAMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a name at its first use."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_WHERE[name]), name)
