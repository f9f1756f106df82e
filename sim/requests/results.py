"""What ``sim.api`` and ``standoff results`` ask of the store in its usual place."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import polars as pl

from sim.errors import InputError, nearest
from sim.store import aside, care
from sim.store.export import export, flat
from sim.store.parts import write_bytes
from sim.store.store import Store

ENDINGS = (".csv", ".parquet")
POLARS = (pl.exceptions.PolarsError, pl.exceptions.PanicException)


def results_list() -> dict[str, Any]:
    """What is stored: ``folder``, ``runs``, ``bytes``, ``set_aside`` (files) and ``scenarios``.

    A scenario has name, scenario (hash), seed, runs, failed, first, last, bytes, changed, model, version and
    this_version; one entry for each seed and version of the model.
    """
    store = Store.usual(write=False)
    about = {shelf.model: shelf.about() for shelf in store.shelves(True)}
    entries = []
    for entry in store.stock():
        told = {key: entry[key].isoformat(timespec="seconds") for key in ("first", "last")}
        told |= {"changed": json.loads(entry["changed"] or "{}"), "version": about[entry["model"]].get("version", "")}
        entries.append(entry | told | {"this_version": entry["model"] == store.model})
    return {
        "folder": str(store.folder),
        "model": store.model,
        "runs": sum(entry["runs"] for entry in entries),
        "bytes": sum(entry["bytes"] for entry in entries),
        "set_aside": len(aside.listed(store.folder)),
        "scenarios": entries,
    }


def results_query(sql: str, *, all_versions: bool = False, csv: str | Path | None = None) -> pl.DataFrame:
    """The answer to an SQL query of the table ``runs``, one row a run, as a Polars data frame.

    With ``csv`` it is written to a file, too. Raises InputError for a query that cannot be answered, and for a file
    in a folder that is not there.
    """
    if csv is not None and not (folder := Path(csv).absolute().parent).is_dir():
        raise InputError(f"--csv {csv}: cannot be written (there is no folder {folder})")
    answer = Store.usual(write=False).query(sql, all_models=all_versions)
    if csv is not None:
        try:
            write_bytes(Path(csv), _flat(answer).write_csv().encode())
        except OSError as error:
            raise InputError(f"--csv {csv}: cannot be written ({error.strerror or error})") from None
        except POLARS as error:
            raise InputError(f"--csv {csv}: the answer cannot be written as CSV ({_first(error)})") from None
    return answer


def results_json(answer: pl.DataFrame) -> dict[str, Any]:
    """A table as ``columns`` and ``rows``, with what JSON cannot hold as text."""
    plain = _flat(answer)
    kinds = [name for name, kind in plain.schema.items() if kind.is_float()]
    plain = plain.with_columns(pl.when(pl.col(name).is_finite()).then(pl.col(name)) for name in kinds)
    return {"columns": plain.columns, "rows": plain.to_dicts()}


def results_text(answer: pl.DataFrame, lines: int = 40) -> str:
    """The first ``lines`` of a table to look at."""
    with pl.Config(
        tbl_rows=lines, tbl_cols=16, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True, tbl_width_chars=160
    ):
        return str(answer)


def results_export(
    file: str | Path,
    *,
    scenario: str | None = None,
    seed: int | None = None,
    all_versions: bool = False,
    force: bool = False,
) -> int:
    """Write stored runs with their provenance to a .csv or .parquet file; returns how many.

    ``scenario`` is a name, which means all its variants, or a hash. Raises InputError when there is none such, and
    when the file is there already, unless ``force``.
    """
    target = Path(file)
    if target.suffix.lower() not in ENDINGS:
        raise InputError(f"{file}: the name has to end with {' or '.join(ENDINGS)}")
    if target.exists() and not force:
        raise InputError(f"{file}: is there already; --force overwrites it")
    store = Store.usual(write=False)
    entries = [entry for entry in store.stock(all_models=all_versions) if seed is None or entry["seed"] == seed]
    if scenario is not None:
        entries = _named(entries, scenario, seed)
    shelves = {shelf.model: shelf for shelf in store.shelves(all_versions)}
    for shelf in shelves.values():
        shelf.refresh()
    pairs = [(shelves[entry["model"]], entry["scenario"], entry["seed"]) for entry in entries]
    try:
        return export(pairs, target)
    except OSError as error:
        raise InputError(f"{file}: cannot be written ({error.strerror or error})") from None
    except POLARS as error:
        raise InputError(f"{file}: the runs cannot be written in this format ({_first(error)})") from None


def results_check() -> dict[str, Any]:
    """Compare every stored file with its digest; see ``sim.store.care.check``. ``earlier`` lists what lies aside."""
    store = Store.usual(write=False)
    told = store.check()
    before = {path.name: reason for path, reason in aside.listed(store.folder) if path.name not in told["set_aside"]}
    return {"folder": str(store.folder), **told, "earlier": before}


def results_clean(
    *,
    other_versions: bool = False,
    set_aside: bool = False,
    failed: bool = False,
    scenario: str | None = None,
    yes: bool = False,
) -> care.Cleaning:
    """Delete results of other versions, files set aside, or failed runs of this version, which are then made again.

    ``scenario``, a name, which means all its variants, or a hash, is the one whose failed runs go, by default all.
    Without ``yes`` it only says what would go. Raises InputError when no stored run is of the scenario.
    """
    if scenario is not None and not failed:
        raise InputError("clean: --scenario goes with --failed only")
    store = Store.usual(write=yes)
    entries = store.stock(all_models=False) if scenario is not None else []
    some = None if scenario is None else {entry["scenario"] for entry in _named(entries, scenario, None)}
    return store.clean(other_versions=other_versions, set_aside=set_aside, failed=failed, scenarios=some, yes=yes)


def _flat(answer: pl.DataFrame) -> pl.DataFrame:
    try:
        return flat(answer)
    except POLARS as error:
        raise InputError(f"query: the answer cannot be told as text ({_first(error)}); cast its columns") from None


def _first(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]


def _named(entries: list[dict[str, Any]], asked: str, seed: int | None) -> list[dict[str, Any]]:
    """Entries of a scenario by name, or by the first digits of its hash."""
    found = [entry for entry in entries if entry["name"] == asked]
    if not found and re.fullmatch(r"[0-9a-f]{4,16}", asked):
        found = [entry for entry in entries if entry["scenario"].startswith(asked)]
    if not found:
        names = sorted({entry["name"] for entry in entries})
        known = ", ".join(names[:20]) + (" …" if len(names) > 20 else "") or "nothing"
        of_seed = "" if seed is None else f" with seed {seed}"
        raise InputError(
            f"--scenario {asked}: no stored run{of_seed} is of it.{nearest(asked, names)} There is: {known}"
        )
    return found
