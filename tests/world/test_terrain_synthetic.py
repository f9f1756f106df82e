"""The made-up valley: whatever is asked for, the same parts are there."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from terrain_cases import built, cut_off, leaks

from sim.params import Value
from sim.world.terrain.model import Terrain


def kinds(terrain: Terrain) -> dict[str, int]:
    names = [site.kind for site in terrain.sites]
    return {kind: names.count(kind) for kind in sorted(set(names))}


def test_counts_follow_the_parameters() -> None:
    terrain = built(source="synthetic", synthetic_gates=3, synthetic_side_valleys=5, synthetic_passes=4)
    assert kinds(terrain) == {"centre": 4, "gate": 3, "pass": 4, "side": 5, "staging": 3, "village": 4}
    assert {"stage-mouth", "stage-pass"} <= {site.id for site in terrain.sites}
    assert sum(site.people for site in terrain.sites) == 100_000
    assert [d.order for d in terrain.districts] == [1, 2, 3, 4]


def test_river_rises_by_its_gradient() -> None:
    terrain = built(source="synthetic", synthetic_gradient_m_per_km=8.0)
    levels = np.sort(terrain.elevation_m[terrain.river])
    assert levels[0] == pytest.approx(1600, abs=10)
    assert levels[-1] == pytest.approx(1600 + 60 * 8, abs=15)


def test_ridge_height_and_floor_width_show() -> None:
    low, high = (built(source="synthetic", synthetic_ridge_height_m=h) for h in (500.0, 2500.0))
    assert high.elevation_m.max() - low.elevation_m.max() == pytest.approx(2000, rel=0.1)
    narrow, wide = (built(source="synthetic", synthetic_floor_width_km=w) for w in (0.5, 5.0))
    assert wide.floor.sum() > 2 * narrow.floor.sum()


def test_a_gate_narrows_the_floor() -> None:
    terrain = built(source="synthetic", synthetic_floor_width_km=5.0, resolution_m=500.0)
    gate = next(site for site in terrain.sites if site.id == "gate-2")
    width = terrain.floor.sum(axis=0)
    assert width[gate.col] * 2 < width[gate.col + round(10_000 / terrain.cell_m)]


def test_flat_country_has_no_divide() -> None:
    assert not built(source="synthetic", synthetic_ridge_height_m=0.0).divide.any()


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    st.fixed_dictionaries(
        {
            "synthetic_length_km": st.floats(20, 150),
            "synthetic_floor_width_km": st.floats(0.3, 5),
            "synthetic_ridge_height_m": st.floats(0, 3500),
            "synthetic_gates": st.integers(0, 5),
            "synthetic_side_valleys": st.integers(0, 16),
            "synthetic_passes": st.integers(1, 12),
            "synthetic_mouth_elevation_m": st.floats(0, 3000),
            "synthetic_gradient_m_per_km": st.floats(1, 40),
            "resolution_m": st.sampled_from([1000.0, 2000.0]),
            "relief_scale": st.sampled_from([0.0, 1.0, 2.0]),
        }
    )
)
def test_any_valley_is_whole(changes: dict[str, Value]) -> None:
    terrain = built(source="synthetic", **changes)
    assert not leaks(terrain)
    assert cut_off(terrain) == []
    assert all(terrain.floor[s.row, s.col] for s in terrain.sites if s.floor)
    assert all((terrain.district == i).any() for i in range(len(terrain.districts)))
    assert (terrain.basin[terrain.river]).all()
