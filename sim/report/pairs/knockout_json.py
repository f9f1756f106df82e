"""What each mechanism contributes, as one JSON object. Differences are without the mechanism minus with it."""

from __future__ import annotations

from typing import Any

from sim import __version__
from sim.experiment.pairs.knockout import Knockout
from sim.report.json_report import without_nan
from sim.report.pairs.compare_json import alternative_json, scenario_json
from sim.report.pairs.knockout_text import INTERACT, sentence, sentence_of
from sim.report.words import LIMITS
from sim.scenario.run_parameters import SEED


def knockout_json(knockout: Knockout) -> dict[str, Any]:
    """The object that ``knockout --json`` prints."""
    from sim.store.identity import model_id

    base = knockout.baseline
    found: dict[str, Any] = {
        "baseline": scenario_json(base),
        "seed": base.scenario[SEED],
        "replicates": base.asked,
        "version": __version__,
        "model": model_id(),
        "sentence": sentence(knockout),
        "bit": knockout.bit,
        "watched": list(knockout.watched),
        "mechanisms": [
            {"name": effect.name, "models": effect.models, "sentence": sentence_of(effect)}
            | {"effect": knockout.size(effect), "changes_nothing": effect.without.changes_nothing}
            | scenario_json(effect.without.ensemble, named=False)
            | alternative_json(effect.without)
            for effect in knockout.effects
        ],
        "skipped": dict(knockout.skipped),
        "notice": " ".join([INTERACT, *LIMITS]),
    }
    return dict(without_nan(found))
