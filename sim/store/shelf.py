"""The parts of one model: a folder, listed anew for each question, with an index from runs to parts in memory."""

from __future__ import annotations

import json
import os
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from sim.store import aside, spans
from sim.store.errors import Unusable, unreadable
from sim.store.parts import NAME, OPEN_AT_ONCE, Part, keys_of, read_part, verify

SETTLED_NS = 2_000_000_000
"""A folder changed longer ago than this is listed again only when its time of change is another. Clocks of file
systems are coarse, and two changes within one tick look like one."""


class Entry(NamedTuple):
    """Runs of one scenario and seed in one part, as ``spans``."""

    part: Part
    done: str
    died: str


class Shelf:
    """The folder ``runs/<model>`` of a store. Nothing in it is trusted before its digest was compared."""

    def __init__(self, store: Path, model: str) -> None:
        self.store, self.model = store, model
        self.folder = store / "runs" / model
        self.parts: dict[str, Part] = {}
        self._index: defaultdict[tuple[str, int], dict[str, Entry]] = defaultdict(dict)
        self._verified: set[str] = set()
        self._refused: set[str] = set()
        self._seen = -1

    def refresh(self) -> None:
        """Take in parts that are new, by whomever, and forget those that are gone.

        Raises InputError when the folder is none, or may not be read.
        """
        try:
            changed = self.folder.stat().st_mtime_ns
        except FileNotFoundError:
            changed = 0
        except OSError as error:
            raise unreadable(self.folder, error) from None
        if changed == self._seen:
            return
        started = time.time_ns()
        names = self._names() if changed else set()
        for name in self.parts.keys() - names:
            self.forget(name)
        for name in sorted(names - self.parts.keys() - self._refused):
            self._take(name)
        self._seen = changed if started - changed > SETTLED_NS else -1

    def adopt(self, part: Part) -> None:
        """Add a part that this process wrote."""
        self._verified.add(part.path.name)
        self._add(part)

    def forget(self, name: str) -> None:
        """Drop a part from the index."""
        part = self.parts.pop(name, None)
        self._verified.discard(name)
        if part is not None:
            for keys in (part.done, part.died):
                for scenario, seed, _ in keys_of(keys):
                    entries = self._index.get((scenario, seed), {})
                    entries.pop(name, None)
                    if not entries:
                        self._index.pop((scenario, seed), None)

    def entries(self, scenario: str, seed: int) -> list[Entry]:
        """Where runs of a scenario and seed are; every part named here has its digest compared.

        Raises FileNotFoundError, as all that compare do, when a part vanished since ``refresh``.
        """
        return [e for e in list(self._index.get((scenario, seed), {}).values()) if self.sound(e.part)]

    def sound(self, part: Part) -> bool:
        """Whether a part has the bytes that its name tells; else it is set aside."""
        name = part.path.name
        if name in self._verified:
            return True
        try:
            verify(part.path, part.digest)
        except FileNotFoundError:
            self.forget(name)
            raise
        except Unusable as reason:
            self.refuse(name, str(reason))
            return False
        self._verified.add(name)
        return True

    def sound_parts(self, again: bool = False) -> list[Part]:
        """All parts in the order of their names, each compared with its digest; ``again`` even if it was before."""
        if again:
            self._verified.clear()
        return [part for _, part in sorted(self.parts.items()) if self.sound(part)]

    def refuse(self, name: str, reason: str) -> None:
        """Set a file aside, and do not look at it again when that fails."""
        self.forget(name)
        self._refused.add(name)
        aside.set_aside(self.store, self.folder / name, reason)

    def refused(self) -> set[str]:
        """Files that are not read and could not be set aside."""
        return {name for name in self._refused if (self.folder / name).exists()}

    def pairs(self) -> list[tuple[str, int]]:
        """Scenarios and seeds of which there are runs, sorted."""
        return sorted(self._index)

    def numbers(self, scenario: str, seed: int) -> tuple[set[int], set[int]]:
        """Replicates that are done, and those that only died."""
        done: set[int] = set()
        died: set[int] = set()
        for entry in self.entries(scenario, seed):
            done |= spans.from_text(entry.done)
            died |= spans.from_text(entry.died)
        return done, died - done

    def overlaps(self) -> bool:
        """Whether some run may be in more than one part."""
        return any(_meet(entries.values()) for entries in self._index.values() if len(entries) > 1)

    def about(self) -> dict[str, Any]:
        """Version, git state and platform of the first writer, as ``model.json`` tells."""
        try:
            found = json.loads((self.folder / "model.json").read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _names(self) -> set[str]:
        """Names that are parts or claim to be; what is being written, and our own other files, are neither."""
        try:
            with os.scandir(self.folder) as found:
                names = {entry.name for entry in found}
        except FileNotFoundError:
            return set()
        except OSError as error:
            raise unreadable(self.folder, error) from None
        mine = {name for name in names if not name.startswith(".") and not name.endswith(".tmp")}
        return {name for name in mine if name.endswith(".parquet") or name.startswith("part-")}

    def _take(self, name: str) -> None:
        try:
            part = read_part(self.folder / name, self.model)
        except FileNotFoundError:
            return
        except Unusable as reason:
            self.refuse(name, str(reason))
        except OSError as error:
            self._refused.add(name)
            aside.LOG.warning("%s cannot be read (%s)", self.folder / name, error.strerror)
        else:
            if part.size <= OPEN_AT_ONCE:
                self._verified.add(name)
            self._add(part)

    def _add(self, part: Part) -> None:
        name = part.path.name
        assert NAME.fullmatch(name)
        self.parts[name] = part
        for scenario, seed, text in keys_of(part.done):
            self._index[scenario, seed][name] = Entry(part, text, "")
        for scenario, seed, text in keys_of(part.died):
            before = self._index[scenario, seed].get(name, Entry(part, "", ""))
            self._index[scenario, seed][name] = before._replace(died=text)


def _meet(entries: Iterable[Entry]) -> bool:
    seen: set[int] = set()
    for entry in entries:
        here = spans.from_text(entry.done) | spans.from_text(entry.died)
        if not seen.isdisjoint(here):
            return True
        seen |= here
    return False
