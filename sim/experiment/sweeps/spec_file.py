"""Sweep files: found, read and checked into a ``SweepSpec``; and the same from the options of the command line."""

from __future__ import annotations

import math
import os
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from sim.errors import InputError, nearest
from sim.experiment.sweeps.factors import FIXED_ELSEWHERE, Factor, from_raw
from sim.experiment.sweeps.measures import measure
from sim.experiment.sweeps.spec import DESIGNS, DRAWS, Refine, SweepSpec, Until
from sim.params import Schema, Value
from sim.scenario import Scenario, list_scenarios, load
from sim.scenario.files import find, read_toml, search_folders
from sim.scenario.frozen import Frozen
from sim.scenario.problems import Problems, friendly
from sim.scenario.values import accept, shown

FOLDER = "sweeps"
_TEXTS = ("title", "question", "design", "draws")
NUMBERS = {
    "samples": (1, 1_000_000),
    "replicates": (1, 1_000_000),
    "design_seed": (0, 2**31 - 1),
    "seed": (0, 2**63 - 1),
}
_TABLES = ("uncertainties", "levers", "constants", "until", "refine")
KEYS = (*_TEXTS, "scenario", "scenarios", "outcomes", *NUMBERS, *_TABLES)


def list_sweeps() -> dict[str, Path]:
    """Every sweep file that can be named, by name: those in ``sweeps/`` of the scenario folders."""
    found: dict[str, Path] = {}
    for folder in search_folders():
        for path in sorted((folder / FOLDER).glob("*.toml")):
            found.setdefault(path.stem, path)
    return found


def find_sweep(reference: str | Path) -> Path:
    """The file that a name or path means. Raises InputError with the nearest name."""
    path = Path(reference).expanduser()
    if path.is_file():
        return path
    known = list_sweeps()
    name = str(reference).removesuffix(".toml").removeprefix(f"{FOLDER}/")
    if name in known:
        return known[name]
    if name in {info.name for info in list_scenarios()}:
        raise InputError(f"'{name}' is a scenario, not a sweep: say what to vary, --vary KEY=LOW:HIGH:STEPS")
    raise InputError(f"there is no sweep '{reference}'.{nearest(name, known)} There are: {', '.join(known)}")


def read_spec(reference: str | Path, schema: Schema, changes: Mapping[str, Any] | None = None) -> SweepSpec:
    """The sweep of that name or file, with ``changes`` in place of top-level keys. InputError for anything amiss."""
    path = find_sweep(reference)
    table = read_toml(path) | dict(changes or {})
    return from_table(table, schema, friendly(path), beside=path.parent)


