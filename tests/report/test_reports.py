"""An ensemble as words, tables, JSON and files."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from runs_cases import failed, made_up, tiny

from sim import api, pipeline
from sim.errors import InputError
from sim.experiment.ensemble import Ensemble
from sim.report.json_report import ensemble_json, story_json
from sim.report.story import story_text
from sim.report.tables import WIDTH, ensemble_text
from sim.report.words import LIMITS, sentence
from sim.scenario import load

KEYS = {
    "scenario", "scenario_hash", "version", "seed", "replicates", "horizon_days", "outcomes", "bits", "quantities",
    "districts",
}  # fmt: skip
BITS = {"floor_taken", "held_90d", "defender_survives", "settlement", "held_to_winter", "held_through_winter"}
QUANTITIES = {
    "days_floor_held", "first_assault_day", "winter_onset_day", "attacker_losses", "defender_losses",
    "attacker_invalided", "defender_invalided", "civilians_displaced", "attacker_loss_rate",
    "support_delivered_t", "claim_lead_days",
}  # fmt: skip
OUTCOMES = {"defended", "contested", "occupied_resistance_survives", "collapsed", "withdrawn", "settlement"}


@pytest.fixture(scope="module")
def ensemble() -> Ensemble:
    chain = ("assault begins", "gate falls")
    results = [made_up(i, "contested", falls=3, chain=chain) for i in range(2)] + [made_up(2, chain=chain)]
    return Ensemble.of(tiny(), [*results, failed(3)])


def test_json_keeps_the_contract(ensemble: Ensemble) -> None:
    found = json.loads(json.dumps(ensemble_json(ensemble), allow_nan=False))
    assert found.keys() >= KEYS
    assert set(found["outcomes"]) == OUTCOMES
    assert sum(o["share"] for o in found["outcomes"].values()) == pytest.approx(1.0)
    assert all(o.keys() >= {"share", "low", "high", "count"} for o in found["outcomes"].values())
    assert set(found["bits"]) == BITS
    assert found["quantities"].keys() >= QUANTITIES
    for quantity in found["quantities"].values():
        assert quantity.keys() >= {"unit", "mean", "q05", "q25", "q50", "q75", "q95"}
    assert found["quantities"]["claim_lead_days"]["mean"] is None
    assert all(0 <= share <= 1 for dates in found["districts"].values() for share in dates.values())
    assert found["failed"] == [{"replicate": 3, "error": "ValueError: broken on purpose"}]
    assert "not a forecast" in found["notice"]


def test_json_of_failed_runs_only_is_still_json() -> None:
    found = json.dumps(ensemble_json(Ensemble.of(tiny(), [failed(0)])), allow_nan=False)
    assert json.loads(found)["why"] is None


def test_the_sentence_says_what_how_often_and_how_sure(ensemble: Ensemble) -> None:
    text = sentence(ensemble)
    assert text.startswith("Most often the main floor is shared at the end: 67 in 100 (between 21 and 94")
    assert "3 runs made" in text
    assert "33 in 100" in text


def test_the_report_fits_the_page(ensemble: Ensemble) -> None:
    text = ensemble_text(ensemble)
    assert max(len(line) for line in text.splitlines()) <= WIDTH + 2
    for part in ("Outcome, in 100 runs", "Key dates", "Losses", "Why", "Failed runs", *LIMITS, tiny().hash):
        assert part in text
    assert "nan" not in text.lower()


def test_the_head_tells_every_value_that_is_not_the_bases(ensemble: Ensemble) -> None:
    """The lines may be broken anywhere, so they are joined before they are looked at."""
    text = " ".join(ensemble_text(ensemble).split())
    changed = {"run.days": 20, "attacker.fighters": 400, "defender.fighters": 300, "run.replicates": 3}
    base = load("base", pipeline.SCHEMA)
    assert ensemble_json(ensemble)["changed"] == {key: [str(base[key]), str(now)] for key, now in changed.items()}
    assert "changed from the base: " in text
    for key, now in changed.items():
        assert f"{key} {base[key]} → {now}" in text
    plain = Ensemble.of(base, [failed(0)])
    assert "changed from the base" not in ensemble_text(plain)
    assert ensemble_json(plain)["changed"] == {}


def test_the_report_of_failed_runs_only() -> None:
    text = ensemble_text(Ensemble.of(tiny(), [failed(0), failed(1)]))
    assert "all 2 failed" in text
    assert "2 failed (first: run 0): ValueError" in text


def test_story_of_one_run() -> None:
    told = api.run_one(tiny(), 1)
    text = story_text(told)
    assert "31 Aug 2021" in text or "30 Aug 2021" in text
    for part in ("run 1 of seed", tiny().hash, f"Standoff {api.version}", "The end:", "not a forecast"):
        assert part in text
    assert max(len(line) for line in text.splitlines()) <= WIDTH + 2
    lines = story_json(told)
    assert [line["day"] for line in lines] == sorted(line["day"] for line in lines)


def test_files_of_an_ensemble(ensemble: Ensemble, tmp_path: Path) -> None:
    folder = api.open_folder(tmp_path / "deep" / "out")
    api.write_ensemble(ensemble, folder)
    found = {p.name for p in folder.iterdir()}
    assert found >= {"report.txt", "runs.csv", "summary.json", "manifest.json", "outcomes.svg", "outcomes.csv"}
    assert not [name for name in found if name.startswith(".") or name.endswith(".tmp")]
    rows = list(csv.DictReader((folder / "runs.csv").open()))
    assert [row["replicate"] for row in rows] == ["0", "1", "2", "3"]
    assert rows[0]["outcome"] == "contested"
    assert rows[0]["claim_lead_days"] == ""
    assert rows[3]["error"] == "ValueError: broken on purpose"
    assert json.loads((folder / "summary.json").read_text())["finished"] == 3


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="cannot write there"):
        api.open_folder(tmp_path / "file" / "out")
