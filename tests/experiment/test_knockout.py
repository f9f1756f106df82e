"""Knock-outs: which mechanisms are left out, what is told of them, and a real small one."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from runs_cases import failed, tiny
from test_compare import run

from sim import api
from sim.errors import InputError
from sim.experiment.ensemble import Ensemble
from sim.experiment.pairs import knockout as module
from sim.experiment.pairs.compare import Alternative
from sim.experiment.pairs.knockout import WATCHED, Effect, Knockout, candidates, most_changed, size_of, together
from sim.observe.outcome import BITS, OUTCOMES, QUANTITIES
from sim.observe.result import Result
from sim.pipeline import PROCESSES, WITHOUT
from sim.report.manifest import read_manifest
from sim.report.pairs.knockout_json import knockout_json
from sim.report.pairs.knockout_text import knockout_text, sentence

BASE = tiny()


def runs(days: list[float], **bits: bool) -> list[Result]:
    return [run(i, {"days_floor_held": value}, **bits) for i, value in enumerate(days)]


def effect(name: str, with_it: list[Result], without: list[Result]) -> Effect:
    scenario = BASE.with_values({WITHOUT: (name,)})
    return Effect(name, "a thing", Alternative.of(Ensemble.of(BASE, with_it), Ensemble.of(scenario, without)))


def test_every_process_of_day_and_tick_is_left_out_but_those_already_gone() -> None:
    names, skipped = candidates(BASE)
    assert names == [process.name for process in PROCESSES] and not skipped
    names, skipped = candidates(BASE.with_values({WITHOUT: ("air", "unrest")}))
    assert skipped == dict.fromkeys(("unrest", "air"), "already left out by the scenario")
    assert not {"air", "unrest"} & set(names)
    assert candidates(BASE, ["air", "cold"])[0] == ["cold", "air"]  # in the order of the pipeline


def test_effect_is_without_minus_with_in_standard_deviations() -> None:
    """2, 4, 6 with it and 5, 7, 9 without: difference 3, both variances 4, effect 3 / 2."""
    one = effect("air", runs([2, 4, 6]), runs([5, 7, 9]))
    assert one.without.quantities["days_floor_held"].difference == 3.0
    assert size_of(one, WATCHED) == pytest.approx(1.5)
    assert size_of(one, ("deals",)) == 0.0
    assert size_of(effect("air", runs([2, 2]), runs([5, 7])), WATCHED) == 0.0  # no standard deviation to measure by
    narrow = effect("air", runs([2, 4, 6]), runs([5.9, 6, 6.1]))
    assert size_of(narrow, WATCHED) == pytest.approx(1.0)  # 2 over the 2 of the baseline, whatever the rest
    none, all_of_4 = runs([1] * 4), runs([1] * 4, floor_taken=True)
    assert size_of(effect("air", none, all_of_4), ("floor_taken",)) == pytest.approx(6 / math.sqrt(5))  # p = 1 / 6


def test_what_a_mechanism_alone_produces_is_not_its_headline() -> None:
    def arm(away: float, spread: float, lost: float) -> list[Result]:
        return [
            run(i, {"civilians_displaced": away + spread * (i % 3), "attacker_losses": lost + i % 3}) for i in range(12)
        ]

    with_it = arm(1000, 5, 50)
    own = effect("civilians", with_it, arm(0, 0, 50.5))
    other = effect("combat", with_it, arm(1000, 5, 60))
    assert own.its_own == {"civilians_displaced"}
    assert size_of(own, WATCHED) < size_of(other, WATCHED)
    found = Knockout(Ensemble.of(BASE, with_it), tuple(together([other, own])), {}, "floor_taken")
    assert "away from home" not in knockout_json(found)["mechanisms"][1]["sentence"]
    assert (
        next(line for line in knockout_text(found).splitlines() if line.startswith("civilians")).split()[-1]
        == "=-1,005"
    )


def test_firm_is_over_all_mechanisms_together() -> None:
    """p = 0.002 stands among 16 rows (0.05 / 16 = 0.003), not among 16 of 21 mechanisms (0.05 / 336)."""
    base = effect("air", runs([1.0, 2.0] * 6), runs([2.0, 4.0] * 6))
    d = replace(base.without.quantities["days_floor_held"], p=0.002)
    alone = replace(base, without=replace(base.without, quantities={**base.without.quantities, "days_floor_held": d}))
    same = runs([1.0, 2.0] * 6)
    nothing = [replace(effect("cold", same, same), name=f"m{i}") for i in range(20)]
    assert "days_floor_held" in together([alone])[0].without.firm
    assert "days_floor_held" not in together([alone, *nothing])[0].without.firm


def test_the_bit_that_changes_most_is_shown() -> None:
    with_it = runs([1] * 4)
    some = [*runs([1] * 4, settlement=True)[:2], *runs([1] * 4)[2:]]
    effects = [effect("air", with_it, some), effect("cold", with_it, runs([1] * 4, held_90d=True))]
    assert most_changed(effects) == "held_90d"
    assert most_changed([effect("air", with_it, with_it)]) == next(iter(BITS))


def made_up() -> Knockout:
    with_it = runs([1, 2, 3, 4, 1, 2, 3, 4])
    effects = (
        effect("combat", with_it, runs([11, 12, 13, 14, 12, 12, 13, 14])),
        effect("air", with_it, runs([1, 2, 3, 4, 1, 2, 4, 3])),
        effect("cold", with_it, [*runs([1, 2, 3, 4, 1, 2, 3]), failed(7)]),
        effect("elders", with_it, with_it),
    )
    return Knockout(Ensemble.of(BASE, with_it), effects, {"unrest": "already left out by the scenario"}, "floor_taken")


def test_the_text_tells_effects_nothing_failures_and_interactions() -> None:
    found = made_up()
    text = knockout_text(found)
    assert sentence(found).startswith("Without combat (a thing), the defender gains: the defender holds the main floor")
    row = next(line for line in text.splitlines() if line.startswith("combat "))
    assert row.split() == ["combat", "·", "+10.1", "·", "·", "·"]
    lines = text.splitlines()
    assert lines[lines.index(row) + 1].split() == ["(9.8", "to", "10.4)"]
    assert next(line for line in lines if line.startswith("air ")).split()[1:] == ["·", "?0.0", "·", "·", "·"]
    assert "Changes nothing in these runs: cold, elders." in text  # of the pairs that there are
    assert "without cold: 1 failed (first: run 7): ValueError" in " ".join(text.split())
    assert "do not add up" in text and "unrest: already left out" in text
    assert max(map(len, text.splitlines())) <= 98


def test_json_of_a_knockout() -> None:
    found = json.loads(json.dumps(knockout_json(made_up()), allow_nan=False))
    assert [m["name"] for m in found["mechanisms"]] == ["combat", "air", "cold", "elders"]
    first = found["mechanisms"][0]
    assert first["quantities"]["days_floor_held"]["difference"] == pytest.approx(10.125)
    assert first["sentence"].startswith("Without combat,")
    assert [m["changes_nothing"] for m in found["mechanisms"]] == [False, False, True, True]
    assert found["mechanisms"][2]["failed"][0]["replicate"] == 7
    assert found["skipped"] == {"unrest": "already left out by the scenario"}
    assert first["bits"].keys() == BITS.keys() and first["quantities"].keys() == QUANTITIES.keys()


def test_nothing_changes_anything() -> None:
    found = made_up()
    found = replace(found, effects=found.effects[-1:])
    assert "changes nothing in these runs" in sentence(found)
    assert knockout_text(found)


def test_what_is_refused() -> None:
    with pytest.raises(InputError, match="Did you mean 'combat'"):
        api.knockout(BASE, 2, only=["comabt"], store=False)
    with pytest.raises(InputError, match="Did you mean 'floor_taken'"):
        api.knockout(BASE, 2, bit="flor_taken", store=False)
    with pytest.raises(InputError, match="at least 2 pairs"):
        api.knockout(BASE, 1, store=False)
    with pytest.raises(InputError, match="no mechanism is left"):
        api.knockout(BASE, 2, only=["air"], values={WITHOUT: ("air",)}, store=False)


@pytest.fixture(scope="module")
def real() -> Knockout:
    return api.knockout("synthetic-open", 6, only=["movement", "air", "events"], values={"run.days": 20}, store=False)


def test_a_real_knockout(real: Knockout) -> None:
    assert real.effects[0].name == "movement"
    by_name = {e.name: e.without for e in real.effects}
    held = by_name["movement"].quantities["days_floor_held"]
    assert held.b == 20.0 and held.difference > 0  # who cannot march takes nothing
    assert by_name["events"].changes_nothing and not by_name["movement"].changes_nothing
    assert [set(e.without.differs) for e in real.effects] == [{WITHOUT}] * 3
    assert real.frame().shape[0] == 3 * (len(BITS) + len(OUTCOMES) + len(QUANTITIES))


def test_one_gather_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    true = module.gather

    def count(tasks, **more):  # type: ignore[no-untyped-def]
        asked.append(len(tasks))
        return true(tasks, **more)

    monkeypatch.setattr(module, "gather", count)
    api.knockout(BASE, 2, only=["air", "cold"], store=False)
    assert asked == [3]


def test_files_of_a_knockout(real: Knockout, tmp_path: Path) -> None:
    written = api.write_knockout(real, tmp_path)
    assert all(path.is_file() for path in written)
    manifest = read_manifest(tmp_path)
    assert manifest["kind"] == "knockout" and manifest["runs"] == 24
    assert "--only air,events,movement" in manifest["settings"]["command"]
    assert ET.fromstring((tmp_path / "knockout.svg").read_text()).tag.endswith("svg")
    assert (tmp_path / "report.txt").read_text() == knockout_text(real)
    lines = (tmp_path / "knockout.csv").read_text().splitlines()
    assert len(lines) == 4 and lines[0].startswith("without,") and any(" to " in line for line in lines[1:])
    assert {row["file"]: row.get("shown", True) for row in manifest["tables"]} == {
        "knockout.csv": True, "differences.csv": False,
    }  # fmt: skip
    assert "Blue: held longer" in manifest["figures"][0]["text"]
