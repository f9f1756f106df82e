"""The bundled valley: water, divide, places, and what relief scaling does to them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from terrain_cases import FOLDER, built, cut_off, leaks, regions, values

from sim.errors import InputError
from sim.world.terrain.build import build_terrain
from sim.world.terrain.model import Terrain
from sim.world.terrain.parameters import PARAMETERS


@pytest.fixture(scope="module", params=[500.0, 1000.0, 2000.0])
def valley(request: pytest.FixtureRequest) -> Terrain:
    return built(resolution_m=request.param)


@pytest.fixture(scope="module")
def km(request: pytest.FixtureRequest) -> Terrain:
    return built()


def test_arrays_share_the_shape_and_types_of_a_terrain(valley: Terrain) -> None:
    side = round(120_000 / valley.cell_m)
    assert valley.shape == (side, side)
    for field in dataclasses.fields(valley):
        value = getattr(valley, field.name)
        if isinstance(value, np.ndarray):
            assert value.shape == valley.shape, field.name
            assert value.dtype in (np.float32, np.int8, bool), field.name


def test_river_is_one_chain_that_falls_from_head_to_mouth(valley: Terrain) -> None:
    row, col = np.nonzero(valley.river)
    order = np.argsort(valley.elevation_m[row, col])
    assert (np.diff(valley.elevation_m[row, col][order]) > 0).all()
    assert (np.maximum(abs(np.diff(row[order])), abs(np.diff(col[order]))) == 1).all()
    assert valley.elevation_m[row, col][order][0] == pytest.approx(1650, abs=60)


def test_no_way_leads_out_while_the_passages_are_closed(valley: Terrain) -> None:
    assert not leaks(valley)


def test_open_ground_on_the_rim_is_near_the_mouth_or_beside_a_pass(valley: Terrain) -> None:
    """Where the divide is too low to part anything: within 12 km of the lower gate, or 3 cells of a pass."""
    gate = next(site for site in valley.sites if site.id == "dalan-sang")
    tops = [valley.sites[p.site] for p in valley.passes]
    for r, c in np.argwhere(valley.passage & ~valley.divide).tolist():
        from_gate = np.hypot(r - gate.row, c - gate.col) * valley.cell_m
        assert from_gate < 12_000 or any(max(abs(r - t.row), abs(c - t.col)) <= 3 for t in tops), (r, c)


def test_every_site_can_be_reached_from_every_other(valley: Terrain) -> None:
    assert cut_off(valley) == []


def test_every_pass_joins_the_basin_to_outside_by_itself(valley: Terrain) -> None:
    """With all passages closed but those within 5 km (4 cells) of one pass, there is a way out."""
    rows, cols = np.indices(valley.shape)
    for crossing in valley.passes:
        site = valley.sites[crossing.site]
        near = np.hypot(rows - site.row, cols - site.col) * valley.cell_m <= max(5000, 4 * valley.cell_m)
        region = regions(~valley.rock & ((~valley.divide & ~valley.passage) | (valley.passage & near)))
        inside = set(region[valley.basin & ~valley.passage & (region > 0)])
        outside = set(region[~valley.basin & (region > 0)])
        assert inside & outside, crossing.id


def test_passes_stand_at_their_listed_elevation(km: Terrain) -> None:
    listed = {"khawak": 3600, "anjuman": 4400, "til": 4070, "shutul-salang-south": 3020}
    found = {p.id: p.elevation_m for p in km.passes}
    assert len(found) == 37
    for name, elevation in listed.items():
        assert found[name] == pytest.approx(elevation, abs=120)


def test_sites_stand_where_their_kind_belongs(valley: Terrain) -> None:
    for site in valley.sites:
        at = (site.row, site.col)
        assert not valley.rock[at], site.id
        assert site.elevation_m == valley.elevation_m[at]
        assert (site.kind == "staging") <= (not valley.basin[at]), site.id
        if site.floor:
            assert valley.floor[at], site.id
            assert valley.surface[at] > 0 or not np.isnan(site.valley_km)
        if site.kind == "pass":
            assert valley.passage[at], site.id
        elif site.district >= 0:
            assert valley.basin[at], site.id
    assert len({site.id for site in valley.sites}) == len(valley.sites)


def test_districts_hold_their_people_and_about_their_area(valley: Terrain) -> None:
    """Areas of COD-AB 2018; the listed 715 km2 of Dara include Abshar's 491."""
    listed = [226, 180, 162, 346, 224, 491, 684, 1418]
    assert [d.id for d in valley.districts] == [
        *("shutul", "anawa", "rukha", "bazarak", "dara", "abshar", "khenj", "paryan"),
    ]
    assert sum(d.people for d in valley.districts) == pytest.approx(172_895, abs=10)
    for i, district in enumerate(valley.districts):
        area = (valley.district == i).sum() * valley.cell_m**2 / 1e6
        assert area == pytest.approx(listed[i], rel=0.30), district.id
        assert sum(s.people for s in valley.sites if s.district == i) == district.people
        centre = valley.sites[district.centre_site]
        assert (centre.kind, centre.district) == ("centre", i)
    assert ((valley.district >= 0) == valley.basin).all()


def test_the_road_runs_up_the_whole_floor(valley: Terrain) -> None:
    drivable = regions(valley.road_kmh > 0)
    along = {drivable[s.row, s.col] for s in valley.sites if s.kind in ("centre", "staging") and s.id in (
        "shutul", "bazarak", "paryan", "stage-mouth", "stage-jabal")}  # fmt: skip
    assert len(along) == 1 and 0 not in along


def test_relief_scale_0_takes_the_mountains_away() -> None:
    flat, real = built(relief_scale=0.0), built()
    assert not flat.divide.any()
    assert np.median(flat.slope[flat.basin]) < 0.03
    assert np.median(real.slope[real.basin]) > 0.15
    assert np.median(flat.ruggedness_m[flat.basin]) < 0.15 * np.median(real.ruggedness_m[real.basin])
    np.testing.assert_allclose(flat.elevation_m, flat.floor_m)
    # Roads, basin and river stay, so that only the relief differs between the two.
    for name in ("basin", "surface", "district", "river", "floor"):
        np.testing.assert_array_equal(getattr(flat, name), getattr(real, name))
    assert cut_off(flat) == []


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_relief_scale_multiplies_heights_above_the_river(factor: float) -> None:
    real, scaled = built(resolution_m=2000.0), built(resolution_m=2000.0, relief_scale=factor)
    above = real.elevation_m - real.floor_m
    np.testing.assert_allclose(scaled.elevation_m - scaled.floor_m, factor * above, atol=0.01)
    assert not leaks(scaled)
    assert cut_off(scaled) == []


def test_two_builds_are_equal(km: Terrain) -> None:
    again = built()
    for field in dataclasses.fields(km):
        a, b = getattr(km, field.name), getattr(again, field.name)
        if isinstance(a, np.ndarray):
            np.testing.assert_array_equal(a, b)
    assert km.passes == again.passes and km.districts == again.districts


def test_a_folder_that_is_not_there_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InputError, match="Did you mean 'panjshir'"):
        built(folder="panjsher")


def test_the_folder_may_be_given_as_a_function() -> None:
    asked: list[str] = []
    terrain = build_terrain(values(resolution_m=2000.0), lambda name: asked.append(name) or FOLDER / name)  # type: ignore[func-returns-value]
    assert asked == ["panjshir"] and terrain.name == "Panjshir valley"


def test_every_parameter_is_in_the_cases() -> None:
    assert {p.key for p in PARAMETERS} == set(values())
