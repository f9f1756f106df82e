"""The one door: every name in ``__all__`` is there, and answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from runs_cases import TINY, tiny

from sim import api


def test_every_exported_name_is_there_and_described() -> None:
    assert api.__all__ == sorted(api.__all__, key=lambda n: (not n.isupper(), not n[0].isupper(), n))
    for name in set(api.__all__) - {"version", "GRADES", "DEFAULT_SCENARIO"}:
        assert getattr(api, name).__doc__, name
    with pytest.raises(AttributeError, match="no attribute 'simulat'"):
        _ = api.simulat


def test_run_and_run_one_agree() -> None:
    ensemble = api.run("base", 2, values=TINY)
    told = api.run_one("base", 1, values=TINY)
    assert told.result.outcome is not None
    again = ensemble.results[1].outcome
    assert again is not None
    assert told.result.outcome.quantities["attacker_losses"] == again.quantities["attacker_losses"]
    assert len(api.run(tiny()).results) == 3  # as many as the scenario says


def test_assumptions_tell_all_and_who_reads_them() -> None:
    rows = api.assumptions()
    assert len(rows) == len(api.schema())
    assert all(row.source and row.grade in api.GRADES and row.read_by for row in rows)
    assert {row.grade for row in api.assumptions(grade="measured")} == {"measured"}
    with pytest.raises(api.InputError, match="Did you mean 'measured'"):
        api.assumptions(grade="mesured")


def test_explain_names_every_process_with_its_reason() -> None:
    from sim import pipeline

    text = api.explain()
    for number, process in enumerate(pipeline.PROCESSES, start=1):
        assert f"{number:2}. {process.name} – " in text


def test_doctor_knows_the_house() -> None:
    found = api.doctor()
    assert found["scenarios"] > 0 and found["cores"] > 0
    assert found["kernels_compiled"] <= found["kernels"] or not found["kernels"]


def test_terrain_picture(tmp_path: Path) -> None:
    path = api.show_terrain(tmp_path / "map.png", values={"terrain.resolution_m": 2000.0})
    assert path.read_bytes().startswith(b"\x89PNG")


def test_a_new_scenario_loads_and_is_not_overwritten(tmp_path: Path) -> None:
    path = api.new_scenario(tmp_path / "early-snow")
    assert api.load_scenario(path).title == "Early snow"
    assert not api.changes(api.load_scenario(path))
    with pytest.raises(api.InputError, match="is there already"):
        api.new_scenario(path)
