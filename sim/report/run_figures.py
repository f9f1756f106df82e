"""Charts of one ensemble, each with the numbers behind it: what happens, when, for how long, where, at what cost."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import codes
from sim.experiment.ensemble import Ensemble, usual_dates
from sim.experiment.statistics import rounded_to
from sim.report import figures as look
from sim.report import run_drawing as drawing
from sim.report.files import table_csv, write_text
from sim.report.manifest import write_manifest
from sim.report.run_drawing import STANDS, stacks
from sim.report.tables import LOSSES
from sim.report.words import TITLES, sentence
from sim.scenario import Scenario, scenario_folder
from sim.scenario.problems import friendly
from sim.scenario.run_parameters import DAYS, NOT_IN_HASH, SEED, START
from sim.scenario.values import plain
from sim.world.world import build_world

DOTS = 50


@dataclass(frozen=True)
class Chart:
    """A chart ready to be drawn: ``draw`` fills an empty figure of ``size`` inches; ``rows`` are its numbers."""

    name: str
    title: str
    text: str
    size: tuple[float, float]
    draw: Callable[[Any], None]
    head: tuple[str, ...]
    rows: Sequence[Sequence[Any]]


def outcomes(ensemble: Ensemble) -> Chart:
    """What happens overall: 100 icons in groups, and each share with its interval."""
    hundred = rounded_to({name: share.share for name, share in ensemble.outcomes.items()})
    rows = [
        (TITLES[name], hundred[name], *(round(100 * x, 2) for x in (s.share, s.low, s.high)), s.count, s.of)
        for name, s in ensemble.outcomes.items()
    ]
    told = ", ".join(f"{TITLES[name]} {n}" for name, n in sorted(hundred.items(), key=lambda i: -i[1]) if n)
    text = f"Of 100 runs: {told}. Bars are shares, thin lines their 95 % intervals, for luck from run to run."
    return Chart(
        "outcomes", "What happens overall?", text, (7.4, 2.9),
        lambda figure: drawing.draw_outcomes(figure, ensemble, hundred),
        ("outcome", "of 100 runs", "share %", "low %", "high %", "runs", "of"), rows,
    )  # fmt: skip


def held(ensemble: Ensemble) -> Chart:
    """When and how it ends: in how many of 100 runs the main floor stands how, day by day."""
    shares = standing(ensemble)
    start = _start(ensemble)
    days = range(shares.shape[1])
    rows = [(_date(start, day), *(round(100 * x, 2) for x in shares[:, day])) for day in days]
    last = dict(zip(STANDS, shares[:, -1], strict=True))
    whole = rounded_to(last)
    ends = ", ".join(f"{STANDS[name][0]} in {whole[name]}" for name in STANDS)
    text = f"How the main floor stands at the end of each day, of 100 runs. On the last day: {ends}."
    onset = ensemble.quantities["winter_onset_day"]
    if onset.count:
        text += f" The bar on top shows when the high passes are closed to vehicles (median {_told(start, onset.q50)})."
    return Chart(
        "held", "When and how does it end?", text, (7.4, 3.6),
        lambda figure: drawing.draw_held(figure, shares, start, onset),
        ("date", *(f"{words} %" for words, _, _ in STANDS.values())), rows,
    )  # fmt: skip


def days_held(ensemble: Ensemble) -> Chart:
    """How long it holds: 50 dots, each a fiftieth of the runs, on the day of the first taking or under 'never'."""
    start, days = _start(ensemble), ensemble.scenario.typed(DAYS, int)
    first = np.array([r.outcome.quantities["floor_taken_day"] for r in ensemble.finished if r.outcome])
    dots = quantile_dots(first, DOTS)
    taken = int(np.isfinite(first).sum())
    text = (
        "Day on which the attacker first held the whole main floor. Each dot stands for 2 of 100 runs; "
        f"squares for runs in which that did not happen in {days} days: it was taken in {taken} of {len(first)} runs"
    )
    if taken:
        spread = ensemble.quantities["floor_taken_day"]
        told = [_told(start, q) for q in (spread.q50, spread.q05, spread.q95)]
        text += f", in half of these by {told[0]}, in nine of ten between {told[1]} and {told[2]}"
    days_seen, counts = np.unique(first[np.isfinite(first)], return_counts=True)
    rows: list[tuple[Any, ...]] = [
        (int(day), _date(start, int(day)), int(n)) for day, n in zip(days_seen, counts, strict=True)
    ]
    rows.append(("never", "", len(first) - taken))
    tallest = max(1, *(n for _, n in stacks(dots)[0]), stacks(dots)[1] / 5) if len(dots) else 1
    height = min(4.6, max(2.2, 1.3 + 0.13 * tallest))
    return Chart(
        "days_held", "How long does the main floor hold?", text + ".", (7.4, height),
        lambda figure: drawing.draw_days_held(figure, dots, start), ("day", "date", "runs"), rows,
    )  # fmt: skip


def districts(ensemble: Ensemble) -> Chart:
    """Where: the share of runs in which the attacker holds each district's floor, day by day."""
    start = _start(ensemble)
    share = (_floors(ensemble) == codes.ATTACKER).mean(axis=0)
    names = [district.name for district in ensemble.districts]
    notes = []
    for fall in ensemble.districts:
        when = f", median {_told(start, fall.day.q50)}" if fall.day.count else ""
        notes.append(f"taken in {round(100 * fall.taken.share)} of 100{when}")
    rows = [(_date(start, day), *(round(100 * x, 2) for x in share[day])) for day in range(len(share))]
    text = (
        "Share of runs in which the attacker holds each district's floor: a full band is all runs. At the right, how "
        "often it was ever taken, and the median day on which it first was."
    )
    return Chart(
        "districts", "Where, and from when on?", text, (7.4, 1.0 + 0.46 * len(names)),
        lambda figure: drawing.draw_districts(figure, share, names, notes, start),
        ("date", *(f"{name} %" for name in names)), rows,
    )  # fmt: skip


