"""What the article gave the model to think about is all accounted for, in docs/coverage.csv, by things that exist."""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from sim import pipeline
from sim.actors.base import Role
from sim.mechanisms.events import KINDS as EVENTS
from sim.observe.outcome import BITS, QUANTITIES
from sim.scenario import load

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = DOCS / "coverage.md"
WORDS = {
    "parameter": "a number or choice that a scenario can set",
    "mechanism": "a process that moves things by itself",
    "actor": "a role that decides, with a reason in the decision log",
    "event": "a kind of dated event that a scenario may contain",
    "validation": "a fact or a measured quantity that runs are held against, never fed by",
    "context": "not in the model, with the reason",
}
IDS = [f"M{n:02d}" for n in range(1, 106)]
CONTEXT_AT_MOST = 5
POLITICS = (
    "events", "support", "unrest", "communities", "reports", "opinion", "elders", "factions", "leaders", "envoys",
    "patrons", "attacker_commander", "defender_commander", "spokesmen",
)  # fmt: skip


@cache
def rows() -> list[dict[str, str]]:
    with (DOCS / "coverage.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def facts() -> set[str]:
    """Ids of published figures and earlier campaigns, and dates on which something is on record."""
    figures = re.findall(r"^\| (D\d{2,3}) \|", (DOCS / "facts.md").read_text("utf-8"), re.M)
    campaigns = re.findall(r"^\| ([A-Z]\d+) \|", (DOCS / "facts" / "analogues.md").read_text("utf-8"), re.M)
    dates = re.findall(r"^\| (\d{4}-\d{2}-\d{2}) \|", (DOCS / "facts" / "timeline.md").read_text("utf-8"), re.M)
    return {*figures, *campaigns, *dates}


@cache
def readings() -> dict[str, str]:
    """The register's words for each row."""
    text = (DOCS / "facts.md").read_text("utf-8")
    return dict(re.findall(r"^\| (M\d{2,3}) \| [^|]* \| ([^|]*?) \|", text, re.M))


def kind_of(name: str) -> str:
    """What a name in the column "where" stands for; an empty text if it stands for nothing."""
    processes = {process.name: process for process in pipeline.PROCESSES}
    if name in pipeline.SCHEMA:
        return "parameter"
    if name in processes:
        return "actor" if isinstance(processes[name], Role) else "mechanism"
    if name in EVENTS:
        return "event"
    return "validation" if name in QUANTITIES or name in BITS or name in facts() else ""


def page() -> str:
    """docs/coverage.md, from the table and the register."""
    count = Counter(kind for row in rows() for kind in row["kind"].split("+"))
    kinds = [f"| {kind} | {meaning} | {count[kind]} |" for kind, meaning in WORDS.items()]
    table = [
        f"| {row['id']} | {readings()[row['id']]} | {row['kind'].replace('+', ', ')} | "
        f"{', '.join(f'`{name}`' for name in row['where'].split())} | {row['how']} |"
        for row in rows()
    ]
    return "\n".join(
        (
            "# What became of each passage of the article",
            "",
            "Made from [coverage.csv](coverage.csv) by `tests/docs/test_coverage.py`; change that file and renew this",
            "page with `STANDOFF_RENEW_COVERAGE=1 python -m pytest tests/docs/test_coverage.py`. The first two columns",
            "are from the [register of facts](facts.md), which has the figures.",
            "",
            "| kind | what it is | rows |",
            "|---|---|---|",
            *kinds,
            "",
            "A row may be of several kinds. Names are parameters (`group.name`), processes (as in `run.without`),",
            "kinds of events, quantities and bits of an outcome, and facts: published figures, earlier campaigns,",
            "dates of the [timeline](facts/timeline.md).",
            "",
            "| id | what the article gave | kind | where | how |",
            "|---|---|---|---|---|",
            *table,
            "",
        )
    )


def test_every_row_of_the_article_is_there_once() -> None:
    assert [row["id"] for row in rows()] == IDS
    assert set(readings()) == set(IDS)


def test_names_do_not_mean_two_things() -> None:
    """Else a name in the table would not say what it points to."""
    spaces = [set(pipeline.SCHEMA), {process.name for process in pipeline.PROCESSES}, set(EVENTS), set(QUANTITIES)]
    spaces += [set(BITS), facts()]
    assert len(set.union(*spaces)) == sum(map(len, spaces))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["id"])
def test_row_says_where_and_how(row: dict[str, str]) -> None:
    kinds, where = row["kind"].split("+"), row["where"].split()
    assert set(kinds) <= set(WORDS) and len(set(kinds)) == len(kinds)
    assert [name for name in where if not kind_of(name)] == [], "names nothing that exists"
    assert len(set(where)) == len(where)
    assert {kind_of(name) for name in where} == set(kinds) - {"context"}, "kinds and names do not fit"
    assert len(row["how"]) > 20 and row["how"].endswith(".") and "|" not in row["how"]


def test_hardly_anything_is_left_as_context() -> None:
    context = [row for row in rows() if "context" in row["kind"].split("+")]
    assert len(context) <= CONTEXT_AT_MOST
    assert all(row["kind"] == "context" and not row["where"] for row in context), "what moves is no mere context"


def test_parameters_of_the_politics_lead_back_to_the_article_or_say_that_they_do_not() -> None:
    named = {name for row in rows() for name in row["where"].split()}
    base = load("base", pipeline.SCHEMA)
    loose = [
        parameter.key
        for process in pipeline.PROCESSES
        if process.name in POLITICS
        for parameter in process.parameters
        if parameter.key not in named
        and not re.search(r"\b[DM]\d{2,3}\b|\bjudgement\b", base.provenance[parameter.key].source)
    ]
    assert loose == []


def test_every_process_and_event_of_the_politics_has_a_reason_in_the_article() -> None:
    assert set(POLITICS) <= {process.name for process in pipeline.PROCESSES}
    named = {name for row in rows() for name in row["where"].split()}
    assert set(POLITICS) - named == {"events"}  # which is named by its kinds
    assert set(EVENTS) & named


def test_page_is_made_from_the_table() -> None:
    if os.environ.get("STANDOFF_RENEW_COVERAGE") == "1":
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text("utf-8") == page()
