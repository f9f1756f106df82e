"""Output folders made up by hand, so that the page is tested without a run and without scenario files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sim.report import figures as look
from sim.report.manifest import FILE, FORMAT


def chart(folder: Path, name: str, title: str = "A chart") -> str:
    """Draw a small chart with markers, hatches and clipping, which all need ids."""
    figure = look.new_figure(3, 2)
    axes = figure.subplots()
    look.style_axes(axes, grid="y", x="day", y="of 100 runs")
    axes.plot([0, 1, 2], [1, 3, 2], marker="o", color=look.ATTACKER)
    axes.fill_between([0, 1, 2], [0, 1, 1], hatch="//", facecolor=look.DEFENDER, edgecolor="white")
    look.save_svg(figure, folder / name, title=title, description="Three points & an area")
    return name


def scenario(name: str = "gone", **more: Any) -> dict[str, Any]:
    item = {
        "key": "attacker.fighters", "meaning": "people at the start", "unit": "people", "base": "1000", "value": "400",
        "source": "a what-if", "grade": "assumed",
    }  # fmt: skip
    return {
        "name": name, "title": f"Title of {name}", "question": "What if?", "reason": "To see.", "hash": "0" * 16,
        "extends": ["base"], "changed": [item], "events": ["2021-09-01 rain"], **more,
    }  # fmt: skip


def folder_of(folder: Path, kind: str = "run", **more: Any) -> Path:
    """A folder of that kind with two charts, the numbers of one, and a table of 40 rows and 14 columns."""
    folder.mkdir(parents=True, exist_ok=True)
    charts = [chart(folder, f"{name}.svg", f"Chart {name}") for name in ("one", "two")]
    folder.joinpath("one.csv").write_text("date,share %\n2021-08-30,12.3456\n2021-08-31,\n", encoding="utf-8")
    head = ",".join(f"column_{i}" for i in range(14))
    rows = "".join(f"row {n}" + f",{n}" * 13 + "\n" for n in range(40))
    folder.joinpath("long.csv").write_text(f"{head}\n{rows}", encoding="utf-8")
    manifest: dict[str, Any] = {
        "format": FORMAT, "kind": kind, "title": "What was looked at", "standoff": "0.1.0", "model": "m" * 16,
        "git": "abc1234", "platform": "some system", "made": "2026-01-02T03:04:05+00:00", "seed": 7, "replicates": 40,
        "runs": 80, "failed": 0, "sentence": "The floor falls in 40 of 100 runs.", "limits": ["Losses are people."],
        "scenarios": [scenario(), scenario("other", question="And then?")],
        "figures": [{"file": name, "title": f"Chart {name[:-4]}", "text": "What it shows"} for name in charts],
        "tables": [{"file": "one.csv", "title": "Numbers of one"}, {"file": "long.csv", "title": "Every run"}],
        "settings": {"command": "standoff compare gone other -n 40 --seed 7", "against": "gone"}, **more,
    }  # fmt: skip
    (folder / FILE).write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def changed(folder: Path, **more: Any) -> Path:
    """The same folder with other things in its manifest."""
    path = folder / FILE
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | more), encoding="utf-8")
    return folder
