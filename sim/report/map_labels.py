"""Labels on a map that do not lie on each other: the important ones are placed first, the rest where room is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

OFFSETS = ((1, 0), (1, 1), (1, -1), (-1, 0), (-1, 1), (-1, -1), (0, 1), (0, -1))
"""Directions in which a label may stand off its point, best first."""


@dataclass(frozen=True, slots=True)
class Label:
    """A text at a point in data coordinates. Low ``rank`` is placed first; italic for passes."""

    text: str
    at: tuple[float, float]
    size: float
    weight: str
    rank: int
    italic: bool
    centred: bool = False
    """Stands on its point, as an area's name does."""


def place_labels(axes: Any, labels: Iterable[Label]) -> int:
    """Write as many labels as have room, by rank; returns how many. Points of all labels are kept free."""
    from matplotlib.patheffects import withStroke

    labels = sorted(labels, key=lambda label: label.rank)
    figure = axes.figure
    renderer = figure.canvas.get_renderer()
    pixel = figure.dpi / 72
    frame = axes.get_window_extent(renderer)
    points = [axes.transData.transform(label.at) for label in labels if not label.centred]
    taken = [(x - 4 * pixel, y - 4 * pixel, x + 4 * pixel, y + 4 * pixel) for x, y in points]
    count = 0
    for label in labels:
        text = axes.text(
            *label.at,
            label.text,
            fontsize=label.size,
            weight=label.weight,
            style="italic" if label.italic else "normal",
            color="#6b5f55" if label.centred else "#1d1d1d",
            ha="center",
            va="center",
            linespacing=0.95,
            zorder=5 if label.centred else 8,
            path_effects=[withStroke(linewidth=2.2, foreground="#fffdf8", alpha=0.85)],
        )
        box = text.get_window_extent(renderer)
        x, y = axes.transData.transform(label.at)
        gap = 6 * pixel
        half_w, half_h = box.width / 2, box.height / 2
        tries = [(0.0, 0.0, 0.0)] if label.centred else [(*o, r) for r in (1.0, 2.2) for o in OFFSETS]
        for dx, dy, far in tries:
            reach = far * (gap if dx == 0 or dy == 0 else gap * 0.7)
            cx, cy = x + dx * (half_w + reach), y + dy * (half_h + reach)
            spot = (cx - half_w, cy - half_h, cx + half_w, cy + half_h)
            inside = frame.x0 < spot[0] and spot[2] < frame.x1 and frame.y0 < spot[1] and spot[3] < frame.y1
            if label.centred or (inside and not any(_overlap(spot, other) for other in taken)):
                text.set_position(axes.transData.inverted().transform((cx, cy)))
                taken.append(spot)
                count += 1
                break
        else:
            text.remove()
    return count


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
