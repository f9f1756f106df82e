"""A sweep as one JSON object: what was asked, what each outcome and policy came to, and every point."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

from sim import __version__
from sim.experiment.sweeps.measures import Measure, measure
from sim.experiment.sweeps.spec import SweepSpec
from sim.report.sweeps.figures import bases_of, comparable, policy_keys, policy_rows, span
from sim.report.sweeps.sentence import sentence
from sim.report.sweeps.text import why_no_means
from sim.report.sweeps.words import title_of
from sim.report.words import LIMITS

if TYPE_CHECKING:
    from sim.experiment.sweeps.sweep import Sweep
    from sim.scenario import Scenario


def sweep_json(sweep: Sweep) -> dict[str, Any]:
    """The object that ``sweep --json`` prints; the same for the same sweep, whatever was in the store before."""
    spec = sweep.spec
    found: dict[str, Any] = {
        "title": spec.title,
        "question": spec.question,
        "scenarios": [_scenario(base) for base in bases_of(sweep)],
        "version": __version__,
        "sweep_hash": spec.hash,
        "seed": sweep.points[0].base["run.seed"],
        "design": spec.design,
        "draws": spec.draws,
        "replicates": spec.replicates,
        "points": len(sweep.points),
        "points_of_grid": spec.point_count,
        "runs": sweep.runs,
        "failed": sweep.failed,
        "uncertainties": {factor.key: _factor(factor) for factor in spec.uncertainties},
        "levers": {factor.key: _factor(factor) for factor in spec.levers},
        "constants": dict(spec.constants),
        "sentence": sentence(sweep.table, spec),
        "outcomes": {name: _outcome(sweep, measure(name)) for name in spec.outcomes},
        **({"no_means": why_no_means(spec)} if spec.refine else {}),
        "tipping": _tipping(sweep),
        "table": _table(sweep),
        "spec": spec.to_toml(),
        "notice": " ".join(LIMITS),
    }
    return _plain(found)


def _scenario(base: Scenario) -> dict[str, Any]:
    """A scenario as it was run, before what is varied: its hash, and what is not as in its base."""
    changed = {key: item.value for key, item in base.provenance.items() if item.changed_from_base}
    return {"name": base.name, "title": base.title, "scenario_hash": base.hash, "changed": changed}


def _factor(factor: Any) -> dict[str, Any]:
    if factor.values:
        return {"values": list(factor.values)}
    return {"from": factor.low, "to": factor.high, "steps": factor.steps, "scale": factor.scale}


def _outcome(sweep: Sweep, found: Measure) -> dict[str, Any]:
    spec = sweep.spec
    ends = span(comparable(sweep.table, spec), found)
    told: dict[str, Any] = {"meaning": title_of(found), "unit": found.unit}
    told["sentence"] = sentence(sweep.table, spec, found.name)
    if spec.refine is None:
        told["mean"] = ends.get("mean")
    for word in ("lowest", "highest"):
        row = ends.get(word)
        told[word] = row and {key: row[key] for key in ("point", *spec.keys, "runs", "value", "low", "high")}
        told[f"{word}_ties"] = ends.get(f"{word}_ties")
    if spec.refine is None:
        told["policies"] = _policies(sweep, found)
    return told


def _policies(sweep: Sweep, found: Measure) -> list[dict[str, Any]]:
    spec: SweepSpec = sweep.spec
    rows = policy_rows(sweep.table, spec, found) if spec.policy_count > 1 else []
    keys = policy_keys(spec)
    return [{"levers": {key: row.pop(key) for key in keys}, **row} for row in rows]


def _table(sweep: Sweep) -> list[dict[str, Any]]:
    """A row a point: what was varied, runs, and the outcomes asked for with their intervals; summary.csv has all."""
    columns = [measure(name).column for name in sweep.spec.outcomes]
    wanted = ["point", "policy", "sample", *sweep.spec.keys, "runs", "failed"]
    wanted += [f"{column}{end}" for column in columns for end in ("", "_low", "_high")]
    return sweep.table.select(list(dict.fromkeys(wanted))).to_dicts()


def _tipping(sweep: Sweep) -> dict[str, Any] | None:
    """The line of a refined map, in steps along both factors, and what it cost."""
    spec, found = sweep.spec, sweep.refined
    if found is None or spec.refine is None:
        return None
    return {
        "outcome": spec.refine.outcome,
        "at": found.at,
        "factors": [factor.key for factor in spec.factors],
        "lines": [[[round(float(x), 6) for x in node] for node in line] for line in found.lines],
        "nodes_visited": len(found.visited),
        "nodes_of_grid": spec.point_count,
        "runs": found.total_runs,
        "runs_of_grid": spec.point_count * spec.replicates,
    }


def _plain(item: Any) -> Any:
    """The same with dates as texts and null for what is no number."""
    if isinstance(item, dict):
        return {key: _plain(value) for key, value in item.items()}
    if isinstance(item, (list, tuple)):
        return [_plain(value) for value in item]
    if isinstance(item, dt.date):
        return item.isoformat()
    return None if isinstance(item, float) and not math.isfinite(item) else item
