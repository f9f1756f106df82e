"""Ctrl-C while runs are made: heard even when compiled code swallows it, and nothing finished is lost."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.experiment.ensemble import Ensemble
    from sim.observe.result import Result


class Interrupted(KeyboardInterrupt):
    """Ctrl-C while runs were made; ``results`` holds what was finished, where results are kept in memory."""

    def __init__(self, results: list[Result]) -> None:
        super().__init__()
        self.results = results
        self.ensemble: Ensemble | None = None


@contextmanager
def remembering_interrupt() -> Iterator[Callable[[], bool]]:
    """Within it, Ctrl-C is remembered as well as raised: compiled code may swallow what is raised in its callbacks."""
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    asked: list[int] = []
    before = signal.getsignal(signal.SIGINT)

    def note(number: int, frame: FrameType | None) -> None:
        asked.append(number)
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, before)
