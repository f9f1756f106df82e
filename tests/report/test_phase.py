"""What a sweep's pictures show."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl
import pytest
from phase_cases import CAPACITY, FIGHTERS, ONSET, POSTURE, TRUST, by_winter, drawn, swept, texts
from sweep_cases import factor, made_up, setup

from sim.experiment.runs import Tally
from sim.experiment.sweeps.design import Plan
from sim.experiment.sweeps.measures import measure
from sim.experiment.sweeps.spec import Refine, SweepSpec
from sim.experiment.sweeps.sweep import Sweep
from sim.experiment.sweeps.tipping import Estimate, refine
from sim.observe.outcome import BITS
from sim.report.sweeps.json_report import sweep_json
from sim.report.sweeps.phase import phase_picture, write_phase
from sim.report.sweeps.phase_axes import Axis
from sim.report.sweeps.tables import write_tables
from sim.report.sweeps.text import headline, sweep_text
from sim.report.sweeps.words import amount, level_text, value_text


def test_two_factors_make_a_map_with_numbers_line_and_own_place() -> None:
    sweep = swept(by_winter, uncertainties=(ONSET,), levers=(CAPACITY,))
    picture = drawn(sweep)
    told = texts(picture.figure)
    assert {"40", "60", "80", "100", "10", "25", "45"} <= set(told)  # shares of 100 in the cells
    assert {"01 Oct", "11 Oct", "21 Oct", "31 Oct"} <= set(told)
    assert "Day on which the passes close" in told and "runs of 100" in told
    assert any("line: passes 50" in text for text in told)
    assert not any("as it is" in text for text in told)  # its onset is left to the climate, outside the map


def test_the_scenario_as_it_is_gets_a_frame_or_a_diamond() -> None:
    levels = factor("attacker.fighters", {"from": 6000, "to": 18000, "steps": 3})
    on = swept(lambda v: 0.5, uncertainties=(levels, CAPACITY))  # 12000 and 0 are on the grid
    assert any("frame: the scenario as it is" in text for text in texts(drawn(on).figure))
    between = swept(lambda v: 0.5, uncertainties=(TRUST, CAPACITY))  # 0.2 lies between 0 and 0.25
    assert any("diamond: the scenario as it is" in text for text in texts(drawn(between).figure))


def test_doubtful_cells_are_hatched() -> None:
    from matplotlib.patches import Rectangle

    sweep = swept(lambda v: 0.45 if v["support.capacity"] == 20 else 0.1, uncertainties=(ONSET, CAPACITY))
    patches = [
        patch for patch in drawn(sweep).figure.axes[0].patches if isinstance(patch, Rectangle) and patch.get_hatch()
    ]
    assert sorted(patch.get_xy() for patch in patches) == [(i - 0.5, 0.5) for i in range(4)]


def test_three_factors_make_panels_and_more_make_means() -> None:
    three = swept(by_winter, uncertainties=(ONSET, CAPACITY), levers=(POSTURE,))
    told = texts(drawn(three).figure)
    assert {"defender posture gate", "defender posture yield", "defender posture disperse"} <= set(told)
    arms = factor("talks.arms", [True, False])
    many = swept(by_winter, uncertainties=(ONSET, CAPACITY, TRUST), levers=(POSTURE, arms))
    told = texts(drawn(many).figure)
    assert any("means over talks.trust, defender.posture, talks.arms" in text for text in told)


def test_one_factor_is_a_line_choices_are_bars_and_both_are_lines() -> None:
    line = drawn(swept(lambda v: v["talks.trust"], uncertainties=(TRUST,)))
    assert line.text.startswith("Line over talks.trust in runs of 100")
    assert list(line.figure.axes[0].lines[0].get_ydata()) == [0, 25, 50, 75, 100]
    bars = drawn(swept(lambda v: 0.5, levers=(POSTURE,)))
    assert bars.text.startswith("Bars over defender.posture")
    scenarios = drawn(swept(lambda v: 0.5, "calm", "storm"))
    assert {"calm", "storm"} <= set(texts(scenarios.figure))
    lines = drawn(swept(lambda v: v["talks.trust"], uncertainties=(TRUST,), levers=(POSTURE,)))
    assert {"gate", "yield", "disperse"} <= set(texts(lines.figure))


def test_lists_of_names_find_their_place() -> None:
    without = factor("run.without", [[], ["cold", "air"]])
    picture = drawn(swept(lambda v: 0.3 if v["run.without"] else 0.7, levers=(without, POSTURE)))
    told = sweep_text(swept(lambda v: 0.3 if v["run.without"] else 0.7, levers=(without, POSTURE)))
    assert "run.without (lever): none | cold+air." in told
    assert "when without is cold+air and defender posture is gate" in told.replace("\n", " ")
    assert {"30", "70", "none", "cold+air"} <= set(texts(picture.figure))


@pytest.mark.parametrize("design", ["lhs", "sobol"])
def test_a_sample_is_a_scatter_with_means(design: str) -> None:
    share = factor("talks.trust", {"from": 0, "to": 1})
    sweep = swept(
        lambda v: v["talks.trust"], uncertainties=(FIGHTERS, share), levers=(POSTURE,), design=design, samples=32
    )
    picture = drawn(sweep)
    assert len(picture.figure.axes) >= 4  # scatter, its bar, two of means
    assert {"defender posture gate", "Attackers in the valley (people)"} <= set(texts(picture.figure))
    means = picture.figure.axes[1].lines[1].get_ydata()  # the leading one: trust, whose means rise evenly
    assert means == pytest.approx([8, 25, 42, 58, 75, 92], abs=4)


def test_a_refined_map_shows_what_was_looked_at() -> None:
    across = factor("attacker.fighters", {"from": 0, "to": 16000, "steps": 17})
    up = factor("talks.trust", {"from": 0, "to": 1, "steps": 17})
    spec = SweepSpec(("calm",), (across, up), outcomes=("floor_taken",), replicates=100, refine=Refine("floor_taken"))
    plan = Plan(spec, [setup()])
    found = refine(
        (17, 17),
        lambda nodes, runs: [Estimate(i / 16, i / 16 - 0.01, i / 16 + 0.01) for i, _ in nodes],
        levels=2,
        runs=100,
    )
    points = [plan.at_node(node) for node in found.visited]
    table = made_up(points, lambda v: v["attacker.fighters"] / 16000)
    few = [node for node in found.visited if node[0] in {0, 16}]
    ends = pl.col("attacker.fighters").is_in([0, 16000])
    table = table.with_columns(runs=pl.when(ends).then(25).otherwise(100).cast(pl.Int64))
    sweep = Sweep(spec, (setup(),), points, table, Tally(), 0.0, found)
    picture = drawn(sweep)
    assert any(
        "dots: looked at with all 100 runs; rings: looked at with fewer than 100 runs; the rest interpolated" in text
        for text in texts(picture.figure)
    )
    (rings,) = [line for line in picture.figure.axes[0].lines if line.get_label() == "few runs"]
    assert sorted(zip(*map(list, rings.get_data()), strict=True)) == [tuple(node) for node in few]
    told = sweep_json(sweep)["tipping"]
    whole = sweep_json(sweep)["outcomes"]["floor_taken"]
    assert "mean" not in whole and "policies" not in whole
    assert whole["lowest"]["value"] > 0 and whole["highest"]["value"] < 1  # 0 and 1 are of few runs
    assert "stand for no whole" in sweep_json(sweep)["no_means"]
    text = sweep_text(sweep)
    assert "No means, policies or regret" in text and "  mean " not in text and "most below" not in text
    assert "lowest in 0 of" not in headline(sweep) and "along" in headline(sweep)
    assert "from 0 to" not in picture.text
    assert told["nodes_of_grid"] == 289 and told["nodes_visited"] == len(points) < 150
    assert all(x == pytest.approx(8) for line in told["lines"] for x, _ in line)


def test_pictures_are_written_and_the_same_again(tmp_path: Path) -> None:
    sweep = swept(by_winter, uncertainties=(ONSET,), levers=(CAPACITY,), question="How late?")
    rows = write_phase(sweep, tmp_path)
    assert [row["file"] for row in rows] == ["phase-floor_taken.svg", "phase-days_floor_held.svg"]
    before = (tmp_path / "phase-floor_taken.svg").read_bytes()
    write_phase(sweep, tmp_path)
    assert (tmp_path / "phase-floor_taken.svg").read_bytes() == before
    assert ET.fromstring(before).tag.endswith("svg")
    assert rows[0]["title"] == "Floor taken, by onset and capacity"


def test_missing_points_are_grey_and_not_zero() -> None:
    sweep = swept(by_winter, uncertainties=(ONSET,), levers=(CAPACITY,))
    columns = [pl.col(f"floor_taken{end}") for end in ("", "_low", "_high")]
    holed = sweep.table.with_columns(pl.when(pl.col("point") != 5).then(column) for column in columns)
    picture = phase_picture(holed, sweep.spec, [setup()], "floor_taken")
    assert any("grey: no run to tell" in text for text in texts(picture.figure))
    assert "floor_taken" in sweep_text(Sweep(sweep.spec, sweep.scenarios, sweep.points, holed, Tally(), 0.0))


def test_places_along_an_axis() -> None:
    axis = Axis("season.onset", ONSET.levels, ONSET.parameter)
    assert axis.place(dt.date(2021, 10, 11)) == 1
    assert axis.place(dt.date(2021, 10, 16)) == 1.5
    assert axis.place(dt.date(2021, 11, 16)) is None
    assert axis.place(None) is None
    assert axis.texts()[0] == "01 Oct"
    assert Axis("defender.posture", POSTURE.values, POSTURE.parameter).place("yield") == 1


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("floor_taken", 0.004, "<1"),
        ("floor_taken", 0.996, ">99"),
        ("floor_taken", 0.0, "0"),
        ("floor_taken", 1.0, "100"),
        ("floor_taken", 0.005, "<1"),
        ("days_floor_held", -0.0, "0"),
        ("days_floor_held", -1e-17, "0"),
        ("days_floor_held", float("nan"), "-"),
        ("days_floor_held", None, "-"),
    ],
)
def test_amounts_are_not_rounded_to_what_they_are_not(name: str, value: float | None, told: str) -> None:
    assert amount(measure(name), value) == told


def test_levels_are_told_as_they_were_asked_for() -> None:
    assert level_text(measure("floor_taken"), 0.005) == "0.5 of 100"
    assert level_text(measure("floor_taken"), 0.5) == "50 of 100"
    assert level_text(measure("days_floor_held"), 30) == "30 days"
    assert value_text(-0.0) == "0"


def test_a_list_of_numbers_is_spaced_as_it_is() -> None:
    uneven = factor("talks.trust", [0.0, 0.1, 0.2, 1.0])
    line = drawn(swept(lambda v: v["talks.trust"], uncertainties=(uneven,)))
    assert list(line.figure.axes[0].lines[0].get_xdata()) == [0.0, 0.1, 0.2, 1.0]
    own = [
        item for item in line.figure.axes[0].lines if item.get_linestyle() == ":" and len(set(item.get_xdata())) == 1
    ]
    assert own[0].get_xdata()[0] == pytest.approx(0.2)  # the scenario's own trust
    assert list(drawn(swept(lambda v: 0.5, uncertainties=(TRUST,))).figure.axes[0].lines[0].get_xdata()) == list(
        range(5)
    )


@pytest.mark.parametrize("kind", ["line", "bars", "map", "sample"])
@pytest.mark.parametrize("outcome", ["floor_taken", max(BITS, key=lambda name: len(BITS[name]))])
def test_titles_say_of_what_and_end_inside_the_picture(kind: str, outcome: str) -> None:
    given: dict[str, dict[str, Any]] = {
        "line": {"uncertainties": (TRUST,)},
        "bars": {"levers": (POSTURE,)},
        "map": {"uncertainties": (TRUST, CAPACITY)},
        "sample": {"uncertainties": (FIGHTERS,), "design": "lhs", "samples": 8},
    }
    picture = drawn(swept(lambda v: 0.5, outcomes=(outcome,), **given[kind]), outcome)
    head = picture.figure._suptitle
    assert "of 100 runs" in head.get_text().replace("\n", " ")
    assert head.get_window_extent().x1 <= picture.figure.bbox.x1
    assert picture.title != head.get_text()


def test_tables_to_look_at(tmp_path: Path) -> None:
    sweep = swept(by_winter, uncertainties=(ONSET,), levers=(CAPACITY,), failed=(3,))
    rows = write_tables(sweep, tmp_path)
    assert [row["file"] for row in rows] == ["phase-floor_taken.csv", "phase-days_floor_held.csv", "policies.csv"]
    lines = (tmp_path / "phase-floor_taken.csv").read_text().splitlines()
    assert lines[0] == "season.onset,support.capacity,runs,failed,value,low,high"
    assert len(lines) == 13
    assert lines[1].startswith("2021-10-01,0.0,100,0,40.0,30.9")
    policies = pl.read_csv(tmp_path / "policies.csv")
    assert policies.height == 6
    first = policies.row(0, named=True)
    assert (first["outcome"], first["support.capacity"], first["mean"], first["unit"]) == (
        "floor_taken", 0.0, 70.0, "of 100 runs",
    )  # fmt: skip
    assert (first["most_below"], first["most_above"]) == (0.0, 30.0)
    alone = swept(lambda v: v["talks.trust"], uncertainties=(TRUST,), outcomes=("floor_taken",))
    assert [row["file"] for row in write_tables(alone, tmp_path)] == ["phase-floor_taken.csv"]
