"""What all commands share: exit codes, one message for bad input, progress on standard error."""

from __future__ import annotations

import contextlib
import functools
import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Annotated, Any, TypeVar

import typer

from sim import api
from sim.errors import InputError

NOT_FINISHED, BAD_INPUT, SOME_FAILED, INTERRUPTED = 1, 2, 3, 130
Command = TypeVar("Command", bound=Callable[..., Any])

Setting = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change a value; repeat for more.")
]
NoStore = Annotated[bool, typer.Option("--no-store", help="Neither read the store of results nor write to it.")]
Seed = Annotated[int | None, typer.Option("--seed", help="Where the random draws start from.")]
Days = Annotated[int | None, typer.Option("--days", help="How many days a run simulates.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, nothing else.")]


def door(command: Command) -> Command:
    """Bad input ends a command with one message and 2, Ctrl-C with 130; a fault of ours keeps its traceback."""

    @functools.wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except InputError as error:
            notice(str(error))
            raise typer.Exit(BAD_INPUT) from None
        except KeyboardInterrupt:
            notice("interrupted")
            raise typer.Exit(INTERRUPTED) from None

    return guarded  # type: ignore[return-value]


def end_with(failed: int, of: int) -> None:
    """3 when runs failed."""
    if failed:
        notice(f"{failed} of {of} runs failed")
        raise typer.Exit(SOME_FAILED)


def shared_values(settings: list[str] | None, seed: int | None, days: int | None) -> dict[str, Any]:
    """The values of ``--set``, ``--seed`` and ``--days``, by key."""
    values = parsed(settings or [], "--set")
    for option, key, value in (("--seed", "run.seed", seed), ("--days", "run.days", days)):
        if value is not None:
            values |= parsed([f"{key}={value}"], option)
    return values


def parsed(settings: list[str], option: str) -> dict[str, Any]:
    """Values by key; what is refused is refused by the name of the option."""
    if not settings:
        return {}
    try:
        return dict(api.parse_set(settings))
    except InputError as error:
        raise InputError(str(error).replace("--set", option, 1)) from None


def notice(text: str) -> None:
    """Tell something on standard error, as all messages begin."""
    typer.echo(f"standoff: {text}", err=True)


def print_json(found: Any) -> None:
    """One object on standard output."""
    typer.echo(json.dumps(found, indent=2, ensure_ascii=False, default=str))


def duration(seconds: float) -> str:
    """Seconds in the unit that suits them: ``40 s``, ``12 min``, ``3 h 20 min``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


class ProgressLine:
    """Runs done, rate and time left, on one line of standard error; silent when that is no terminal.

    As a context manager it leaves no half line behind.
    """

    def __init__(self) -> None:
        self.began = self.told = time.monotonic()
        self.wide = 0
        self.first: int | None = None
        self.done = self.asked = 0

    def __call__(self, done: int, asked: int, failed: int = 0) -> None:
        """Tell at most ten times a second, and the last."""
        now = time.monotonic()
        self.done, self.asked = done, asked
        if self.first is None:
            self.first, self.began = done, now  # what the store had is no measure of the rate
        if not sys.stderr.isatty() or (now - self.told < 0.1 and done < asked):
            return
        self.told = now
        rate = (done - self.first) / max(now - self.began, 1e-3)
        left = f", {duration((asked - done) / rate)} left" if rate > 0 else ""
        trouble = f", {failed} failed" if failed else ""
        self._write(f"{done:,} of {asked:,} runs, {rate:.0f} a second{left}{trouble}" if done < asked else "")

    def _write(self, text: str) -> None:
        sys.stderr.write("\r" + text.ljust(self.wide) + ("" if text else "\r"))
        sys.stderr.flush()
        self.wide = len(text)

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def clear(self) -> None:
        """Leave no half line behind."""
        if self.wide:
            self._write("")


@contextlib.contextmanager
def stopping_clean(line: ProgressLine, resumable: bool = False) -> Iterator[None]:
    """Ctrl-C, a full disk or a lost scheduler end a batch with one message; everything finished is in the store."""
    how = "--resume goes on with it" if resumable else "the same command goes on with it"
    try:
        yield
    except KeyboardInterrupt:
        line.clear()
        notice(f"interrupted after {line.done:,} of {line.asked:,} runs; all are kept, {how}")
        raise typer.Exit(INTERRUPTED) from None
    except OSError as error:
        line.clear()
        notice(str(error))
        raise typer.Exit(NOT_FINISHED) from None
