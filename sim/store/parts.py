"""A part: one Parquet file of rows, written whole, whose name proves its bytes and whose footer lists its runs."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import polars as pl

from sim.cache import write_atomically
from sim.store import spans
from sim.store.errors import Unusable
from sim.store.rows import FORMAT, KEY, died, now

NAME = re.compile(r"part-\d{8}T\d{12}Z-\d+-[0-9a-f]{6}-(?P<digest>[0-9a-f]{16})\.parquet")
OPEN_AT_ONCE = 256 * 1024
"""Bytes up to which a file is checked against its name when it is first seen; a larger one when it is first read."""
GROUP_ROWS = 2_000
_META = "standoff"
Keys: TypeAlias = dict[str, dict[str, str]]
"""Scenario hash → seed as text → replicates as ``spans``."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is known of a part without reading its rows. ``died`` are runs to be tried again."""

    path: Path
    rows: int
    size: int
    digest: str
    done: Keys
    died: Keys


def write_part(folder: Path, model: str, frame: pl.DataFrame) -> Part:
    """Write ``frame`` (all columns, each run once) as a new part. Raises OSError, and then leaves nothing behind."""
    keys = _keys(frame)
    told = json.dumps({"format": FORMAT, "model": model, "rows": len(frame), **keys}, separators=(",", ":"))
    buffer = io.BytesIO()
    frame.write_parquet(
        buffer,
        compression="zstd",
        statistics=len(frame) > GROUP_ROWS,  # they let groups of rows be skipped, and cost a small part a third
        row_group_size=GROUP_ROWS,
        metadata={_META: told},
    )
    data = buffer.getvalue()
    digest = digest_of(data)
    path = folder / f"part-{now():%Y%m%dT%H%M%S%fZ}-{os.getpid()}-{secrets.token_hex(3)}-{digest}.parquet"
    write_bytes(path, data)
    return Part(path, len(frame), len(data), digest, keys["done"], keys["died"])


def read_part(path: Path, model: str) -> Part:
    """Name and footer of a part in the folder of ``model``.

    Raises Unusable with the reason when it must not be read as results, FileNotFoundError when it is gone.
    """
    named = NAME.fullmatch(path.name)
    if named is None:
        raise Unusable("foreign: not the name of a part")
    size = path.stat().st_size
    if size <= OPEN_AT_ONCE:
        verify(path, named["digest"])
    told = _footer(path)
    if told.get("format") != FORMAT:
        raise Unusable(f"out of date: format {told.get('format')}, this version reads {FORMAT}")
    if told.get("model") != model:
        raise Unusable(f"foreign: of model {told.get('model')} in the folder of {model}")
    try:
        return Part(path, int(told["rows"]), size, named["digest"], dict(told["done"]), dict(told["died"]))
    except (KeyError, TypeError, ValueError):
        raise Unusable("foreign: its footer does not list its runs") from None


def verify(path: Path, digest: str) -> None:
    """Compare the bytes of a file with the digest in its name; raises Unusable when they differ."""
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()[: len(digest)]
    if found != digest:
        raise Unusable("torn or altered: its bytes are not those its name tells")


def digest_of(data: bytes) -> str:
    """16 hex digits over the bytes of a file."""
    return hashlib.sha256(data).hexdigest()[:16]


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, to be read by others, too."""

    def write(stream: BinaryIO) -> None:
        stream.write(data)

    write_atomically(path, write)


def keys_of(keys: Keys) -> Iterable[tuple[str, int, str]]:
    """Scenario, seed and replicates as text."""
    return ((scenario, int(seed), text) for scenario, seeds in keys.items() for seed, text in seeds.items())


def _keys(frame: pl.DataFrame) -> dict[str, Keys]:
    """The runs in a frame as a footer lists them."""
    found: dict[str, dict[tuple[str, int], list[int]]] = {"done": {}, "died": {}}
    columns = (frame.get_column(name).to_list() for name in (*KEY, "error"))  # quicker than a select for a small part
    for scenario, seed, replicate, error in zip(*columns, strict=True):
        found["died" if died(error) else "done"].setdefault((scenario, seed), []).append(replicate)
    keys: dict[str, Keys] = {kind: {} for kind in found}
    for kind, runs in found.items():
        for (scenario, seed), replicates in runs.items():
            keys[kind].setdefault(scenario, {})[str(seed)] = spans.to_text(replicates)
    return keys


def _footer(path: Path) -> dict[str, Any]:
    try:
        text = pl.read_parquet_metadata(path).get(_META)
    except FileNotFoundError:
        raise
    except BaseException as error:  # Polars panics, beyond Exception, on some torn files
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError | PermissionError):
            raise
        raise Unusable(f"torn: not a whole Parquet file ({str(error).splitlines()[0][:120]})") from None
    try:
        found = json.loads(text or "null")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Unusable("foreign: a Parquet file that Standoff did not write")
    return found
