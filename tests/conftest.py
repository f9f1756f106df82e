"""Makes ``tests/model_cases.py`` importable everywhere, and keeps the runs that several tests look at."""

from __future__ import annotations

import uuid

import pytest
from model_cases import SYNTHETIC, Standoff, finished


@pytest.fixture(scope="session")
def small_run() -> Standoff:
    """A finished small run in a made-up valley, to be looked at and not changed."""
    return finished(SYNTHETIC)


@pytest.fixture(autouse=True)
def own_store(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has a store of its own, made when something is put there."""
    monkeypatch.setenv("STANDOFF_STORE", str(tmp_path_factory.getbasetemp() / f"store-{uuid.uuid4().hex}"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The patterns first: they take longest, and all cores have work until the end."""
    items.sort(key=lambda item: "test_patterns" not in item.nodeid)
