"""Golden runs: what a few runs came to when someone last looked. A change here is a change of results: say why.

Renew with ``STANDOFF_RENEW_GOLDEN=1 python -m pytest tests/golden`` and name the reason in the commit.
"""

from __future__ import annotations

import json
import math
import os
from pathlib import Path

import pytest

from sim.experiment.replicate import run_replicate
from sim.pipeline import SCHEMA
from sim.scenario import load

FILE = Path(__file__).with_name("runs.json")
CASES = {
    "panjshir-2021": (0, 1, 2),
    "yield-and-harass": (0,),
    "delayed-assault": (0,),
    "flat-country": (0,),
    "synthetic-valley": (0, 1),
}


def outcomes(name: str) -> dict[str, dict]:
    """Outcome and quantities of a scenario's golden runs; what did not happen is None."""
    scenario = load(name, SCHEMA)
    found = {}
    for replicate in CASES[name]:
        result = run_replicate(scenario, replicate)
        assert result.outcome is not None, result.error
        values = {k: None if math.isnan(v) else v for k, v in result.outcome.quantities.items()}
        found[str(replicate)] = {"outcome": result.outcome.outcome, "quantities": values}
    return found


@pytest.mark.parametrize("name", CASES)
def test_runs_are_as_they_were(name: str) -> None:
    now = outcomes(name)
    kept = json.loads(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {}
    if os.environ.get("STANDOFF_RENEW_GOLDEN"):
        FILE.write_text(json.dumps(kept | {name: now}, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        return
    for replicate, was in kept[name].items():
        assert now[replicate]["outcome"] == was["outcome"]
        for key, value in was["quantities"].items():
            seen = now[replicate]["quantities"][key]
            assert seen == (None if value is None else pytest.approx(value, rel=1e-9)), key
