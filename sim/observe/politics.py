"""What the politics of one run came to: claims against the truth, talks, agreements. Reads the daily series only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim import codes
from sim.observe.series import Series

QUANTITIES: dict[str, str] = {
    "claim_lead_days": "days",
    "denial_lag_days": "days",
    "false_victory_day": "day",
    "celebration_killed": "people",
    "belief_gap_attacker": "share",
    "belief_gap_defender": "share",
    "belief_gap_outside": "share",
    "claimed_ratio_attacker": "x",
    "claimed_ratio_defender": "x",
    "talk_days": "days",
    "settled_day": "day",
    "assault_day": "day",
    "mean_committed": "share",
    "mean_drawn_away": "share",
    "recognition_at_end": "0-1",
    "fragmentation_at_end": "0-1",
    "deals": "districts",
    "leaders_left": "people",
}
"""Unit of each; see ``quantities``."""
_AGREED = (codes.TRUCE, codes.AUTONOMY, codes.POWER_SHARE, codes.SURRENDER)


def agreed(series: Series) -> bool:
    """Whether an agreement between the sides is in force at the end."""
    return int(series.stock("settlement")[-1]) in _AGREED


def last_agreement(series: Series) -> int:
    """Code of the last agreement that was made, whether it held or not."""
    made = series.stock("settlement")
    made = made[made != codes.NOTHING]
    return int(made[-1]) if len(made) else codes.NOTHING


def terms(series: Series) -> tuple[tuple[str, float], ...]:
    """Name and value of each term of the last agreement, local deals included; empty if none was made."""
    made = np.flatnonzero(series.stock("settlement") != codes.NOTHING)
    if not len(made):
        return ()
    names = ("share", "disarmament", "days", "guarantee", "stays")
    values = [float(series.stock(f"term_{name}")[made[-1]]) for name in names]
    return tuple(zip(codes.TERM_NAMES, values, strict=True))


def _first(flags: NDArray[np.bool_]) -> float:
    found = np.flatnonzero(flags)
    return float(found[0]) if len(found) else float("nan")


def quantities(series: Series, main: NDArray[np.bool_], taken: float) -> dict[str, float]:
    """Numbers of the politics; NaN where something did not happen.

    ``main`` flags the districts on the main floor, ``taken`` is the day on which all of it was first the attacker's.
    claim_lead_days: days from the claim of the whole main floor to its capture, below 0 for a late claim.
    denial_lag_days: mean days from the loss of a floor to the end of the defender's claim to it.
    claimed_ratio: enemy losses claimed for each real one.
    """
    claimed = _first((series.claims[:, codes.ATTACKER][:, main] == codes.ATTACKER).all(axis=1))
    false = claimed if np.isfinite(claimed) and not (taken <= claimed) else float("nan")
    assaults = series.phase == codes.P_ASSAULT
    gaps = [float(np.abs(series.gap(observer)).mean()) for observer in range(3)]
    away = [series.stock(f"{role}_leader")[-1] != codes.PRESENT for role in ("political", "military")]
    return {
        "claim_lead_days": taken - claimed,
        "denial_lag_days": _denial(series),
        "false_victory_day": false,
        "celebration_killed": float(series.stock("celebration_killed")[-1]),
        "belief_gap_attacker": gaps[codes.ATTACKER],
        "belief_gap_defender": gaps[codes.DEFENDER],
        "belief_gap_outside": gaps[codes.OUTSIDE],
        "claimed_ratio_attacker": _ratio(series, "attacker", "defender"),
        "claimed_ratio_defender": _ratio(series, "defender", "attacker"),
        "talk_days": float((series.stock("talks") == codes.TALKING).sum()),
        "settled_day": _first(series.stock("settlement") != codes.NOTHING),
        "assault_day": _first(assaults),
        "mean_committed": float(series.stock("committed").mean()),
        "mean_drawn_away": float(series.stock("drawn_away").mean()),
        "recognition_at_end": float(series.stock("recognition")[-1]),
        "fragmentation_at_end": float(series.stock("fragmentation")[-1]),
        "deals": float(series.stock("deals")[-1]),
        "leaders_left": float(sum(away)),
    }


def _denial(series: Series) -> float:
    """Mean over the floors that fell of the days until the defender no longer claimed them."""
    lags = []
    for d in range(series.held.shape[1]):
        fell = _first(series.floor[:, d] == codes.ATTACKER)
        if np.isfinite(fell):
            ended = _first(series.claims[int(fell) :, codes.DEFENDER, d] != codes.DEFENDER)
            lags.append(ended if np.isfinite(ended) else float(len(series.floor) - fell))
    return float(np.mean(lags)) if lags else float("nan")


def _ratio(series: Series, who: str, whom: str) -> float:
    real = float(series.column(f"{whom}_out")[-1])
    return float(series.stock(f"{who}_claimed_losses")[-1]) / real if real > 0 else float("nan")
