"""Taking down the politics of a day: beliefs and claims beside the truth, and the stocks."""

from __future__ import annotations

from sim.codes import ATTACKER
from sim.kernels import kernel

STOCKS: tuple[str, ...] = (
    "recognition", "est_recognition", "publicity", "trust", "blame", "bloodshed", "fragmentation", "pressure", "vote",
    "committed", "cabinet_hard", "patron_push", "idle_days", "unrest", "drawn_away", "est_support", "recruit_factor",
    "defected", "offer", "airlift_kg", "ripeness", "talks", "settlement", "truce",
)  # fmt: skip
"""State arrays of one number each that ``note_politics`` takes down, in its order."""
SPREAD: tuple[str, ...] = (
    "attacker_chance", "defender_chance", "outside_chance", "legitimacy_home", "legitimacy_abroad",
    "attacker_credibility", "defender_credibility", "attacker_claimed_losses", "defender_claimed_losses",
    "celebration_killed", "celebration_injured", "regional_interest", "great_power_interest", "donor_interest",
    "political_leader", "military_leader", "term_share", "term_disarmament", "term_days", "term_guarantee",
    "term_stays", "deals", "goodwill",
)  # fmt: skip
"""Numbers taken from longer arrays, after the stocks."""
POLITICS: tuple[str, ...] = (*STOCKS, *SPREAD)


@kernel
def note_beliefs(
    day, site_district, on_floor, holder, belief_floor, belief_presence, claim_floor, held, beliefs, hidden, claims
):
    """Row ``day``: share of each floor that is the attacker's in truth, in each observer's belief, in each claim."""
    for d in range(held.shape[1]):
        attacker, total = 0.0, 0.0
        for s in range(len(holder)):
            if on_floor[s] and site_district[s] == d:
                total += 1.0
                attacker += holder[s] == ATTACKER
        held[day, d] = attacker / total if total > 0.0 else 0.0
        for o in range(3):
            beliefs[day, o, d] = belief_floor[o, d]
            hidden[day, o, d] = belief_presence[o, d]
        for side in range(2):
            claims[day, side, d] = claim_floor[side, d]


@kernel
def note_stocks(
    day, recognition, est_recognition, publicity, trust, blame, bloodshed, fragmentation, pressure, vote, committed,
    cabinet_hard, patron_push, idle_days, unrest, drawn_away, est_support, recruit_factor, defected, offer, airlift_kg,
    ripeness, talks, settlement, truce, est_win, legitimacy, credibility, claimed_losses, celebrated, interest, leader,
    terms, deal, goodwill, rows,
):  # fmt: skip
    """Row ``day`` of the politics' table, in the order of ``POLITICS``."""
    row = rows[day]
    row[0], row[1], row[2], row[3] = recognition[0], est_recognition[0], publicity[0], trust[0]
    row[4], row[5], row[6], row[7] = blame[0], bloodshed[0], fragmentation[0], pressure[0]
    row[8], row[9], row[10], row[11] = vote[0], committed[0], cabinet_hard[0], patron_push[0]
    row[12], row[13], row[14], row[15] = idle_days[0], unrest[0], drawn_away[0], est_support[0]
    row[16], row[17], row[18], row[19] = recruit_factor[0], defected[0], offer[0], airlift_kg[0]
    row[20], row[21], row[22], row[23] = ripeness[0], talks[0], settlement[0], truce[0]
    row[24], row[25], row[26] = est_win[0], est_win[1], est_win[2]
    row[27], row[28] = legitimacy[0], legitimacy[1]
    row[29], row[30] = credibility[0], credibility[1]
    row[31], row[32] = claimed_losses[0], claimed_losses[1]
    row[33], row[34] = celebrated[0], celebrated[1]
    row[35], row[36], row[37] = interest[0], interest[1], interest[2]
    row[38], row[39] = leader[0], leader[1]
    row[40], row[41], row[42], row[43], row[44] = terms[0], terms[1], terms[2], terms[3], terms[4]
    dealt, will = 0.0, 0.0
    for d in range(len(deal)):
        dealt += deal[d]
        will += goodwill[d]
    row[45] = dealt
    row[46] = will / len(deal) if len(deal) > 0 else 0.0
