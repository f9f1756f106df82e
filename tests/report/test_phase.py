"""Sweeps told and drawn: the sentence, extremes and regret by hand, and what a phase diagram shows."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl
import pytest
from sweep_cases import factor, made_up, setup

from sim.experiment.runs import Tally
from sim.experiment.sweeps.design import Plan
from sim.experiment.sweeps.measures import measure
from sim.experiment.sweeps.spec import Refine, SweepSpec
from sim.experiment.sweeps.sweep import Sweep, with_factors
from sim.experiment.sweeps.tipping import Estimate, refine
from sim.report.sweeps.figures import policy_rows
from sim.report.sweeps.json_report import sweep_json
from sim.report.sweeps.phase import Picture, phase_picture, write_phase
from sim.report.sweeps.phase_axes import Axis
from sim.report.sweeps.text import headline, sweep_text
from sim.report.tables import WIDTH

ONSET = factor("season.onset", {"from": dt.date(2021, 10, 1), "to": dt.date(2021, 10, 31), "steps": 4})
CAPACITY = factor("support.capacity", {"from": 0, "to": 40, "steps": 3})
POSTURE = factor("defender.posture", ["gate", "yield", "disperse"])
TRUST = factor("talks.trust", {"from": 0, "to": 1, "steps": 5})
FIGHTERS = factor("attacker.fighters", {"from": 1000, "to": 9000})
OUTCOMES = ("floor_taken", "days_floor_held")
Shares = Callable[[Mapping[str, Any]], float]


def swept(share: Shares, *names: str, failed: tuple[int, ...] = (), **more: Any) -> Sweep:
    """A finished sweep without a run."""
    names = names or ("calm",)
    spec = SweepSpec(names, **{"outcomes": OUTCOMES, **more})
    scenarios = tuple(setup(name) for name in names)
    points = list(Plan(spec, scenarios))
    table = made_up(points, share, failed=failed)
    found = table.drop(set(table.columns) & {"scenario", *spec.keys, "policy", "sample"})
    return Sweep(spec, scenarios, points, with_factors(spec, points, found), Tally(), 0.0)


def by_winter(values: Mapping[str, Any]) -> float:
    """0.1, 0.3, 0.5 … later and with less: from 0.1 to 1."""
    late = (values["season.onset"] - dt.date(2021, 10, 1)).days / 30
    return 0.1 + 0.6 * late + 0.3 * (1 - values["support.capacity"] / 40)


def drawn(sweep: Sweep, outcome: str = "floor_taken") -> Picture:
    bases = list({point.base.name: point.base for point in sweep.points}.values())
    return phase_picture(sweep.table, sweep.spec, bases, outcome, sweep.refined)


def texts(figure: Any) -> list[str]:
    from matplotlib.text import Text

    return [item.get_text().replace("\n", " ") for item in figure.findobj(Text) if item.get_text()]


def test_the_sentence_says_where_and_between_what() -> None:
    told = headline(swept(by_winter, uncertainties=(ONSET,), levers=(CAPACITY,)))
    assert told == (
        "The attacker held the whole main floor for a week at some time: in 10 of 100 runs at onset 2021-10-01, "
        "capacity 40 t/day, in 100 at onset 2021-10-31, capacity 0 t/day; it passes 50 of 100 along onset between "
        "2021-10-01 and 2021-10-11 at capacity 0 t/day, and between 2021-10-11 and 2021-10-21 at capacity 40 t/day."
    )


def test_the_sentence_when_nothing_tips_or_matters() -> None:
    above = headline(swept(lambda v: 0.6 + 0.1 * v["talks.trust"], uncertainties=(TRUST,)))
    assert above.endswith("in 70 at trust 1; it is above 50 of 100 everywhere, so it tips nowhere.")
    same = headline(swept(lambda v: 0.4, uncertainties=(TRUST,)))
    assert same.endswith("in 40 of 100 runs at every point; what was varied makes no difference to it.")


def test_the_sentence_of_a_sample_names_policies_and_what_matters() -> None:
    sweep = swept(
        lambda v: min(1, v["attacker.fighters"] / 10000 + (0.1 if v["defender.posture"] == "yield" else 0)),
        uncertainties=(FIGHTERS,), levers=(POSTURE,), design="lhs", samples=20,
    )  # fmt: skip
    told = headline(sweep)
    assert "of 100 runs in the mean over 60 points" in told
    assert (
        "at defender posture yield; of the uncertainties it goes most with attacker fighters, with which it rises"
        in told
    )


def test_regret_by_hand() -> None:
    # samples: trust 0, 0.25, …, 1; gate: always 0.5; yield: the trust; disperse: 0.2
    values = {"gate": lambda t: 0.5, "yield": lambda t: t, "disperse": lambda t: 0.2}
    sweep = swept(lambda v: values[v["defender.posture"]](v["talks.trust"]), uncertainties=(TRUST,), levers=(POSTURE,))
    rows = {row["defender.posture"]: row for row in policy_rows(sweep.table, sweep.spec, measure("floor_taken"))}
    assert [rows[name]["mean"] for name in values] == pytest.approx([0.5, 0.5, 0.2])
    assert [rows[name]["below"] for name in values] == pytest.approx([0.5, 0.5, 0.8])  # at 1, at 0, at 1
    assert [rows[name]["above"] for name in values] == pytest.approx([0.5, 0.8, 0.2])  # at 0, at 1, at 0
    assert [(rows["yield"]["lowest"], rows["yield"]["highest"])] == [(0.0, 1.0)]


def test_the_text_fits_the_page_and_names_failures() -> None:
    sweep = swept(by_winter, uncertainties=(ONSET,), levers=(CAPACITY,), failed=(3,), title="Winter and supplies")
    told = sweep_text(sweep)
    assert max(map(len, told.splitlines())) <= WIDTH
    assert "12 points · 1200 runs, 1 failed · full grid, the same luck at every point · seed 7" in told
    assert "1 runs failed and are left out of all shares and means; at points 3." in told
    assert "  lowest       10   (6 to 17)  at onset 2021-10-01, capacity 40 t/day" in told
    assert "  mean         55   over 12 points" in told  # 0.1 + 0.3 + 0.15


def test_the_points_are_at_most_twenty() -> None:
    fine = factor("talks.trust", {"from": 0, "to": 1, "steps": 101})
    told = sweep_text(swept(lambda v: v["talks.trust"], uncertainties=(fine,)))
    table = told.partition("Points, 20 of 101; all are in summary.csv")[2].partition("A teaching")[0]
    rows = [line.split() for line in table.splitlines() if line.split() and line.split()[0].isdecimal()]
    assert len(rows) == 20
    assert (rows[0][:2], rows[-1][:2]) == (["0", "0"], ["100", "1"])


def test_one_json_object_without_nan_or_dates() -> None:
    found = json.loads(
        json.dumps(sweep_json(swept(by_winter, uncertainties=(ONSET,), levers=(CAPACITY,))), allow_nan=False)
    )
    assert found["points"] == 12
    assert found["outcomes"]["floor_taken"]["lowest"]["season.onset"] == "2021-10-01"
    assert found["outcomes"]["floor_taken"]["highest"]["value"] == pytest.approx(1.0)
    assert found["table"][0]["days_floor_held"] == 40.0
    assert found["uncertainties"]["season.onset"] == {
        "from": "2021-10-01",
        "to": "2021-10-31",
        "steps": 4,
        "scale": "linear",
    }
    assert len(found["outcomes"]["floor_taken"]["policies"]) == 3


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
    assert {"30", "70", "none", "cold, air"} <= set(texts(picture.figure))


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
    sweep = Sweep(spec, (setup(),), points, table, Tally(), 0.0, found)
    picture = drawn(sweep)
    assert any("dots: looked at, the rest interpolated" in text for text in texts(picture.figure))
    told = sweep_json(sweep)["tipping"]
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
    assert rows[0]["text"].endswith("How late?")


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