def losses(ensemble: Ensemble) -> Chart:
    """Who loses what: median, half and nine tenths of the runs."""
    found = {name: ensemble.quantities[name] for name in LOSSES if ensemble.quantities[name].count}
    rows = [
        (LOSSES[name], *(round(x, 1) for x in (s.q50, s.q05, s.q25, s.q75, s.q95, s.mean)), s.count)
        for name, s in found.items()
    ]
    text = "People. Mark: median run; thick line: the middle half of the runs; thin line: nine of ten runs."
    return Chart(
        "losses", "Who loses what?", text, (7.4, 3.2), lambda figure: drawing.draw_losses(figure, found),
        ("people", "median", "5 %", "25 %", "75 %", "95 %", "mean", "runs"), rows,
    )  # fmt: skip


CHARTS = (outcomes, held, days_held, districts, losses)


def standing(ensemble: Ensemble) -> NDArray[np.float64]:
    """Share of runs (states of ``STANDS``, days) in which the main floor stands so at the end of a day."""
    terrain = build_world(ensemble.scenario.values, scenario_folder() / "terrain").terrain
    main = np.array([district.main for district in terrain.districts])
    taken = (_floors(ensemble)[:, :, main] == codes.ATTACKER).mean(axis=2)
    return np.array([(taken == 1).mean(axis=0), ((taken > 0) & (taken < 1)).mean(axis=0), (taken == 0).mean(axis=0)])


def quantile_dots(values: NDArray[np.float64], dots: int) -> NDArray[np.float64]:
    """``dots`` values that stand for equal parts of ``values``, in order; NaN, 'did not happen', comes last.

    The value of dot i is the one at rank (i + 1/2) / dots (Kay et al. 2016, quantile dot plots).
    """
    if not len(values):
        return np.empty(0)
    return np.sort(values)[((np.arange(dots) + 0.5) / dots * len(values)).astype(int)]


def _floors(ensemble: Ensemble) -> NDArray[np.int8]:
    """Who holds each floor: (runs, days, districts)."""
    return np.stack([result.floor for result in ensemble.finished if result.floor is not None])


def _start(ensemble: Ensemble) -> dt.date:
    return ensemble.scenario.typed(START, dt.date)


def _date(start: dt.date, day: float) -> str:
    return (start + dt.timedelta(days=round(day))).isoformat()


def _told(start: dt.date, day: float) -> str:
    return f"{start + dt.timedelta(days=round(day)):%d %b %Y}".lstrip("0")


def write_run_manifest(ensemble: Ensemble, folder: Path) -> dict[str, Any]:
    """Write the charts of an ensemble with their tables, then the manifest of the folder; its content."""
    charts = [make(ensemble) for make in CHARTS] if ensemble.finished else []
    for chart in charts:
        write_text(folder / f"{chart.name}.csv", table_csv(chart.head, chart.rows))
        figure = look.new_figure(*chart.size)
        chart.draw(figure)
        look.save_svg(figure, folder / f"{chart.name}.svg", title=chart.title, description=chart.text)
    scenario = ensemble.scenario
    return write_manifest(
        folder,
        kind="run",
        title=scenario.title,
        scenarios=[scenario],
        seed=scenario.typed(SEED, int),
        replicates=ensemble.asked,
        runs=len(ensemble.results),
        failed=len(ensemble.failed),
        sentence=sentence(ensemble),
        figures=[(f"{chart.name}.svg", chart.title, chart.text) for chart in charts],
        tables=[
            *((f"{chart.name}.csv", f"Numbers of the chart: {chart.title}") for chart in charts),
            ("runs.csv", "Every run: outcome, what happened, quantities, first fall of each floor"),
        ],
        settings=settings(ensemble),
    )


def settings(ensemble: Ensemble) -> dict[str, Any]:
    """What was asked, and the command that asks it again."""
    scenario = ensemble.scenario
    numbers = [result.replicate for result in ensemble.results]
    asked: dict[str, Any] = {
        "scenario": reference(scenario),
        "replicates": ensemble.asked,
        "first": min(numbers, default=0),
        "seed": scenario[SEED],
        "set": {key: plain(scenario[key]) for key in set_by_hand(scenario)},
        "on": list(dict.fromkeys(str(date) for fall in ensemble.districts for date in fall.held)),
    }
    words = ["run", asked["scenario"], "-n", str(ensemble.asked), "--seed", str(asked["seed"])]
    words += ["--first", str(asked["first"])] if asked["first"] else []
    words += [word for key, value in asked["set"].items() for word in ("--set", f"{key}={value}")]
    if asked["on"] != [str(date) for date in usual_dates(scenario)]:
        words += [word for date in asked["on"] for word in ("--on", date)]
    return asked | {"command": shlex.join(["standoff", *words])}


def reference(scenario: Scenario) -> str:
    """What to call a scenario on the command line: its name if it comes with the package, else its file."""
    inside = scenario.path.parent.resolve() == scenario_folder().resolve()
    return scenario.name if inside else friendly(scenario.path)


def set_by_hand(scenario: Scenario) -> list[str]:
    """Keys that no scenario file set, but a command line or a program; without seed and number of runs."""
    files = {*scenario.chain, scenario.name}
    return [k for k, item in scenario.provenance.items() if item.set_by not in files and k not in NOT_IN_HASH]
