"""Inherited battery: what every mechanism and every role must satisfy, whatever it models."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from model_cases import BUSY, SYNTHETIC, Standoff, changed, digest, finished, model, named, processes
from replays import Moment, moments, rerun, shaken

from sim import pipeline
from sim.mechanisms.base import Mechanism
from sim.observe.invariants import Validator
from sim.params import Parameter
from sim.state import ARRAYS

ROOT = Path(__file__).resolve().parents[2]
EVERY = pytest.mark.parametrize("process", processes(), ids=named)


@pytest.fixture(scope="module")
def played() -> dict[str, list[Moment]]:
    """Every process at several moments of runs that keep it busy."""
    found: dict[str, list[Moment]] = {}
    for values in BUSY.values():
        for name, some in moments(values).items():
            found.setdefault(name, []).extend(some)
    return found


@EVERY
def test_says_what_it_is(process: Any) -> None:
    assert re.fullmatch(r"[a-z_]+", process.name)
    assert len(process.models) > 20
    assert len(process.source) > 20
    assert [p.name for p in pipeline.PROCESSES].count(process.name) == 1


@EVERY
def test_parameters_have_meaning_and_range(process: Any) -> None:
    for parameter in process.parameters:
        assert isinstance(parameter, Parameter)
        assert len(parameter.meaning) > 5, parameter.key
        if parameter.kind in ("float", "int", "date"):
            assert parameter.low is not None, parameter.key
            assert parameter.high is not None, parameter.key
            assert parameter.low < parameter.high, parameter.key  # type: ignore[operator]
        if parameter.kind == "choice":
            assert len(parameter.choices) > 1, parameter.key


@EVERY
def test_reads_and_writes_name_arrays(process: Any) -> None:
    for names in (process.reads, process.writes):
        assert len(set(names)) == len(names)
        assert set(names) <= set(ARRAYS)
    assert process.writes


@EVERY
def test_declares_what_its_file_names(process: Any) -> None:
    """The arrays named in the file of a process are those it declares, and the other way round."""
    made = process.bind if isinstance(process, Mechanism) else process.make
    text = Path(sys.modules[made.__module__].__file__ or "").read_text(encoding="utf-8")
    text = re.sub(r"len\(s\.[a-z_]+\)", "", text)  # a length is fixed, not something read
    used = set(re.findall(r"\b(?:s|state)\.([a-z_]+)", text)) & set(ARRAYS)
    declared = set(process.reads) | set(process.writes)
    assert used == declared, f"only used: {sorted(used - declared)}; only declared: {sorted(declared - used)}"


@EVERY
def test_changes_only_what_it_declares(process: Any, played: dict[str, list[Moment]]) -> None:
    for moment in played[process.name]:
        assert moment.changed <= set(process.writes), f"at tick {moment.tick}"


@EVERY
def test_changes_everything_it_declares_at_some_time(process: Any, played: dict[str, list[Moment]]) -> None:
    touched = set().union(*(moment.changed for moment in played[process.name]))
    assert set(process.writes) <= touched, f"declared, never changed: {sorted(set(process.writes) - touched)}"


@EVERY
def test_same_input_gives_same_output(process: Any, played: dict[str, list[Moment]]) -> None:
    for moment in played[process.name]:
        if moment.before is not None:
            assert not changed(rerun(moment), moment.after)


@EVERY
def test_reads_only_what_it_declares(process: Any, played: dict[str, list[Moment]]) -> None:
    """Whatever stands in an array that it does not declare, the arrays that it writes come out the same."""
    undeclared = sorted(set(ARRAYS) - set(process.reads) - set(process.writes))
    rng = np.random.default_rng(5)
    read = set()
    for moment in played[process.name]:
        if moment.before is None:
            continue
        for name in undeclared:
            result = rerun(moment, {name: shaken(moment, name, rng)})
            if changed(result, moment.after) - {name}:
                read.add(name)
    assert not read, f"reads without saying so: {sorted(read)}"


@EVERY
def test_leaving_it_out_leaves_a_valid_run(process: Any) -> None:
    run = model(SYNTHETIC | {"run.without": (process.name,)})
    check_all(run)
    assert run.tick == run.days * pipeline.TICKS_PER_DAY


@pytest.mark.parametrize("name", BUSY)
def test_busy_runs_are_valid(name: str) -> None:
    check_all(model(BUSY[name]))


def check_all(run: Standoff) -> None:
    validator = Validator(run)
    while run.running:
        tick = run.tick
        run.step()
        validator.check(tick)


def test_leaving_out_everything_leaves_a_valid_run() -> None:
    names = tuple(process.name for process in pipeline.PROCESSES)
    run = model(SYNTHETIC | {"run.without": names})
    start = run.state.copy()
    check_all(run)
    assert not changed(run.state, start)


def test_kernels_give_the_same_bits_without_the_jit() -> None:
    """The same small runs, one of them ended by a surrender, in a process whose kernels are plain Python."""
    runs = [SYNTHETIC | {"run.days": 4}, BUSY["surrender"] | {"run.days": 3}]
    code = f"from model_cases import *; print(*(digest(finished(values).state) for values in {runs!r}))"
    environment = os.environ | {
        "NUMBA_DISABLE_JIT": "1",
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests"), os.environ.get("PYTHONPATH", ""))),
    }
    answer = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert answer.returncode == 0, answer.stderr[-2000:]
    assert answer.stdout.split() == [digest(finished(values).state) for values in runs]
