"""A sensitivity analysis as one JSON object; null is a number that is not there."""

from __future__ import annotations

from typing import Any

from sim import __version__
from sim.experiment.sensitivity.result import Sensitivity, Stage
from sim.report.json_report import without_nan
from sim.report.sensitivity.words import LIMITS, sentence, take_care
from sim.report.words import LIMITS as USUAL_LIMITS
from sim.scenario.run_parameters import DAYS, SEED

FIRST = 10
"""Numbers of each outcome that was not asked for."""


def sensitivity_json(found: Sensitivity) -> dict[str, Any]:
    """The object that ``sensitivity --json`` prints: every number for the outcomes asked for, the first of others."""
    plan = found.plan
    told: dict[str, Any] = {
        "scenario": plan.scenario.name,
        "title": plan.scenario.title,
        "scenario_hash": plan.scenario.hash,
        "version": __version__,
        "seed": plan.scenario[SEED],
        "replicates": plan.replicates,
        "horizon_days": plan.scenario[DAYS],
        "method": plan.method,
        "runs": found.runs,
        "failed": found.failed,
        "sentence": sentence(found),
        **_stage(found, found.last),
        "screening": _stage(found, found.stages[0]) if len(found.stages) > 1 else None,
        "left_out": {reason: list(keys) for reason, keys in found.stages[0].problem.left_out.items()},
        "no_effect": found.stages[0].silent(),
        "warnings": take_care(found),
        "notice": " ".join([USUAL_LIMITS[0], *LIMITS]),
    }
    return dict(without_nan(told))


def _stage(found: Sensitivity, stage: Stage) -> dict[str, Any]:
    return {
        "design": {"method": stage.method, "size": stage.size, "points": len(stage.points), "refused": stage.refused},
        "outcomes": {name: _outcome(found, stage, name) for name in stage.indices},
        "constant": list(stage.constant),
        "not_in_every_run": list(stage.partial),
    }


def _outcome(found: Sensitivity, stage: Stage, name: str) -> dict[str, Any]:
    rows = found.table(name, stage)
    if name not in found.plan.outcomes:
        rows = rows.head(FIRST)
    numbers = rows.drop("method", "outcome", "outcome_unit").to_dicts()
    indices = stage.indices[name]
    return {
        "unit": str(rows["outcome_unit"][0]),
        "in_the_scenario": stage.base.get(name),
        "mean": indices.mean,
        "luck": getattr(indices, "luck", None),
        "numbers": numbers,
    }
