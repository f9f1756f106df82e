"""Results collected and written, a part at a time."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from sim.errors import InputError
from sim.observe.result import Result
from sim.scenario import Scenario
from sim.scenario.run_parameters import SEED
from sim.store import identity
from sim.store.errors import StoreFull
from sim.store.rollup import MOST_ROWS
from sim.store.rows import changed_json, died, encode, now, table

if TYPE_CHECKING:
    from sim.store.store import Store


class Writer:
    """Collects results and writes them as parts; as a context manager it writes what is left at the end."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.written = 0
        self._rows: dict[tuple[str, int, int], dict[str, Any]] = {}
        self._facts: dict[tuple[str, int, str], dict[str, Any]] = {}

    @property
    def pending(self) -> int:
        """Rows that are not written yet."""
        return len(self._rows)

    def add(self, scenario: Scenario, results: Sequence[Result]) -> None:
        """Take results of a scenario in; they are safe after the next ``flush``."""
        facts = self._facts_of(scenario) | {"made": now()}
        for row in encode(results, facts):
            key = (facts["scenario"], facts["seed"], row["replicate"])
            if key not in self._rows or not died(row["error"]):
                self._rows[key] = row

    def flush(self) -> int:
        """Write what was added as one part, and return the number of rows.

        Raises StoreFull when that is not possible; the rows stay here, to be tried again.
        """
        count = 0
        while self._rows:
            keys = sorted(self._rows)[:MOST_ROWS]
            try:
                self.store.put(table([self._rows[key] for key in keys]))
            except OSError as error:
                raise self._full(error) from error
            for key in keys:
                del self._rows[key]
            count += len(keys)
            self.written += len(keys)
        self._facts.clear()
        if count:
            self.store.roll_up()
        return count

    def _full(self, error: OSError) -> StoreFull:
        return StoreFull(
            f"{self.store.folder}: results cannot be written ({error.strerror or error}). "
            f"{self.written} runs of this session are kept, {self.pending} are not. "
            "Make room there, or set STANDOFF_STORE to another folder, and give the same command again: "
            "what is kept is not computed again."
        )

    def _facts_of(self, scenario: Scenario) -> dict[str, Any]:
        seed = scenario.typed(SEED, int)
        key = (scenario.hash, seed, scenario.name)
        if key not in self._facts:
            told = {"model": self.store.model, "scenario": scenario.hash, "seed": seed, "name": scenario.name}
            self._facts[key] = told | {"changed": changed_json(scenario), **identity.provenance()}
        return self._facts[key]

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.flush()
        elif self._rows and not isinstance(error, StoreFull):
            try:  # what is finished is kept, whatever else went wrong
                self.flush()
            except (OSError, InputError) as full:
                logging.getLogger("standoff").warning("%s", full)
