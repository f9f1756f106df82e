"""The walls of the house, checked by a machine: who imports whom, and how long a file may be."""

from __future__ import annotations

import configparser
import statistics
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 400
MEDIAN = 120
CONTRACTS = ROOT / ".importlinter"


def contracts() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(CONTRACTS, encoding="utf-8")
    return parser


def lines(folder: str) -> dict[str, int]:
    files = sorted((ROOT / folder).rglob("*.py"))
    return {str(f.relative_to(ROOT)): len(f.read_text(encoding="utf-8").splitlines()) for f in files}


def test_import_contracts_are_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    code = lint_imports(config_filename=str(CONTRACTS), cache_dir=str(tmp_path), is_debug_mode=False)
    assert code == 0, capfd.readouterr().out


def test_every_mechanism_is_under_contract() -> None:
    """The wildcard covers every file; only ``base`` and ``shared`` may be imported by the others."""
    contract = contracts()["importlinter:contract:mechanisms"]
    assert contract["modules"].split() == ["sim.mechanisms.*"]
    allowed = {line.split("->")[1].strip() for line in contract["ignore_imports"].strip().splitlines()}
    assert allowed == {"sim.mechanisms.base", "sim.mechanisms.shared"}


@pytest.mark.parametrize("folder", ["sim", "tests", "benchmarks"])
def test_no_file_is_long(folder: str) -> None:
    assert not {name: n for name, n in lines(folder).items() if n > LONGEST}


def test_the_middle_file_is_short() -> None:
    assert statistics.median(lines("sim").values()) <= MEDIAN


def test_kernels_are_plain() -> None:
    """No fast and loose arithmetic, no parallel sums, no global chance: bits depend on the input alone."""
    for file in (ROOT / "sim").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        for word in ("fastmath=True", "parallel=True", "prange", "np.random.rand", "np.random.seed", "import random"):
            assert word not in text, f"{file.name}: {word}"


def test_scenarios_have_no_special_cases() -> None:
    """No rule asks which scenario it is in."""
    for file in (ROOT / "sim").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        for word in ("scenario.name ==", "setup.name ==", "terrain.name ==", "if scenario =="):
            assert word not in text, f"{file.name}: {word}"
