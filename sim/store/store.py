"""The store as others use it: what is done, its results, and a writer."""

from __future__ import annotations

import errno
import json
import os
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import platformdirs
import polars as pl

from sim.errors import InputError
from sim.observe.result import Result
from sim.store import aside, care, identity, manifest, query, reading
from sim.store.parts import write_bytes, write_part
from sim.store.rollup import roll_up
from sim.store.rows import decode
from sim.store.shelf import Shelf
from sim.store.writer import Writer


class Store:
    """A folder of results. Any number of processes may read and write it at once.

    ``model`` is the identity whose results are used, by default that of the code that runs. Opening makes no folder;
    the first part does.
    """

    def __init__(self, folder: str | Path, model: str | None = None) -> None:
        self.folder = Path(folder).absolute()
        self.model = model or identity.model_id()
        self.shelf = Shelf(self.folder, self.model)
        self._lock = threading.RLock()
        self._opened = False

    @classmethod
    def usual(cls, *, write: bool = True) -> Store:
        """The store in the user's data folder, or in ``STANDOFF_STORE``.

        Raises InputError when it cannot be used; with ``write`` false it need not be writable nor there.
        """
        asked = os.environ.get("STANDOFF_STORE")
        folder = Path(asked) if asked else Path(platformdirs.user_data_dir("standoff", appauthor=False)) / "store"
        try:
            folder = folder.expanduser()
            for needed in (folder, folder / "runs"):
                if needed.exists() and not needed.is_dir():
                    raise NotADirectoryError(errno.ENOTDIR, f"{needed}: {os.strerror(errno.ENOTDIR)}")
            if write:
                folder.mkdir(parents=True, exist_ok=True)
                if not os.access(folder, os.W_OK):
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        except (OSError, RuntimeError) as error:  # the latter: ~ of a user who is not known
            name = f"STANDOFF_STORE = {asked}" if asked else str(folder)
            raise InputError(
                f"{name}: cannot be used as the result store ({getattr(error, 'strerror', None) or error}). "
                "Set STANDOFF_STORE to a folder that can be written."
            ) from None
        return cls(folder)

    def done(self, scenario: str, seed: int) -> frozenset[int]:
        """Replicates of a scenario (its hash) that need not be computed again, failed ones included.

        A run whose worker died is not among them: it may work another time.
        """
        with self._lock:
            self.look()
            return frozenset(reading.retried([self.shelf], lambda: self.shelf.numbers(scenario, seed)[0]))

    def results(self, scenario: str, seed: int, replicates: Iterable[int]) -> dict[int, Result]:
        """Those of the replicates that are there, exactly as they were written."""
        frame = self.rows([(scenario, seed, list(replicates))])
        return {result.replicate: result for result in decode(frame)}

    def rows(self, keys: Iterable[reading.Wanted], columns: Sequence[str] | None = None) -> pl.DataFrame:
        """Those of the runs (scenario hash, seed, replicates) that are there, sorted by these, each once.

        ``columns`` are of ``sim.store.rows.COLUMNS``, by default all.
        """
        with self._lock:
            self.look()
            return reading.read_rows(self.shelf, keys, columns)

    def frame(self, *, all_models: bool = False) -> pl.LazyFrame:
        """Every row as a lazy frame, each run once, by default of this model only.

        Collect it soon: a part that another process rolls up meanwhile is gone. ``query`` sees to that itself.
        """
        with self._lock:
            self.look()
            shelves = self.shelves(all_models)
            return reading.retried(shelves, lambda: query.frame(shelves))

    def query(self, sql: str, *, all_models: bool = False) -> pl.DataFrame:
        """The answer to an SQL query of the table ``runs``. Raises InputError for one that cannot be answered."""
        with self._lock:
            self.look()
            return query.query(self.shelves(all_models), sql)

    def stock(self, *, all_models: bool = True) -> list[dict[str, Any]]:
        """What there is, per model, scenario and seed; see ``sim.store.query.stock``."""
        with self._lock:
            self.look()
            return [entry for shelf in self.shelves(all_models) for entry in query.stock(shelf)]

    def shelves(self, all_models: bool = False) -> list[Shelf]:
        """The parts of this model and, if asked for, those of all others by name."""
        if not all_models:
            return [self.shelf]
        names, _ = care.places(self.folder)
        return [self.shelf, *(Shelf(self.folder, name) for name in names if name != self.model)]

    def check(self) -> dict[str, Any]:
        """Compare every file with its digest, of every model; see ``sim.store.care.check``."""
        with self._lock:
            return care.check(self.folder, self.shelves(True))

    def clean(
        self,
        *,
        other_versions: bool = False,
        set_aside: bool = False,
        failed: bool = False,
        scenarios: Collection[str] | None = None,
        yes: bool = False,
    ) -> care.Cleaning:
        """Delete results of other models, files set aside, or failed runs of this model, so that they are made again.

        ``scenarios`` (hashes) are those whose failed runs go, by default all. Without ``yes`` it only says what would
        go.
        """
        with self._lock:
            others = self.shelves(True)[1:] if other_versions else []
            mine = self.shelf if failed else None
            return care.clean(self.folder, others, set_aside=set_aside, yes=yes, failed_of=mine, scenarios=scenarios)

    def writer(self) -> Writer:
        """Takes results and writes them, see ``Writer``."""
        return Writer(self)

    def put(self, frame: pl.DataFrame) -> None:
        """Write one part. Raises OSError; use a ``writer``, which says what to do then."""
        with self._lock:
            self._furnish()
            self.shelf.adopt(write_part(self.shelf.folder, self.model, frame))

    def roll_up(self) -> int:
        """Roll up small parts if there are many; returns how many went."""
        with self._lock:
            try:
                self.shelf.refresh()
                return roll_up(self.shelf, self.shelf.about())
            except InputError:  # the rows are written; whoever reads them next is told
                return 0

    def look(self) -> None:
        """See what other processes wrote; the first time also whether something is missing."""
        with self._lock:
            self.shelf.refresh()
            if not self._opened:
                self._opened = True
                say_lost(manifest.lost(self.folder, self.model, self.shelf.folder))

    def _furnish(self) -> None:
        """Make the folder of this model and say what it is."""
        told = self.shelf.folder / "model.json"
        if told.exists():
            return
        about = {"model": self.model, **identity.provenance(), "libraries": identity.libraries()}
        write_bytes(told, (json.dumps(about, indent=1) + "\n").encode())
        try:
            with manifest.lock_of(self.folder).acquire(blocking=False):
                manifest.update(self.folder, self.model, identity.provenance())
        except (OSError, NotImplementedError):  # also Timeout: whoever holds the lock or rolls up next writes it
            pass


def say_lost(lost: Mapping[str, int]) -> None:
    """Report parts that the manifest lists and the folder has not."""
    if lost:
        names = ", ".join(sorted(lost)[:3]) + (" …" if len(lost) > 3 else "")
        aside.LOG.warning("%d runs are gone from the store and will be computed again (%s)", sum(lost.values()), names)
