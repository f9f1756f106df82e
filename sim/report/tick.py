"""The day and the tick on one page, from the pipeline itself."""

from __future__ import annotations

import inspect
import re
import textwrap

from sim import pipeline
from sim.actors.base import Role

_ENTRY = re.compile(r"^\s+\w+\.(?:MECHANISM|ROLE),\s*# (.+)$", re.MULTILINE)
"""A line of the pipeline's tuples: its comment says why the process stands where it stands."""


def tick_text() -> str:
    """Each process in its order with the reason for its place, its source, what it reads and what it writes."""
    reasons = _ENTRY.findall(inspect.getsource(pipeline))
    if len(reasons) != len(pipeline.PROCESSES):
        reasons = [""] * len(pipeline.PROCESSES)
    days = len(pipeline.DAY)
    parts = ["Once a day, before its first tick", "================================="]
    for number, (process, reason) in enumerate(zip(pipeline.PROCESSES, reasons, strict=True), start=1):
        if number == days + 1:
            title = f"In each of the day's {pipeline.TICKS_PER_DAY} ticks"
            parts += ["", title, "=" * len(title)]
        kind = "decides" if isinstance(process, Role) else "models"
        parts += ["", f"{number:2}. {process.name}" + (f" – {reason}" if reason else "")]
        parts += [_line(kind, process.models), _line("source", process.source)]
        parts += [_line("reads", ", ".join(process.reads) or "nothing"), _line("writes", ", ".join(process.writes))]
    return "\n".join(parts) + "\n"


def _line(label: str, text: str) -> str:
    return textwrap.fill(text, 98, initial_indent=f"    {label:<8}", subsequent_indent=" " * 12)
