"""An ensemble as one JSON object with the keys that scripts rely on. Days count from 0; null is 'did not happen'."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

from sim import __version__
from sim.experiment.ensemble import Ensemble
from sim.experiment.one_run import RunStory
from sim.experiment.statistics import Share, Spread
from sim.report.tables import changes
from sim.report.words import LIMITS, sentence
from sim.scenario.run_parameters import DAYS, SEED, START


def ensemble_json(ensemble: Ensemble) -> dict[str, Any]:
    """The object that ``run --json`` prints."""
    scenario = ensemble.scenario
    chain, chain_share = ensemble.commonest_chain
    found: dict[str, Any] = {
        "scenario": scenario.name,
        "title": scenario.title,
        "scenario_hash": scenario.hash,
        "version": __version__,
        "seed": scenario[SEED],
        "replicates": ensemble.asked,
        "finished": len(ensemble.finished),
        "failed": [{"replicate": r.replicate, "error": r.error} for r in ensemble.failed],
        "changed": {key: list(pair) for key, pair in changes(scenario).items()},
        "start": str(scenario[START]),
        "horizon_days": scenario[DAYS],
        "sentence": sentence(ensemble),
        "outcomes": {name: _share(share) for name, share in ensemble.outcomes.items()},
        "bits": {name: _share(share) for name, share in ensemble.bits.items()},
        "quantities": {name: _spread(spread) for name, spread in ensemble.quantities.items()},
        "districts": {d.name: {str(date): share for date, share in d.held.items()} for d in ensemble.districts},
        "floor_taken": {d.name: _share(d.taken) | {"day": _spread(d.day)} for d in ensemble.districts},
        "settlements": {name: _share(share) for name, share in ensemble.settlements.items()},
        "breaks": ensemble.breaks,
        "milestones": [dataclasses.asdict(milestone) for milestone in ensemble.milestones],
        "commonest_chain": {"steps": list(chain), "share": chain_share},
        "why": _why(ensemble),
        "notice": " ".join(LIMITS),
    }
    _check(ensemble)
    return without_nan(found)


def story_json(told: RunStory) -> list[dict[str, Any]]:
    """The story of one run, a list of days, dates and texts."""
    return [{"day": line.day, "date": line.date.isoformat(), "text": line.text} for line in told.lines]


def _share(share: Share) -> dict[str, Any]:
    return {"share": share.share, "low": share.low, "high": share.high, "count": share.count}


def _spread(spread: Spread) -> dict[str, Any]:
    return dataclasses.asdict(spread)


def _why(ensemble: Ensemble) -> dict[str, Any] | None:
    if (why := ensemble.why) is None:
        return None
    steps = [{"step": name, "median_day": day} for name, day in why.steps]
    return {"outcome": why.outcome, "steps": steps, "count": why.count, "of": why.of}


def _check(ensemble: Ensemble) -> None:
    """Outcome classes exclude each other and leave nothing out."""
    total = sum(share.share for share in ensemble.outcomes.values())
    if ensemble.finished and not math.isclose(total, 1.0, abs_tol=1e-9):
        raise ValueError(f"the shares of the outcomes add up to {total}, not to 1")


def without_nan(item: Any) -> Any:
    """The same with null for NaN, which JSON does not have."""
    if isinstance(item, dict):
        return {key: without_nan(value) for key, value in item.items()}
    if isinstance(item, (list, tuple)):
        return [without_nan(value) for value in item]
    return None if isinstance(item, float) and not math.isfinite(item) else item