def from_toml(text: str, schema: Schema, where: str = "sweep") -> SweepSpec:
    """The spec that a text in TOML holds."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{where}: is not valid TOML: {error}") from None
    return from_table(table, schema, where)


def from_table(table: Mapping[str, Any], schema: Schema, where: str, beside: Path | None = None) -> SweepSpec:
    """The spec of a parsed file. All that is wrong in single keys is told at once, opened by ``where``."""
    problems = Problems(where)
    for key in table:
        if key not in KEYS:
            known = (*KEYS, *(k for k in schema))
            hint = " Put it into [uncertainties], [levers] or [constants]." if key in _sections(schema) else ""
            problems.add(f"{key} = {shown(table[key])}: there is no key '{key}'.{hint or nearest(key, known)}")
    given: dict[str, Any] = {}
    for key in _TEXTS:
        if key in table:
            given[key] = _text(key, table[key], problems)
    for key, choices in (("design", DESIGNS), ("draws", DRAWS)):
        if given.get(key) and given[key] not in choices:
            hint = nearest(given[key], choices)
            problems.add(f"{key} = {shown(given[key])}. Allowed: {', '.join(choices)}.{hint}")
    for key, (low, high) in NUMBERS.items():
        if key in table:
            given[key] = _whole(key, table[key], low, high, problems)
    given["scenarios"] = _scenarios(table, beside, problems)
    if "outcomes" in table:
        given["outcomes"] = _names("outcomes", table["outcomes"], problems)
        _try(problems, lambda: [measure(name) for name in given["outcomes"]])
    for key in ("uncertainties", "levers"):
        given[key] = _factors(key, table.get(key, {}), schema, problems)
    given["constants"] = _constants(table.get("constants", {}), schema, problems)
    for key, kind in (("until", Until), ("refine", Refine)):
        if key in table:
            given[key] = _small_table(key, table[key], kind, problems)
    problems.raise_if_any()
    try:
        return SweepSpec(**given)
    except InputError as error:
        raise InputError(str(error).replace("sweep", where, 1)) from None


def from_options(
    scenarios: Sequence[str],
    uncertainties: Iterable[Factor] = (),
    levers: Iterable[Factor] = (),
    constants: Mapping[str, Value] | None = None,
    **more: Any,
) -> SweepSpec:
    """The spec of ``standoff sweep SCENARIO… --vary …``; ``more``: other fields of ``SweepSpec``, not None."""
    given = {key: value for key, value in more.items() if value is not None}
    _no_fixed(constants or {}, "--set ")
    for name in given.get("outcomes", ()):
        measure(name, "--outcome")
    return SweepSpec(tuple(scenarios), tuple(uncertainties), tuple(levers), Frozen(constants), **given)


def parse_until(text: str) -> Until:
    """``--until floor_taken=0.05``: until its 95 % interval is within ± 0.05; ``:at_most`` runs may follow."""
    where = f"--until {text}"
    name, _, rest = text.partition("=")
    width, _, most = rest.partition(":")
    table: dict[str, Any] = {"outcome": name.strip(), "half_width": _number_or_text(width)}
    if most:
        table["at_most"] = int(most) if most.strip().isdecimal() else most
    return _one_table("until", table, Until, where)


def parse_refine(text: str) -> Refine:
    """``--refine floor_taken`` or ``--refine floor_taken=0.5``."""
    name, equals, at = text.partition("=")
    table: dict[str, Any] = {"outcome": name.strip()} | ({"at": _number_or_text(at)} if equals else {})
    return _one_table("refine", table, Refine, f"--refine {text}")


def load_scenarios(spec: SweepSpec, schema: Schema) -> list[Scenario]:
    """The scenarios of a spec, as their files are; ``Plan`` lays the constants and the seed over them."""
    found = [load(name, schema) for name in spec.scenarios]
    names = [scenario.name for scenario in found]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"scenarios: two files are both called '{name}'; tables could not tell them apart")
    return found


def _one_table(key: str, table: dict[str, Any], kind: type, where: str) -> Any:
    problems = Problems(where)
    found = _small_table(key, table, kind, problems)
    problems.raise_if_any()
    return found


def _number_or_text(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text.strip()


def _sections(schema: Schema) -> set[str]:
    return {key.partition(".")[0] for key in schema}


def _try(problems: Problems, action: Any) -> Any:
    try:
        return action()
    except InputError as error:
        problems.add(error)
        return None


def _text(key: str, raw: object, problems: Problems) -> str:
    if not isinstance(raw, str):
        problems.add(f"{key} = {shown(raw)} is not a text. Allowed: a text in quotes.")
        return ""
    return raw.strip()


def _whole(key: str, raw: object, low: int, high: int, problems: Problems) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or not low <= raw <= high:
        problems.add(f"{key} = {shown(raw)}. Allowed: a whole number from {low} to {high}.")
        return low
    return raw


def _names(key: str, raw: object, problems: Problems) -> tuple[str, ...]:
    if not isinstance(raw, (list, tuple)) or not raw or not all(isinstance(name, str) for name in raw):
        problems.add(f'{key} = {shown(raw)}. Allowed: a list of names like ["one", "two"].')
        return ()
    return tuple(raw)


def _scenarios(table: Mapping[str, Any], beside: Path | None, problems: Problems) -> tuple[str, ...]:
    """Names of known scenarios as they are; other files by their whole path, so that a copy of the spec finds them."""
    if "scenario" in table and "scenarios" in table:
        problems.add("has scenario and scenarios; take one of them")
    if "scenario" in table:
        name = _text("scenario", table["scenario"], problems)
        names: tuple[str, ...] = (name,) if name else ()
    else:
        names = _names("scenarios", table["scenarios"], problems) if "scenarios" in table else ()
    if not names and not problems.lines:
        problems.add('scenario is missing: name one, scenario = "…", or several, scenarios = ["…", "…"]')
    found = []
    for name in names:
        at = _try(problems, lambda name=name: find(name, search_folders(), beside))
        if at:
            inside = any(at[1].is_relative_to(folder.absolute()) for folder in search_folders())
            found.append(at[0] if inside else os.path.abspath(at[1]))
    return tuple(found)


def _flat(name: str, raw: object, schema: Schema, problems: Problems) -> dict[str, Any]:
    """Dotted keys of a table, whether they were quoted or nested."""
    sections = {key[:cut] for key in schema for cut in range(len(key)) if key[cut] == "."}
    found: dict[str, Any] = {}

    def walk(inner: Mapping[str, Any], prefix: str) -> None:
        for part, item in inner.items():
            key = prefix + part
            if key in sections and isinstance(item, dict):
                walk(item, f"{key}.")
            elif key in found:
                problems.add(f"[{name}] {key} is set a second time")
            else:
                found[key] = item

    if isinstance(raw, Mapping):
        walk(raw, "")
    else:
        problems.add(f"{name} = {shown(raw)} is not a table; write [{name}] and its parameters below")
    return found


def _factors(name: str, raw: object, schema: Schema, problems: Problems) -> tuple[Factor, ...]:
    flat = _flat(name, raw, schema, problems).items()
    made = [_try(problems, lambda k=k, v=v: from_raw(k, v, schema, f"[{name}] ")) for k, v in flat]
    return tuple(factor for factor in made if factor is not None)


def _constants(raw: object, schema: Schema, problems: Problems) -> Frozen[Value]:
    found: dict[str, Value] = {}
    for key, item in _flat("constants", raw, schema, problems).items():
        if key not in schema:
            told = f"[constants] {key} = {shown(item)}"
            problems.add(f"{told}: there is no parameter '{key}'.{nearest(key, schema)}")
            continue
        try:
            _no_fixed({key: item}, "[constants] ")
            found[key] = accept(schema[key], item)
        except InputError as error:
            problems.add(str(error) if str(error).startswith("[") else f"[constants] {error}")
    return Frozen(found)


def _no_fixed(values: Mapping[str, Any], where: str) -> None:
    for key in values:
        if key in FIXED_ELSEWHERE:
            raise InputError(f"{where}{key} = {shown(values[key])}: {FIXED_ELSEWHERE[key]}")


def _small_table(key: str, raw: object, kind: type, problems: Problems) -> Any:
    """``[until]`` or ``[refine]``: its fields, checked by name and range."""
    if not isinstance(raw, Mapping):
        problems.add(f"{key} = {shown(raw)} is not a table; write [{key}] and its keys below")
        return None
    before = len(problems.lines)
    names = [item.name for item in fields(kind)]
    for name in raw:
        if name not in names:
            problems.add(f"[{key}] {name}: there is no such key. Allowed: {', '.join(names)}.{nearest(name, names)}")
    for name in ("outcome", "half_width") if kind is Until else ("outcome",):
        if name not in raw:
            problems.add(f"[{key}] has no {name}")
    found = _try(problems, lambda: measure(str(raw["outcome"]), f"[{key}] outcome")) if "outcome" in raw else None
    for name in ("half_width", "at"):
        if name in raw and found is not None:
            _inside(f"[{key}] {name}", raw[name], 0.5 if name == "half_width" else 1.0, found.is_share, problems)
    for name, least in (("at_least", 2), ("batch", 1), ("at_most", 2), ("levels", 1), ("first", 2)):
        if name in raw:
            _whole(f"[{key}] {name}", raw[name], least, 1_000_000, problems)
    if len(problems.lines) > before:
        return None
    made = kind(**raw)
    if isinstance(made, Until) and made.at_most < made.at_least:
        problems.add(f"[{key}] at_most = {made.at_most} is below at_least = {made.at_least}")
    return made


def _inside(key: str, raw: object, high: float, is_share: bool, problems: Problems) -> None:
    """A level or half width: between 0 and ``high`` for shares; any number for a level of a quantity."""
    number = isinstance(raw, (int, float)) and not isinstance(raw, bool) and math.isfinite(raw)
    positive = is_share or "half_width" in key
    if not number or (positive and not raw > 0) or (is_share and not raw < high):  # type: ignore[operator]
        limit = f"above 0 and below {high:g} (a share of runs)" if is_share else "above 0" if positive else ""
        problems.add(f"{key} = {shown(raw)}. Allowed: a number {limit}".rstrip() + ".")
