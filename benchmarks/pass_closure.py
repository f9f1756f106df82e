"""When do passes close and reopen? Our season beside a reference model and beside dated reports.

Run ``python -m benchmarks.pass_closure [--values FILE.toml] [--winters 400]``; exit code 1 when the median of a
closing or reopening to vehicles lies more than ten days from the reference. Values come from the ``[season]``
table of FILE, by default the scenario that sets every key of the season.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

import numpy as np

from sim.kernels.draws import replicate_key
from sim.world.climate import Crossing, load_climate
from sim.world.daily import Weather
from sim.world.season import PARAMETERS
from sim.world.weather import SEASONAL_DAYS, closing_days, draw_weather, reopening_days

SCENARIOS = Path(__file__).parents[1] / "scenarios"
FOLDER = SCENARIOS / "terrain" / "panjshir"
START = dt.date(2000, 9, 1)
MODES = {"vehicle": 0, "pack": 1}
TOLERANCE_DAYS = 10
QUANTITIES = ("first_block", "seasonal_close", "reopen")


def season_values(file: Path | None) -> dict[str, object]:
    """The season's values by key, from a scenario file with ``{ value, source, grade }`` entries."""
    for path in [file] if file else sorted(SCENARIOS.glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8")).get("season", {})
        values = {f"season.{k}": v["value"] if isinstance(v, dict) else v for k, v in table.items()}
        if all(parameter.key in values for parameter in PARAMETERS):
            values["season.winter_onset"] = None
            return values
    raise SystemExit("no scenario file sets every key of the season; name one with --values")


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def crossing(row: dict[str, str]) -> Crossing:
    return Crossing(float(row["elevation_m"]), float(row["orographic"]), row["precip_region"])


def draw_winters(values: dict[str, object], places: list[Crossing], winters: int) -> list[Weather]:
    """Snow years from 1 September, one for each replicate of seed 1."""
    climate = load_climate(FOLDER)
    return [draw_weather(climate, values, replicate_key(1, i), START, 365, places) for i in range(winters)]


def day_of(text: str) -> int:
    """Days from 1 September to a date such as ``08 Nov``."""
    date = dt.datetime.strptime(f"{text} 2000", "%d %b %Y").date()
    if date.month < 9:
        date = date.replace(year=2001)
    return (date - START).days


def show(day: float) -> str:
    return f"{START + dt.timedelta(days=round(day)):%d %b}"


def events(weather: list[Weather]) -> dict[tuple[int, str, str], np.ndarray]:
    """Days of (place, mode, quantity) over the winters that have one."""
    found: dict[tuple[int, str, str], list[int]] = defaultdict(list)
    for w in weather:
        for mode, k in MODES.items():
            opened = w.pass_open[:, :, k]
            first = np.where(opened.all(axis=0), -1, opened.argmin(axis=0))
            close, again = closing_days(opened, SEASONAL_DAYS), reopening_days(opened, SEASONAL_DAYS)
            for name, day in zip(QUANTITIES, (first, close, again), strict=True):
                for p in np.flatnonzero(day >= 0):
                    found[int(p), mode, name].append(int(day[p]))
    return {k: np.array(v) for k, v in found.items()}


def compare_reference(values: dict[str, object], winters: int) -> list[str]:
    """Print our quantiles beside the reference's; the misses that count."""
    reference = rows("pass_closure_reference.csv")
    places = list(dict.fromkeys(crossing(row) for row in reference))
    found = events(draw_winters(values, places, winters))
    misses = []
    print(f"{'place':22}{'mode':9}{'event':16}{'reference p05 p50 p95':25}{'ours p05 p50 p95':25}days  never ref/ours")
    for row in reference:
        days = found.get((places.index(crossing(row)), row["mode"], row["quantity"]), np.array([]))
        never = 1.0 - len(days) / winters
        ours, miss = "-", 0
        if len(days):
            q = np.quantile(days, (0.05, 0.5, 0.95))
            ours, miss = "  ".join(map(show, q)), round(float(q[1])) - day_of(row["p50"])
        theirs = "  ".join(row[p] for p in ("p05", "p50", "p95"))
        name = f"{row['pass']:22}{row['mode']:9}{row['quantity']:16}"
        print(f"{name}{theirs:25}{ours:25}{miss:+4d}  {float(row['share_never']):.2f}/{never:.2f}")
        if row["mode"] == "vehicle" and row["quantity"] != "first_block" and abs(miss) > TOLERANCE_DAYS:
            misses.append(f"{name.strip()}: {miss:+d} days")
    return misses


def compare_reports(values: dict[str, object], winters: int) -> None:
    """Print how often our winters show, on the report's calendar day, what the report says."""
    reports = rows("snow_reports.csv")
    weather = draw_winters(values, [crossing(row) for row in reports], winters)
    print(f"\n{'date':12}{'place':30}{'reported':44}P(so)  snow water p05 p50 p95, mm")
    for p, row in enumerate(reports):
        day = (dt.date.fromisoformat(row["date"]).replace(year=2001) - START).days % 365
        swe = np.array([w.pass_swe_mm[day, p] for w in weather])
        vehicle, pack = (np.array([w.pass_open[day, p, k] for w in weather]) for k in (0, 1))
        so = {
            "snow on ground": swe > 5.0,
            "open to vehicles": vehicle,
            "blocked to vehicles": ~vehicle,
            "blocked to vehicles, open to pack animals": ~vehicle & pack,
        }[row["state"]]
        q = "  ".join(f"{x:4.0f}" for x in np.quantile(swe, (0.05, 0.5, 0.95)))
        print(f"{row['date']:12}{row['place']:30}{row['state']:44}{so.mean():.2f}   {q}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--values", type=Path)
    parser.add_argument("--winters", type=int, default=400)
    options = parser.parse_args()
    values = season_values(options.values)
    misses = compare_reference(values, options.winters)
    compare_reports(values, options.winters)
    for miss in misses:
        print(f"MISS beyond {TOLERANCE_DAYS} days: {miss}", file=sys.stderr)
    return 1 if misses else 0


if __name__ == "__main__":
    raise SystemExit(main())
