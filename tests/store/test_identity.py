"""The identity of the model changes with everything that can change a result, and with nothing else."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from runs_cases import tiny

from sim.scenario import scenario_folder
from sim.store import identity
from sim.store.identity import PACKAGE, SOURCES, git_state, identity_of, model_id, provenance

AROUND = {"numpy": "2.0", "machine": "m"}


@pytest.fixture
def copied(tmp_path: Path) -> tuple[Path, Path]:
    """The sources and terrain files of the model, to be edited."""
    for name in SOURCES:
        source = PACKAGE / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / "sim" / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            (tmp_path / "sim" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, tmp_path / "sim" / name)
    shutil.copytree(scenario_folder() / "terrain", tmp_path / "terrain")
    return tmp_path / "sim", tmp_path / "terrain"


def test_it_does_not_depend_on_the_place(copied: tuple[Path, Path]) -> None:
    assert identity_of(*copied, AROUND) == identity_of(PACKAGE, scenario_folder() / "terrain", AROUND)
    assert len(model_id()) == 16 and model_id() == model_id()


def edited(name: str) -> Callable[[Path, Path], None]:
    def edit(package: Path, data: Path) -> None:
        path = (data if name.startswith("panjshir") else package) / name
        path.write_bytes(path.read_bytes() + b"\n")

    return edit


@pytest.mark.parametrize(
    "name",
    [
        "model.py", "codes.py", "experiment/replicate.py", "observe/outcome.py", "actors/envoys.py", "kernels/draws.py",
        "mechanisms/shared.py", "world/terrain/relief.py", "scenario/values.py", "panjshir/climate.csv",
        "panjshir/terrain.toml",
    ],
)  # fmt: skip
def test_an_edited_file_is_another_model(copied: tuple[Path, Path], name: str) -> None:
    before = identity_of(*copied, AROUND)
    edited(name)(*copied)
    assert identity_of(*copied, AROUND) != before


def test_new_renamed_and_moved_files_are_another_model(copied: tuple[Path, Path]) -> None:
    seen = {identity_of(*copied, AROUND)}
    mechanisms, actors = copied[0] / "mechanisms", copied[0] / "actors"
    (mechanisms / "added.py").write_text("")
    seen.add(identity_of(*copied, AROUND))
    (mechanisms / "added.py").rename(mechanisms / "other.py")
    seen.add(identity_of(*copied, AROUND))
    (mechanisms / "other.py").rename(actors / "other.py")
    seen.add(identity_of(*copied, AROUND))
    assert len(seen) == 4


def test_what_tools_leave_behind_is_nothing(copied: tuple[Path, Path]) -> None:
    before = identity_of(*copied, AROUND)
    (copied[0] / "actors" / "__pycache__").mkdir()
    (copied[0] / "actors" / "__pycache__" / "x.py").write_text("")
    (copied[0] / "actors" / "notes.txt").write_text("")
    (copied[1] / ".DS_Store").write_text("")
    assert identity_of(*copied, AROUND) == before


def test_other_libraries_or_machines_are_another_model(copied: tuple[Path, Path]) -> None:
    assert identity_of(*copied, AROUND) != identity_of(*copied, AROUND | {"numpy": "2.1"})
    assert identity_of(*copied, AROUND) != identity_of(*copied, AROUND | {"machine": "n"})


def test_every_source_that_a_run_imports_is_counted() -> None:
    """Whoever adds a module that a run needs has it counted, or lists it here with the reason."""
    code = "import sys, sim.experiment.replicate; print(*sorted(n for n in sys.modules if n.split('.')[0] == 'sim'))"
    told = subprocess.run([identity.sys.executable, "-c", code], capture_output=True, text=True, check=True)
    uncounted = {"sim", "sim.cache", "sim.errors", "sim.experiment"}  # version, files, messages, nothing
    counted = [name.removesuffix(".py").replace("/", ".") for name in SOURCES]
    own = [name for name in told.stdout.split() if name not in uncounted]
    assert own
    assert [n for n in own if not any(n == f"sim.{c}" or n.startswith(f"sim.{c}.") for c in counted)] == []


def test_provenance(tmp_path: Path) -> None:
    told = provenance()
    assert set(told) == {"version", "git", "platform"} and "python 3." in told["platform"]
    assert git_state(tmp_path) == "none"
    (tmp_path / ".git").write_text("no checkout really")
    assert git_state(tmp_path) == "none"


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_git_state_of_a_checkout(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        name = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        subprocess.run(["git", "-C", str(tmp_path), *name, *words], check=True, capture_output=True)

    git("init")
    (tmp_path / "file").write_text("one")
    git("add", "file")
    git("commit", "-m", "one")
    clean = git_state(tmp_path)
    assert 7 <= len(clean) <= 16 and int(clean, 16) >= 0
    (tmp_path / "file").write_text("two")
    assert git_state(tmp_path) == f"{clean}-dirty"


def test_files_of_the_users_own_count_with_what_they_hold(tmp_path: Path) -> None:
    """Same values, other elevations: another scenario, so that stored runs are not taken for it."""
    file = tmp_path / "my.tif"
    file.write_bytes(b"heights")
    asked = {"terrain.source": "file", "terrain.file": str(file)}
    first = tiny(**asked).hash
    assert tiny(**asked).hash == first
    file.write_bytes(b"HEIGHTS!")
    assert tiny(**asked).hash != first
    assert tiny(**asked | {"terrain.source": "bundled"}).hash == tiny(**{"terrain.file": str(file)}).hash
    file.write_bytes(b"heights")
    assert tiny(**asked).hash == first


def test_a_terrain_folder_of_the_users_own_counts(tmp_path: Path) -> None:
    (tmp_path / "climate.csv").write_text("a")
    first = tiny(**{"terrain.folder": str(tmp_path)}).hash
    (tmp_path / "climate.csv").write_text("bb")
    assert tiny(**{"terrain.folder": str(tmp_path)}).hash != first
