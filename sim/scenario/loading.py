"""From a name or a path to a frozen scenario, in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from sim.params import EventKinds, Schema, Value
from sim.scenario.files import search_folders
from sim.scenario.merge import merge, read_chain
from sim.scenario.scenario import Scenario


def load(
    name_or_path: str | Path,
    schema: Schema,
    *,
    event_kinds: EventKinds | None = None,
    overrides: Mapping[str, Value] | None = None,
    override_source: str = "--set",
    search: Sequence[Path] | None = None,
) -> Scenario:
    """The scenario of that name or file, merged, checked and frozen, with ``overrides`` laid over it.

    ``event_kinds`` replaces the schema's, ``search`` the folders in which names are looked up. Raises ``InputError``
    for anything amiss.
    """
    folders = search_folders() if search is None else search
    kinds = schema.event_kinds if event_kinds is None else event_kinds
    scenario = merge(read_chain(name_or_path, folders), schema, kinds)
    return scenario.with_values(overrides, source=override_source) if overrides else scenario
