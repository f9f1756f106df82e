"""The relief map is a PNG with as many labels as have room, none on another."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from terrain_cases import built

from sim.report.map_labels import Label, place_labels
from sim.report.relief_map import write_relief_map


def test_a_map_is_written(tmp_path: Path) -> None:
    file = tmp_path / "new" / "map.png"
    write_relief_map(built(source="synthetic", resolution_m=2000.0), file, "Made-up valley")
    assert file.read_bytes().startswith(b"\x89PNG")


def test_labels_do_not_lie_on_each_other() -> None:
    figure = Figure(figsize=(4, 4))
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 1), ylim=(0, 1))
    crowd = [Label(f"place {i}", (0.5, 0.5), 12.0, "normal", i, False) for i in range(40)]
    count = place_labels(axes, crowd)
    assert 1 <= count < 40
    assert axes.texts[0].get_text() == "place 0"
    boxes = [text.get_window_extent() for text in axes.texts]
    overlaps = [a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i]]
    assert len(boxes) == count and not np.any(overlaps)
