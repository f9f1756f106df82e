"""What all commands share: exit codes, one message for bad input, progress on standard error."""

from __future__ import annotations

import functools
import json
import sys
import time
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import typer

from sim.errors import InputError

BAD_INPUT, SOME_FAILED, INTERRUPTED = 2, 3, 130
Command = TypeVar("Command", bound=Callable[..., Any])

Setting = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change a value; repeat for more.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, nothing else.")]


def door(command: Command) -> Command:
    """Bad input ends a command with one message and 2, Ctrl-C with 130; a fault of ours keeps its traceback."""

    @functools.wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except InputError as error:
            typer.echo(f"standoff: {error}", err=True)
            raise typer.Exit(BAD_INPUT) from None
        except KeyboardInterrupt:
            typer.echo("standoff: interrupted", err=True)
            raise typer.Exit(INTERRUPTED) from None

    return guarded  # type: ignore[return-value]


def print_json(found: Any) -> None:
    """One object on standard output."""
    typer.echo(json.dumps(found, indent=2, ensure_ascii=False, default=str))


class ProgressLine:
    """Runs done, rate and time left, on one line of standard error; silent when that is no terminal."""

    def __init__(self) -> None:
        self.began = self.told = time.monotonic()
        self.wide = 0

    def __call__(self, done: int, asked: int) -> None:
        """Tell at most ten times a second, and the last."""
        now = time.monotonic()
        if not sys.stderr.isatty() or (now - self.told < 0.1 and done < asked):
            return
        self.told = now
        rate = done / max(now - self.began, 1e-3)
        text = f"{done} of {asked} runs, {rate:.0f} a second, {(asked - done) / max(rate, 1e-3):.0f} s left"
        self._write(text if done < asked else "")

    def _write(self, text: str) -> None:
        sys.stderr.write("\r" + text.ljust(self.wide) + ("" if text else "\r"))
        sys.stderr.flush()
        self.wide = len(text)

    def clear(self) -> None:
        """Leave no half line behind."""
        if self.wide:
            self._write("")
