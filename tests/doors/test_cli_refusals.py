"""Bad input: exit code 2, one message on standard error that says what is near, nothing on standard output."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from runs_cases import tiny_file
from test_cli_run import ROOT, standoff

from sim.cache import cache_folder
from sim.errors import InputError

BAD_ARGUMENTS = {
    "unknown scenario": (["run", "panjshir-2012"], "Did you mean 'panjshir-2021'"),
    "unknown key": (["run", "base", "--set", "atacker.fighters=5"], "Did you mean 'attacker.fighters'"),
    "no value": (["run", "base", "--set", "attacker.fighters"], "write attacker.fighters=VALUE"),
    "out of range": (["run", "base", "--set", "attacker.fighters=-5"], "from 0 to 100000"),
    "too few days": (["run", "base", "--days", "0"], "from 1 to 730 days"),
    "negative seed": (["run", "base", "--seed", "-1"], "too low"),
    "no runs": (["run", "base", "-n", "0"], "from 1 to"),
    "no date": (["run", "base", "--on", "soon"], "not a date"),
    "unknown site": (["run", "base", "-n", "2", "--set", "attacker.main_axis=bazarac"], "Did you mean 'bazarak'"),
    "no elevation file": (
        ["run", "base", "-n", "2", "--set", "terrain.source=file", "--set", "terrain.file=no.tif"],
        "no.tif",
    ),
    "unknown option": (["run", "base", "--sed", "3"], "--seed"),
    "unknown command": (["rnu"], "Did you mean 'run'"),
    "unknown subcommand": (["scenarios", "lst"], "list"),
    "unknown grade": (["assumptions", "--grade", "sure"], "measured, reported, estimated, assumed"),
    "no scenario": (["run"], "Missing argument"),
}


@pytest.mark.parametrize(("arguments", "part"), BAD_ARGUMENTS.values(), ids=BAD_ARGUMENTS)
def test_bad_arguments(arguments: list[str], part: str) -> None:
    code, out, err = standoff(*arguments)
    assert code == 2
    assert out == ""
    assert part in err
    assert "Traceback" not in err


BAD_FILES = {
    "typo in a key": ("[attacker]\nfigthers = 5\n", "Did you mean 'attacker.fighters'"),
    "out of range": ("[attacker]\nfighters = -5\n", "from 0 to 100000"),
    "wrong type": ('[attacker]\nfighters = "many"\n', "attacker.fighters"),
    "broken TOML": ("[attacker\n", "not valid TOML"),
}


@pytest.mark.parametrize(("body", "part"), BAD_FILES.values(), ids=BAD_FILES)
def test_bad_files(body: str, part: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(f'title = "Bad"\nextends = "base"\n{body}')
    code, out, err = standoff("run", path, "-n", 2)
    assert (code, out) == (2, "")
    assert "bad.toml" in err and part in err


def test_circular_extends(tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        (tmp_path / f"{name}.toml").write_text(f'title = "{name}"\nextends = "{other}.toml"\n')
    code, _, err = standoff("run", tmp_path / "a.toml", "-n", 2)
    assert code == 2
    assert "a.toml" in err and "b.toml" in err


def test_out_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    code, out, err = standoff("run", tiny_file(tmp_path), "-n", 2, "--out", tmp_path / "file")
    assert (code, out) == (2, "")
    assert "--out" in err and "cannot write" in err


def test_an_elevation_file_that_does_not_cover_the_valley(tmp_path: Path) -> None:
    rasterio = pytest.importorskip("rasterio")
    import numpy as np
    from rasterio.transform import from_origin

    path = tmp_path / "alps.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=40, height=40, count=1, dtype="int16", crs="EPSG:4326",
        transform=from_origin(7.0, 47.0, 0.01, 0.01),
    ) as file:  # fmt: skip
        file.write(np.full((40, 40), 500, np.int16), 1)
    settings = ["--set", "terrain.source=file", "--set", f"terrain.file={path}"]
    code, out, err = standoff("run", "base", "-n", 2, *settings)
    assert (code, out) == (2, "")
    assert "alps.tif" in err


def test_from_outside_a_message_and_no_traceback(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sim.cli", "run", "panjshir-2012"], capture_output=True, text=True, cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("standoff: there is no scenario") and done.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [["run", "base", "-n", "2"], ["doctor"], ["terrain", "show", "base"]])
def test_a_cache_folder_that_cannot_be(arguments: list[str], tmp_path: Path) -> None:
    """Also where the folder would lie under a file; a process of its own, because the folder is asked for once."""
    (tmp_path / "file").write_text("in the way")
    folder = tmp_path / "file" / "cache"
    done = subprocess.run(
        [sys.executable, "-m", "sim.cli", *arguments], capture_output=True, text=True, cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "STANDOFF_CACHE": str(folder)}, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"standoff: STANDOFF_CACHE = {folder}: cannot be used as the cache folder")
    assert done.stderr.count("\n") == 1


def test_the_cache_folder_is_made_and_a_bad_one_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANDOFF_CACHE", str(tmp_path / "deep" / "cache"))
    assert cache_folder() == tmp_path / "deep" / "cache"
    assert cache_folder().is_dir()
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("STANDOFF_CACHE", str(tmp_path / "file"))
    with pytest.raises(InputError, match="Set STANDOFF_CACHE to a folder that can be written"):
        cache_folder()


def test_help_answers_at_once() -> None:
    """Nothing heavy is loaded; the budget is half a second on a quiet machine."""
    code = "import sys; sys.argv = ['standoff', '--help']; from sim.cli import main\n"
    code += "try: main()\nexcept SystemExit: pass\n"
    code += "print(sorted(set(sys.modules) & {'numba', 'mesa', 'numpy', 'scipy', 'pandas', 'matplotlib'}))"
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "[]"
    assert time.perf_counter() - start < 3
