"""Documents say what is true: commands parse, links lead somewhere, the example works, every source is on record."""

from __future__ import annotations

import itertools
import re
import shlex
import tomllib
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim import pipeline
from sim.codes import ACTIVE, DISPERSED
from sim.mechanisms.base import Mechanism
from sim.params import GRADES
from sim.scenario import list_scenarios, load
from sim.state import ARRAYS, FIXED_DIMS, State

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (".ci", "benchmarks", "docs", "scenarios", "sim", "tests", "ui")
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
TEXTS = {".cff", ".csv", ".html", ".js", ".json", ".md", ".py", ".sh", ".toml", ".txt", ".yaml", ".yml", ""}
ID = re.compile(r"\b[DM]\d{2,3}\b")


def read(*parts: str) -> str:
    return ROOT.joinpath(*parts).read_text(encoding="utf-8")


def blocks(page: str, *languages: str) -> list[str]:
    """The fenced code blocks of a page in these languages."""
    return [body for language, body in re.findall(r"^```(\w+)\n(.*?)^```", page, re.S | re.M) if language in languages]


def shell_lines() -> list[str]:
    text = "\n".join(blocks(read("README.md"), "sh", "powershell"))
    return list(dict.fromkeys(line.partition(" #")[0].strip() for line in text.splitlines() if line.strip()))


def files() -> Iterator[Path]:
    """Every text file of the project, top level and folders."""
    found = [path for path in ROOT.iterdir() if path.is_file()]
    for folder in FOLDERS:
        found += [path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return (path for path in sorted(found) if path.suffix in TEXTS)


def commands() -> Any:
    """The command line as a tree of commands."""
    from typer.main import get_command

    from sim.commands.app import app

    return get_command(app)


# --- commands


@pytest.mark.parametrize("line", [line for line in shell_lines() if line.startswith("standoff ")])
def test_commands_of_the_readme_parse(line: str) -> None:
    command, words = commands(), shlex.split(line)[1:]
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]
    with command.make_context("standoff", words):  # raises a usage error when a word or option is unknown
        pass


@pytest.mark.parametrize("line", [line for line in shell_lines() if line.startswith("standoff ")])
def test_names_in_commands_of_the_readme_exist(line: str) -> None:
    """Scenarios, sweeps, mechanisms and parameters that the README's commands name."""
    from sim.experiment.sweeps.spec_file import list_sweeps

    words = shlex.split(line)[1:]
    first = next((word for word in words[1:2] if not word.startswith("-")), "")
    if words[0] in {"run", "compare", "sweep", "knockout", "sensitivity"} and first and not first.endswith(".toml"):
        assert first in {info.name for info in list_scenarios()} | set(list_sweeps())
    after = {option: word for option, word in itertools.pairwise(words) if option.startswith("--")}
    if words[0] == "knockout":
        assert set(after.get("--only", "air").split(",")) <= {process.name for process in pipeline.PROCESSES}
    for option in ("--set", "--set-b", "--vary", "--lever"):
        assert after.get(option, "run.days=1").partition("=")[0] in pipeline.SCHEMA


def test_commands_named_in_pages_exist() -> None:
    known = set(commands().commands)
    named = {(page.name, word) for page in PAGES for word in re.findall(r"`standoff ([a-z]+)", page.read_text("utf-8"))}
    assert {(page, word) for page, word in named if word not in known} == set()


def test_make_targets_named_in_pages_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.M))
    text = "\n".join(page.read_text("utf-8") for page in PAGES) + read(".ci", "run")
    named = set(re.findall(r"^make ([a-z]+)$|`make ([a-z]+)`", text, re.M))
    assert {a or b for a, b in named} <= targets
    assert {"demo", "test", "lint", "bench", "clean"} <= targets


def test_ci_runs_the_test_command_of_the_readme() -> None:
    assert "make test" in shell_lines()
    assert "make test" in read(".ci", "run")


# --- links and examples


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s#]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    inside = [link for link in links if "://" not in link]
    assert [link for link in inside if not (page.parent / link).exists()] == []


def test_every_decision_is_in_the_index() -> None:
    index = read("docs", "README.md")
    names = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert [name for name in names if f"decisions/{name}" not in index] == []
    assert [name[:4] for name in names] == [f"{n:04d}" for n in range(1, len(names) + 1)]


def test_scenario_of_the_readme_loads(tmp_path: Path) -> None:
    (example,) = blocks(read("README.md"), "toml")
    path = tmp_path / "talks.toml"
    path.write_text(example, encoding="utf-8")
    scenario, base = load(path, pipeline.SCHEMA), load("panjshir-2021", pipeline.SCHEMA)
    changed = {key for key in scenario.values if scenario[key] != base[key]}
    assert changed == {"attacker.assault_start", "season.winter_onset", "defender.ammunition_days"}


def example_mechanism() -> types.ModuleType:
    (source,) = blocks(read("CONTRIBUTING.md"), "python")
    module = types.ModuleType("example")
    exec(compile(source, "CONTRIBUTING.md", "exec"), module.__dict__)
    return module


def test_example_mechanism_declares_what_exists() -> None:
    mechanism = example_mechanism().MECHANISM
    assert isinstance(mechanism, Mechanism)
    assert set(mechanism.reads) | set(mechanism.writes) <= set(ARRAYS)
    assert len(mechanism.models) > 20 and len(mechanism.source) > 20  # as the battery asks
    same_name = [process for process in pipeline.PROCESSES if process.name == mechanism.name]
    for process in same_name:  # whoever followed the page has it in the pipeline already
        assert process.models == mechanism.models, "take another name for the example"


