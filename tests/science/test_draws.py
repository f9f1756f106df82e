"""Where chance comes from: each draw belongs to one process, and nothing else in the model is left to luck."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

from sim import codes

SIM = Path(__file__).resolve().parents[2] / "sim"
MODEL = ("kernels", "mechanisms", "actors", "world")
"""Folders whose code moves a run."""
NUMBERS = {name: value for name, value in vars(codes).items() if name.startswith("D_")}

SHARED_FILES = {
    "D_TALKS": (
        {"actors/envoys.py", "kernels/settle.py"},
        "what a day of talks and its end bring: the envoys draw for units above a million, far from any group",
    ),
}
"""Constants that more than one file draws with, and why they cannot meet."""
SHARED_LINES = {
    ("kernels/season.py", "D_WETNESS"): "a month without a wet day: the day that came nearest",
}
"""Draws that are made in two lines of a file on purpose."""


class Draw(NamedTuple):
    """A call of ``uniform`` or ``normal`` in the source."""

    file: str
    line: int
    kind: str
    process: str
    unit: str
    extra: str


def _name(node: ast.expr) -> str:
    """The last part of a dotted name, else the expression as written."""
    return node.attr if isinstance(node, ast.Attribute) else ast.unparse(node)


def draws() -> list[Draw]:
    """Every draw in the source of the model, but for those by which ``normal`` makes itself of ``uniform``."""
    found = []
    for file in sorted(SIM.rglob("*.py")):
        if file.name == "draws.py":
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in ("uniform", "normal"):
                assert len(node.args) == 5, f"{file}:{node.lineno}: give (key, process, tick, unit, extra) by place"
                _, process, _, unit, extra = node.args
                where = str(file.relative_to(SIM))
                found.append(
                    Draw(where, node.lineno, _name(node.func), _name(process), ast.unparse(unit), ast.unparse(extra))
                )
    return found


def test_every_draw_names_its_process() -> None:
    """The second argument is a constant of ``sim.codes``: never a number and never a variable."""
    assert len(draws()) > 40
    for draw in draws():
        assert draw.process in NUMBERS, f"{draw.file}:{draw.line}"


def test_every_number_is_given_once_and_used() -> None:
    assert len(set(NUMBERS.values())) == len(NUMBERS)
    assert {draw.process for draw in draws()} == set(NUMBERS)


def test_no_two_files_draw_with_one_number() -> None:
    files = defaultdict(set)
    for draw in draws():
        files[draw.process].add(draw.file)
    shared = {name: where for name, where in files.items() if len(where) > 1}
    assert shared == {name: where for name, (where, _) in SHARED_FILES.items()}


def test_no_draw_is_used_for_two_things() -> None:
    """Within a file, calls with the same process differ in their unit or in ``extra``; constants by their value."""
    seen = Counter()
    for draw in draws():
        extra = str(_constants(SIM / draw.file).get(draw.extra, draw.extra))
        seen[draw.file, draw.process, draw.unit, extra] += 1
    twice = {key[:2] for key, times in seen.items() if times > 1}
    assert twice == set(SHARED_LINES)


def _constants(file: Path) -> dict[str, int]:
    """Whole numbers that a file names at its top."""
    found = {}
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            names, values = _items(target), _items(node.value)
            for name, value in zip(names, values, strict=False):
                if isinstance(name, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, int):
                    found[name.id] = value.value
    return found


def _items(node: ast.expr) -> list[ast.expr]:
    return list(node.elts) if isinstance(node, ast.Tuple) else [node]


def test_extras_of_normals_stay_clear_of_their_second_half() -> None:
    """``normal`` takes ``extra`` and ``extra`` + 2**20; no constant comes near that."""
    for draw in draws():
        value = _constants(SIM / draw.file).get(draw.extra, int(draw.extra) if draw.extra.isdigit() else 0)
        assert 0 <= value < 1000, f"{draw.file}:{draw.line}"


def test_nothing_else_is_left_to_luck() -> None:
    """No generator of NumPy, Python or Mesa, and no clock, in any code that moves a run."""
    forbidden = re.compile(
        r"\b(np|numpy)\.random|\bimport random|from random|\brandom\.|\.rng\b|default_rng|\bsecrets\b|\buuid\b|urandom"
        r"|\bimport time\b|perf_counter|\.now\(|\.today\("
    )
    files = [file for folder in MODEL for file in (SIM / folder).rglob("*.py")]
    files += [SIM / "model.py", SIM / "forces.py", SIM / "pipeline.py", SIM / "state.py"]
    assert len(files) > 60
    for file in files:
        text = file.read_text(encoding="utf-8")
        if file.name == "draws.py":  # a key is made of the seed and the replicate alone
            text = text.replace("np.random.SeedSequence(entropy=seed, spawn_key=(replicate,))", "")
        found = forbidden.findall(text)
        assert not found, f"{file.relative_to(SIM)}: {found}"
