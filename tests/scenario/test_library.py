"""The library of scenarios: all that is promised is there, says why, differs from what it extends, and runs."""

from __future__ import annotations

import pytest

from sim import api
from sim.model import Standoff

PROMISED = {
    "panjshir-2021", "article-moment", "early-winter", "late-winter", "delayed-assault", "delayed-and-divided",
    "yield-and-harass", "hold-the-gate", "corridor-north", "regional-support", "regional-support-corridor",
    "great-power-support", "deep-stockpile", "full-blockade", "negotiated-autonomy", "credible-guarantees",
    "recognition-first", "hardliners-in-charge", "aircraft-grounded", "unrest-elsewhere", "leader-leaves",
    "flat-country", "synthetic-valley", "synthetic-gorge", "synthetic-open", "local-truce", "time-for-talks",
}  # fmt: skip
LIBRARY = [info.name for info in api.list_scenarios()]


def test_the_library_holds_what_is_promised() -> None:
    assert set(LIBRARY) >= PROMISED
    assert len(LIBRARY) == len(set(LIBRARY))


@pytest.mark.parametrize("name", LIBRARY)
def test_says_what_it_asks_and_why(name: str) -> None:
    setup = api.load_scenario(name)
    assert min(len(setup.title), len(setup.question), len(setup.reason)) > 5
    assert setup.question.endswith("?")
    titles = [info.title for info in api.list_scenarios()]
    assert titles.count(setup.title) == 1


@pytest.mark.parametrize("name", [name for name in LIBRARY if name != "base"])
def test_differs_from_what_it_extends(name: str) -> None:
    """panjshir-2021 may be the base under its own name; every other changes a value or brings an event."""
    setup = api.load_scenario(name)
    parent = api.load_scenario(setup.chain[-1])
    changed = [key for key in setup.values if setup.values[key] != parent.values[key]]
    if name != "panjshir-2021":
        assert changed or setup.events != parent.events
    for key in changed:
        assert len(setup.provenance[key].source) > 2


@pytest.mark.parametrize("name", LIBRARY)
def test_three_days_are_valid(name: str) -> None:
    run = Standoff(name, values={"run.days": 3}, validate=True, collect=False, agents=False)
    run.run_model()
    assert run.tick == 12