def test_example_mechanism_does_what_it_says() -> None:
    example = example_mechanism()
    sizes = {name: 4 for meta in ARRAYS.values() for name in meta["shape"].split(",")} | FIXED_DIMS
    state = State.new(sizes)
    state.status[:] = (ACTIVE, ACTIVE, ACTIVE, DISPERSED)
    state.cohesion[:] = (0.5, 0.99, 0.5, 0.5)
    state.engaged[2] = 0.25
    before = state.copy()
    run = types.SimpleNamespace(state=state, number=lambda parameter: {example.GAIN: 0.02}[parameter])
    example.MECHANISM.bind(run)(0)
    np.testing.assert_allclose(state.cohesion, (0.52, 1.0, 0.5, 0.5))
    written = {name for name in ARRAYS if not np.array_equal(getattr(state, name), getattr(before, name))}
    assert written == set(example.MECHANISM.writes)


def test_example_values_fit_the_example_mechanism() -> None:
    (text,) = blocks(read("CONTRIBUTING.md"), "toml")
    values = {f"{group}.{name}": item for group, table in tomllib.loads(text).items() for name, item in table.items()}
    parameters = {parameter.key: parameter for parameter in example_mechanism().PARAMETERS}
    assert set(values) == set(parameters)
    for key, item in values.items():
        assert parameters[key].low <= item["value"] <= parameters[key].high
        assert item["grade"] in GRADES and item["source"]


# --- sources


def test_every_fact_that_is_cited_is_on_record() -> None:
    known = set(re.findall(r"^\| ([DM]\d{2,3}) \|", read("docs", "facts.md"), re.M))
    cited = {
        (str(path.relative_to(ROOT)), fact)
        for folder, ending in (("scenarios", "*.toml"), ("scenarios", "*.md"), ("sim", "*.py"))
        for path in (ROOT / folder).rglob(ending)
        for fact in ID.findall(path.read_text("utf-8"))
    }
    assert cited
    assert {(path, fact) for path, fact in cited if fact not in known} == set()


def test_every_earlier_campaign_that_is_cited_is_on_record() -> None:
    known = set(re.findall(r"^\| ([A-Z]\d+) \|", read("docs", "facts", "analogues.md"), re.M))
    text = "\n".join(path.read_text("utf-8") for path in (ROOT / "scenarios").rglob("*.toml"))
    cited = set(re.findall(r"analogues? ([A-Z]\d+)", text))
    assert cited and cited <= known


def test_facts_say_how_well_they_are_known() -> None:
    rows = [line for line in read("docs", "facts.md").splitlines() if re.match(r"\| D\d", line)]
    status = [re.split(r"(?<!\\)\|", row)[-2].strip() for row in rows]
    known = re.compile("looked up|derived from looked-up figures|from memory|judgement")
    assert [row[:5] for row, said in zip(rows, status, strict=True) if not known.match(said)] == []


# --- the project's own papers


def test_version_is_the_same_everywhere() -> None:
    assert tomllib.loads(read("pyproject.toml"))["project"]["version"] == sim.__version__
    assert re.search(r"^version: (.+)$", read("CITATION.cff"), re.M).group(1) == sim.__version__  # type: ignore[union-attr]
    assert f"## [{sim.__version__}]" in read("CHANGELOG.md")


def test_citation_has_what_the_format_asks_for() -> None:
    keys = set(re.findall(r"^([a-z-]+):", read("CITATION.cff"), re.M))
    assert {"cff-version", "message", "title", "authors", "license", "version", "date-released"} <= keys


def test_constraints_are_names_and_versions_only() -> None:
    lines = [line for line in read("constraints.txt").splitlines() if line and not line.startswith("#")]
    pin = re.compile(r"([a-z0-9-]+)==[0-9][\w.]*( ; sys_platform == \"win32\")?")
    assert [line for line in lines if not pin.fullmatch(line)] == []
    pinned = {line.partition("==")[0] for line in lines}
    project = tomllib.loads(read("pyproject.toml"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["dem"], *extras["dev"]]
    assert {re.split(r"[<>=!~;\[ ]", item)[0] for item in wanted} <= pinned


def test_every_dependency_has_its_reason() -> None:
    page = read("docs", "dependencies.md")
    project = tomllib.loads(read("pyproject.toml"))["project"]
    wanted = [
        *project["dependencies"],
        *(item for extra in project["optional-dependencies"].values() for item in extra),
    ]
    names = {re.split(r"[<>=!~;\[ ]", item)[0] for item in wanted}
    assert {name for name in names if not re.search(rf"\b{name}\b", page)} == set()


def test_no_file_names_a_machine_or_a_registry() -> None:
    machine = re.compile(r"(?<![\w.~:/-])/(?:work|root|home)/\w")
    registry = re.compile(r"pythonhosted|pypi\.org|index-url|find-links|\bfile:///", re.I)
    found = []
    for path in files():
        if path == Path(__file__).resolve():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [
            (str(path.relative_to(ROOT)), hit.group()) for rule in (machine, registry) for hit in rule.finditer(text)
        ]
    assert found == []


def test_readme_says_what_it_is_not() -> None:
    assert "A teaching model, not a forecast." in read("README.md")
