"""Reading a climate: the numbers, the names of regions, and what is refused."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from sim.errors import InputError
from sim.world.climate import load_climate

FOLDER = Path(__file__).parents[2] / "scenarios" / "terrain" / "panjshir"


@pytest.fixture
def folder(tmp_path):
    """A copy to break."""
    (tmp_path / "climate.csv").write_text((FOLDER / "climate.csv").read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


def rewrite(folder, old, new):
    file = folder / "climate.csv"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_numbers():
    climate = load_climate(FOLDER)
    assert climate.temperature_c[[0, 6]].tolist() == [-7.9, 15.7]
    assert climate.lapse[3] == pytest.approx(0.00674)
    assert climate.precip_mm[2, climate.region_index("salang")] == 184.1
    # March of the valley: 0.563 x 93.0 + 0.192 x 100.1 + 0.245 x 129.9
    assert climate.precip_mm[2, climate.valley] == pytest.approx(103.40, abs=0.01)
    assert (np.diff(climate.orographic_m) > 0).all()


def test_regions_answer_to_their_other_names():
    climate = load_climate(FOLDER)
    assert climate.region_index("Hisa-I-Awali Panjsher") == climate.region_index("upper")
    with pytest.raises(InputError, match=r"no precipitation region 'Salagn'\. Did you mean 'Salang'\?"):
        climate.region_index("Salagn")


def test_same_file_same_climate_even_after_a_trip_to_another_process():
    climate = load_climate(FOLDER)
    other = pickle.loads(pickle.dumps(climate))
    assert other == climate
    assert hash(other) == hash(climate)


def test_every_row_names_its_source():
    assert all(load_climate(FOLDER).sources)


def test_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        load_climate(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("\nlapse,", "\nlapes,", "unknown kind 'lapes'. Did you mean 'lapse'"),
        ("\ncloud,", "\nlapse,", "no row of kind 'cloud'"),
        ("5.74,5.74", "5.74,cold", "unreadable"),
        ("precipitation_sd,salang", "precipitation_sd,salag", "'salang'"),
    ],
)
def test_a_broken_file_is_refused(folder, old, new, message):
    rewrite(folder, old, new)
    with pytest.raises(InputError, match=message):
        load_climate(folder)
