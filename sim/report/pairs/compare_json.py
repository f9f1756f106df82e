"""A comparison as one JSON object with the keys that scripts rely on. null is 'did not happen' or 'cannot be told'."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

from sim import __version__
from sim.experiment.ensemble import Ensemble
from sim.experiment.pairs.compare import CLASS, Alternative, Comparison
from sim.params import Value
from sim.report.json_report import without_nan
from sim.report.pairs.compare_sentence import sentence
from sim.report.pairs.compare_words import cautions
from sim.report.words import LIMITS
from sim.scenario.run_parameters import DAYS, SEED, START


def compare_json(comparison: Comparison) -> dict[str, Any]:
    """The object that ``compare --json`` prints."""
    from sim.store.identity import model_id

    base = comparison.baseline
    found: dict[str, Any] = {
        "baseline": scenario_json(base),
        "seed": base.scenario[SEED],
        "replicates": base.asked,
        "version": __version__,
        "model": model_id(),
        "alternatives": [
            scenario_json(other.ensemble)
            | {"sentence": sentence(comparison, other)}
            | alternative_json(other)
            for other in comparison.alternatives
        ],
        "cautions": cautions(comparison),
        "notice": " ".join(LIMITS),
    }  # fmt: skip
    return dict(without_nan(found))


def scenario_json(ensemble: Ensemble, named: bool = True) -> dict[str, Any]:
    """What was run, and what failed."""
    scenario = ensemble.scenario
    names = {"name": scenario.name, "title": scenario.title} if named else {}
    return names | {
        "scenario_hash": scenario.hash,
        "start": str(scenario[START]),
        "horizon_days": scenario[DAYS],
        "finished": len(ensemble.finished),
        "failed": [{"replicate": r.replicate, "error": r.error} for r in ensemble.failed],
        "outcomes": {name: share.share for name, share in ensemble.outcomes.items()},
    }


def alternative_json(other: Alternative) -> dict[str, Any]:
    """What differs, and all differences, of outcome classes too, over whole pairs."""
    return {
        "differs": differs_json(other.differs),
        "pairs": other.pairs,
        "bits": _differences(other, other.bits),
        "quantities": _differences(other, other.quantities),
        "outcomes": _differences(other, other.outcomes, CLASS),
        "moved": [{"from": a, "to": b, "pairs": count} for (a, b), count in other.moved.items()],
    }


def differs_json(differs: Mapping[str, tuple[Value, Value]]) -> dict[str, Any]:
    """Key → {from, to}; dates as texts."""
    return {key: {"from": _plain(a), "to": _plain(b)} for key, (a, b) in differs.items()}


def _plain(value: Value) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else list(value) if isinstance(value, tuple) else value


def _differences(other: Alternative, found: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    return {
        name: dataclasses.asdict(d) | {"clear": d.clear, "firm": prefix + name in other.firm}
        for name, d in found.items()
    }
