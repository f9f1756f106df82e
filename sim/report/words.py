"""An ensemble in plain words."""

from __future__ import annotations

from sim.experiment.ensemble import Ensemble
from sim.experiment.statistics import Share, rounded_to
from sim.observe.outcome import OUTCOMES

LIMITS = (
    "A teaching model, not a forecast: shares are of runs of this model under these assumptions.",
    "The intervals are for luck from run to run only; doubt about the assumptions, most of them",
    "judgements, is not in them. Losses are people.",
)
TITLES: dict[str, str] = {
    "defended": "defended",
    "contested": "contested",
    "occupied_resistance_survives": "occupied, resistance survives",
    "collapsed": "collapsed",
    "withdrawn": "taken, then left",
    "settlement": "settlement",
}
MANY = 0.5
WORTH_TELLING = 10
"""Of 100 runs: a second outcome rarer than this is left to the table."""


def sentence(ensemble: Ensemble) -> str:
    """What most often happens, with its share and interval; then the second, if it is not rare."""
    if not ensemble.finished:
        return f"No run came to its end: all {len(ensemble.failed)} failed."
    hundred = rounded_to({name: share.share for name, share in ensemble.outcomes.items()})
    ranked = sorted(ensemble.outcomes, key=lambda name: -ensemble.outcomes[name].count)
    first, second = ranked[:2]
    share = ensemble.outcomes[first]
    lead = "Most often" if share.share > MANY else "No outcome is the rule; the commonest is that"
    text = f"{lead} {OUTCOMES[first]}: {_of_hundred(share, hundred[first])}."
    if hundred[second] >= WORTH_TELLING:
        other = ensemble.outcomes[second]
        text += f" Next, {OUTCOMES[second]}: {hundred[second]} in 100 ({_between(other)})."
    return text


def _of_hundred(share: Share, rounded: int) -> str:
    runs = "1 run" if share.of == 1 else f"{share.of} runs"
    return f"{rounded} in 100 ({_between(share)} with 95 % confidence; {runs} made)"


def _between(share: Share) -> str:
    return f"between {100 * share.low:.0f} and {100 * share.high:.0f}"


def failures(ensemble: Ensemble) -> list[str]:
    """One line for each kind of error of failed runs, with how many and an example to repeat."""
    by_error: dict[str, list[int]] = {}
    for result in ensemble.failed:
        by_error.setdefault(result.error, []).append(result.replicate)
    return [f"{len(runs)} failed (first: run {runs[0]}): {error}" for error, runs in by_error.items()]
