"""The files of one run: what was true, believed and claimed each day; the stocks; the decision log with its weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim import codes
from sim.experiment.ensemble import date_of
from sim.experiment.one_run import RunStory
from sim.observe.series import COLUMNS, POLITICS
from sim.report.files import table_csv, write_text

FILES = ("beliefs.csv", "decisions.csv", "days.csv")


def write_run(told: RunStory, folder: Path) -> list[Path]:
    """Write beliefs.csv, decisions.csv and days.csv into ``folder``; nothing for a run that failed."""
    if told.model is None:
        return []
    texts = (beliefs_csv(told), decisions_csv(told), days_csv(told))
    return [write_text(folder / name, text) for name, text in zip(FILES, texts, strict=True)]


def beliefs_csv(told: RunStory) -> str:
    """A row for each day and district: share of the floor that is the attacker's in truth and as each observer
    believes, presence in the side valleys likewise, and who each side says holds it."""
    series, districts = _series(told), [d.name for d in told.model.run.world.terrain.districts]  # type: ignore[union-attr]
    heads = [f"{what}_{who}" for what in ("floor", "side_valleys") for who in ("truth", *codes.OBSERVER_NAMES)]
    rows = (
        [day, date_of(told.scenario, day), name, _short(series.held[day, d]), *map(_short, series.beliefs[day, :, d]),
         _short(series.presence[day, d]), *map(_short, series.hidden[day, :, d]),
         *(codes.SIDE_NAMES[code] for code in series.claims[day, :, d])]
        for day in range(len(series.floor)) for d, name in enumerate(districts)
    )  # fmt: skip
    return table_csv(["day", "date", "district", *heads, "claim_attacker", "claim_defender"], rows)


def decisions_csv(told: RunStory) -> str:
    """A row for each consideration of each decision, the heaviest first."""
    rows = []
    for number, decision in enumerate(told.model.decisions):  # type: ignore[union-attr]
        lead = [number, decision.day, date_of(told.scenario, decision.day), decision.actor, decision.decision]
        for name, weight in decision.weights or (("", 0.0),):
            rows.append([*lead, decision.reason, name, _short(weight) if name else ""])
    return table_csv(["number", "day", "date", "actor", "decision", "reason", "consideration", "weight"], rows)


def days_csv(told: RunStory) -> str:
    """A row for each day: every total and every stock."""
    series = _series(told)
    rows = (
        [day, date_of(told.scenario, day), codes.PHASE_NAMES[series.phase[day]],
         codes.POSTURE_NAMES[series.posture[day]], *map(_short, series.totals[day]), *map(_short, series.politics[day])]
        for day in range(len(series.floor))
    )  # fmt: skip
    return table_csv(["day", "date", "attacker_phase", "defender_posture", *COLUMNS, *POLITICS], rows)


def _series(told: RunStory) -> Any:
    return told.model.recorder.series  # type: ignore[union-attr]


def _short(number: float) -> str:
    return f"{number:.6g}"
