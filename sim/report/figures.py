"""Charts as SVG: one look, deterministic bytes, readable by screen readers, safe to put several into one page.

Text stays text: a chart can be searched, and is half as large as with drawn letters. Room is measured with DejaVu Sans,
which matplotlib brings; readers without it mostly have Verdana, which is as wide, and other faces are narrower.
"""

from __future__ import annotations

import hashlib
import io
import textwrap
from pathlib import Path
from typing import Any

from sim.report.svg import with_words

ATTACKER, DEFENDER = "#D55E00", "#0072B2"
"""Vermillion and blue, told apart by all kinds of colour sight (Okabe and Ito 2008)."""
OTHER, SHARED, INK, MUTED, GRID, PALE = "#7A7A7A", "#B9B9B9", "#1F1F1F", "#555555", "#DDDDDD", "#F2F2F2"
AGREED, LEFT = "#009E73", "#CC79A7"
"""Bluish green and reddish purple of the same set, for further classes."""
HEAT = "cividis"
"""Colour map of heat maps: even to the eye, and readable in grey."""
HATCHES = ("", "//", "\\\\", "||", "xx", "--")
"""Textures beside colours, for areas that lie next to each other; of lines, because dots make files of 200 kB."""
SIZE = 9.5
"""Points of ordinary text."""


def new_figure(width: float = 7.2, height: float = 4.0) -> Any:
    """An empty matplotlib figure of ``width`` by ``height`` inches that arranges its parts; no window, no pyplot."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), facecolor="white", layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def style_axes(axes: Any, *, grid: str = "", title: str = "", x: str = "", y: str = "") -> None:
    """The common look: no box, thin rule, ``grid`` ("x", "y", "both" or none) below the data, labels with units."""
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set(color=MUTED, linewidth=0.8)
    axes.tick_params(colors=INK, labelsize=SIZE - 0.5, length=3, color=MUTED)
    axes.set_axisbelow(True)
    if grid:
        axes.grid(True, axis=grid, color=GRID, linewidth=0.7)
    if title:
        axes.set_title(title, loc="left", fontsize=SIZE + 1, color=INK, fontweight="bold")
    if x:
        axes.set_xlabel(x, fontsize=SIZE, color=INK)
    if y:
        axes.set_ylabel(y, fontsize=SIZE, color=INK)


def wrapped(text: str, width: int) -> str:
    """A label broken into lines of at most ``width`` letters."""
    return textwrap.fill(text, width, break_long_words=False)


def save_svg(figure: Any, path: str | Path, *, title: str, description: str) -> Path:
    """Write ``figure`` to ``path``, whole or not at all, with a title and a description for screen readers.

    The same figure, title and file name give the same bytes. Ids begin with a mark made from title and file name, so
    that several charts fit into one page. Nothing in the file refers to anything outside it. Raises InputError where
    the file cannot be written.
    """
    from sim.report.files import write_text  # which draws by this module

    path = Path(path)
    return write_text(path, svg_text(figure, name=path.name, title=title, description=description))


def svg_text(figure: Any, *, name: str, title: str, description: str) -> str:
    """The text that ``save_svg`` writes to a file called ``name``."""
    import matplotlib as mpl

    mark = "s" + hashlib.sha256(f"{title}\n{name}".encode()).hexdigest()[:8]
    settings = {"svg.fonttype": "none", "svg.hashsalt": mark, "hatch.linewidth": 0.6}
    stream = io.StringIO()
    with mpl.rc_context(settings):
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return with_words(stream.getvalue(), mark, title, description)
