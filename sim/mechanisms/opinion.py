"""Opinion: recognition against bloodshed, the claim to rule, attention abroad, trust, and hope of support."""

from __future__ import annotations

from sim.kernels.opinion import OpinionRates, opinion
from sim.mechanisms.base import Mechanism, Run, Step, names
from sim.mechanisms.shared import BLOODSHED_COST, RESERVE_SITE, SEAT_WEIGHT, floor_worth
from sim.params import Parameter

RECOGNITION = Parameter("opinion.recognition", "recognition of the attacker abroad at the start", "0-1", "float", 0, 1)
RECOGNITION_GAIN = Parameter("opinion.recognition_gain", "recognition gained on a calm day", "1/day", "float", 0, 0.02)
RECOGNITION_CEILING = Parameter(
    "opinion.recognition_ceiling", "recognition beyond which calm alone brings no more", "0-1", "float", 0.05, 1
)
OPTIMISM = Parameter(
    "opinion.recognition_optimism", "how much more recognition the attacker believes to have", "0-1", "float", 0, 0.5
)
HOME = Parameter("opinion.legitimacy", "attacker's claim to rule at home before the assault", "0-1", "float", 0, 1)
NARRATIVE = Parameter("opinion.narrative", "what the tale of a peaceful transfer adds to it", "0-1", "float", 0, 0.2)
PRIZE = Parameter("opinion.capture_prize", "what holding the whole floor adds to it", "0-1", "float", 0.05, 0.3)
HOME_BLOODSHED = Parameter("opinion.home_bloodshed", "what heavy bloodshed takes from it", "0-1", "float", 0, 0.5)
FALSE_CLAIMS = Parameter(
    "opinion.false_claims", "what a total loss of credibility takes from it", "0-1", "float", 0, 0.5
)
ATTENTION_FIGHT = Parameter(
    "opinion.attention_fight", "attention abroad that a day of heavy fighting draws", "1/day", "float", 0, 0.3
)
ATTENTION_CLAIM = Parameter("opinion.attention_claim", "attention that a claim draws", "0-1", "float", 0, 0.2)
ATTENTION_DECAY = Parameter("opinion.attention_decay", "attention lost in a month", "1/month", "float", 0, 3)
APPEAL = Parameter("opinion.appeal", "attention that the leaders' appeals draw in a month", "1/month", "float", 0, 0.5)
TRUST = Parameter("talks.trust", "defender's trust that the attacker keeps a promise", "probability", "float", 0, 1)
TRUST_BLOODSHED = Parameter(
    "talks.trust_bloodshed", "share of the trust that a day of heavy bloodshed destroys", "1/day", "float", 0, 0.2
)
TRUST_TRUCE = Parameter(
    "talks.trust_truce", "share of the distrust that a day of truce mends", "1/day", "float", 0, 0.05
)
SUPPORT_CHANCE = Parameter(
    "opinion.support_chance",
    "chance of outside support in a month that the defender counts on",
    "1/month",
    "float",
    0,
    0.3,
)
SUPPORT_HOPE = Parameter(
    "opinion.support_hope", "what a patron who delivers adds to that chance", "1/month", "float", 0, 0.5
)
ABANDONMENT = Parameter(
    "opinion.abandonment", "share of the hope lost because former allies left", "share", "float", 0, 0.3
)
PARAMETERS = (
    RECOGNITION, RECOGNITION_GAIN, RECOGNITION_CEILING, BLOODSHED_COST, OPTIMISM, HOME, NARRATIVE, PRIZE,
    HOME_BLOODSHED, FALSE_CLAIMS, ATTENTION_FIGHT, ATTENTION_CLAIM, ATTENTION_DECAY, APPEAL, TRUST, TRUST_BLOODSHED,
    TRUST_TRUCE, SUPPORT_CHANCE, SUPPORT_HOPE, ABANDONMENT,
    SEAT_WEIGHT, RESERVE_SITE,
)  # fmt: skip


def bind(run: Run) -> Step:
    """Bind the daily kernel; ``sim.forces`` has set the stocks' first values."""
    s, n = run.state, run.number
    rates = OpinionRates(
        n(RECOGNITION_GAIN), n(RECOGNITION_CEILING), n(BLOODSHED_COST), n(OPTIMISM), n(HOME), n(NARRATIVE),
        n(PRIZE), n(HOME_BLOODSHED), n(FALSE_CLAIMS), n(ATTENTION_FIGHT), n(ATTENTION_CLAIM),
        n(ATTENTION_DECAY), n(APPEAL), n(TRUST_BLOODSHED), n(TRUST_TRUCE), n(SUPPORT_CHANCE), n(SUPPORT_HOPE),
        n(ABANDONMENT),
    )  # fmt: skip
    arrays = (
        s.out, s.phase, s.truce, s.blame, s.claim_day, s.belief_floor, floor_worth(run), s.credibility, s.leader,
        s.patron, s.bloodshed, s.deaths_seen, s.recognition, s.est_recognition, s.legitimacy, s.publicity, s.trust,
        s.est_support, tuple(rates),
    )  # fmt: skip
    return lambda tick: opinion(tick // 4, *arrays)


MECHANISM = Mechanism(
    name="opinion",
    models="recognition and bloodshed, legitimacy at home and abroad, attention, trust, hope of support",
    source="M12, M21-M25, M27, M32, M34, M35, M70, M75, M90, M91, M104; trust M28; attention judged from 2021's news",
    parameters=PARAMETERS,
    reads=names("out phase truce blame claim_day belief_floor credibility leader patron"),
    writes=names("bloodshed deaths_seen recognition est_recognition legitimacy publicity trust est_support"),
    bind=bind,
)
