"""What the commanders decide in plain cases."""

from __future__ import annotations

import pytest
from model_cases import SYNTHETIC, Standoff, finished, model

from sim import codes


def a_day(run: Standoff, cohesion: float) -> int:
    """Posture after a day that the defenders begin with this cohesion."""
    run.state.cohesion[run.state.side == codes.DEFENDER] = cohesion
    for _ in range(4):
        run.step()
    return int(run.state.posture[0])


def test_a_worn_defence_disperses_and_comes_back_when_it_has_recovered() -> None:
    run = model(SYNTHETIC | {"attacker.assault_start": "2021-12-01"})
    assert [a_day(run, cohesion) for cohesion in (1.0, 0.1, 0.1, 1.0)] == [
        codes.GATE, codes.DISPERSE, codes.DISPERSE, codes.YIELD,
    ]  # fmt: skip
    assert "recovered" in run.decisions[-1].reason


@pytest.mark.parametrize("posture", ["yield", "disperse"])
def test_a_posture_of_the_scenario_is_kept_by_a_defence_in_good_order(posture: str) -> None:
    run = finished(SYNTHETIC | {"defender.posture": posture, "attacker.fighters": 0})
    assert set(run.recorder.series.posture) == {codes.POSTURE_NAMES.index(posture)}


def test_an_attacker_without_people_does_not_assault() -> None:
    run = finished(SYNTHETIC | {"attacker.fighters": 0})
    assert set(run.recorder.series.phase) == {codes.P_MASS}
