"""Control: who holds each site, whose flank is lost, and the two layers of each district."""

from __future__ import annotations

from sim.kernels.control import ControlRates, contest, districts, flanks
from sim.mechanisms.base import Mechanism, Run, Step, names
from sim.params import Parameter

DECISIONS = Parameter(
    "control.decisions_per_day", "decisions that a fight for a site reaches in a day", "1/day", "float", 0.1, 3
)
INTERCEPT = Parameter("control.logit_intercept", "log odds that an assault succeeds at even power", "", "float", -1, 1)
SLOPE = Parameter("control.logit_slope", "log odds gained for each e-fold of power ratio", "", "float", 0.5, 5)
LEAST = Parameter("control.least_men", "people who can hold a site", "people", "float", 1, 100)
LOST_SHOCK = Parameter("control.lost_shock", "cohesion lost by those driven from a site", "0-1", "float", 0, 0.5)
REPULSE_SHOCK = Parameter("control.repulse_shock", "cohesion lost by those whose assault fails", "0-1", "float", 0, 0.5)
PIN_DAYS = Parameter("control.pin_days", "days before those whose assault failed try again", "days", "float", 0, 5)
LAPSE_DAYS = Parameter(
    "control.lapse_days", "days after which an empty site is no longer held", "days", "float", 0.25, 30
)
REACH = Parameter("control.reach_km", "distance within which people hold a site", "km", "float", 1, 5)
PARAMETERS = (DECISIONS, INTERCEPT, SLOPE, LEAST, LOST_SHOCK, REPULSE_SHOCK, PIN_DAYS, LAPSE_DAYS, REACH)


def bind(run: Run) -> Step:
    """Bind contest, flanks and districts to the state and the chain of floor sites."""
    s, t, n = run.state, run.world.tables, run.number
    rates = ControlRates(
        n(DECISIONS), n(INTERCEPT), n(SLOPE), n(LEAST), n(REPULSE_SHOCK), n(LOST_SHOCK), round(4 * n(PIN_DAYS)),
        max(1, round(4 * n(LAPSE_DAYS))),
        run.reach_cells(n(REACH)),
    )  # fmt: skip
    ranks = run.work("objective_rank", (len(run.base_site), len(s.holder)), "i4")
    ranks[:] = -1
    rear = run.work("rear", ranks.shape, "i4")
    rear[:] = run.base_site[:, None]
    for a, row in enumerate(run.objectives):
        for k, site in enumerate(row[row >= 0]):
            ranks[a, site] = k
            rear[a, site] = row[k - 1] if k else run.base_site[a]
    contested = (
        s.side, s.status, s.axis, s.order, s.target, s.exposed, s.own_power, s.enemy_power, s.post, s.men_at,
        s.attackers_at, s.defenders_at, t.site_cell, t.upstream, rear, s.holder, s.held_since, s.empty_ticks,
        s.cohesion, s.pinned,
        run.columns, tuple(rates),
    )  # fmt: skip
    flanked = (
        s.side,
        s.status,
        s.order,
        s.post,
        s.axis,
        t.chain_rank,
        t.chain,
        s.holder,
        ranks,
        run.objectives,
        s.flank_lost,
    )
    layers = (t.site_district, t.on_floor, t.is_side, s.holder, s.defenders_at, s.dispersed_at, s.floor, s.presence)

    def step(tick: int) -> None:
        contest(tick, run.key, *contested)
        flanks(*flanked)
        districts(*layers)

    return step


MECHANISM = Mechanism(
    name="control",
    models="capture and recapture of sites by the logistic of ln R; lost flanks; floor and side-valley layers",
    source="logistic fitted to 672 division engagements (D12, D13); two layers of control M17, finding 2 of MODEL",
    parameters=PARAMETERS,
    reads=names(
        "side status exposed own_power enemy_power order post axis men_at attackers_at defenders_at dispersed_at"
    ),
    writes=names("empty_ticks holder held_since cohesion pinned order target flank_lost floor presence"),
    bind=bind,
)
