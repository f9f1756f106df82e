"""Ctrl-C while runs are made: heard even when compiled code swallows it, and nothing finished is lost."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
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


class Interrupts:
    """What is known of Ctrl-C meanwhile."""

    def __init__(self) -> None:
        self.asked = False
        self._shielded = False

    @contextmanager
    def shield(self) -> Iterator[None]:
        """Within it Ctrl-C is only remembered, so that a result on its way to the store arrives."""
        before, self._shielded = self._shielded, True
        try:
            yield
        finally:
            self._shielded = before

    def raise_if_asked(self) -> None:
        """Act on a Ctrl-C that was only remembered."""
        if self.asked:
            raise KeyboardInterrupt

    def hear(self, number: int, frame: FrameType | None) -> None:
        """The handler of the signal."""
        self.asked = True
        if not self._shielded:
            signal.default_int_handler(number, frame)


@contextmanager
def remembering_interrupt() -> Iterator[Interrupts]:
    """Within it, Ctrl-C is remembered as well as raised: compiled code may swallow what is raised in its callbacks."""
    found = Interrupts()
    if threading.current_thread() is not threading.main_thread():
        yield found
        return
    before = signal.signal(signal.SIGINT, found.hear)
    try:
        yield found
    finally:
        signal.signal(signal.SIGINT, before)
