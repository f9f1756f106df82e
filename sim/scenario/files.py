"""Where scenario files lie, which one a name means, and what TOML it holds."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import InputError, nearest
from sim.scenario.problems import friendly

_PACKAGE = Path(__file__).resolve().parents[1]
_NOT_SCENARIOS = {"terrain", "sweeps"}
_LIST_HINT = " 'standoff scenarios list' shows all."


@dataclass(frozen=True, slots=True)
class ScenarioInfo:
    """One line of the list of scenarios."""

    name: str
    title: str
    question: str
    path: Path


def scenario_folder() -> Path:
    """The folder of the shipped scenarios and their terrain, in an installed wheel or a source checkout."""
    # The wheel's folder first: next to an installed package, "scenarios" could belong to anyone.
    for folder in (_PACKAGE / "_scenarios", _PACKAGE.parent / "scenarios"):
        if folder.is_dir():
            return folder
    raise InputError(f"the scenario folder is missing beside {_PACKAGE}: install Standoff again")


def search_folders() -> tuple[Path, ...]:
    """Where names are looked up: the shipped folder first, then those in ``STANDOFF_SCENARIOS``."""
    added = os.environ.get("STANDOFF_SCENARIOS", "").split(os.pathsep)
    return (scenario_folder(), *(Path(folder).expanduser().absolute() for folder in added if folder))


def list_scenarios(search: Sequence[Path] | None = None) -> list[ScenarioInfo]:
    """Every scenario that can be named, in the order of names; a broken file says so in its title."""
    files = _named_files(search_folders() if search is None else search)
    return [_describe(name, files[name]) for name in sorted(files)]


def find(reference: str | Path, search: Sequence[Path], beside: Path | None = None) -> tuple[str, Path]:
    """The name and file of a scenario, from either; paths count from ``beside`` or the working folder."""
    text = str(reference).strip().replace(os.sep, "/")
    path = Path(os.path.abspath((beside or Path()) / Path(reference).expanduser()))
    is_path = isinstance(reference, Path) or text.endswith(".toml")
    if is_path and _exists(path):
        return _name_of(path, search), path
    name = text.removesuffix(".toml")
    for folder in search:
        inside = Path(f"{name}.toml")
        if name and not inside.is_absolute() and _can_be_named(inside) and _exists(folder / inside):
            return name, folder / inside
    if text and _exists(path) and path.is_file():
        return _name_of(path, search), path
    hint = nearest(name, _named_files(search))
    if is_path:
        raise InputError(f"there is no such file as '{reference}' (looked for {path}).{hint}")
    if text and not hint and _exists(path.with_name(f"{path.name}.toml")):
        hint = f" Did you mean the file '{text}.toml'?"
    raise InputError(f"there is no scenario '{text}'.{hint}{_LIST_HINT}")


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file, or a message that names the file and where it breaks."""
    where = friendly(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")  # some editors put a byte-order mark in front
    except IsADirectoryError:
        raise InputError(f"{where}: this is a folder, not a scenario file") from None
    except OSError as error:
        raise InputError(f"{where}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{where}: is not UTF-8 text (byte {error.start}); save it as UTF-8") from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        lines = text.splitlines() or [""]
        end = f"at line {len(lines)}, column {len(lines[-1]) + 1}, the end of the file"
        raise InputError(f"{where}: is not valid TOML: {str(error).replace('at end of document', end)}") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: is not valid TOML: {error}") from None


def _named_files(search: Sequence[Path]) -> dict[str, Path]:
    """Every scenario file by name; where folders share a name, the first has it."""
    files: dict[str, Path] = {}
    for folder in search:
        for path in folder.rglob("*.toml"):
            inside = path.relative_to(folder)
            if _can_be_named(inside):
                files.setdefault(inside.as_posix().removesuffix(".toml"), path)
    return files


def _can_be_named(inside: Path) -> bool:
    """Whether a file at this place in a scenario folder is a scenario, not terrain, a sweep or hidden."""
    hidden = any(part.startswith(".") for part in inside.parts)
    return not hidden and inside.parts[0] not in _NOT_SCENARIOS and inside.name != "SOURCES.toml"


def _name_of(path: Path, search: Sequence[Path]) -> str:
    """A file inside a search folder keeps its name there; any other is called after itself."""
    for folder in search:
        if path.is_relative_to(folder.absolute()):
            return path.relative_to(folder.absolute()).as_posix().removesuffix(".toml")
    return path.name.removesuffix(".toml")


def _describe(name: str, path: Path) -> ScenarioInfo:
    try:
        table = read_toml(path)
    except InputError as error:
        return ScenarioInfo(name, f"(broken: {error})", "", path)
    title, question = (str(table.get(key, "")) for key in ("title", "question"))
    return ScenarioInfo(name, title, question, path)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name too long for the file system, or with a null byte
        return False
