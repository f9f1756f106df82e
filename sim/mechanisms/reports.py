"""Reports: what commanders and the world believe, late and coloured; decisions rest on this and not on the truth."""

from __future__ import annotations

import math

from sim import codes
from sim.kernels.draws import normal
from sim.kernels.orders import T_COLUMNS
from sim.kernels.reports import ReportRates, morning
from sim.mechanisms.base import Mechanism, Run, Step, names
from sim.mechanisms.shared import RESERVE_SITE, SEAT_WEIGHT, floor_worth
from sim.params import Parameter

OWN_DAYS = Parameter(
    "reports.own_days", "mean days until a commander knows of a change where his people stand", "days", "float", 0.1, 5
)
FAR_DAYS = Parameter("reports.far_days", "mean days until he knows of it elsewhere", "days", "float", 0.1, 60)
INTELLIGENCE = Parameter(
    "reports.intelligence", "defender's chance of a report against the attacker's", "x", "float", 1, 2
)
OPTIMISM_ATTACKER = Parameter(
    "reports.optimism_attacker", "how far attackers who fight for a place report it as taken", "share", "float", 0, 1
)
OPTIMISM_DEFENDER = Parameter(
    "reports.optimism_defender", "how far defenders at a lost place report it as held", "share", "float", 0, 1
)
HIDDEN_SEEN = Parameter(
    "reports.hidden_seen",
    "share of the gap on the side valleys that the attacker closes in a day",
    "1/day",
    "float",
    0,
    1,
)
ERROR_SD = Parameter(
    "reports.error_sd", "spread of the first estimate of the enemy's strength (sd of its logarithm)", "", "float", 0, 1
)
LEARNING = Parameter(
    "reports.learning", "share of the error on the enemy's strength that a quiet day mends", "1/day", "float", 0, 1
)
CONTACT_LEARNING = Parameter(
    "reports.contact_learning", "further share that a day of fighting by all mends", "1/day", "float", 0, 1
)
OUTSIDE_CLAIMS = Parameter(
    "reports.outside_claims", "share of the gap to the claims that the world closes in a day", "1/day", "float", 0, 1
)
OUTSIDE_CHECKS = Parameter(
    "reports.outside_checks", "share of the gap to the truth that independent witnesses close in a day", "1/day",
    "float", 0, 1,
)  # fmt: skip
WIN_SLOPE = Parameter(
    "reports.win_slope", "log odds of winning for each e-fold of the power ratio", "", "float", 0.3, 3
)
WIN_PROGRESS = Parameter("reports.win_progress", "log odds that the whole main floor is worth", "", "float", 0, 6)
DEFENCE_FACTOR = Parameter(
    "reports.defence_factor", "attackers for each defender that both sides think even here", "x", "float", 1, 6
)
PRIOR_WIN = Parameter(
    "reports.prior_win", "defender's chance by the valley's past, as both sides tell it", "probability", "float", 0, 1
)
PRIOR_WEIGHT = Parameter("reports.prior_weight", "weight of the past while no floor is lost", "share", "float", 0, 1)
WIN_LEARNING = Parameter(
    "reports.win_learning",
    "share of the gap to the evidence that an estimate closes in a day",
    "1/day",
    "float",
    0.01,
    1,
)
THREAT = Parameter(
    "reports.threat", "chance of winning that believed vows of resolute leaders talk the attacker out of", "0-1",
    "float", 0, 0.3,
)  # fmt: skip
PARAMETERS = (
    OWN_DAYS, FAR_DAYS, INTELLIGENCE, OPTIMISM_ATTACKER, OPTIMISM_DEFENDER, HIDDEN_SEEN, ERROR_SD, LEARNING,
    CONTACT_LEARNING, OUTSIDE_CLAIMS, OUTSIDE_CHECKS, WIN_SLOPE, WIN_PROGRESS, DEFENCE_FACTOR, PRIOR_WIN, PRIOR_WEIGHT,
    WIN_LEARNING, THREAT, SEAT_WEIGHT, RESERVE_SITE,
)  # fmt: skip


def _daily(days: float) -> float:
    """Chance a day of something that takes ``days`` on average."""
    return 1.0 - math.exp(-1.0 / days)


def bind(run: Run) -> Step:
    """Bind the daily kernels; the first estimates of the enemy's strength are off by a drawn factor."""
    s, t, n = run.state, run.world.tables, run.number
    rates = ReportRates(
        _daily(n(OWN_DAYS)), _daily(n(FAR_DAYS)), n(INTELLIGENCE), n(OPTIMISM_ATTACKER), n(OPTIMISM_DEFENDER),
        n(HIDDEN_SEEN), n(LEARNING), n(CONTACT_LEARNING), n(OUTSIDE_CLAIMS), n(OUTSIDE_CHECKS), n(WIN_SLOPE),
        n(WIN_PROGRESS), n(DEFENCE_FACTOR), n(PRIOR_WIN), n(PRIOR_WEIGHT), n(WIN_LEARNING), n(THREAT),
    )  # fmt: skip
    for side in (codes.ATTACKER, codes.DEFENDER):
        off = math.exp(n(ERROR_SD) * normal(run.key, codes.D_ESTIMATE, 0, side, 0))
        s.est_people[side, 1 - side] *= off
    worth = floor_worth(run)
    totals, work = run.work("tally", (2 * T_COLUMNS,)), run.work("pictures", (4, len(worth)))
    arrays = (
        s.side, s.status, s.men, s.sick, s.out, s.cohesion, s.engaged, totals, s.holder, s.attackers_at,
        s.defenders_at, s.dispersed_at, s.believed, t.site_district, t.on_floor, s.presence, s.claim_floor,
        s.credibility, s.belief_floor, s.belief_presence, work, s.est_people, s.est_cohesion, worth, s.committed,
        s.est_committed,
        s.leader, s.resolve, s.est_win, tuple(rates),
    )  # fmt: skip
    return lambda tick: morning(tick, run.key, *arrays)


MECHANISM = Mechanism(
    name="reports",
    models="late and coloured reports; estimates of control, strength and chance by both sides and the world outside",
    source="M09 M11 M12 M16 M62 M78 M94 M99; learning by fighting D62 (Slantchev 2003); odds by D13; claims D69",
    parameters=PARAMETERS,
    reads=names(
        "side status men sick out cohesion engaged holder attackers_at defenders_at dispersed_at presence claim_floor "
        "credibility committed leader resolve"
    ),
    writes=names("believed belief_floor belief_presence est_people est_cohesion est_win est_committed"),
    bind=bind,
)
