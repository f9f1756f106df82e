"""Standing: recognition and bloodshed, claims to rule, attention, trust and hope. Once a day, on a few numbers."""

from __future__ import annotations

from typing import NamedTuple

from sim.codes import AT_HOME, ATTACKER, DELIVERING, FOREIGN, LOST, OUTSIDE, P_MASS, P_TALK, PLEDGED, POLITICAL
from sim.kernels import kernel


class OpinionRates(NamedTuple):
    """Numbers of standing; see ``sim.mechanisms.opinion``."""

    recognition_gain: float
    recognition_ceiling: float
    bloodshed_cost: float
    optimism: float
    home_start: float
    narrative: float
    prize: float
    home_bloodshed: float
    false_claims: float
    attention_fight: float
    attention_claim: float
    attention_decay: float
    appeal: float
    trust_bloodshed: float
    trust_truce: float
    support_chance: float
    support_hope: float
    abandonment: float


FADING = 0.2
"""Part of the gap to the day's losses by which the fading mean of bloodshed moves."""
HEAVY = 50.0
"""People lost a day on both sides that make a day of heavy bloodshed."""
_PACE = 0.1
"""Share of the gap that opinion closes in a day."""


@kernel
def opinion(
    day, out, phase, truce, blame, claim_day, belief_floor, worth, credibility, leader, patron, bloodshed, deaths_seen,
    recognition, est_recognition, legitimacy, publicity, trust, est_support, rates,
):  # fmt: skip
    """A day of opinion. Recognition grows with calm and falls with visible bloodshed (M21, M22)."""
    rates = OpinionRates(*rates)
    total = 0.0
    for g in range(len(out)):
        total += out[g]
    deaths = max(0.0, total - deaths_seen[0])
    deaths_seen[0] = max(total, deaths_seen[0])
    bloodshed[0] += FADING * (deaths - bloodshed[0])
    heavy = min(1.0, bloodshed[0] / HEAVY)
    seen = 0.3 + 0.7 * publicity[0]
    room = max(0.0, 1.0 - recognition[0] / max(1e-9, rates.recognition_ceiling))
    change = rates.recognition_gain * room * (1.0 - heavy) - rates.bloodshed_cost * seen * deaths / 100.0
    recognition[0] = min(1.0, max(0.0, recognition[0] + change))
    est_recognition[0] = min(1.0, recognition[0] + rates.optimism)
    held = 0.0
    for d in range(len(worth)):
        held += worth[d] * belief_floor[OUTSIDE, d]
    peaceful = 1.0 if truce[0] or phase[0] == P_MASS or phase[0] == P_TALK else 0.0
    home = rates.home_start + rates.narrative * peaceful + rates.prize * held - rates.home_bloodshed * heavy
    home -= rates.false_claims * (1.0 - credibility[ATTACKER])
    legitimacy[AT_HOME] += _PACE * (min(1.0, max(0.0, home)) - legitimacy[AT_HOME])
    foreign = min(1.0, recognition[0] * (1.0 - 0.3 * blame[0]))
    legitimacy[FOREIGN] += _PACE * (foreign - legitimacy[FOREIGN])
    spoken = 0.0
    for side in range(2):
        for d in range(len(worth)):
            spoken += claim_day[side, d] == day - 1
    news = rates.attention_fight * heavy + rates.attention_claim * min(4.0, spoken)
    if leader[POLITICAL] != LOST:
        news += rates.appeal / 30.0
    publicity[0] += news * (1.0 - publicity[0]) - rates.attention_decay / 30.0 * publicity[0]
    publicity[0] = min(1.0, max(0.0, publicity[0]))
    moved = rates.trust_truce * (1.0 - trust[0]) if truce[0] else -rates.trust_bloodshed * heavy * trust[0]
    trust[0] = min(1.0, max(0.0, trust[0] + moved))
    hope = rates.support_chance * (0.5 + publicity[0]) * (1.0 - rates.abandonment)
    for p in range(len(patron)):
        if patron[p] == DELIVERING:
            hope += rates.support_hope
        elif patron[p] == PLEDGED:
            hope += 0.5 * rates.support_hope
    est_support[0] += _PACE * (min(1.0, hope) - est_support[0])
